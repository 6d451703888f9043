"""The first page: what this report is about, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable

from harness.report.compliance.action import actions, plan_of
from harness.report.compliance.dossier import Dossier
from harness.report.compliance.layout import facts, moment
from harness.report.compliance.register import State, register
from harness.report.element import Element, e
from harness.report.masthead import watermark
from harness.report.text import duration
from harness.verdict.wording import counted

_KINDS = {
    "container": "full restore on container machines",
    "vm-emulated": "full restore on emulated virtual machines",
    "vm-kvm": "full restore on virtual machines",
    "rehearsal": "rehearsal: simulated, no test",
}


def cover(dossier: Dossier) -> Element:
    """Title, outcome in one sentence, and who, when, under which plan."""
    who = dossier.policy.organisation
    return e(
        "header",
        e(
            "p",
            e("span", "Kubedrill", class_="brand"),
            e("span", "Recovery test report", class_="drill"),
            e("time", f"as of {moment(dossier.as_of)}", datetime=dossier.as_of.isoformat()),
            class_="kicker",
        ),
        watermark(_shown(dossier)),
        e("h1", f"Recovery tests of {who}" if who else "Recovery tests"),
        e("p", _lede(dossier), class_="lede"),
        e("p", _rest(dossier), class_="note"),
        facts(_identity(dossier), class_="facts cover"),
        class_="masthead",
    )


def _shown(dossier: Dossier) -> str:
    shown = dossier.shown
    if not shown:
        return ""
    drills = counted(len(dossier.tested), "drill")
    return f"Made for show: {len(shown)} of {drills}. Of the first: {shown[0].verdict.header.demonstration}"


def _lede(dossier: Dossier) -> str:
    total, good = sum(one.is_performed for one in dossier.tested), len(dossier.evidence)
    others = len(dossier.tested) - total
    lost = len(dossier.unreadable)
    damaged = f" The journal of {counted(lost, 'more drill')} cannot be read." if lost else ""
    told = damaged + f" {counted(others, 'more drill')} rehearsed, spoiled or made for show, and no test." * bool(
        others
    )
    if not total:
        return f"No drill was performed.{told}"
    if good == total:
        return f"{counted(total, 'drill')} performed; {'it is' if total == 1 else 'all are'} evidence.{told}"
    return f"{counted(total, 'drill')} performed; {good or 'none'} {'are' if good > 1 else 'is'} evidence.{told}"


def _rest(dossier: Dossier) -> str:
    entries, found = register(dossier), actions(dossier)
    late = sum(one.state is State.OVERDUE for one in entries)
    never = sum(one.state in (State.NEVER_RAN, State.NEVER_PASSED) for one in entries)
    required = (
        f"Of {counted(len(entries), 'required drill')} {late} overdue, {never} without evidence. "
        if entries
        else "The policy requires no drill. "
    )
    return f"{required}{counted(len(found), 'finding')} to act on."


def _identity(dossier: Dossier) -> list[tuple[str, str]]:
    tested, policy = dossier.tested, dossier.policy
    start = min((one.started for one in tested), default=None)
    end = max((one.ended for one in tested), default=None)
    headers = [one.verdict.header for one in tested]
    return [
        ("Report", ", ".join(_once(header.run for header in headers)) or "no run"),
        ("Plan", _plan(dossier)),
        ("Test type", ", ".join(_once(_KINDS.get(header.fidelity, "unknown") for header in headers))),
        ("Begun", moment(start) if start else ""),
        ("Ended", moment(end) if end else ""),
        ("Duration", duration((end - start).total_seconds()) if start and end else ""),
        ("Trigger", ", ".join(_once(header.trigger for header in headers))),
        ("Tester", ", ".join(_once(header.tester for header in headers))),
        ("Observers", ", ".join(policy.observers)),
        ("Systems", ", ".join(policy.systems)),
        ("Owner", policy.owner or ""),
    ]


def _plan(dossier: Dossier) -> str:
    policy = dossier.policy
    now = " ".join(filter(None, (policy.plan_id, policy.plan_version and f"version {policy.plan_version}")))
    told = (plan_of(one) for one in dossier.tested)
    under = _once(
        " ".join(filter(None, (plan.get("plan_id", ""), f"version {plan['plan_version']}")))
        for plan in told
        if plan.get("plan_version")
    )
    others = [one for one in under if one != now]
    return f"{now}{'; ' if now else ''}performed under {', '.join(others)}" if others else now


def _once(texts: Iterable[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]
