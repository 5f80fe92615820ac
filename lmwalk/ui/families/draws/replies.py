"""What the stream says of a draw beside the reply: a probability, or what was counted in a long answer."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from lmwalk.number_format import quoted
from lmwalk.types import Distribution
from lmwalk.ui.families.family import Message
from lmwalk.ui.shell.escape import percent

if TYPE_CHECKING:
    from lmwalk.ui.families.draws.scene import DrawScene

WORTH_SAYING = 0.01
"""Mass on no outcome from which it is said."""


def beside(row: Any, scene: DrawScene) -> Message:
    """What a line about a draw says beside the reply, or instead of it."""
    places = scene.shown.ids
    cell, wording = scene.study.case(int(row.trajectory))
    several = scene.study.variants > len(scene.cases)
    said: Message = {
        "warmth": scene.warmth(places.index(row.condition), cell),
        "about": ", ".join(
            [*([scene.cases[cell]] if len(scene.cases) > 1 else []), *([f"wording {wording + 1}"] if several else [])]
        ),
    }
    if len(places) > 1:
        said["colour"] = places.index(row.condition)
    if scene.counts_answers:
        said["outcome"] = scene.counted(str(row.outcome)) if row.status == "ok" else None
    return {**said, **_probability(row, scene)} if isinstance(row.distribution, str) else said


def _probability(row: Any, scene: DrawScene) -> Message:
    """The event's probability as words and as a bar; the outcome where it moves the state."""
    found = json.loads(row.distribution)
    state = json.loads(row.state_before)
    event = scene.process.event_of(state)
    known = math.fsum(found["p"].values())
    share = math.fsum(found["p"].get(outcome, 0.0) for outcome in event) / known if known else math.nan
    name = str(state["stated"]) if state.get("stated") in ("even", "odd") else event[0]
    return {
        "text": f"P({name}) = {share:.3f}" if known else "no mass on any outcome",
        "share": share if known else None,
        "bounds": _bounds(found, event),
        "remark": _remark(found),
        "outcome": row.outcome if scene.own_history and isinstance(row.outcome, str) else "",
    }


def _remark(found: Message) -> str:
    parts = []
    if found["outside"] > WORTH_SAYING:
        parts.append(f"{percent(found['outside'])} on no outcome")
    if found.get("unseen", 0.0) > WORTH_SAYING:
        parts.append(f"{percent(found['unseen'])} not seen")
    if found.get("instead"):
        text, p = next(iter(found["instead"].items()))
        parts.append(f"{quoted(text) if text else 'the end'} {percent(p)}")
    return ", ".join(parts)


def _bounds(found: Message, event: tuple[str, ...]) -> list[float]:
    """Between what the probability can be, where the server gives the likeliest tokens only."""
    if not found.get("upper") or len(event) != 1:
        return []
    logs = {outcome: math.log(mass) if mass > 0 else -math.inf for outcome, mass in found["p"].items()}
    known = Distribution(logs, found["outside"], found["unseen"], found["upper"])
    return list(known.bounds()[event[0]])
