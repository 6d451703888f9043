"""Typed answers from machines: what to run, and a pure parse of what came back."""

from harness.facts.catalogue import FACTS, fact_named
from harness.facts.fact import Answer, Fact, Output
from harness.facts.moment import CLUSTER, WITNESS, Moment

__all__ = ["CLUSTER", "FACTS", "WITNESS", "Answer", "Fact", "Moment", "Output", "fact_named"]
