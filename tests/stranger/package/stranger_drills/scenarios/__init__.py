"""Scenarios of somebody else."""
