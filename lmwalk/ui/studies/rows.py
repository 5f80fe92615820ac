"""Every study as a row: what it is doing, how far it is, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import pandas as pd

from lmwalk.datasets.study_settings import departures, in_words
from lmwalk.jobs import Job, Jobs
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.families.family import record_of
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import DASH, counted, duration, money, number

INTERRUPTED = "interrupted"
"""Left in the middle by a process that is gone."""
UNFINISHED = "unfinished"
"""Its run came to its end, but some trajectories failed; or a run that ended in this process left questions."""
IMPORTED = "imported"
"""Brought from elsewhere with chains of several lengths; nobody can be asked for more."""
EXPECTED = "Spent so far, and about what it will be in all at the mean price of its answers."


@dataclass(frozen=True)
class Row:
    """One study.

    Attributes
    ----------
    state : str
        preparing, running, paused, stopping, stopped, done, failed, unfinished, interrupted, imported or measuring.
    rate, left : str
        Of a run that is under way; nothing for others.
    cost, why : str
        Spent, with what is expected in all; and what there is to know about it.
    """

    name: str
    process: str
    state: str
    done: int
    total: int
    rate: str
    failed: int
    left: str
    cost: str
    why: str
    begun: datetime | None
    cut: int = 0
    """Answers that a limit of tokens cut off."""
    settings: str = ""
    """What departs from how settings come, in words."""

    @property
    def family(self) -> str:
        """Whose page shows it."""
        return record_of(self.process).name

    @property
    def _lost(self) -> tuple[tuple[int, str], ...]:
        return (self.failed, "failed"), (self.cut, "cut")

    @property
    def moving(self) -> bool:
        """Whether something of it changes by itself."""
        return self.state in ("preparing", "running", "paused", "stopping", "measuring")

    @property
    def resumable(self) -> bool:
        """Whether Continue would ask something."""
        return self.state in ("stopped", "failed", UNFINISHED, INTERRUPTED)

    def message(self, now: datetime) -> dict[str, Any]:
        """The row in the words of the list."""
        return {
            "name": self.name,
            "family": self.family,
            "page": record_of(self.process).title,
            "state": self.state,
            "share": min(1.0, self.done / self.total) if self.total else 0.0,
            "count": f"{self.done:,} of {self.total:,}",
            "rate": self.rate,
            "errors": "\n".join(f"{count:,} {word}" for count, word in self._lost if count),
            "failed": self.failed > 0,
            "lost": f"{counted(self.cut, 'answer')} cut off by a limit of tokens" if self.cut else "",
            "left": self.left,
            "cost": self.cost,
            "why": self.why,
            "begun": "" if self.begun is None else _ago((now - self.begun).total_seconds()),
            "settings": self.settings,
            "when": "" if self.begun is None else f"{self.begun:%Y-%m-%d %H:%M} UTC",
        }


def rows(store: Store, jobs: Jobs) -> list[Row]:
    """Every study, newest first: those just begun, then those stored."""
    known = store.studies().merge(store.accounts.all(), on="study", how="left").set_index("study")
    stored: dict[str, Any] = {str(record["study"]): record for record in known.reset_index().to_dict("records")}
    begun = [job.study.name for job in reversed(jobs.all())]
    plans = {study.name: study.model_dump_json() for study in (*store.all(), *(job.study for job in jobs.all()))}
    found = [_row(jobs.get(name), stored.get(name), name) for name in dict.fromkeys([*begun, *stored])]
    return [replace(row, settings=_departing(plans.get(row.name, ""))) for row in found]


@lru_cache(maxsize=4096)
def _departing(study: str) -> str:
    """What a study sets otherwise, in words; the same studies are listed again every second."""
    return "" if not study else in_words(departures(Study.model_validate_json(study)))


def _row(job: Job | None, stored: dict[str, Any] | None, name: str) -> Row:
    if stored is None:
        assert job is not None  # a name without a row is that of a run
        return _begun(job)
    progress = job.progress() if job and session.active(job) else None
    done, total = (progress.done, progress.total) if progress else (int(stored["steps"]), int(stored["total"]))
    cost, why = _cost(stored)
    return Row(
        name=name,
        process=str(stored["process"]),
        state=_state(job, stored),
        done=done,
        total=total,
        rate=number(progress.calls_per_s) if job and job.state == "running" and progress else "",
        failed=progress.errors if progress else int(stored["errors"]),
        left=duration(progress.eta_s) if progress and progress.eta_s is not None else "",
        cost=cost,
        why=why,
        begun=pd.Timestamp(stored["created_at"]).to_pydatetime(),
        cut=int(stored["cut"]),
    )


def _begun(job: Job) -> Row:
    """A study of which nothing is stored yet."""
    return Row(job.study.name, job.study.process, job.state, 0, job.study.total_steps, "", 0, "", DASH, "", None)


def _state(job: Job | None, stored: dict[str, Any]) -> str:
    name = str(stored["study"])
    complete = int(stored["steps"]) >= int(stored["total"])
    if job and session.active(job):
        return job.state
    if session.jobs().measuring(name):
        return "measuring"
    if complete:
        return "done"
    if stored["imported"]:
        return IMPORTED
    if job:
        return UNFINISHED if job.state == "done" else job.state
    return INTERRUPTED if int(stored["open"]) > 0 else UNFINISHED


def _cost(stored: dict[str, Any]) -> tuple[str, str]:
    """What a study cost and will have cost, and what there is to say about it."""
    spent, rest, unpriced = float(stored["cost_usd"]), float(stored["rest_usd"]), int(stored["unpriced"])
    if unpriced:
        why = f"No price is known of {counted(unpriced, 'answer')}."
        return (f"at least {money(spent)}", why) if spent else (DASH, why)
    if pd.isna(rest):
        return (money(spent) if spent else DASH), "What the rest will cost is known once every model has answered."
    if not spent and not rest:
        return money(0), "The models run on this machine and cost nothing."
    whole = money(spent + rest)
    return (money(spent), "What its answers cost.") if not rest else (f"{money(spent)} of {whole}", EXPECTED)


def _ago(seconds: float) -> str:
    """How long ago, in one unit."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size):,} {unit} ago"
    return "just now"


def now() -> datetime:
    """The time as the store keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)
