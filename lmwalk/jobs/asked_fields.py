"""The fields that were asked in this process, each once."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from lmwalk.access import SAID, refuse_if_read_only
from lmwalk.datasets.told_here import ASKED
from lmwalk.engine.field_plan import FieldPlan, SampledPlan
from lmwalk.errors import ReadOnlyError
from lmwalk.jobs.fields import FieldAsking, Servers
from lmwalk.jobs.sampled_fields import SampledAsking
from lmwalk.store import Store

REMEMBERED = 6
"""Fields that have ended and are still at hand: one of whole vocabularies takes some 70 MB."""


class Fields:
    """The fields of one store that were asked in this process, by what they ask."""

    def __init__(self, store: Store, opener: Callable[[str], Any], loop: asyncio.AbstractEventLoop) -> None:
        self._store, self._opener, self._loop = store, opener, loop
        self._known: OrderedDict[str, FieldAsking] = OrderedDict()
        self._servers = Servers()
        self._lock = threading.Lock()

    def ask(self, plan: FieldPlan, *, refresh: bool = False) -> FieldAsking:
        """See ``Jobs.ask_field``."""
        refuse_if_read_only("no field is asked")
        if self._store.read_only:
            raise ReadOnlyError(f"{SAID}: no field is asked.")
        with self._lock:
            known = self._known.get(plan.key)
            if known and not refresh and known.state in ("running", "done"):
                self._known.move_to_end(plan.key)
                return known
            if known:
                known.stop()
            asking = self._made(plan, refresh=refresh)
            self._known[plan.key] = asking
            if not isinstance(asking, SampledAsking):
                ASKED.add(asking)
            self._known.move_to_end(plan.key)
            self._forget()
            asking.launch(self._store, self._opener)
        return asking

    def _made(self, plan: FieldPlan, *, refresh: bool) -> FieldAsking:
        if isinstance(plan, SampledPlan):
            return SampledAsking(plan, self._loop, self._servers, refresh=refresh)
        return FieldAsking(plan, self._loop, self._servers, refresh=refresh)

    def get(self, plan: FieldPlan) -> FieldAsking | None:
        """The latest asking of an equal plan; None where it was not asked, or was forgotten."""
        return self._known.get(plan.key)

    def all(self) -> list[FieldAsking]:
        """Every asking that is under way or at hand."""
        return list(self._known.values())

    def stop(self) -> None:
        """Stop all. Returns at once."""
        for asking in self.all():
            if asking.state == "running":
                asking.stop()

    def _forget(self) -> None:
        """Let go of those that ended longest ago."""
        ended = [key for key, asking in self._known.items() if asking.state != "running"]
        for key in ended[: max(0, len(ended) - REMEMBERED)]:
            del self._known[key]
