"""assessment-results.json: what the drills of a run showed of controls, as OSCAL 1.2.1 has it."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from harness.errors import SpecError, hinted
from harness.journal import History, Kind
from harness.report.document import to_bytes
from harness.report.text import clean
from harness.report.worth import why_no_evidence
from harness.verdict import Verdict, Word

VERSION = "1.2.1"
FILE = "assessment-results.json"
#: Names that OSCAL does not know by itself are ours.
_NS = "urn:kubedrill"
_ROOT = uuid.uuid5(uuid.NAMESPACE_URL, "urn:kubedrill:oscal")
_TOKEN = re.compile(r"[a-z_][a-z0-9_.\-]*")
#: The two states that OSCAL has; of any other verdict nothing is found.
_STATES = {Word.PASSED: ("satisfied", "pass"), Word.FAILED: ("not-satisfied", "fail")}
_UNREAD = "its journal cannot be read"
_REMARKS = (
    "Evidence for the controls that the drills name, and no more: whether a control is met is for its assessor to say. "
    "A drill that errored, was inconclusive, was rehearsed, spoiled on purpose or made for show has no finding."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """A drill with the digest of the journal that it was judged from."""

    history: History
    verdict: Verdict
    sha256: str

    @property
    def controls(self) -> tuple[str, ...]:
        """The ids that the journal names, without what cannot be one."""
        first = self.history.first(Kind.DRILL)
        told = first.data.get("controls") if first is not None else None
        names = [one for one in told if isinstance(one, str)] if isinstance(told, list) else []
        return tuple(dict.fromkeys(one for one in names if _TOKEN.fullmatch(one)))


def assessment_results(run: str, drills: Mapping[str, Assessed | None]) -> bytes:
    """The document of a run; made again from the same journals it has the same bytes.

    A drill whose journal cannot be read is None. It stands in the remarks, as does each other that shows nothing.
    """
    absent = {name: reason for name, drill in sorted(drills.items()) if (reason := _why_absent(drill))}
    named = {name: drill for name, drill in sorted(drills.items()) if drill is not None and name not in absent}
    if not named:
        raise _nothing_to_show(run, absent)
    results = [_result(run, name, drill) for name, drill in named.items()]
    content = {
        "uuid": _uuid(run, "document"),
        "metadata": {
            "title": f"Recovery drills of run {_flat(run)}",
            "last-modified": max(_end(drill) for drill in named.values()).isoformat(),
            "version": _flat(run),
            "oscal-version": VERSION,
            "remarks": " ".join([_REMARKS, *_told(absent)]),
        },
        "import-ap": {"href": f"#{_uuid(run, 'plan')}"},
        "results": results,
        "back-matter": {"resources": [_plan(run, named)]},
    }
    return to_bytes({"assessment-results": content})


def _why_absent(drill: Assessed | None) -> str:
    if drill is None:
        return _UNREAD
    if not drill.controls:
        return "it names no control"
    return "" if _is_dated(drill) else "its journal tells no time"


def _told(absent: Mapping[str, str]) -> Iterator[str]:
    for name, reason in absent.items():
        yield f"Not in here: '{_flat(name)}', for {reason}."


def _nothing_to_show(run: str, absent: Mapping[str, str]) -> SpecError:
    if absent and set(absent.values()) == {_UNREAD}:
        unread = SpecError(f"No journal of the run '{clean(run)}' can be read, so it shows nothing of controls")
        return hinted(unread, "kubedrill report says what is wrong with each.")
    named = SpecError(f"No drill of the run '{clean(run)}' says which controls it is evidence for")
    return hinted(named, "A scenario says it: @pytest.mark.controls('CP-10').")


def _result(run: str, name: str, drill: Assessed) -> dict[str, Any]:
    verdict = drill.verdict
    reason = why_no_evidence(drill.history, verdict)
    state = None if reason else _STATES.get(verdict.word)
    remark = f"No finding: the drill {reason}." if reason else "" if state else _untold(verdict)
    observation = _uuid(run, name, "observation")
    result: dict[str, Any] = {
        "uuid": _uuid(run, name, "result"),
        "title": _flat(f"Drill {verdict.header.drill or name}"),
        "description": _text(verdict.header.claim, "This journal does not say what was claimed."),
        "start": _start(drill).isoformat(),
        "end": _end(drill).isoformat(),
        "props": list(_props(drill)),
        "reviewed-controls": {
            "control-selections": [{"include-controls": [{"control-id": one} for one in drill.controls]}]
        },
        "observations": [_observation(observation, name, drill)],
    }
    if state is not None:
        result["findings"] = [_finding(run, name, one, drill, state, observation) for one in drill.controls]
    return {**result, "remarks": remark} if remark else result


def _untold(verdict: Verdict) -> str:
    return _text(f"No finding: the drill is {verdict.word}, so nobody can tell. {verdict.cause}", "")


def _finding(
    run: str, name: str, control: str, drill: Assessed, state: tuple[str, str], observation: str
) -> dict[str, Any]:
    verdict = drill.verdict
    return {
        "uuid": _uuid(run, name, "finding", control),
        "title": _flat(f"{control}: {verdict.header.drill or name} {verdict.word}"),
        "description": _text(verdict.cause or verdict.header.claim, verdict.word.value),
        "target": {
            "type": "statement-id",
            "target-id": f"{control}_smt",
            "status": {"state": state[0], "reason": state[1]},
        },
        "related-observations": [{"observation-uuid": observation}],
    }


def _observation(ident: str, name: str, drill: Assessed) -> dict[str, Any]:
    verdict = drill.verdict
    told = f"The drill {verdict.word}" if verdict.word in _STATES else f"The drill is {verdict.word}"
    journal = {
        "href": _href(name, "journal.jsonl"),
        "description": "The journal, from which alone the verdict is computed.",
        "props": [_prop("sha256", drill.sha256)],
    }
    page = {"href": _href(name, "report.html"), "description": "The same as a page."}
    return {
        "uuid": ident,
        "title": _flat(f"Drill {verdict.header.drill or name}"),
        "description": _text(f"{told}{f': {verdict.cause}' if verdict.cause else '.'}", told),
        "methods": ["TEST"],
        "types": ["control-objective"],
        "relevant-evidence": [journal, page],
        "collected": _end(drill).isoformat(),
    }


def _props(drill: Assessed) -> Iterator[dict[str, str]]:
    verdict, header = drill.verdict, drill.verdict.header
    told = {
        "verdict": verdict.word.value,
        "provider": header.provider,
        "fidelity": header.fidelity,
        "kubernetes": header.kubernetes,
        "kubedrill-version": header.version,
        "sabotage": header.sabotage,
        "rto-target-seconds": verdict.rto.target_seconds,
        "rto-control-plane-seconds": verdict.rto.control_plane_seconds,
        "rto-workload-seconds": verdict.rto.workload_seconds,
        "rpo-target-seconds": verdict.rpo.target_seconds,
        "rpo-measured-seconds": verdict.rpo.measured_seconds,
    }
    for name, value in told.items():
        if value is not None and _flat(str(value)):
            yield _prop(name, _flat(str(value)))


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": _NS, "value": value}


def _plan(run: str, drills: Mapping[str, Assessed]) -> dict[str, Any]:
    """OSCAL wants a plan of the assessment, and that of a drill stands in its journal, before anything is done."""
    return {
        "uuid": _uuid(run, "plan"),
        "title": "What the drills were to check",
        "description": "Each journal has its plan in the event 'plan', written before the baseline was taken.",
        "rlinks": [{"href": _href(name, "journal.jsonl"), "media-type": "application/jsonl"} for name in drills],
    }


def _is_dated(drill: Assessed) -> bool:
    """Whether its times can be written down; a stranger's journal may have any."""
    try:
        return drill.verdict.started is not None and _end(drill).tzinfo is not None
    except OverflowError:
        return False


def _start(drill: Assessed) -> datetime:
    return drill.verdict.started or datetime.min.replace(tzinfo=UTC)


def _end(drill: Assessed) -> datetime:
    return _start(drill) + timedelta(seconds=round(drill.verdict.seconds, 3))


def _uuid(*parts: str) -> str:
    return str(uuid.uuid5(_ROOT, "\n".join(map(clean, parts))))


def _href(name: str, file: str) -> str:
    return f"./{quote(os.fsencode(name))}/{file}"


def _flat(text: str) -> str:
    return " ".join(clean(text).split())


def _text(text: str, otherwise: str) -> str:
    return clean(text).strip() or otherwise
