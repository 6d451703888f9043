"""Pods of before run again, or ended well."""

from __future__ import annotations

from harness.verdict import Outcome
from tests.verdict import answers
from tests.verdict.findings import PASSED, finding
from tests.verdict.spoils import other


def test_a_pod_that_ended_well_is_no_trouble_but_stands_for_no_running_one() -> None:
    ended = answers.pod("test-ns", "newcomer", None, ready=False)
    ended["status"]["phase"] = "Succeeded"
    assert finding(other("pods", [*answers.pods(), ended])(PASSED), "add-ons-running").outcome is Outcome.HELD
    instead = answers.pods()
    instead[3]["status"] = ended["status"]
    assert "test-ns/test-pod (0 of 1)" in finding(other("pods", instead)(PASSED), "add-ons-running").cause
