"""The state of a run, in the words and numbers of the stage's bar."""

from __future__ import annotations

from collections.abc import Sequence

from lmwalk.datasets.units import decisions
from lmwalk.jobs import Job, Progress
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.experiment.live.asking import asking
from lmwalk.ui.families.family import Message, noun_of
from lmwalk.ui.shell.escape import counted, duration

UNFINISHED = "unfinished"
"""Nothing asks any more and questions are left, whether trajectories failed or the process that asked is gone."""
FEWEST_TIMED = 5
"""Answers before it is said how long the others will take."""
WORKERS = "waiting for the workers"
CONTINUABLE = (UNFINISHED, "stopped", "failed")


def job_bar(job: Job) -> Message:
    """A run in this process, under way or ended."""
    progress = job.progress()
    whole = job.state != "done" or progress.done >= progress.total
    bar = _bar(job.study, job.state if whole else UNFINISHED, progress.done, progress.errors, progress.total)
    if job.state == "preparing":
        ready = {"count": WORKERS, "asked": WORKERS} if job.place else {"count": "getting the models ready"}
        return {**bar, **ready, "waiting": progress.loading or ""}
    if job.state == "running":
        bar |= {"rate": _rate(progress.calls_per_s), "left": _left(progress)}
    if job.state in ("running", "paused"):
        bar |= asking(job)
    if held := _held(job):
        bar["left"] = ""  # what waits for a person has no end that could be foretold
    said = progress.waiting or progress.loading or held or _warned(job, progress)
    return {**bar, "waiting": said or _decided(job.decisions) or progress.economy}


def _warned(job: Job, progress: Progress) -> str:
    """The last warning of a run that is asked elsewhere, such as that the scheduler is looked for."""
    return progress.warnings[-1] if job.place and progress.warnings else ""


def _held(job: Job) -> str:
    """How many trajectories wait to be sent by hand."""
    count = len(job.held())
    return f"{noun_of(job.study).counted(count)} held: send or release under By hand" if count else ""


def _decided(sentences: Sequence[str]) -> str:
    """What was decided early; of many conditions, how many."""
    if len(sentences) > 1:
        return f"{len(sentences)} conditions were stopped, as they were decided; the page Studies says when and why."
    return next(iter(sentences), "")


def stored_bar(store: Store, study: Study) -> Message:
    """A study that no run in this process has touched."""
    rows = store.studies()
    row = rows[rows["study"] == study.name].iloc[0]
    done, errors = int(row["steps"]), int(row["errors"])
    bar = _bar(study, "done" if done >= int(row["total"]) else UNFINISHED, done, errors, int(row["total"]))
    return {**bar, "waiting": _decided(decisions(store, study))} if study.stop_when else bar


def _bar(study: Study, state: str, done: int, errors: int, total: int | None = None) -> Message:
    total = study.total_steps if total is None else total
    return {
        "state": state,
        "count": f"{done:,} of {counted(total, 'question')}" if total else "nothing to ask",
        "share": min(1.0, done / total) if total else 0.0,
        "rate": "",
        "errors": f"{noun_of(study).counted(errors)} failed" if errors else "no errors" if total else "",
        "failed": errors > 0,
        "left": "can be continued" if state in CONTINUABLE else _spared(study, state, total),
        "waiting": "",
        "asked": "",
        "asked_s": None,
        "queue": "",
    }


def _spared(study: Study, state: str, total: int) -> str:
    """Why a study that is done has asked less than it might have; what was decided early is said elsewhere."""
    fewer = study.total_steps - total
    early = state == "done" and fewer > 0 and total > 0 and not study.stop_when
    return f"{fewer:,} fewer: {noun_of(study).several} ended early" if early else ""


def _rate(calls_per_s: float) -> str:
    """With as many digits as hold still."""
    return f"{calls_per_s:,.{1 if calls_per_s < 10 else 0}f} calls/s"


def _left(progress: Progress) -> str:
    """How long it may still take; nothing before a few answers, whose rate says little."""
    known = progress.eta_s is not None and progress.answers >= FEWEST_TIMED
    return f"{duration(progress.eta_s or 0.0)} left" if known else ""
