"""Reports on the samplers of models: keeping and reading them."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from lmwalk.store.cursors import Cursors


class Probes:
    """The reports in one store, as JSON text. Any thread may read and keep."""

    def __init__(self, cursors: Cursors) -> None:
        self._cursors = cursors
        self._lock = threading.Lock()

    def keep(self, model: str, asked_at: datetime, report: str) -> None:
        """Store a report (JSON text); earlier reports on the model are kept."""
        moment = asked_at.astimezone(UTC).replace(tzinfo=None)
        with self._lock, self._cursors.writing() as cursor:
            cursor.execute("INSERT INTO probes VALUES (?, ?, ?)", [model, moment, report])

    def latest(self) -> dict[str, str]:
        """The latest report on each model, most recent first."""
        with self._cursors() as cursor:
            found = cursor.execute(
                "SELECT model, arg_max(report, asked_at) AS report FROM probes GROUP BY model "
                "ORDER BY max(asked_at) DESC, model"
            ).fetchall()
        return dict(found)
