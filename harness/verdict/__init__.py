"""Pure judgement of a history: from the journal to findings and one word."""

from harness.verdict.catalogue import CHECKS
from harness.verdict.judge import judge
from harness.verdict.plan import not_applicable, observed, planned
from harness.verdict.ruling import Outcome
from harness.verdict.verdict import Finding, Verdict, Word

__all__ = ["CHECKS", "Finding", "Outcome", "Verdict", "Word", "judge", "not_applicable", "observed", "planned"]
