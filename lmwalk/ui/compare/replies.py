"""The replies of the cell that Compare shows large."""

from __future__ import annotations

from typing import Any

from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui import messages

MOST = 500
LONGEST = 400
"""Letters of a reply that stand in the list; the Data page has all of it."""


def opened(store: Store, study: Study, condition: str) -> messages.Opened:
    """The newest replies of a condition, by t and then by trajectory, and whether there are more."""
    rows = store.latest(study.name, MOST + 1, [condition])
    ordered = rows.sort_values(["t", "trajectory"], ascending=[False, True], kind="stable")
    replies = [_said(row) for row in ordered.head(MOST).to_dict("records")]
    return {"condition": condition, "replies": replies, "more": len(rows) > MOST}


def _said(row: dict[Any, Any]) -> messages.Said:
    text, outcome = row["reply"], row["outcome"]
    return {
        "trajectory": int(row["trajectory"]),
        "t": int(row["t"]),
        "text": _short(text) if isinstance(text, str) else "",
        "outcome": _short(outcome) if isinstance(outcome, str) else None,
        "status": str(row["status"]),
    }


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
