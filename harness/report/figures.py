"""The three numbers that were promised, and the one hash that must not change."""

from __future__ import annotations

from harness.report.element import Element, e
from harness.report.text import duration
from harness.verdict import Verdict
from harness.verdict.verdict import DataLoss, RecoveryTime
from harness.verdict.wording import counted

_WIDTH, _HEIGHT = 240.0, 14.0


def figures(verdict: Verdict) -> Element:
    """Both recovery times and the loss, each against its target."""
    rto, rpo = verdict.rto, verdict.rpo
    lost, total = sum(rpo.lost.values()), sum(rpo.acknowledged.values())
    losses = f"{lost} of {counted(total, 'acknowledged write')} lost" if total else "no ledger was read back"
    return e(
        "section",
        _figure("Control plane back", rto.control_plane_seconds, rto, "until the first kept API write"),
        _figure("Workload back", rto.workload_seconds, rto, "the longest gap of reads or writes"),
        _figure("Data lost", rpo.measured_seconds, rpo, losses, bad=bool(lost) and not rpo.target_seconds),
        e("p", f"Both recovery times leave out {rto.leaves_out}.", class_="note"),
        class_="figures",
        aria_label="Recovery times and loss",
    )


def _figure(
    title: str, value: float | None, promised: RecoveryTime | DataLoss, note: str, *, bad: bool = False
) -> Element:
    target = promised.target_seconds
    over = bad or value is None or (target is not None and value > target)
    shown = "—" if value is None else duration(value)
    number, _, unit = shown.partition(" ")
    by = " by the policy" if promised.target_of == "policy" else ""
    promise = "no target" if target is None else f"of {duration(target) if target else '0 s'} allowed{by}"
    return e(
        "div",
        e("h2", title),
        e("p", e("b", number), e("span", f" {unit}") if unit else None, class_="number"),
        _bar(value, target, over=over),
        e("p", e("b", promise if value is not None else "not measured"), e("br"), note, class_="note"),
        class_="figure over" if over else "figure",
    )


def _bar(value: float | None, target: float | None, *, over: bool) -> Element:
    """The measured value as a bar; the target is a mark on it."""
    top = max(value or 0.0, target or 0.0)
    length = _WIDTH * (value or 0.0) / top if top else 0.0
    mark = _WIDTH * target / top if target and top else (0.0 if target == 0 else None)
    label = (
        "not measured" if value is None else f"{value:.1f} seconds, target {target if target is not None else 'none'}"
    )
    return e(
        "svg",
        e("rect", x=0, y=5, width=_WIDTH, height=4, rx=2, class_="track"),
        e("rect", x=0, y=5, width=max(length, 3.0), height=4, rx=2, class_="over" if over else "good")
        if value is not None
        else None,
        e(
            "line",
            x1=min(max(mark, 1.0), _WIDTH - 1),
            x2=min(max(mark, 1.0), _WIDTH - 1),
            y1=0,
            y2=_HEIGHT,
            class_="target",
        )
        if mark is not None
        else None,
        viewBox=f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}",
        preserveAspectRatio="none",
        role="img",
        aria_label=label,
        class_="bar",
    )


def join_hashes(verdict: Verdict) -> Element:
    """The join hash before and after, letter by letter."""
    before, after = verdict.join_hash_before, verdict.join_hash_after
    known = before is not None and after is not None
    same = "The join hash is unchanged" if before == after else "The join hash has changed"
    return e(
        "section",
        e("h2", same if known else "The join hash is not known on both sides"),
        e("p", "The digest of the CA's public key, by which every join command pins this cluster.", class_="note"),
        e(
            "dl",
            e("div", e("dt", "before"), e("dd", _marked(before, after))),
            e("div", e("dt", "after"), e("dd", _marked(after, before))),
            class_="hashes",
        ),
        class_="join" if not known or before == after else "join over",
    )


def _marked(one: str | None, other: str | None) -> Element:
    if one is None:
        return e("span", "not known", class_="unknown")
    changed = other is not None and one != other
    return e("code", e("mark", one) if changed else one)
