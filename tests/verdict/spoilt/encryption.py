"""Stories that break or starve the check of encryption at rest."""

from __future__ import annotations

from harness.facts import Moment
from tests.verdict.spoils import Break, Idle, other

_CLEAR = {"canary": "k8s:enc:secretbox:v1:key1:", "new": "k8s"}
_REFUSED = "unable to transform key: no matching key was found"
BROKEN: list[Break] = [
    (
        "secrets-encrypted",
        other("secret-over-api", "", status=500, stderr=_REFUSED),
        ("its encryption keys are not those of before", "no matching key"),
    ),
    ("secrets-encrypted", other("secret-over-api", {"digest": "sha256:22"}), ("another content",)),
    ("secrets-encrypted", other("secrets-at-rest", _CLEAR), ("the Secret 'new' is stored in the clear",)),
]
VACUOUS: list[Idle] = [
    ("secrets-encrypted", other("secrets-at-rest", _CLEAR, Moment.BEFORE)),
    ("secrets-encrypted", other("secrets-at-rest", {})),
    ("secrets-encrypted", other("secrets-at-rest", {"canary": ""}, Moment.BEFORE)),
    ("secrets-encrypted", other("secret-over-api", "", Moment.BEFORE, status=500, stderr=_REFUSED)),
]
