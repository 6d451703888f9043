"""Records of leases that somebody damaged: they own what can be read, and hinder nobody."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.errors import LabError
from harness.ownership import Claim
from harness.ownership.record import State, read_lease

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize("until", ["2026-11-22T09:00:00", "tomorrow", 7, None, ["2027-01-01T00:00:00+00:00"]])
def test_a_lease_that_is_kept_until_nobody_knows_when_is_dead(tmp_path: Path, until: object) -> None:
    folder = tmp_path / "20261121-093012-4f2a.ab12"
    folder.mkdir()
    (folder / "kept.json").write_text(json.dumps({"until": until}))
    assert read_lease(folder, now=NOW).state is State.DEAD


def test_a_claim_that_nests_too_deep_is_damage_and_the_lease_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "20261121-093012-4f2a.ab12"
    (folder / "claims").mkdir(parents=True)
    (folder / "claims/one.json").write_text("[" * 5_000)
    (folder / "owner.json").write_text("[" * 5_000)
    lease = read_lease(folder, now=NOW)
    assert (len(lease.damage), lease.claims) == (1, ())
    with pytest.raises(LabError, match="cannot be read"):
        Claim.read(folder / "claims/one.json")
