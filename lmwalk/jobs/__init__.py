"""Studies in the background: start, pause, step, resume, stop, progress.

One event loop in one thread of the process runs every study, so a run outlives the tab, the page and the session that
started it. What it produces is in the store; what is kept here is only what the store cannot know.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from lmwalk.access import SAID
from lmwalk.cluster.place import Place
from lmwalk.ending import Stage, at_end, await_each
from lmwalk.errors import InputError, LmwalkError, ReadOnlyError
from lmwalk.jobs.asked_fields import Fields
from lmwalk.jobs.far_job import FarJob
from lmwalk.jobs.fields import FieldAsking, FieldPlan
from lmwalk.jobs.job import ENDED, Job, JobState, Progress
from lmwalk.jobs.overview import StudyRow, overview
from lmwalk.measuring import Measuring, has_texts
from lmwalk.registry import open_model
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.study.part import WHOLE, Part

__all__ = ["ENDED", "FieldAsking", "FieldPlan", "Job", "JobState", "Jobs", "Place", "Progress", "StudyRow", "jobs_of"]

MEASURE_S = 0.25
"""Between looks for new texts to measure."""
MEASURE_AGAIN = 8
"""Failures in a row after which texts are measured another time; whoever writes to the store says what is wrong."""
PATIENCE_S, FAR_PATIENCE_S = 2.0, 8.0
"""How long the end of the process waits for jobs; for those of workers longer, as these are ended with them."""


class Jobs:
    """The jobs of one store, by study name; a study has at most one that is under way."""

    def __init__(self, store: Store, opener: Callable[[str], Any] | None = None) -> None:
        self.measures = True
        """Whether texts are measured as they come."""
        self._store = store
        self._opener = opener or partial(open_model, home=store.path.parent)
        self._jobs: dict[str, Job] = {}
        self._measured: dict[str, Measuring] = {}
        self._measurings: dict[str, Future[None]] = {}
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._fields = Fields(store, self._opener, self._loop)
        self._thread = threading.Thread(target=self._loop.run_forever, name="lmwalk-jobs", daemon=True)
        self._thread.start()

    def start(
        self,
        study: Study,
        *,
        hold: Iterable[tuple[str, int]] = (),
        paused: bool = False,
        place: Place | None = None,
        part: Part = WHOLE,
    ) -> Job:
        """Start a study, or continue it where it was left. Returns at once.

        Parameters
        ----------
        study : Study
            If its latest job has not ended, that job is returned unchanged.
        hold : iterable of (str, int)
            Condition id and number of trajectories that are held from their first question on.
        paused : bool
            Whether the job waits for ``Job.resume`` before it asks anything.
        place : Place, optional
            Whose workers ask; without one, this process does.
        part : Part
            Which of the study's trajectories are asked.

        Raises
        ------
        InputError
            Another part of the study is under way, or the study cannot be asked in parts.
        ReadOnlyError
            Nothing can be written to the store.
        """
        self._must_be_allowed()
        with self._lock:
            known = self._jobs.get(study.name)
            if known and known.state not in ENDED:
                if known.part != part:
                    raise InputError(
                        f"part: of {study.name!r} part {known.part} is under way, so {part} cannot be begun. Accepted: "
                        "the same one, or to wait until it has ended; --to FOLDER asks several at once."
                    )
                return known
            job = FarJob(study, self._loop, place, part) if place else Job(study, self._loop, part)
            for condition, trajectory in hold:
                job.hold(condition, trajectory)
            if paused:
                job.pause()
            self._jobs[study.name] = job
            job.launch(self._store, self._opener)
        self._measure_anew(study)
        return job

    def _must_be_allowed(self) -> None:
        """Raise ReadOnlyError where nothing can be written to the store."""
        if self._store.read_only:
            raise ReadOnlyError(f"{SAID}: no study is started or changed.")

    def get(self, study: str) -> Job | None:
        """The latest job of a study, under way or ended, in this process."""
        return self._jobs.get(study)

    def studies(self) -> list[Study]:
        """The studies of all jobs, in the order in which they were first started."""
        return [job.study for job in self.all()]

    def moving(self) -> list[tuple[str, bool]]:
        """The name of every study, newest first, and whether something of it changes by itself."""
        begun = {job.study.name: job.state not in ENDED for job in reversed(self.all())}
        names = dict.fromkeys([*begun, *self._store.processes()])
        return [(name, begun.get(name, False) or self.measuring(name)) for name in names]

    def overview(self) -> list[StudyRow]:
        """Every study in a row, newest first: those just begun, then those stored."""
        return overview(self._store, self)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop that every job runs on, in a thread of its own."""
        return self._loop

    def ask_field(self, plan: FieldPlan, *, refresh: bool = False) -> FieldAsking:
        """Ask the positions of a field, those that were not asked before. Returns at once.

        Parameters
        ----------
        plan : FieldPlan
            Where an equal one is under way or done in this process, that is returned.
        refresh : bool
            Whether everything is asked anew all the same.

        Raises
        ------
        ReadOnlyError
            Nothing is asked in a process that only reads.
        """
        return self._fields.ask(plan, refresh=refresh)

    def field(self, plan: FieldPlan) -> FieldAsking | None:
        """The latest asking of an equal plan in this process, under way or ended; the oldest are forgotten."""
        return self._fields.get(plan)

    def measure(self, study: Study) -> None:
        """Measure the properties of a study's texts in the background. Returns at once.

        A run does this by itself. Call it for studies that were imported or left unmeasured by an earlier process;
        further calls in the same process do nothing, nor does one for a store that is only read.
        """
        if study.name not in self._measured and not self._store.read_only:
            self._measure_anew(study)

    def _measure_anew(self, study: Study) -> None:
        """Measure the texts that are stored, and those that a job still adds."""
        with self._lock:
            if self.measures and has_texts(study) and not self.measuring(study.name):
                self._measured[study.name] = Measuring(self._store, study)
                measured = self._measure(self._measured[study.name], study.name)
                self._measurings[study.name] = asyncio.run_coroutine_threadsafe(measured, self._loop)

    def measuring(self, study: str) -> bool:
        """Whether texts of the study are being measured, or waited for."""
        return study in self._measurings and not self._measurings[study].done()

    def unmeasured(self, study: str) -> tuple[int, dict[str, str]]:
        """The number of texts still to be measured, and a sentence for each property that cannot be measured."""
        known = self._measured.get(study)
        return (known.left, known.complaints) if known else (0, {})

    async def _measure(self, measuring: Measuring, name: str) -> None:
        more, failures = True, 0
        while more:
            job = self._jobs.get(name)
            more = job is not None and job.state not in ENDED  # looked up before the texts, so that none is missed
            try:
                while await asyncio.to_thread(measuring.some):
                    failures = 0
            except LmwalkError:  # there may be room again in a moment; a store that is closed or broken stays so
                failures += 1
                more = failures < MEASURE_AGAIN
            if more:
                await asyncio.sleep(MEASURE_S)

    def set_concurrency(self, study: str, at_once: int) -> None:
        """Change how many questions a study asks at once, of a run under way and of every later one.

        The study file then says so, too. Conditions and draws stay what they are.

        Raises
        ------
        InputError
            There is no such study, or none can have that many; or nothing can be written to the store.
        """
        self._change(
            study,
            lambda job: job.set_concurrency(at_once),
            lambda: self._store.shelf.set_concurrency(study, at_once),
        )

    def set_pairs(self, study: str, pairs: Mapping[str, str] | None) -> None:
        """Say which models of a study belong together, base model to instruct model; None has it guessed from names.

        No answer and no condition changes.

        Raises
        ------
        InputError
            There is no such study, or it has no such models; or nothing can be written to the store.
        """
        self._change(study, lambda job: job.set_pairs(pairs), lambda: self._store.shelf.set_pairs(study, pairs))

    def _change(self, study: str, run: Callable[[Job], object], stored: Callable[[], object]) -> None:
        """Change a study in its run, where it has one, and where it is stored; one of which nothing is has its run."""
        self._must_be_allowed()
        if known := self._jobs.get(study):
            run(known)
        if not known or study in self._store.processes():
            stored()

    def delete(self, study: str) -> int:
        """Delete a study; returns how many records it had. Raises InputError if it is running or does not exist."""
        known = self._put_down(study)
        if known and study not in self._store.processes():
            return 0  # it ended before anything was stored
        return self._store.shelf.delete(study)

    def rename(self, study: str, name: str) -> None:
        """Rename a stored study. Raises InputError if it is running, or the name is taken or not allowed."""
        self._put_down(study)
        self._store.shelf.rename(study, name)

    def _put_down(self, study: str) -> bool:
        """Forget a study's run that has ended; whether there was one. Raises InputError where it goes on."""
        self._must_be_allowed()
        with self._lock:
            known = self._jobs.get(study)
            if (known and known.state not in ENDED) or self.measuring(study):
                raise InputError(f"The study {study!r} is under way. Accepted: one that has ended; stop it first.")
            self._measured.pop(study, None)
            self._measurings.pop(study, None)
            return self._jobs.pop(study, None) is not None

    def stop(self) -> None:
        """Stop all jobs, fields and measuring. Returns at once; they end a moment later."""
        for job in self.all():
            job.stop()
        self._fields.stop()
        for measuring in list(self._measurings.values()):
            measuring.cancel()

    def close(self) -> None:
        """Stop whatever is under way, wait for it, and give back the thread; no study can be started any more."""
        self.stop()
        await_each(self.waits(), self.patience_s)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def patience_s(self) -> float:
        """How long the end waits for what is under way in this process."""
        is_far = any(job.place and job.state not in ENDED for job in self._jobs.values())
        return FAR_PATIENCE_S if is_far else PATIENCE_S

    def waits(self) -> list[Callable[[float], None]]:
        """For each job and field a call that blocks until it has ended, at most so many seconds."""
        return [*(job.wait for job in self.all()), *(asking.wait for asking in self._fields.all())]

    def all(self) -> list[Job]:
        """Every study's latest job, in the order in which the studies were first started."""
        return list(self._jobs.values())


_JOBS: WeakKeyDictionary[Store, Jobs] = WeakKeyDictionary()
KINDS: dict[type[Store], type[Jobs]] = {}
"""What the jobs of a kind of store are, where they are not ``Jobs`` itself."""
_MAKING = threading.Lock()


def jobs_of(store: Store, opener: Callable[[str], Any] | None = None) -> Jobs:
    """The jobs of a store; one object a process and store. Who asks for it first may say how models are opened."""
    with _MAKING:
        if store not in _JOBS:
            _JOBS[store] = KINDS.get(type(store), Jobs)(store, opener)
        return _JOBS[store]


@at_end(Stage.JOBS)
def _stop_all() -> None:
    """Let every running job end, so that what was answered is handed to the store; texts are measured another time."""
    every = list(_JOBS.values())
    for jobs in every:
        jobs.stop()
    patience_s = max((jobs.patience_s for jobs in every), default=0.0)
    await_each([wait for jobs in every for wait in jobs.waits()], patience_s)
