"""Whether it is the same cluster: hashes, joins and tokens, one by one."""

from __future__ import annotations

from typing import Any

import pytest

from harness.facts import Moment
from harness.journal import History
from harness.verdict import Outcome
from tests.verdict import answers
from tests.verdict.answers import HASH, OTHER_CA, OTHER_HASH, SPARE, join_command
from tests.verdict.edits import answering
from tests.verdict.findings import PASSED, finding
from tests.verdict.spoils import other


def test_a_hash_that_differs_is_told_with_its_places_and_with_those_that_do_not() -> None:
    was, now = HASH[:23] + "…", OTHER_HASH[:23] + "…"
    typed = other("join-command", join_command(OTHER_HASH))(PASSED)
    assert finding(typed, "join-hash").cause == (
        f"the join hash was {was} and now is {now} in the join command;"
        " unchanged in ca.crt of 'master1' and cluster-info"
    )
    both = other("ca-cert", OTHER_CA)(typed)
    assert finding(both, "join-hash").cause == (
        f"the join hash was {was} and now is {now} in ca.crt of 'master1' and the join command;"
        " unchanged in cluster-info"
    )
    whole = other("cluster-info", answers.cluster_info(OTHER_CA))(both)
    assert finding(whole, "join-hash").cause.endswith("in ca.crt of 'master1', cluster-info and the join command")


def test_a_hash_that_was_not_one_before_the_fault_proves_nothing() -> None:
    twofold = answering(PASSED, "join-command", Moment.BEFORE, join_command(OTHER_HASH))
    found = finding(twofold, "join-hash")
    assert found.outcome is Outcome.ERRORED
    assert found.cause.startswith(
        f"the join hash was not one already before the fault: {HASH[:23]}… in ca.crt of 'master1' and cluster-info,"
    )


def spare(told: dict[str, Any] | str, **more: Any) -> History:
    return answering(PASSED, "spare-node", Moment.RECOVERED, told, **more)


def test_a_machine_that_joined_has_to_be_a_node_of_this_cluster_under_its_name() -> None:
    assert "has no such Node" in finding(spare("", status=404), "old-join").cause
    assert "has no such Node" in finding(spare(answers.node("another", [])), "old-join").cause
    assert "is not Ready" in finding(spare(answers.node(SPARE, [], ready=False)), "old-join").cause
    anew = [{**answers.objects()[0], "uid": "new"}, *answers.objects()[1:]]
    assert finding(other("objects", anew)(PASSED), "old-join").cause == (
        "'spare1' joined another cluster: the UID of kube-system was u-kube-system and is new"
    )
    unknown = other("objects", answers.objects()[1:])(PASSED)
    assert "does not hold the Namespace kube-system" in finding(unknown, "old-join").cause


@pytest.mark.parametrize(
    ("status", "outcome", "words"),
    [
        ("200", Outcome.HELD, "recognised (status 200); sa.key of 'master1' is the same as before, by its sa.pub"),
        ("403", Outcome.HELD, "recognised (status 403)"),
        ("499", Outcome.HELD, "recognised (status 499)"),
        ("401", Outcome.BROKEN, "is refused with status 401; sa.key of 'master1' is the same as before"),
        ("500", Outcome.ERRORED, "could not tell whether the old token is good: it answered 500"),
        ("503", Outcome.ERRORED, "it answered 503"),
    ],
)
def test_only_401_is_a_refusal_of_a_token_and_a_trouble_of_the_api_is_no_answer(
    status: str, outcome: Outcome, words: str
) -> None:
    found = finding(answering(PASSED, "old-token", Moment.RECOVERED, status), "old-tokens")
    assert found.outcome is outcome
    assert words in found.cause + found.saw


def test_the_key_that_signs_tokens_is_named_when_it_is_another() -> None:
    refused = answering(PASSED, "old-token", Moment.RECOVERED, "401")
    changed = answering(refused, "sa-pub", Moment.RECOVERED, answers.OTHER_SA)
    assert "sa.key of 'master1' is another than before" in finding(changed, "old-tokens").cause
