"""Which drill is evidence for which control, with what can be opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from harness.controls import Control, control_of, known_controls
from harness.report.compliance.dossier import Dossier, Standing, Tested, standing
from harness.report.compliance.layout import badge, day, short, table
from harness.report.element import Element, e

KIND = {
    Standing.EVIDENCE: "good",
    Standing.FAILED: "bad",
    Standing.UNPROVEN: "warn",
    Standing.NO_TEST: "unknown",
}
_ORDER = tuple(Standing)
_TITLES = ("Control", "What it asks for", "Drills", "Evidence")
_WORDING = (
    "A drill stands here as evidence for a control where its scenario names the control. Whether the organisation "
    "meets a control is not said here: that is for its auditor to judge. The sentences are Kubedrill's own; the "
    "publishers' texts are what counts."
)


def mapping(dossier: Dossier) -> list[Element]:
    """A table for each framework, then the controls that no drill here was performed for."""
    by_control = _by_control(dossier.tested)
    shown = [control for control in known_controls() if control.id in by_control]
    frameworks = sorted({control.framework for control in shown})
    parts = [e("p", _WORDING, class_="note")]
    for framework in frameworks:
        controls = [control for control in shown if control.framework == framework]
        parts.append(_framework(controls, by_control, dossier))
    if not shown:
        parts.append(e("p", "No drill of this report names a control.", class_="note"))
    return [*parts, *_rest(by_control)]


def _by_control(tested: Iterable[Tested]) -> dict[str, list[Tested]]:
    found: dict[str, list[Tested]] = {}
    for one in tested:
        for control in one.verdict.header.controls:
            found.setdefault(control, []).append(one)
    return found


def _framework(controls: Sequence[Control], by_control: Mapping[str, list[Tested]], dossier: Dossier) -> Element:
    first = controls[0]
    title = f"{first.framework}, {first.version}"
    rows = [
        (
            e("div", e("b", control.printed), e("code", control.id, class_="id")),
            e("div", e("p", control.title, class_="title"), e("p", control.says), _checked(control)),
            _drills(by_control[control.id], dossier),
            _evidence(by_control[control.id], dossier),
        )
        for control in controls
    ]
    return e("div", e("h3", title), table(_TITLES, rows, class_="controls"), class_="framework")


def _checked(control: Control) -> Element | None:
    if control.checked is not None:
        return None
    return e("p", "Paraphrased from memory, and not compared with the source.", class_="unstated")


def _sorted(tested: Iterable[Tested], dossier: Dossier) -> list[Tested]:
    return sorted(tested, key=lambda one: (_ORDER.index(standing(one, dossier.policy)), one.drill))


def _drills(tested: Iterable[Tested], dossier: Dossier) -> Element:
    def line(one: Tested) -> Element:
        worth = standing(one, dossier.policy)
        return e("li", e("a", one.drill, href=f"#{anchor(one)}"), " ", badge(worth.value, KIND[worth]))

    return e("ul", [line(one) for one in _sorted(tested, dossier)], class_="lines")


def _evidence(tested: Iterable[Tested], dossier: Dossier) -> Element:
    good = [one for one in _sorted(tested, dossier) if standing(one, dossier.policy) is Standing.EVIDENCE]
    if not good:
        return e("p", "No evidence.", class_="unstated")
    return e("ul", [e("li", _opened(one)) for one in good], class_="lines")


def _opened(tested: Tested) -> list[Element | str]:
    """What an auditor opens first, with the beginning of its digest."""
    report = next((one for one in tested.files if one.name == "report.html"), None)
    if report is None:
        return [f"{day(tested.ended)}: no report.html"]
    return [e("a", day(tested.ended), href=report.path), " ", short(report.sha256)]


def _rest(by_control: Mapping[str, list[Tested]]) -> list[Element]:
    silent = [control.name for control in known_controls() if control.id not in by_control]
    unknown = sorted(one for one in by_control if control_of(one) is None)
    parts = []
    if silent:
        parts.append(
            e("p", e("b", "No drill of this report was performed for: "), ", ".join(silent), ".", class_="note")
        )
    if unknown:
        told = f"The journals name controls that this version does not know: {', '.join(unknown)}."
        parts.append(e("p", told, class_="note"))
    return parts


def anchor(tested: Tested) -> str:
    """Where a drill stands in the report."""
    return f"drill-{tested.folder}".replace("/", "-").replace(".", "-")
