"""What each drill plans to judge: `python -m tests.drill.planned` writes it anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.drill.plan import compose
from harness.drill.told import read_intent
from harness.providers.seam import Fidelity
from harness.spec import parse_shape
from tests.drill.rehearsing import STORIES, shape_of

FOLDER = Path(__file__).parent / "plans"


def plan_of(drill: str) -> str:
    """The checks that it is judged by, a line for each; what does not apply is not among them."""
    shape, shared = shape_of(STORIES[drill])
    lab = parse_shape(shape)
    intent = read_intent(STORIES[drill], lab, shared_endpoint=shared)
    lines = compose(intent, lab, Fidelity.CONTAINER)["checks"]
    return "".join(f"{_line(**line)}\n" for line in lines if not line["reason"].startswith("not applicable"))


def _line(*, check: str, required: bool, reason: str, params: dict[str, Any], claim: str) -> str:
    del claim
    told = " ".join(f"{name}={value}" for name, value in params.items() if name != "differs")
    return " ".join(part for part in ("required" if required else reason, f"[{check}]", told) if part)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.txt"):
        file.unlink()
    for name in STORIES:
        (FOLDER / f"{name}.txt").write_text(plan_of(name))
