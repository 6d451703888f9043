"""Rehearsals in bad weather: thousands of drills, each with a few calls that go wrong, and none may pass falsely."""
