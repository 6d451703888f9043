"""Simulated machines and a small simulated cluster: they test the harness, and are no evidence of any restore."""

from harness.providers.rehearsal.provider import RehearsalProvider

__all__ = ["RehearsalProvider"]
