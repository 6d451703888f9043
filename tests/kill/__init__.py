"""Runs that are killed: each part of them, by three signals, at random moments; nothing is left, and none passes."""
