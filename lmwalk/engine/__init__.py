"""The loop: process x model -> steps. It knows no SQL, no screen and no provider.

A trajectory is an endless generator of steps; ``run_study`` decides how many are taken, how many questions are in
flight on each server, and when to pause or stop.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Container, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import groupby, product
from typing import Any, NamedTuple, Protocol

import numpy as np

from lmwalk.engine.manual_stepping import Question
from lmwalk.engine.patience import persistently
from lmwalk.engine.prepared import PreparedCondition
from lmwalk.engine.scheduling import Control, Retries, Server, Shift, Turn
from lmwalk.engine.together import together
from lmwalk.engine.understanding import fewest_tokens, understood
from lmwalk.randomness import chance, question_seed
from lmwalk.sampler import draw
from lmwalk.step import Step
from lmwalk.study import Study
from lmwalk.types import Distribution, Gate, Outcome, Parsed, Process, Prompt, Reply, Sampling, State

ACTIVE = 1024
"""Trajectories of one server that are under way at once; more wait for one of these to end."""
YIELD_EVERY = 32
"""Steps after which a trajectory lets the others run, where a model answers without waiting."""
MOST_DOUBLINGS = 4
"""How often the room of an answer that was cut off is doubled."""
FULL = 4_000
"""Steps waiting for the disk beyond which questions wait too."""


class Sink(Protocol):
    """Where steps go."""

    def append(self, step: Step) -> str | None:
        """Keep a step; why not, where an earlier one has ended its trajectory. Raises StoreError where none can be."""

    @property
    def backlog(self) -> int:
        """Steps not yet safe."""


class Begun(Protocol):
    """Where a trajectory stood when it was left: its last answered step and the state there, as JSON."""

    @property
    def t(self) -> int:
        """Number of its last answered step; 0 where there is none."""

    @property
    def state(self) -> str | None:
        """The state there; None at the start."""

    @property
    def ended(self) -> str | None:
        """Why the process ended it there; None where it goes on."""


class Observer(Protocol):
    """Who is told what happens, as it happens."""

    def stepped(self, step: Step) -> None:
        """A question was answered, or given up."""

    def waiting(self, model: str, attempt: int, wait_s: float, reason: str) -> None:
        """A call failed and will be asked again after ``wait_s`` seconds."""

    def spared(self, condition: str) -> None:
        """A trajectory is not begun, as its condition is decided."""


class Rule(Protocol):
    """Says when a condition needs no more trajectories."""

    def decided(self, condition: str) -> bool:
        """Whether none has to be begun any more."""

    async def look(self) -> None:
        """Look at what there is, as a trajectory has ended. Raises StoreError where it cannot be looked at."""


class _Nobody:
    def stepped(self, step: Step) -> None:
        return None

    def waiting(self, model: str, attempt: int, wait_s: float, reason: str) -> None:
        return None

    def spared(self, condition: str) -> None:
        return None


@dataclass(frozen=True)
class Policy:
    """How a run behaves around its questions."""

    retries: Retries = field(default_factory=Retries)
    observer: Observer = field(default_factory=_Nobody)
    rule: Rule | None = None
    """Without one, every trajectory is asked to its end."""


class Answer(NamedTuple):
    """What became of a question: a reply or probabilities, or the sentence that says why there is neither."""

    found: Reply | Distribution | None
    attempts: int
    error: str | None = None
    attention: str | None = None
    """Where what was attended to is kept."""


async def ask(play: PreparedCondition, prompt: Prompt, seed: int, turn: Turn, policy: Policy) -> Answer:
    """Put a question until it is answered, cannot be answered, or was put often enough.

    Where the study says so, an answer that was cut off is asked for again, with twice the room.
    """
    answer, sampling = await _asked(play, prompt, play.sampling, seed, turn, policy), play.sampling
    for _ in range(MOST_DOUBLINGS if play.on_cut == "retry" else 0):
        room = sampling.max_tokens or (answer.found.tokens_out if isinstance(answer.found, Reply) else None)
        if not room or not isinstance(answer.found, Reply) or understood(play.process, answer.found).status != "cut":
            break
        sampling = replace(sampling, max_tokens=2 * room)
        again = await _asked(play, prompt, sampling, seed, turn, policy)
        answer = (again if again.found else answer)._replace(attempts=answer.attempts + again.attempts)
        if not again.found:
            break
    return answer


async def _asked(
    play: PreparedCondition, prompt: Prompt, sampling: Sampling, seed: int, turn: Turn, policy: Policy
) -> Answer:
    def waiting(attempt: int, wait_s: float, reason: str) -> None:
        policy.observer.waiting(play.condition.model, attempt, wait_s, reason)

    put = partial(_put, play, prompt, sampling, seed)
    both, attempts, error = await persistently(put, turn, policy.retries, seed, waiting)
    found, attention = both or (None, None)
    return Answer(found, attempts, error, attention)


async def _put(
    play: PreparedCondition, prompt: Prompt, sampling: Sampling, seed: int, gate: Gate
) -> tuple[Reply | Distribution, str | None]:
    """Ask once, for what the condition measures, and for what the model attends to."""
    found = await _measured(play, prompt, sampling, seed, gate)
    return found, await play.attends.of(prompt, play.shown(prompt), gate) if play.attends else None


async def _measured(
    play: PreparedCondition, prompt: Prompt, sampling: Sampling, seed: int, gate: Gate
) -> Reply | Distribution:
    if play.condition.measurement == "probabilities":
        outcomes = play.process.outcomes(prompt.state) or ()
        return await play.scores.of(prompt, outcomes, gate, play.condition.sampling, play.condition.pipeline)
    return await play.model.reply(prompt, sampling, seed, gate)


async def trajectory(
    play: PreparedCondition,
    number: int,
    *,
    turn: Turn | None = None,
    begun: Begun | None = None,
    policy: Policy | None = None,
) -> AsyncGenerator[Step, None]:
    """Endless steps of one trajectory, from where it stood.

    A call that fails for good gives a step with status ``error``, the last one. A step whose ``ended`` is set is the
    last one too: with it the process is over.

    Parameters
    ----------
    number : int
        Which repeat of the condition this is, from 0; part of every draw's address.
    begun : Begun, optional
        Where the trajectory was left; without it, it starts.
    """
    process, seed = play.process, play.condition.seed
    turn, policy = turn or Turn(Server(None), Control()), policy or Policy()
    t = begun.t if begun else 0
    state, before = _stand(play, number, begun)
    while True:
        t += 1
        prompt, own_seed = play.prompt(state, number), question_seed(seed, number, t, play.stream)
        turn.renew(Question(play.condition.id, number, t, prompt, play.parameters(own_seed), own_seed))
        asked_at = datetime.now(UTC).replace(tzinfo=None)
        answer = await ask(play, prompt, own_seed, turn, policy)
        asked = _Asked(play.condition.id, number, t, prompt, before, own_seed, asked_at)
        if answer.found is None:
            yield _unanswered(asked, answer)
            return
        parsed, shares = _read(process, answer.found, own_seed)
        parsed, ended = _handed_on(play, parsed, answer.found)
        asked_in = state
        if not ended:
            state = process.advance(state, parsed.outcome, chance(seed, number, t))
        before = json.dumps(state)
        told = _Told(before, process.position(state, asked_in, shares), ended or process.over(state))
        yield _answered(asked, answer, parsed, told)
        if told.ended:
            return


def _handed_on(play: PreparedCondition, parsed: Parsed, found: Reply | Distribution) -> tuple[Parsed, str | None]:
    """What a chain goes on with, and why it ends: of a text that was cut off, the study says which."""
    if parsed.status != "cut" or not play.process.passes_text or not isinstance(found, Reply):
        return parsed, None
    text = play.process.parse(found.text).outcome
    if text is None or play.on_cut != "keep":
        return parsed, "cut"
    return Parsed(text, "cut", parsed.why), None


def _read(process: Process, found: Reply | Distribution, seed: int) -> tuple[Parsed, Mapping[Outcome, float] | None]:
    """The outcome, and the probabilities it was found with. From a distribution the outcome is drawn."""
    if isinstance(found, Reply):
        parsed = understood(process, found)
        return parsed, None if parsed.outcome is None else {parsed.outcome: 1.0}
    shares = found.normalised()
    p = np.array(list(shares.values()))
    if not np.isfinite(p).all():
        return Parsed(None, "unparsed"), None
    return Parsed(list(shares)[draw(p, np.random.default_rng(seed).random())], "ok"), shares


def _stand(play: PreparedCondition, number: int, begun: Begun | None) -> tuple[State, str]:
    """The state to go on from, as a mapping and as JSON."""
    if begun and begun.state is not None:
        return json.loads(begun.state), begun.state
    state = play.start(number)
    return state, json.dumps(state)


class _Asked(NamedTuple):
    condition: str
    trajectory: int
    t: int
    prompt: Prompt
    before: str
    seed: int
    asked_at: datetime


class _Told(NamedTuple):
    """What an answer led to: the state after it, its place, and why the trajectory is over."""

    after: str
    place: tuple[float, float] | None
    ended: str | None


def _unanswered(q: _Asked, answer: Answer) -> Step:
    return Step.bare(
        condition=q.condition,
        trajectory=q.trajectory,
        t=q.t,
        status="error",
        prompt=q.prompt.text,
        state_before=q.before,
        state_after=q.before,
        attempts=answer.attempts,
        seed=q.seed,
        asked_at=q.asked_at,
    )._replace(system=q.prompt.system, error=answer.error)


def _answered(q: _Asked, answer: Answer, parsed: Parsed, told: _Told) -> Step:
    x, y = told.place or (None, None)
    # one call: to replace parts of a bare step would take twice as long, for every step
    return Step(
        condition=q.condition,
        trajectory=q.trajectory,
        t=q.t,
        x=x,
        y=y,
        outcome=parsed.outcome,
        status=parsed.status,
        why=parsed.why or None,
        system=q.prompt.system,
        prompt=q.prompt.text,
        state_before=q.before,
        state_after=told.after,
        attempts=answer.attempts,
        seed=q.seed,
        asked_at=q.asked_at,
        error=None,
        ended=told.ended,
        attention=answer.attention,
        **_came_back(q.prompt, answer.found),
    )


def _came_back(prompt: Prompt, found: Reply | Distribution | None) -> dict[str, Any]:
    """The columns of a step that hold what a model gave."""
    if not isinstance(found, Reply):
        stored = None if found is None else json.dumps(found.stored())
        nothing = dict.fromkeys(("reply", "latency_s", "tokens_in", "tokens_out", "cost_usd"))
        return {**nothing, "distribution": stored, "source": None if found is None else found.source}
    cut = None if found.tokens_in is None else found.tokens_in < fewest_tokens(prompt)
    return {
        "reply": found.text,
        "latency_s": found.latency_s,
        "tokens_in": found.tokens_in,
        "tokens_out": found.tokens_out,
        "cost_usd": found.cost_usd,
        "finish": found.finish,
        "finish_said": found.finish_said,
        "thought": found.thought,
        "thought_tokens": found.thought_tokens,
        "raw": found.raw,
        "prompt_cut": cut if found.prompt_cut is None else found.prompt_cut,
    }


class Batch(NamedTuple):
    """Trajectories that a server is asked together, and whose shift it is then."""

    shift: Shift
    asked: list[tuple[int, PreparedCondition]]


@dataclass(frozen=True)
class Run:
    """What one run of a study needs: its plays, where the steps go, where trajectories stand, and how to behave."""

    study: Study
    plays: list[PreparedCondition]
    sink: Sink
    begun: Mapping[tuple[str, int], Begun]
    control: Control
    policy: Policy
    only: Container[tuple[str, int]] | None = None
    """Which trajectories are asked, by condition and number; None: all of the study's."""

    async def __call__(self) -> None:
        """Run every trajectory to its end. Cancel it to stop; what was answered by then is kept.

        Raises
        ------
        StoreError
            Steps can no longer be kept.
        """
        by_server = groupby(sorted(self.plays, key=_server_of), key=_server_of)
        async with together() as group:
            for name, plays in by_server:
                group.create_task(self._serve(name, list(plays)))

    async def _serve(self, name: str, plays: list[PreparedCondition]) -> None:
        """All trajectories on one server; model after model where it holds one at a time, or so in each round."""
        server = self.control.server(self.study.concurrency) if name else Server(None)
        batches = [batch for batch in self._batches(plays) if batch.asked]
        if plays[0].model.exclusive:
            server.take_turns({batch.shift: len(batch.asked) for batch in batches})
        await self._walk_all(server, batches)

    def _batches(self, plays: list[PreparedCondition]) -> Iterator[Batch]:
        """What a server is asked, in order; trajectory by trajectory of all models where the study says rounds."""
        numbers = self.study.numbers
        if not plays[0].model.exclusive:
            yield Batch((0, ""), self._asked(numbers, plays))
            return
        rounds = [numbers[place : place + 1] for place in range(len(numbers))]
        for place, some in enumerate(rounds if self.study.order == "rounds" else [numbers]):
            for model, batch in groupby(plays, key=_model_of):
                yield Batch((place, model), self._asked(some, list(batch)))

    def _asked(self, numbers: range, plays: list[PreparedCondition]) -> list[tuple[int, PreparedCondition]]:
        pairs = product(numbers, plays)
        return [pair for pair in pairs if self.only is None or (pair[1].condition.id, pair[0]) in self.only]

    async def _walk_all(self, server: Server, batches: list[Batch]) -> None:
        # with a rule no more are under way than are asked at once: all in step would all be over when it is decided
        active = asyncio.Semaphore(min(ACTIVE, self.study.concurrency) if self.policy.rule else ACTIVE)
        async with together() as group:
            for batch in batches:
                for number, play in batch.asked:
                    await active.acquire()

                    def over(_: object = None, shift: Shift = batch.shift) -> None:
                        active.release()
                        if server.over(shift):
                            self.control.look_again()

                    if self._is_spared(play, number):
                        over()
                        continue
                    task = group.create_task(self._walk_and_look(play, number, server, batch.shift))
                    task.add_done_callback(over)

    def _is_spared(self, play: PreparedCondition, number: int) -> bool:
        """Whether a trajectory need not be begun; one that was begun is asked to its end."""
        rule, begun = self.policy.rule, (play.condition.id, number) in self.begun
        if not rule or begun or not rule.decided(play.condition.id):
            return False
        self.policy.observer.spared(play.condition.id)
        return True

    async def _walk_and_look(self, play: PreparedCondition, number: int, server: Server, shift: Shift) -> None:
        await self._walk(play, number, server, shift)
        if self.policy.rule:
            await self.policy.rule.look()

    async def _walk(self, play: PreparedCondition, number: int, server: Server, shift: Shift) -> None:
        begun = self.begun.get((play.condition.id, number))
        if begun and (begun.ended or begun.t >= self.study.steps):
            return
        turn = Turn(server, self.control, shift)
        await server.yield_to_loop()
        async with aclosing(trajectory(play, number, turn=turn, begun=begun, policy=self.policy)) as steps:
            async for step in steps:
                if self.sink.append(step):
                    return
                self.policy.observer.stepped(step)
                if step.t >= self.study.steps:
                    return
                if step.t % YIELD_EVERY == 0:
                    await server.yield_to_loop()
                while self.sink.backlog > FULL:
                    await asyncio.sleep(0.02)


def _server_of(play: PreparedCondition) -> str:
    return play.model.server


def _model_of(play: PreparedCondition) -> str:
    return play.model.name
