"""The junit.xml of a run: the suites of its drills in one file, so that servers tell their cases apart."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree

from harness.report.junit import COUNTS, document_of
from harness.report.line import DrillLine, RunSummary
from harness.report.text import clean
from harness.strict_xml import xml_root
from harness.verdict.verdict import Word

#: GitLab reads no file of 30 MB; what held is then told without how.
_LIMIT = 25_000_000
#: No drill takes as many seconds, or has as many checks.
_MOST = 1e9


def merged_junit(drills: Mapping[str, Mapping[str, bytes]], summary: RunSummary, limit: int = _LIMIT) -> bytes:
    """All suites; a drill without one has an error in its place."""
    suites = []
    for line in summary.drills:
        for one in _suites(drills[line.folder].get("junit.xml")) or [_missing(line)]:
            suites.append(_told_apart(one, clean(line.folder)))
    text = document_of(suites, name=clean(summary.run))
    if len(text) <= limit:
        return text
    for one in suites:
        _without_what_held(one)
    return document_of(suites, name=clean(summary.run))


def _told_apart(suite: ElementTree.Element, folder: str) -> ElementTree.Element:
    """The suite with its folder in each name: of cases with the same name GitLab shows the first alone."""
    if suite.get("name") != folder:
        suite.set("name", f"{suite.get('name')} [{folder}]")
    for case in suite.iter("testcase"):
        case.set("classname", folder)
        case.set("name", f"{folder}: {case.get('name')}")
    return suite


def _without_what_held(suite: ElementTree.Element) -> None:
    for case in suite.iter("testcase"):
        for said in case.findall("system-out"):
            if not (said.text or "").startswith("[[ATTACHMENT|"):
                case.remove(said)


def _suites(text: bytes | None) -> list[ElementTree.Element]:
    try:
        suites = list(xml_root(text or b"").iter("testsuite"))
    except ValueError:
        return []
    return suites if all(map(_adds_up, suites)) else []


def _adds_up(suite: ElementTree.Element) -> bool:
    """Whether what is summed over all suites are numbers: a damaged one has to be no more than missing."""
    try:
        return all(0 <= float(suite.get(name) or 0) <= _MOST for name in ("time", *COUNTS)) and all(
            int(suite.get(name) or 0) >= 0 for name in COUNTS
        )
    except ValueError:
        return False


def _missing(line: DrillLine) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=clean(line.folder), tests="1", failures="0", errors="1", time="0")
    case = ElementTree.SubElement(suite, "testcase", name="verdict", classname=clean(line.folder))
    ElementTree.SubElement(case, "error", type=Word.ERRORED.value, message=clean(line.cause))
    return suite
