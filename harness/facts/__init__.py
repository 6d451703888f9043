"""Typed answers from machines: what to run, and a pure parse of what came back."""
