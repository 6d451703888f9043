"""Tests of what is done to machines."""
