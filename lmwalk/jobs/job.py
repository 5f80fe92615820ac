"""One run of a study: start, pause, step, resume, stop, hold, progress."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from lmwalk.analysis.endings import prompt_cut_at_once
from lmwalk.cluster.place import Place
from lmwalk.datasets.labels import labels
from lmwalk.engine import Policy, Run
from lmwalk.engine.manual_stepping import Question
from lmwalk.engine.prepared import PreparedCondition, prepare, probed
from lmwalk.engine.scheduling import Asked, Control, Retries
from lmwalk.errors import LmwalkError
from lmwalk.jobs.following import Pulse, followed
from lmwalk.jobs.noting import Noting, lessons_of, stored_conditions
from lmwalk.jobs.stopping import Stopping
from lmwalk.number_format import clock, duration
from lmwalk.shelves.attention import attended
from lmwalk.shelves.lists import shelved
from lmwalk.step import Step
from lmwalk.store import Standing, Store, StoredCondition
from lmwalk.study import Condition, Study
from lmwalk.study.part import WHOLE, Part
from lmwalk.types import Model, TellsServer

T = TypeVar("T")
JobState = Literal["preparing", "running", "paused", "stopping", "stopped", "done", "failed"]
ENDED: tuple[JobState, ...] = ("stopped", "done", "failed")
RATE_WINDOW_S = 10.0
IN_SECONDS = 60.0
"""A wait that is shorter is told in seconds; a longer one was asked for by a server, and is told by the clock."""
WORTH_TELLING_S = 3.0
"""Seconds for which a first answer is waited for before anybody speaks of loading."""
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
        Why a call is being asked again, and when, while that is so; of several, the one that waits longest.
    wait_reason : str
        Why it is being asked again, with the model's name and without when; empty where nothing waits.
    wait_s : float
        Seconds until it is asked again; 0 where nothing waits.
    warnings : tuple of str
        What went wrong and stops nothing: of each model, that its server reads less than the question.
    loading : str or None
        That a first question waits as its server may be loading the model, and for how long it does, where that is so.
    loading_model : str
        The model of that question; empty where none waits.
    asked, spared : int
        Where token probabilities are measured: different questions that models were asked, and steps that needed no
        question, as it had been asked before.
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
    wait_s: float
    warnings: tuple[str, ...] = ()
    loading: str | None = None
    wait_reason: str = ""
    loading_model: str = ""
    asked: int = 0
    spared: int = 0

    @property
    def economy(self) -> str:
        """How many questions were asked and how many spared, in a sentence; empty where every step was a question."""
        if not self.spared:
            return ""
        return f"Questions asked: {self.asked:,}; answered from what had been asked before: {self.spared:,}."


class Counted(NamedTuple):
    """What progress counts of a step that was asked elsewhere; as columns of the same names."""

    condition: str
    t: int
    status: str
    error: str | None
    ended: str | None
    prompt_cut: bool | None
    tokens_in: int | None


class Opened(Protocol):
    """What a job says of a model."""

    name: str
    server: str
    exclusive: bool

    async def close(self) -> None: ...


class Economy(Protocol):
    """What was asked of one model, and what was spared."""

    @property
    def asked(self) -> int: ...
    @property
    def spared(self) -> int: ...


class Wait(NamedTuple):
    """Until when (on the monotonic clock) a question waits to be asked again, why, and that as a sentence."""

    until: float
    reason: str
    sentence: str


class Job:
    """One run of a study. Its methods may be called from any thread."""

    def __init__(self, study: Study, loop: asyncio.AbstractEventLoop, part: Part = WHOLE) -> None:
        self.study = study
        self.part = part
        """Which of the study's trajectories are asked."""
        self._share = part.share(study)
        self._cells = {condition.id: condition.model for condition in study.conditions()}
        self._unasked: list[StoredCondition] = []
        self._phase: JobState = "preparing"
        self.failure: LmwalkError | None = None
        self.place: Place | None = None
        """Whose workers ask; None where this process does."""
        self.dashboard = ""
        """The address of Dask's own dashboard; empty where there is none."""
        self.cautions: tuple[str, ...] = ()
        """What the first question showed of each model's token probabilities, a sentence each; empty before that."""
        self._loop = loop
        self._control = Control()
        self._future: Future[None] | None = None
        self._models: dict[str, str] = {}
        self._done: Counter[str] = Counter()
        self._spared: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._waits: dict[str, Wait] = {}
        self._warnings: dict[str, str] = {}
        self._ticks: deque[tuple[float, int]] = deque()
        self._answers = 0
        self._opened: list[Opened] = []
        self._pulses: dict[str, Pulse] = {}
        self._rule: Stopping | None = None
        self._caches: Sequence[Economy] = ()

    @property
    def error(self) -> str | None:
        """Why the job failed, as a sentence; None where it did not."""
        if self.state != "failed":
            return None
        return str(self.failure) if self.failure else "lmwalk itself failed; the terminal it runs in says where."

    @property
    def decisions(self) -> tuple[str, ...]:
        """Why conditions were stopped, as their study's rule has it: a sentence each, with the condition's name."""
        told = tuple(self._rule.sentences.items()) if self._rule else ()
        names = labels(self.study) if told else {}
        return tuple(f"{names[condition]}: {sentence}" for condition, sentence in told)

    @property
    def state(self) -> JobState:
        """What the job is doing."""
        return "paused" if self._phase == "running" and self._control.paused else self._phase

    def pause(self) -> None:
        """Send no more questions until ``resume``. Questions already sent are answered and stored."""
        self._control.pause()

    def resume(self) -> None:
        """Send questions again after ``pause``."""
        self._loop.call_soon_threadsafe(self._control.resume)

    def step(self) -> None:
        """Ask one question of every trajectory that is not held, then pause again. Pauses a running job."""
        self._control.pause()
        self._loop.call_soon_threadsafe(self._control.step)

    def ask_now(self) -> None:
        """End all waits before a retry at once, including those that a server asked for (Retry-After)."""
        self._loop.call_soon_threadsafe(self._ask_now)

    def _ask_now(self) -> None:
        self._waits.clear()
        self._control.ask_now()

    def hold(self, condition: str, trajectory: int) -> None:
        """Hold a trajectory (condition id, number): its questions go out only by ``send``. The others go on."""
        self._control.holds.hold(condition, trajectory)
        self._loop.call_soon_threadsafe(self._control.look_again)  # in a pause it waits, but not yet for a hand

    def release(self, condition: str, trajectory: int) -> None:
        """Stop holding a trajectory; it goes on with the others."""
        self._loop.call_soon_threadsafe(self._control.holds.release, condition, trajectory)

    def send(self, condition: str, trajectory: int, t: int) -> None:
        """Send a trajectory's question of step t: of one that is held, or of any in a pause; no other question."""
        self._loop.call_soon_threadsafe(self._control.holds.send, condition, trajectory, t)

    def holds(self, condition: str, trajectory: int) -> bool:
        """Whether a trajectory is held."""
        return self._control.holds.holds(condition, trajectory)

    def question(self, condition: str, trajectory: int) -> Question | None:
        """The question that ``send`` would send now: of a trajectory that is held, or of any while the run is paused.

        None where the trajectory waits for an answer, is over, or was not begun yet.
        """
        if self.state == "paused" or self.holds(condition, trajectory):
            return self._control.holds.question(condition, trajectory)
        return None

    def held(self) -> tuple[Question, ...]:
        """The questions of held trajectories that wait for ``send``, exactly as they will be sent."""
        return self._control.holds.waiting()

    def asking(self) -> list[Asked]:
        """The questions that are with a model server now, the oldest first."""
        return self._control.asking()

    def left(self) -> dict[str, int]:
        """How many trajectories of each condition have not ended; nothing before the run has begun."""
        return {condition: pulse.left for condition, pulse in tuple(self._pulses.items())}

    @property
    def in_turn(self) -> bool:
        """Whether a server holds one model at a time, so that some models wait until others are through."""
        own = [model for model in tuple(self._opened) if model.exclusive]
        return len({model.name for model in own}) > len({model.server for model in own})

    def watched(self, current: str | None) -> str | None:
        """The id of the condition that the stage should show next; None while none is known.

        Follows the answers (``jobs.following``), but stays with a condition while one of its held questions waits.

        Parameters
        ----------
        current : str or None
            The condition shown so far.
        """
        waiting = {question.condition: None for question in self.held()}
        if current in waiting or (waiting and current is None):
            return current or next(iter(waiting))
        return followed(current, dict(self._pulses), time.monotonic())

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
        """Change how many questions are in flight per server. ``Jobs.set_concurrency`` also stores it for later runs.

        Questions under way are answered: where the number was lowered, none goes out until fewer are.

        Raises
        ------
        InputError
            No study can have that many.
        """
        self.study = self.study.at_once(at_once)
        self._loop.call_soon_threadsafe(self._control.resize, at_once)

    def set_pairs(self, pairs: Mapping[str, str] | None) -> None:
        """Say which models belong together. Raises InputError where they cannot."""
        self.study = self.study.with_pairs(pairs)

    def wait(self, timeout_s: float | None = None) -> None:
        """Block until the job has ended, or for ``timeout_s`` seconds."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while self.state not in ENDED and (deadline is None or time.monotonic() < deadline):
            time.sleep(0.02)

    def progress(self) -> Progress:
        """How far the job is, now."""
        each = self._each()
        done, rate = sum(self._done.values()), self._rate()
        total = sum(each.values()) - sum(self._spared.values())
        left = total - done
        longest = max(tuple(self._waits.values()), default=None)
        loading = self._loading() if self.state not in ENDED else None
        return Progress(
            done=done,
            total=total,
            answers=self._answers,
            errors=self._reasons.total(),
            reasons=dict(self._reasons.most_common(5)),
            calls_per_s=rate,
            eta_s=left / rate if rate and self.state == "running" else None,
            by_model={model: (self._done[model], each[model] - self._spared[model]) for model in self.study.models},
            waiting=longest.sentence if longest else None,
            wait_s=max(0.0, longest.until - time.monotonic()) if longest else 0.0,
            warnings=tuple(self._warnings.values()),
            loading=self._loading_sentence(*loading) if loading else None,
            wait_reason=longest.reason if longest else "",
            loading_model=loading[1] if loading else "",
            asked=sum(cache.asked for cache in self._caches),
            spared=sum(cache.spared for cache in self._caches),
        )

    def _each(self) -> Counter[str]:
        """How many questions there are of each model, were all trajectories asked to their end."""
        each: Counter[str] = Counter()
        for condition, model in self._cells.items():
            each[model] += len(self._share.numbers.get(condition, ())) * self.study.steps
        return each

    def _loading(self) -> tuple[float, str] | None:
        """For how many seconds which model may have been loading; of several, the one that has waited longest."""
        waits = [
            (waited, model.name)
            for model in tuple(self._opened)
            if isinstance(model, TellsServer) and (waited := model.loading_s) is not None and waited >= WORTH_TELLING_S
        ]
        return max(waits, default=None)

    def _loading_sentence(self, waited: float, name: str) -> str:
        return (
            f"{name}: its server may be loading the model; waiting for the first answer since {duration(waited)}, for "
            f"at most {duration(self.study.load_timeout_s)} (load_timeout_s)."
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

    def stepped(self, step: Step | Counted) -> None:
        self._over(self._models[step.condition])
        if step.prompt_cut:
            model = self._models[step.condition]
            self._warnings.setdefault(model, prompt_cut_at_once(model, step.tokens_in))
        over = step.status == "error" or step.ended is not None or step.t >= self.study.steps
        left = self._pulses[step.condition].left - over
        if step.status == "error":
            self._reasons[str(step.error)] += 1
        else:
            self._done[self._models[step.condition]] += 1
            self._answers += 1
            if step.ended:
                self._spared[self._models[step.condition]] += self.study.steps - step.t
        self._pulses[step.condition] = Pulse(left, self._answers, time.monotonic())

    def spared(self, condition: str) -> None:
        self._spared[self._models[condition]] += self.study.steps
        pulse = self._pulses[condition]
        self._pulses[condition] = pulse._replace(left=pulse.left - 1)

    def waiting(self, model: str, attempt: int, wait_s: float, reason: str) -> None:
        why = reason if reason.startswith(model) else f"{model}: {reason}"
        when = f"in {wait_s:.0f} s" if wait_s < IN_SECONDS else f"at {clock(wait_s)}"
        sentence = f"{why} Asking again {when} (attempt {attempt + 1})."
        self._waits[model] = Wait(time.monotonic() + wait_s, why, sentence)

    def _over(self, model: str) -> None:
        """Forget that a question waits, as another one was answered, unless the server asked for a long rest."""
        wait = self._waits.get(model)
        if wait and wait.until - time.monotonic() < IN_SECONDS:
            del self._waits[model]

    # ---- the run itself

    def launch(self, store: Store, open_model: Callable[[str], Any]) -> None:
        """Start on the event loop. An exception that is a bug of ours goes to the log."""
        self._future = asyncio.run_coroutine_threadsafe(self._run(store, open_model), self._loop)
        self._future.add_done_callback(self._log_a_bug)

    def _log_a_bug(self, ended: Future[None]) -> None:
        if not ended.cancelled() and (bug := ended.exception()):
            _LOGGER.error("the run of %r ended in a bug", self.study.name, exc_info=bug)

    async def _run(self, store: Store, open_model: Callable[[str], Model]) -> None:
        """Run, and say how it ended in ``state`` and ``error`` once every model that was opened is closed."""

        def opener(name: str) -> Model:
            model = open_model(name)
            self._opened.append(model)
            return model

        ended: JobState = "failed"
        try:
            await self._run_through(store, opener)
            ended = "done"
        except asyncio.CancelledError:
            ended = "stopped"
        except LmwalkError as error:
            self.failure = error
        finally:
            try:
                for model in self._opened:
                    await model.close()
            finally:
                self._phase = ended

    async def _run_through(self, store: Store, open_model: Callable[[str], Model]) -> None:
        """Prepare, register, and ask everything."""
        prepared = await asyncio.to_thread(prepare, self.study, open_model)
        self._caches = list({id(play.scores): play.scores for play in prepared}.values())
        own = [play for play in prepared if play.condition.id in self._share.numbers]
        self._unasked = stored_conditions([play for play in prepared if play.condition.id not in self._share.numbers])
        await attended(store, own, self.study)
        plays = await probed(await shelved(store, own, refresh=self.study.refresh))
        self.cautions = _added(own, plays)
        noting = Noting(store, stored_conditions(plays), lessons_of(plays), self._register)
        await noting.begin()
        begun = await to_its_end(self._stand, store, [play.condition for play in plays])
        only = None if self.part == WHOLE else self._share
        run = Run(self.study, plays, store, begun, self._control, self._policy(), only)
        if self.study.stop_when:
            self._rule = Stopping(store, self.study, self._models, noting.add)
            run = replace(run, policy=replace(run.policy, rule=self._rule))
            await self._rule.look()
        self._phase = "running"
        async with noting:
            await run()
        await to_its_end(store.flush)
        await to_its_end(self._recount, store)

    async def _register(self, store: Store, conditions: list[StoredCondition]) -> None:
        """Store the study; where its concurrency was changed meanwhile, as it is by now."""
        registered = self.study
        if self._unasked:
            conditions = await asyncio.to_thread(self._with_unasked, store, conditions)
        await to_its_end(store.register, registered, conditions)
        if self.concurrency != registered.concurrency:
            await to_its_end(store.shelf.set_concurrency, registered.name, self.concurrency)

    def _with_unasked(self, store: Store, conditions: list[StoredCondition]) -> list[StoredCondition]:
        """Conditions, and those of other parts that are not stored yet, in the order of the study."""
        known = set(store.conditions(self.study.name)["condition"])
        new, self._unasked = [cell for cell in self._unasked if cell.condition.id not in known], []
        order = list(self._cells)
        return sorted([*conditions, *new], key=lambda cell: order.index(cell.condition.id))

    def _recount(self, store: Store) -> None:
        """Count what is in the file: a step may have been asked, and yet not be stored."""
        found = store.progress(self.study.name)
        pairs = zip(found["condition"], found["trajectory"], strict=True)
        found = found.loc[[pair in self._share for pair in pairs]]
        done: Counter[str] = Counter()
        for condition, steps in zip(found["condition"], found["steps"], strict=True):
            done[self._models[condition]] += min(int(steps), self.study.steps)
        self._done = done
        self._reasons = Counter(found["error"].dropna().tolist())

    def _stand(self, store: Store, conditions: list[Condition]) -> dict[tuple[str, int], Standing]:
        """Where every trajectory that has begun stands, from which progress is counted on."""
        self._models = {condition.id: condition.model for condition in conditions}
        self._done.clear()
        self._spared.clear()
        left = {condition: len(numbers) for condition, numbers in self._share.numbers.items()}
        store.flush()  # the answers of a run that was stopped just now
        begun = store.standings(self._models)
        for (condition, number), standing in begun.items():
            if (condition, number) in self._share:
                self._done[self._models[condition]] += min(standing.t, self.study.steps)
                if standing.ended:
                    self._spared[self._models[condition]] += max(0, self.study.steps - standing.t)
                left[condition] -= bool(standing.ended or standing.t >= self.study.steps)
        self._pulses = {condition: Pulse(count, 0, time.monotonic()) for condition, count in left.items()}
        return begun

    def _policy(self) -> Policy:
        return Policy(Retries(longest_s=self.study.longest_wait_s, load_s=self.study.load_timeout_s), observer=self)


def _added(before: list[PreparedCondition], after: list[PreparedCondition]) -> tuple[str, ...]:
    """The notes that came to plays, each once, with the name of its model."""
    pairs = zip(before, after, strict=True)
    new = ((play.condition.model, play.sent.notes[len(old.sent.notes) :]) for old, play in pairs)
    return tuple(dict.fromkeys(f"{model}: {note}" for model, notes in new for note in notes))


async def to_its_end(call: Callable[..., T], *values: Any) -> T:
    """What a call in a thread gives; a run that is stopped waits for it, so that nothing is written afterwards."""
    work = asyncio.ensure_future(asyncio.to_thread(call, *values))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        raise
