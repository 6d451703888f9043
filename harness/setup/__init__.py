"""What a host needs to make labs: installing it, and checking it by doing."""

from harness.setup.install import setup_host
from harness.setup.need import NEEDS, Need, needs_of
from harness.setup.probe import PROBES, Answer, Probe, Probed, diagnose, probes_with

__all__ = ["NEEDS", "PROBES", "Answer", "Need", "Probe", "Probed", "diagnose", "needs_of", "probes_with", "setup_host"]
