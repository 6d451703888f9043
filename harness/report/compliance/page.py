"""The whole report in one file: no script, nothing loaded, and made for paper as well as for a screen."""

from __future__ import annotations

from importlib.resources import files

from harness.report.compliance.annex import annex
from harness.report.compliance.chapters import controls, findings, required, results, scope, sign_off
from harness.report.compliance.cover import cover
from harness.report.compliance.dossier import Dossier
from harness.report.compliance.layout import moment
from harness.report.element import Element, Raw, e


def compliance_page(dossier: Dossier) -> bytes:
    """The report, the same bytes for the same journals, policy and day."""
    content = e(
        "main",
        cover(dossier),
        results(dossier),
        findings(dossier),
        required(dossier),
        scope(dossier),
        controls(dossier),
        sign_off(dossier),
        [annex(tested, dossier) for tested in dossier.tested],
    )
    body = e("body", content, _colophon(dossier), class_="compliance demonstration" if dossier.shown else "compliance")
    return ("<!doctype html>\n" + e("html", _head(dossier), body, lang="en").render() + "\n").encode(errors="replace")


def _head(dossier: Dossier) -> Element:
    room = files("harness.report")
    style = room.joinpath("style.css").read_text(encoding="utf-8")
    own = room.joinpath("compliance", "compliance.css").read_text(encoding="utf-8")
    return e(
        "head",
        e("meta", charset="utf-8"),
        e("meta", name="viewport", content="width=device-width, initial-scale=1"),
        e("meta", name="color-scheme", content="light dark"),
        e("title", f"Recovery test report, {dossier.as_of:%Y-%m-%d}"),
        e("style", Raw(style + own)),
    )


def _colophon(dossier: Dossier) -> Element:
    events = sum(len(one.history.events) for one in dossier.tested)
    return e(
        "footer",
        e(
            "p",
            f"Made from {events} lines of {len(dossier.tested)} journals, the policy, and the day of the report, "
            "and from nothing else.",
        ),
        e("p", "Policy: ", e("code", f"sha256 {dossier.policy.digest}"), f". As of {moment(dossier.as_of)}."),
    )
