"""Replies as models write them, labelled by hand, and how well they are read.

A label is what a careful human says that the reply answers: an outcome, or the results of a batch joined by ", "; or
``refused`` (it declines), ``ambiguous`` (it puts forward several), ``unparsed`` (it puts forward none), ``empty``.
``held_out.yaml`` was labelled before the rules were written and not looked at while they were shaped.
The parts from ``fourth`` to ``seventh`` were written by authors who had not seen the rules; each was measured once
before it was looked at, and has shaped the rules since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import yaml

from lmwalk.registry import make_process

HELD_OUT = "held_out"
REASONS = ("refused", "ambiguous", "unparsed", "empty")
ENDLESS = (
    " ",
    "\n",
    "not ",
    "UP ",
    "UP or ",
    "heads, ",
    "1 ",
    "1. 2\n",
    "I can't ",
    "**",
    "(",
    "if ",
    "wait, ",
    '"',
    "1-",
    "-",
    "\u4e0d",
    "a",
    "oben ",
    "\u4e0a\u6216",
    "\u2192",
    "User: UP\n",
    "</s>",
    "~~",
    "H = heads, ",
    "treinta y ",
    "pile, ",
)
"""Pieces that make a reply hard to read where they are repeated without end."""


class Case(NamedTuple):
    """A labelled reply."""

    part: str
    asked: str
    process: str
    params: dict[str, object]
    kind: str
    label: str
    reply: str


def cases() -> Iterator[Case]:
    """Every labelled reply."""
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        for asked, section in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader).items():
            for kind, replies in section["replies"].items():
                for label, reply in replies:
                    yield Case(path.stem, asked, section["process"], section.get("params", {}), kind, label, reply)


def read(found: Iterable[Case]) -> pd.DataFrame:
    """A row a reply: the fields of the case, outcome, status and why as it is read."""
    rows = []
    for case in found:
        parsed = make_process(case.process, case.params).parse(case.reply)
        rows.append({**case._asdict(), **parsed._asdict(), "why": parsed.why})
    frame = pd.DataFrame(rows)
    frame["clear"] = ~frame["label"].isin(REASONS)
    frame["right"] = frame["outcome"].fillna(frame["status"]) == frame["label"]
    return frame


def table(frame: pd.DataFrame, by: str = "kind") -> pd.DataFrame:
    """How well each kind is read.

    replies; read (with an outcome) and the share of them that is right (precision); clear (labelled with an outcome)
    and the share of them that is found (recall); unclear, and the share of them that gets the label's reason.
    """
    whole = frame.assign(**{by: "all"})
    rows = []
    for kind, own in [*frame.groupby(by), *whole.groupby(by)]:
        ok, clear = own["status"] == "ok", own["clear"]
        counts = {"replies": len(own), "read": ok.sum(), "precision": own.loc[ok, "right"].mean()}
        counts |= {"clear": clear.sum(), "recall": own.loc[clear, "right"].mean()}
        rows.append({by: kind, **counts, "unclear": (~clear).sum(), "reason": own.loc[~clear, "right"].mean()})
    return pd.DataFrame(rows).set_index(by)
