"""What stands still behind the lines of a series: axes and grey references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lmwalk.ui.families.draws import references as lines_of
from lmwalk.ui.families.draws.kinds import BELIEF, MARKS, PRIOR, SHARE, STATED

if TYPE_CHECKING:
    from lmwalk.ui.families.draws.scene import DrawScene

Message = dict[str, Any]


def axes(series: DrawScene) -> Message:
    """Titles, ranges and ticks."""
    share = f"share of {getattr(series.process, 'followed', '')}"
    y = {"y": [-0.03, 1.03], "yTitle": series.event_words if series.scored else share, "ticks": [], "single": False}
    if series.kind == BELIEF:
        sizes = list(series.process.sizes)[: questions(series)]
        last = len(sizes) - 1 if series.spaced else sizes[-1]
        ticks = [[place, str(size)] for place, size in enumerate(sizes)] if series.spaced else []
        return {**y, "x": _wide(0, last), "xTitle": "tosses shown", "ticks": ticks}
    if series.kind == STATED:
        if not series.parities:
            return {**y, "x": [-3, 103], "xTitle": f"stated probability of {series.process.followed}, %"}
        ticks = [[place, name] for place, name in enumerate(series.cases)]
        return {**y, "x": [-0.5, len(ticks) - 0.5], "xTitle": "stated", "ticks": ticks, "yTitle": "P(as stated)"}
    if series.kind == PRIOR:
        wordings = series.study.variants // series.process.cases
        return {**y, "x": [0.4, wordings + 0.6], "xTitle": "wording", "single": True}
    if series.kind == MARKS:
        most = 1.6 * max(series.process.rates[cell] for cell in series.cells)
        titles = {"xTitle": "words written", "yTitle": "marks for each word"}
        return {**y, "x": _wide(0, longest(series)), "y": [-0.03 * most, most], **titles}
    return {**y, "x": _wide(0, longest(series)), "xTitle": "results so far", "yTitle": share}


def questions(series: DrawScene) -> int:
    """How many questions a trajectory holds, those of its parents included where it is a branch."""
    branch = series.study.branch
    return series.study.steps + (branch.asked if branch else 0)


def longest(series: DrawScene) -> int:
    """How many results or words a trajectory is meant to hold."""
    if series.kind == MARKS:
        return int(questions(series) * series.process.words)
    batch = getattr(series.process, "way", "") == "batch"
    return int(questions(series) * (series.process.flips if batch else 1))


def references(series: DrawScene) -> list[Message]:
    """The grey lines."""
    if series.kind == MARKS:
        return lines_of.marks(series.process, series.cells, longest(series))
    if series.kind == SHARE:
        return lines_of.fair(series.process, longest(series))
    if series.kind == PRIOR:
        chance = lines_of.chance_of(series.process)
        return [lines_of.line("uniform", series.axes["x"], [chance, chance], "dash")]
    if series.kind == STATED:
        ideal = lines_of.stated(series.process)
        x = [series.place([lines_of.curve(series.process, cell).x[0]], cell)[0] for cell in series.cells]
        return [lines_of.line("as stated", x, ideal, "dash")]
    lines = []
    for place, cell in enumerate(series.cells):
        curve = lines_of.curve(series.process, cell)
        at = series.place(curve.x, cell)
        lines.append(lines_of.line("" if place else "truth θ", at, curve.truth, "dash", shape="hv"))
        lines.append(lines_of.line("" if place else "ideal observer", at, curve.ideal, "dot"))
    return lines


def _wide(low: float, high: float) -> list[float]:
    """A range with a little air on both sides."""
    air = max(0.03 * (high - low), 0.3)
    return [low - air, high + air]
