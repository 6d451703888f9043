"""A place names an address, and not another one whose text begins or ends with it."""

from __future__ import annotations

import pytest

from harness.facts import Moment
from tests.verdict.answers import MASTER, NEW_ADDRESS, OLD_ADDRESS, member
from tests.verdict.edits import answering
from tests.verdict.findings import PASSED, finding

LONGER = (f"{NEW_ADDRESS}0", f"1{NEW_ADDRESS}", f"10.{NEW_ADDRESS}")


@pytest.mark.parametrize("address", [*LONGER, f"{OLD_ADDRESS}0", f"1{OLD_ADDRESS}"])
def test_a_longer_address_is_neither_the_old_one_nor_the_new_one(address: str) -> None:
    moved = {"header": {}, "members": [member(MASTER, f"https://{address}:2380")]}
    cause = finding(answering(PASSED, "etcd-members", Moment.RECOVERED, moved), "address-moved").cause
    assert cause == f"the peer URL of etcd does not name {NEW_ADDRESS}: https://{address}:2380"


def test_what_named_a_longer_address_before_did_not_name_the_old_one() -> None:
    other = {"header": {}, "members": [member(MASTER, f"https://{OLD_ADDRESS}0:2380")]}
    cause = finding(answering(PASSED, "etcd-members", Moment.BEFORE, other), "address-moved").cause
    assert cause == f"nothing was measured: the peer URL of etcd did not name {OLD_ADDRESS} before the fault"


def test_an_address_is_named_by_the_end_of_a_text_and_beside_others() -> None:
    urls = f"https://10.77.0.9:2380,https://{NEW_ADDRESS}"
    both = {"header": {}, "members": [member(MASTER, urls)]}
    assert finding(answering(PASSED, "etcd-members", Moment.RECOVERED, both), "address-moved").cause == ""
