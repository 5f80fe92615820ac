"""Studies in the background: start, pause, step, resume, stop, progress.

One event loop in one thread of the process runs every study, so a run outlives the tab, the page and the session that
started it. What it produces is in the store; what is kept here is only what the store cannot know.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal
from weakref import WeakKeyDictionary

from lmwalk.engine import Policy, Run
from lmwalk.engine.holding import Question
from lmwalk.engine.pacing import Control
from lmwalk.engine.plays import Play, prepare, probed
from lmwalk.errors import InputError, LmwalkError
from lmwalk.measuring import Measuring, has_texts
from lmwalk.registry import open_model
from lmwalk.store import Cell, Store
from lmwalk.study import Study
from lmwalk.types import Step

JobState = Literal["preparing", "running", "paused", "stopping", "stopped", "done", "failed"]
ENDED: tuple[JobState, ...] = ("stopped", "done", "failed")
RATE_WINDOW_S = 10.0
MEASURE_S = 0.25
"""Between looks for new texts to measure."""
_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is.

    Attributes
    ----------
    done, total : int
        Answered questions of the whole study, those of earlier runs included, and how many there will be; what
        trajectories that ended early do not ask is left out.
    answers : int
        Answered questions of this run.
    errors : int
        Trajectories that ended in error in this run.
    reasons : dict
        How often each of the five commonest reasons ended one.
    calls_per_s : float
        Answers per second over the last 10 s; 0 where there are none.
    eta_s : float or None
        Seconds left at that rate; None where nothing moves.
    by_model : dict
        (done, total) of each model.
    waiting : str or None
        Why the latest call is being asked again, while that is so.
    """

    done: int
    total: int
    answers: int
    errors: int
    reasons: dict[str, int]
    calls_per_s: float
    eta_s: float | None
    by_model: dict[str, tuple[int, int]]
    waiting: str | None


class Job:
    """One run of a study. Its methods may be called from any thread."""

    def __init__(self, study: Study, loop: asyncio.AbstractEventLoop) -> None:
        self.study = study
        self._phase: JobState = "preparing"
        self.failure: LmwalkError | None = None
        self._loop = loop
        self._control = Control()
        self._future: Future[None] | None = None
        self._models: dict[str, str] = {}
        self._done: Counter[str] = Counter()
        self._spared: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._waiting: str | None = None
        self._ticks: deque[tuple[float, int]] = deque()
        self._answers = 0

    @property
    def error(self) -> str | None:
        """Why the job failed, as a sentence; None where it did not."""
        if self.state != "failed":
            return None
        return str(self.failure) if self.failure else "lmwalk itself failed; the terminal it runs in says where."

    @property
    def state(self) -> JobState:
        """What the job is doing."""
        return "paused" if self._phase == "running" and self._control.paused else self._phase

    def pause(self) -> None:
        """Send no further question; those under way are answered and kept."""
        self._control.pause()

    def resume(self) -> None:
        """Go on."""
        self._loop.call_soon_threadsafe(self._control.resume)

    def step(self) -> None:
        """One question for every trajectory, then stand still again; pauses a running job."""
        self._control.pause()
        self._loop.call_soon_threadsafe(self._control.step)

    def hold(self, condition: str, trajectory: int) -> None:
        """Let a trajectory ask only what is sent by hand; the others go on."""
        self._control.holds.hold(condition, trajectory)

    def release(self, condition: str, trajectory: int) -> None:
        """Let a held trajectory go on with the others."""
        self._loop.call_soon_threadsafe(self._control.holds.release, condition, trajectory)

    def send(self, condition: str, trajectory: int, t: int) -> None:
        """Send the question of step t of a held trajectory, also while the run is paused."""
        self._loop.call_soon_threadsafe(self._control.holds.send, condition, trajectory, t)

    def holds(self, condition: str, trajectory: int) -> bool:
        """Whether a trajectory is held."""
        return self._control.holds.holds(condition, trajectory)

    def held(self) -> tuple[Question, ...]:
        """The questions that wait to be sent by hand, as they will be sent."""
        return self._control.holds.waiting()

    def stop(self) -> None:
        """End the run at once. Questions under way are dropped; a later run asks them again."""
        if self.state not in ENDED and self._future:
            self._phase = "stopping"
            self._future.cancel()

    @property
    def concurrency(self) -> int:
        """Questions in flight at once, for each model server."""
        return self.study.concurrency

    def set_concurrency(self, at_once: int) -> None:
        """Ask more, or fewer, at once from now on; ``Jobs.set_concurrency`` keeps it for later runs, too.

        Questions under way are answered: where the number was lowered, none goes out until fewer are.

        Raises
        ------
        InputError
            No study can have that many.
        """
        self.study = self.study.at_once(at_once)
        self._loop.call_soon_threadsafe(self._control.resize, at_once)

    def wait(self, timeout_s: float | None = None) -> None:
        """Block until the job has ended, for at most that long."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while self.state not in ENDED and (deadline is None or time.monotonic() < deadline):
            time.sleep(0.02)

    def progress(self) -> Progress:
        """How far the job is, now."""
        each = len(self.study.temperatures) * self.study.trajectory_count * self.study.steps
        done, rate = sum(self._done.values()), self._rate()
        total = self.study.total_steps - sum(self._spared.values())
        left = total - done
        return Progress(
            done=done,
            total=total,
            answers=self._answers,
            errors=self._reasons.total(),
            reasons=dict(self._reasons.most_common(5)),
            calls_per_s=rate,
            eta_s=left / rate if rate and self.state == "running" else None,
            by_model={model: (self._done[model], each - self._spared[model]) for model in self.study.models},
            waiting=self._waiting,
        )

    def _rate(self) -> float:
        """Answers per second over the window, read from counts that this method itself keeps."""
        now = time.monotonic()
        self._ticks.append((now, self._answers))
        while len(self._ticks) > 2 and now - self._ticks[0][0] > RATE_WINDOW_S:
            self._ticks.popleft()
        (first, before), (last, answers) = self._ticks[0], self._ticks[-1]
        return (answers - before) / (last - first) if last > first else 0.0

    # ---- told by the engine, on its loop

    def stepped(self, step: Step) -> None:
        self._waiting = None
        if step.status == "error":
            self._reasons[str(step.error)] += 1
        else:
            self._done[self._models[step.condition]] += 1
            self._answers += 1
            if step.ended:
                self._spared[self._models[step.condition]] += self.study.steps - step.t

    def waiting(self, model: str, attempt: int, wait_s: float, reason: str) -> None:
        who = "" if reason.startswith(model) else f"{model}: "
        self._waiting = f"{who}{reason} Asking again in {wait_s:.0f} s (attempt {attempt + 1})."

    # ---- the run itself

    def launch(self, store: Store, open_model: Callable[[str], Any]) -> None:
        """Begin on the loop. What no user can mend ends up in the log."""
        self._future = asyncio.run_coroutine_threadsafe(self._run(store, open_model), self._loop)
        self._future.add_done_callback(self._log_a_bug)

    def _log_a_bug(self, ended: Future[None]) -> None:
        if not ended.cancelled() and (bug := ended.exception()):
            _LOGGER.error("the run of %r ended in a bug", self.study.name, exc_info=bug)

    async def _run(self, store: Store, open_model: Callable[[str], Any]) -> None:
        """Prepare, register, run, and say how it ended in ``state`` and ``error``."""
        plays: list[Play] = []
        try:
            plays = await probed(await asyncio.to_thread(prepare, self.study, open_model))
            cells = [Cell(play.condition, play.sent, play.model.simulated) for play in plays]
            await asyncio.to_thread(store.register, self.study, cells)
            run = await asyncio.to_thread(self._begin, store, plays)
            self._phase = "running"
            await run()
            await asyncio.to_thread(store.flush)
            self._phase = "done"
        except asyncio.CancelledError:
            self._phase = "stopped"
        except LmwalkError as error:
            self.failure, self._phase = error, "failed"
        finally:
            self._phase = self._phase if self._phase in ENDED else "failed"
            for model in {id(play.model): play.model for play in plays}.values():
                await model.close()

    def _begin(self, store: Store, plays: list[Play]) -> Run:
        self._models = {play.condition.id: play.condition.model for play in plays}
        store.flush()  # the answers of a run that was stopped just now
        begun = store.standings(self._models)
        for (condition, number), standing in begun.items():
            if number in self.study.numbers:
                self._done[self._models[condition]] += min(standing.t, self.study.steps)
                if standing.ended:
                    self._spared[self._models[condition]] += max(0, self.study.steps - standing.t)
        return Run(self.study, plays, store, begun, self._control, Policy(observer=self))


class Jobs:
    """The jobs of one store, by study name; a study has at most one that is under way."""

    def __init__(self, store: Store, opener: Callable[[str], Any] | None = None) -> None:
        self._store = store
        self._opener = opener or partial(open_model, home=store.path.parent)
        self._jobs: dict[str, Job] = {}
        self._measured: dict[str, Measuring] = {}
        self._measurings: dict[str, Future[None]] = {}
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="lmwalk-jobs", daemon=True).start()

    def start(self, study: Study, *, hold: Iterable[tuple[str, int]] = (), paused: bool = False) -> Job:
        """Run a study from where it stands; returns at once. One that is under way already is given back as it is.

        ``hold`` names trajectories, by condition and number, that are held from the first question on; ``paused`` lets
        none ask before the job is told to resume.
        """
        with self._lock:
            known = self._jobs.get(study.name)
            if known and known.state not in ENDED:
                return known
            job = Job(study, self._loop)
            for condition, trajectory in hold:
                job.hold(condition, trajectory)
            if paused:
                job.pause()
            self._jobs[study.name] = job
            job.launch(self._store, self._opener)
        self._measure_anew(study)
        return job

    def get(self, study: str) -> Job | None:
        """The latest job of a study, under way or ended, in this process."""
        return self._jobs.get(study)

    def measure(self, study: Study) -> None:
        """See to it that the texts of a study are measured, in the background; returns at once.

        A run measures its own; this is for what an earlier process left, or what was imported, once a process.
        """
        if study.name not in self._measured:
            self._measure_anew(study)

    def _measure_anew(self, study: Study) -> None:
        """Measure what is there and what a run still adds."""
        with self._lock:
            if has_texts(study) and not self.measuring(study.name):
                self._measured[study.name] = Measuring(self._store, study)
                measured = self._measure(self._measured[study.name], study.name)
                self._measurings[study.name] = asyncio.run_coroutine_threadsafe(measured, self._loop)

    def measuring(self, study: str) -> bool:
        """Whether texts of the study are being measured, or waited for."""
        return study in self._measurings and not self._measurings[study].done()

    def unmeasured(self, study: str) -> tuple[int, dict[str, str]]:
        """How many texts are known to wait, and the properties that cannot be measured after all, each with why."""
        known = self._measured.get(study)
        return (known.left, known.complaints) if known else (0, {})

    async def _measure(self, measuring: Measuring, name: str) -> None:
        more = True
        while more:
            job = self._jobs.get(name)
            more = job is not None and job.state not in ENDED  # looked up before the texts, so that none is missed
            try:
                while await asyncio.to_thread(measuring.some):
                    pass
            except LmwalkError:
                return  # the store is closed or broken, as whoever writes to it says
            if more:
                await asyncio.sleep(MEASURE_S)

    def set_concurrency(self, study: str, at_once: int) -> None:
        """Change how many questions a study asks at once, of a run under way and of every later one.

        The study file then says so, too. Conditions and draws stay what they are.

        Raises
        ------
        InputError
            There is no such study, or none can have that many.
        """
        if known := self._jobs.get(study):
            known.set_concurrency(at_once)
        if not known or study in set(self._store.studies()["study"]):
            self._store.shelf.set_concurrency(study, at_once)

    def delete(self, study: str) -> int:
        """Delete a study; the number of its records. Raises InputError where it is under way or not there."""
        known = self._put_down(study)
        if known and study not in set(self._store.studies()["study"]):
            return 0  # it ended before anything was stored
        return self._store.shelf.delete(study)

    def rename(self, study: str, name: str) -> None:
        """Give a stored study another name. Raises InputError where it is under way, or the name cannot be had."""
        self._put_down(study)
        self._store.shelf.rename(study, name)

    def _put_down(self, study: str) -> bool:
        """Forget a study's run that has ended; whether there was one. Raises InputError where it goes on."""
        with self._lock:
            known = self._jobs.get(study)
            if (known and known.state not in ENDED) or self.measuring(study):
                raise InputError(f"The study {study!r} is under way. Accepted: one that has ended; stop it first.")
            self._measured.pop(study, None)
            self._measurings.pop(study, None)
            return self._jobs.pop(study, None) is not None

    def all(self) -> list[Job]:
        """Every study's latest job, in the order in which the studies were first started."""
        return list(self._jobs.values())


_JOBS: WeakKeyDictionary[Store, Jobs] = WeakKeyDictionary()
_MAKING = threading.Lock()


def jobs_of(store: Store) -> Jobs:
    """The jobs of a store; one object a process and store."""
    with _MAKING:
        if store not in _JOBS:
            _JOBS[store] = Jobs(store)
        return _JOBS[store]


@atexit.register
def _stop_all() -> None:
    """Let every running job end before the interpreter goes, so that what was answered is written."""
    running = [job for jobs in _JOBS.values() for job in jobs.all()]
    for job in running:
        job.stop()
    for job in running:
        job.wait(timeout_s=5)
