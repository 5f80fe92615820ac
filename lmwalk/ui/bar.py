"""The state of a run, in the words and numbers of the stage's bar."""

from __future__ import annotations

from lmwalk.jobs import Job, Progress
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.feed import Message
from lmwalk.ui.text import counted, duration, number

UNFINISHED = "unfinished"
"""Nothing asks any more and questions are left, whether walks failed or the process that asked is gone."""
CONTINUABLE = (UNFINISHED, "stopped", "failed")


def job_bar(job: Job) -> Message:
    """A run in this process, under way or ended."""
    progress = job.progress()
    whole = job.state != "done" or progress.done >= progress.total
    bar = _bar(job.state if whole else UNFINISHED, progress.done, progress.total, progress.errors)
    if job.state == "preparing":
        return {**bar, "count": "getting the models ready"}
    if job.state == "running":
        bar |= {"rate": f"{number(progress.calls_per_s)} calls/s", "left": _left(progress)}
    return {**bar, "waiting": progress.waiting or ""}


def stored_bar(store: Store, study: Study) -> Message:
    """A study that no run in this process has touched."""
    rows = store.studies()
    row = rows[rows["study"] == study.name].iloc[0]
    done, total, errors = int(row["steps"]), int(row["total"]), int(row["errors"])
    return _bar("done" if done >= total else UNFINISHED, done, total, errors)


def _bar(state: str, done: int, total: int, errors: int) -> Message:
    return {
        "state": state,
        "count": f"{done:,} of {counted(total, 'question')}" if total else "nothing to ask",
        "share": min(1.0, done / total) if total else 0.0,
        "rate": "",
        "errors": f"{counted(errors, 'walk')} failed" if errors else "no errors" if total else "",
        "failed": errors > 0,
        "left": "can be continued" if state in CONTINUABLE else "",
        "waiting": "",
    }


def _left(progress: Progress) -> str:
    return f"{duration(progress.eta_s)} left" if progress.eta_s is not None else ""
