"""Every study in a row: what it is doing, how far it is, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from lmwalk.jobs.job import ENDED, Job, JobState
from lmwalk.store import Store

if TYPE_CHECKING:
    from lmwalk.jobs import Jobs

StudyState = JobState | Literal["unfinished", "interrupted", "imported", "measuring"]
MOVING: tuple[StudyState, ...] = ("preparing", "running", "paused", "stopping", "measuring")
"""Something of the study changes by itself, or may."""
RESUMABLE: tuple[StudyState, ...] = ("stopped", "failed", "unfinished", "interrupted")


@dataclass(frozen=True)
class StudyRow:
    """One study.

    Attributes
    ----------
    state : str
        That of its run; measuring, where only properties of texts are missing; interrupted, where a process that is
        gone left it in the middle; unfinished, where its run ended and some trajectories failed, or questions are left;
        imported, where it came from elsewhere with chains of several lengths.
    done, total, failed, cut : int
        Answered questions, how many there will be, trajectories that ended in error, answers that a limit of tokens
        cut off.
    calls_per_s, left_s : float or None
        Of a run that is under way.
    cost_usd, rest_usd : float or None
        Spent so far, and about what is to come at the mean price of the answers; None where it is not known.
    unpriced : int
        Answers of which no price is known.
    begun : datetime or None
        UTC; None where nothing is stored yet.
    """

    name: str
    process: str
    state: StudyState
    done: int
    total: int
    failed: int = 0
    cut: int = 0
    calls_per_s: float | None = None
    left_s: float | None = None
    cost_usd: float | None = None
    rest_usd: float | None = None
    unpriced: int = 0
    begun: datetime | None = None

    @property
    def moving(self) -> bool:
        """Whether something of it changes by itself."""
        return self.state in MOVING

    @property
    def resumable(self) -> bool:
        """Whether to go on would ask something."""
        return self.state in RESUMABLE


def overview(store: Store, jobs: Jobs) -> list[StudyRow]:
    """Every study, newest first: those just begun, then those stored."""
    known = store.studies().merge(store.accounts.all(), on="study", how="left")
    stored: dict[str, Any] = {str(record["study"]): record for record in known.to_dict("records")}
    begun = [job.study.name for job in reversed(jobs.all())]
    names = dict.fromkeys([*begun, *stored])
    return [_row(jobs.get(name), stored.get(name), jobs.measuring(name)) for name in names]


def _row(job: Job | None, stored: Mapping[str, Any] | None, measuring: bool) -> StudyRow:
    if stored is None:
        assert job is not None  # a name without a row is that of a run
        return StudyRow(job.study.name, job.study.process, job.state, 0, job.study.total_steps)
    progress = job.progress() if job and job.state not in ENDED else None
    done, total = (progress.done, progress.total) if progress else (int(stored["steps"]), int(stored["total"]))
    return StudyRow(
        name=str(stored["study"]),
        process=str(stored["process"]),
        state=_state(job, stored, measuring),
        done=done,
        total=total,
        failed=progress.errors if progress else int(stored["errors"]),
        cut=int(stored["cut"]),
        calls_per_s=progress.calls_per_s if job and job.state == "running" and progress else None,
        left_s=progress.eta_s if progress else None,
        cost_usd=_known(stored["cost_usd"]),
        rest_usd=_known(stored["rest_usd"]),
        unpriced=int(stored["unpriced"]),
        begun=pd.Timestamp(stored["created_at"]).to_pydatetime(),
    )


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _state(job: Job | None, stored: Mapping[str, Any], measuring: bool) -> StudyState:
    complete = int(stored["steps"]) >= int(stored["total"])
    if job and job.state not in ENDED:
        return job.state
    if measuring:
        return "measuring"
    if complete:
        return "done"
    if stored["imported"]:
        return "imported"
    if job:
        return "unfinished" if job.state == "done" else job.state
    return "interrupted" if int(stored["open"]) > 0 else "unfinished"
