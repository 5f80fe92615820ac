"""The stream beside the picture: one line for each answer, a raw reply or a probability."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from lmwalk.number_format import quoted
from lmwalk.types import Distribution
from lmwalk.ui.families.draws.scene import DrawScene
from lmwalk.ui.families.family import DRAWS, family_of
from lmwalk.ui.parts.selection import Selection, label
from lmwalk.ui.parts.thoughts import size_words, thought_of
from lmwalk.ui.shell.escape import percent

Message = dict[str, Any]

MOST_REPLIES = 150
MOST_CHARACTERS = 600
MOST_THOUGHT = 1_200
"""Characters of a thought that the stream shows; all of it stands under Step by step and on the Data page."""
COLUMNS = [
    *("id", "condition", "model", "temperature", "trajectory", "t", "outcome", "status", "reply", "error"),
    *("state_before", "distribution", "thought", "thought_tokens", "tokens_out", "why"),
]
WORTH_SAYING = 0.01
"""Mass on no outcome from which it is said."""


def replies(frame: pd.DataFrame, shown: Selection) -> list[Message]:
    """The newest answers of the conditions shown, oldest first."""
    series = DrawScene(shown) if family_of(shown.study.process) == DRAWS.name else None
    rows = frame[frame["trajectory"].isin(shown.trajectories)] if shown.case is not None else frame
    labels = {condition.id: label(condition) for condition in shown.conditions}
    return [_reply(row, labels, series) for row in rows[COLUMNS].tail(MOST_REPLIES).itertuples(index=False)]


def _reply(row: Any, labels: Mapping[str, str], series: DrawScene | None) -> Message:
    said = row.error if row.status == "error" else row.reply
    text = said if isinstance(said, str) else ""
    message = {
        "id": int(row.id),
        "trajectory": int(row.trajectory),
        "t": int(row.t),
        "asked": labels[row.condition] if len(labels) > 1 else "",
        "text": text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}… ({len(text):,} characters)",
        "outcome": row.outcome if isinstance(row.outcome, str) else None,
        "status": row.status,
        **({"why": row.why} if isinstance(row.why, str) else {}),
        **thought_message(row._asdict(), MOST_THOUGHT),
    }
    return message if series is None else {**message, **_drawn(row, series)}


def thought_message(row: Mapping[str, Any], most: int) -> Message:
    """The thought of an answer as a message, with its size in words; nothing where there is none."""
    thought = thought_of(row, most)
    return {} if thought is None else {"thought": thought, "weight": size_words(row)}


def _drawn(row: Any, series: DrawScene) -> Message:
    """What a line about a draw says beside the reply."""
    places = series.shown.ids
    cell, wording = series.study.case(int(row.trajectory))
    said: Message = {
        "warmth": series.warmth(places.index(row.condition), cell),
        "about": f"{series.cases[cell]}, wording {wording + 1}",
    }
    if len(places) > 1:
        said["colour"] = places.index(row.condition)
    if series.kind == "marks" or getattr(series.process, "way", "") == "batch":
        said["outcome"] = _counted(row, series) if row.status == "ok" else None
    return {**said, **_probability(row, series)} if isinstance(row.distribution, str) else said


def _counted(row: Any, series: DrawScene) -> str:
    """What was read from a long answer."""
    if series.kind == "marks":
        return f"{str(row.outcome).count(series.process.mark):,} marks"
    results = str(row.outcome).split(", ")
    event = series.process.followed
    return f"{results.count(event):,} of {len(results):,} {event}"


def _probability(row: Any, series: DrawScene) -> Message:
    """The event's probability as words and as a bar; the outcome where it moves the state."""
    found = json.loads(row.distribution)
    state = json.loads(row.state_before)
    event = series.process.event_of(state)
    known = math.fsum(found["p"].values())
    share = math.fsum(found["p"].get(outcome, 0.0) for outcome in event) / known if known else math.nan
    name = str(state["stated"]) if state.get("stated") in ("even", "odd") else series.process.followed
    moves = series.study.process == "sequence"
    return {
        "text": f"P({name}) = {share:.3f}" if known else "no mass on any outcome",
        "share": share if known else None,
        "bounds": _bounds(found, event),
        "remark": _remark(found),
        "outcome": row.outcome if moves and isinstance(row.outcome, str) else "",
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
