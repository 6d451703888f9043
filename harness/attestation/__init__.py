"""What lets others see that a run is as it was: its manifest, its signed statement, and the proof of both."""

from harness.attestation.attested import Attested, Trust, against_attestation
from harness.attestation.manifest import seal
from harness.attestation.whole import Inspection, inspect

__all__ = ["Attested", "Inspection", "Trust", "against_attestation", "inspect", "seal"]
