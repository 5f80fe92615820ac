"""From records to rows, and what is derived where rows are read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import duckdb
import pandas as pd

from lmwalk.registry import processes
from lmwalk.study import Condition, Study, start_position
from lmwalk.templates import kept_name
from lmwalk.types import Sent, Template


@dataclass(frozen=True, slots=True)
class StoredCondition:
    """A condition with what its model will really be sent."""

    condition: Condition
    sent: Sent
    simulated: bool


def merged(*told: Sent) -> Sent:
    """What several processes know of one condition: the settings of that which learnt most, and every note once."""
    most = max(told, key=lambda sent: (len(sent.notes), len(sent.parameters)))
    return Sent(most.parameters, tuple(dict.fromkeys(note for sent in told for note in sent.notes)))


def condition_row(cell: StoredCondition) -> list[Any]:
    """The values of a row of ``conditions``, without its number."""
    c = cell.condition
    name = kept_name(processes[c.process].prompts, c.template.name)
    return [
        *(c.id, c.study, c.process, json.dumps(dict(c.params)), name, c.template.system, _words(c.template)),
        *(c.model, c.temperature, cell.simulated, c.seed, json.dumps(c.requested)),
        *(json.dumps(dict(cell.sent.parameters)), json.dumps(cell.sent.notes)),
    ]


def insert_study(
    cursor: duckdb.DuckDBPyConnection, study: Study, conditions: Sequence[StoredCondition]
) -> dict[str, int]:
    """Add a study and its conditions, or bring them up to date; the number of each condition."""
    now = datetime.now(UTC).replace(tzinfo=None)
    cursor.execute(
        "INSERT INTO studies VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET yaml = excluded.yaml, "
        "updated_at = excluded.updated_at",
        [study.name, study.to_yaml(), now, now],
    )
    for stored in conditions:
        cursor.execute(
            "INSERT INTO conditions SELECT (SELECT coalesce(max(number), 0) + 1 FROM conditions), "
            "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? ON CONFLICT DO UPDATE SET sent = excluded.sent, "
            "notes = excluded.notes, template = excluded.template, simulated = excluded.simulated",
            condition_row(stored),
        )
    return dict(cursor.execute("SELECT condition, number FROM conditions WHERE study = ?", [study.name]).fetchall())


def _words(template: Template) -> str:
    """One wording as it is, several as a JSON list."""
    return template.text if len(template.texts) == 1 else json.dumps(template.texts, ensure_ascii=False)


def starts_of(study: Study, paths: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The position at t = 0 of every trajectory in the paths."""
    for number, own in paths.groupby("condition")["trajectory"]:
        for trajectory in own.unique():
            start = start_position(study, int(trajectory))
            if start is not None:
                yield number, trajectory, 0, float(start[0]), float(start[1])


@lru_cache(maxsize=1024)
def read_study(text: str) -> Study:
    """A stored study; a page reads the same ones again and again."""
    return Study.from_stored(text)
