"""The chapters between the first page and the drills."""

from __future__ import annotations

from harness.report.compliance.action import Action, Severity, actions
from harness.report.compliance.dossier import Dossier, Standing, Tested, standing, why_not
from harness.report.compliance.layout import BLANK, Cell, badge, day, facts, lines, section, table
from harness.report.compliance.mapping import KIND, anchor, mapping
from harness.report.compliance.measured import target
from harness.report.compliance.register import Entry, State, register
from harness.report.element import Element, e
from harness.report.text import duration
from harness.verdict.wording import counted

_STATE = {
    State.IN_TIME: "good",
    State.OVERDUE: "bad",
    State.NEVER_PASSED: "bad",
    State.NEVER_RAN: "bad",
}
_SEVERITY = {Severity.HIGH: "bad", Severity.MEDIUM: "warn", Severity.LOW: "unknown"}


def results(dossier: Dossier) -> Element:
    """Every drill in one line."""
    titles = ("Drill", "Verdict", "Fidelity", "Control plane", "Workload", "RTO", "Lost", "RPO", "Counts as")
    return section(
        "Results", table(titles, [_result(one, dossier) for one in dossier.tested], class_="results"), id_="results"
    )


def _result(tested: Tested, dossier: Dossier) -> tuple[Cell, ...]:
    verdict, policy = tested.verdict, dossier.policy
    worth = standing(tested, policy)
    return (
        e("a", tested.drill, href=f"#{anchor(tested)}"),
        verdict.word.value,
        fidelity(tested, dossier),
        _value(verdict.rto.control_plane_seconds),
        _value(verdict.rto.workload_seconds),
        target(verdict.rto.target_seconds),
        _value(verdict.rpo.measured_seconds),
        target(verdict.rpo.target_seconds),
        badge(worth.value, KIND[worth]),
    )


def fidelity(tested: Tested, dossier: Dossier) -> Element:
    """How real the machines were, and whether that is enough."""
    name, policy = tested.verdict.header.fidelity or "unknown", dossier.policy
    below = "never a test" if name == "rehearsal" else f"below '{policy.least_fidelity}'"
    enough = "" if policy.accepts(name) else below
    return e("span", name, e("span", enough, class_="below") if enough else None, class_="fidelity")


def _value(seconds: float | None) -> str:
    return "—" if seconds is None else duration(seconds)


def scope(dossier: Dossier) -> Element:
    """What was tested, on what, what was left out, and how far it was kept apart."""
    policy = dossier.policy
    headers = [one.verdict.header for one in dossier.tested]
    left_out = [f"{one.what}: {one.why}" for one in policy.exclusions]
    limits = dict.fromkeys(limit for header in headers for limit in header.limits)
    return section(
        "Scope and conditions",
        facts(
            [
                ("Systems", ", ".join(policy.systems)),
                ("Kubernetes", ", ".join(sorted({header.kubernetes for header in headers if header.kubernetes}))),
                ("Node images", _codes({header.image for header in headers if header.image})),
                ("Kubedrill", ", ".join(sorted({header.version for header in headers if header.version}))),
                ("Fidelity", ", ".join(sorted({header.fidelity for header in headers if header.fidelity}))),
                ("Least accepted", policy.least_fidelity),
                ("Segregation", policy.segregation),
            ]
        ),
        e("h3", "Left out"),
        lines(left_out) if left_out else e("p", "The policy states no exclusion.", class_="unstated"),
        e("h3", "What these machines cannot show"),
        lines(limits) if limits else e("p", "The journals name no limit.", class_="unstated"),
        id_="scope",
    )


def _codes(texts: set[str]) -> Cell:
    return e("span", [e("code", text, class_="whole") for text in sorted(texts)]) if texts else None


def required(dossier: Dossier) -> Element:
    """What the policy requires, and how recent it is."""
    entries = register(dossier)
    titles = ("Drill", "Risk", "Owner", "Every", "Last that counts", "Next due", "State")
    empty = "The policy requires no drill, so nothing can be overdue."
    return section(
        "Required drills",
        e("p", f"Looked at as of {dossier.as_of:%Y-%m-%d %H:%M} UTC.", class_="note"),
        table(titles, [_required(one, dossier) for one in entries], class_="register")
        if entries
        else e("p", empty, class_="unstated"),
        id_="required",
    )


def _required(entry: Entry, dossier: Dossier) -> tuple[Cell, ...]:
    last = entry.last
    days = "today" if entry.days_ago == 0 else f"{counted(entry.days_ago or 0, 'day')} ago"
    return (
        entry.drill,
        entry.required.risk or BLANK,
        entry.required.owner or dossier.policy.owner or BLANK,
        counted(entry.required.every_days, "day"),
        f"{day(last.ended)}, {days}" if last is not None else "none",
        day(entry.due) if entry.due is not None else "now",
        badge(entry.state.value, _STATE[entry.state]),
    )


def findings(dossier: Dossier) -> Element:
    """What has to be put right; people fill in what is done about it."""
    found = actions(dossier)
    titles = ("#", "Severity", "Drill", "Finding", "Corrective action", "Owner", "Due", "Tested again")
    return section(
        "Findings and corrective actions",
        table(titles, [_finding(number, one) for number, one in enumerate(found, 1)], class_="actions")
        if found
        else e("p", "Nothing was found that asks anybody to act.", class_="note"),
        id_="findings",
    )


def _finding(number: int, action: Action) -> tuple[Cell, ...]:
    return (
        str(number),
        badge(action.severity.value, _SEVERITY[action.severity]),
        action.drill,
        action.what,
        e("span", BLANK, class_="blank"),
        action.owner or e("span", BLANK, class_="blank"),
        action.due.isoformat(),
        e("span", BLANK, class_="blank"),
    )


def controls(dossier: Dossier) -> Element:
    """The mapping to controls."""
    return section("Evidence for controls", mapping(dossier), id_="controls")


def sign_off(dossier: Dossier) -> Element:
    """Lines that people write on."""
    roles = ("Prepared by", *(["Reviewed by"] * max(1, len(dossier.policy.reviewers))), "Acknowledged by management")
    names = ("", *(dossier.policy.reviewers or [""]), "")
    blank = e("span", BLANK, class_="blank")
    rows = [(role, name or blank, blank, blank) for role, name in zip(roles, names, strict=True)]
    return section(
        "Sign-off",
        e("p", "Left blank by Kubedrill: a report that nobody has signed is nobody's word.", class_="note"),
        table(("Role", "Name", "Date", "Signature"), rows, class_="signatures"),
        id_="sign-off",
    )


def no_evidence(tested: Tested, dossier: Dossier) -> Element | None:
    """A banner over a drill that must not be taken for evidence."""
    if standing(tested, dossier.policy) is Standing.EVIDENCE:
        return None
    return e("p", e("b", "No evidence. "), why_not(tested, dossier.policy), class_="banner")
