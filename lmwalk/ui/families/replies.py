"""The stream beside the picture: one line for each answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from lmwalk.datasets.thought_words import size_words, thought_of
from lmwalk.ui.families.family import Message
from lmwalk.ui.parts.selection import Selection, label

MOST_REPLIES = 150
MOST_CHARACTERS = 600
MOST_THOUGHT = 1_200
"""Characters of a thought that the stream shows; all of it is under Answer by answer and on the Data page."""
Beside = Callable[[Any], Message]
"""A row to what a line says beside the reply, or instead of it."""


def replies(frame: pd.DataFrame, shown: Selection, beside: Beside) -> list[Message]:
    """The newest answers of the conditions shown, oldest first."""
    labels = {condition.id: label(condition) for condition in shown.conditions}
    rows = shown.of(frame).tail(MOST_REPLIES)
    return [{**_reply(row, labels), **beside(row)} for row in rows.itertuples(index=False)]


def _reply(row: Any, labels: Mapping[str, str]) -> Message:
    said = row.error if row.status == "error" else row.reply
    text = said if isinstance(said, str) else ""
    return {
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


def thought_message(row: Mapping[str, Any], most: int) -> Message:
    """The thought of an answer as a message, with its size in words; nothing where there is none."""
    thought = thought_of(row, most)
    return {} if thought is None else {"thought": thought, "weight": size_words(row)}
