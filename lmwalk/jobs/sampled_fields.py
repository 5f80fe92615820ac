"""Fields of models that give no probabilities: so many replies at every position, each kept as it comes."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lmwalk.analysis.policy_field import PolicyField, field_of_counts
from lmwalk.engine.field_plan import SampledPlan
from lmwalk.engine.patience import persistently
from lmwalk.engine.scheduling import Turn
from lmwalk.engine.together import together
from lmwalk.engine.understanding import understood
from lmwalk.errors import PermanentError
from lmwalk.jobs import fields
from lmwalk.jobs.fields import AT_ONCE, FieldAsking, Servers
from lmwalk.randomness import question_seed, stream
from lmwalk.sampler import Pipeline
from lmwalk.store import Store
from lmwalk.store.distributions import digest_of
from lmwalk.store.field_replies import KeptReply
from lmwalk.thoughts import ROOM
from lmwalk.token_tree import AT_ONE, TEMPERATURE_ONLY
from lmwalk.types import Gate, Model, NeedsRoom, Outcome, Prompt, Reply, Sampling, Sent, TellsFingerprint

SEED = 0
_AS_IT_CAME = (
    *("thought", "raw", "finish", "finish_said", "latency_s", "cost_usd", "tokens_in", "tokens_out"),
    "thought_tokens",
)


class Counts(NamedTuple):
    """What the replies at a position were read as.

    Attributes
    ----------
    moves : tuple of int
        How often each move came, in the lattice's order.
    unread : int
        Replies that named no move.
    """

    moves: tuple[int, ...]
    unread: int


class SampledAsking(FieldAsking):
    """As ``FieldAsking``, for a plan of replies: what has come are ``Counts``. No sampler can be worked out of them."""

    plan: SampledPlan

    def __init__(
        self, plan: SampledPlan, loop: asyncio.AbstractEventLoop, servers: Servers, *, refresh: bool = False
    ) -> None:
        super().__init__(plan, loop, servers, refresh=refresh)
        self.has_sampler = False
        self._numbers = [0, 0]
        self._model: Model | None = None
        self._known: dict[str, dict[int, Outcome | None]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    @property
    def loading_s(self) -> float | None:
        return None

    def counts(self) -> npt.NDArray[np.int64]:
        """How often each move came at each position, shape (positions, moves); 0 where nothing has come."""
        found = np.zeros((len(self.lattice), len(self.lattice.moves)), np.int64)
        for position, own in self.since(0):
            found[position] = own.moves
        return found

    def field(self, sampling: Sampling = AT_ONE, pipeline: Pipeline = TEMPERATURE_ONLY) -> PolicyField:
        """The field of the replies that have come, as they were sampled, with the exact interval of each share."""
        unread = np.zeros(len(self.lattice))
        for position, own in self.since(0):
            unread[position] = own.unread
        return field_of_counts(self.lattice, self.counts(), unread)

    def cautions(self) -> list[str]:
        """A sentence on replies that named no move; none where all did."""
        came = self.since(0)
        unread = sum(own.unread for _, own in came)
        whole = unread + sum(sum(own.moves) for _, own in came)
        return [f"{self.plan.model}: {unread:,} of {whole:,} replies named no move."] if unread else []

    def _counted(self) -> tuple[int, int]:
        return self._numbers[0], self._numbers[1]

    async def _ask(self, store: Store, open_model: Callable[[str], Model]) -> None:
        self._model = model = await asyncio.to_thread(open_model, self.plan.model)
        sampling = self._sampling(model)
        sent = model.accepts(sampling, drop=True, prefill=self.plan.template.prefill is not None)
        self.notes = sent.notes
        fingerprint = await model.fingerprint() if isinstance(model, TellsFingerprint) else None
        own = (model.name, model.server, fingerprint)
        if not self._refresh:
            await asyncio.to_thread(store.flush)  # what another run was told just now
            self._known = await asyncio.to_thread(store.field_replies.outcomes, *own, self.plan.temperature)
        asker = _Asker(self.plan, model, fingerprint, sampling, sent, store)
        async with self._servers.alone(model):
            await self._ask_everywhere(asker)

    def _sampling(self, model: Model) -> Sampling:
        """What is sent: the temperature, no cuts, and room for an answer where the model has to be told."""
        sampling = Sampling(self.plan.temperature, thinking=self.plan.thinking)
        if isinstance(model, NeedsRoom) and model.needs_room(self.plan.process):
            return replace(sampling, max_tokens=self.plan.process.room + ROOM[self.plan.thinking or "off"])
        return sampling

    async def _ask_everywhere(self, asker: _Asker) -> None:
        positions = iter(self.plan.order.tolist())
        async with together() as group:
            for _ in range(min(2 * AT_ONCE, self.total)):
                group.create_task(self._sample_in_turn(asker, positions, self._servers.turn(asker.model)))

    async def _sample_in_turn(self, asker: _Asker, positions: Iterator[int], turn: Turn) -> None:
        """Sample position after position of those that nobody has taken. Raises PermanentError where one cannot be."""
        for position in positions:
            prompt = self.plan.prompt(position)
            question = asker.question(position, prompt)
            async with self._locks.setdefault(question, asyncio.Lock()):
                read = self._known.setdefault(question, {})
                for repeat in range(self.plan.replies):
                    if repeat in read:
                        self._numbers[1] += 1
                        continue
                    read[repeat] = await self._sample(asker, prompt, question, repeat, turn)
            found = Counter(read[repeat] for repeat in range(self.plan.replies))
            moves = tuple(found[move] for move in self.lattice.moves)
            self._arrived.append((position, Counts(moves, self.plan.replies - sum(moves))))
            await turn.server.yield_to_loop()

    async def _sample(self, asker: _Asker, prompt: Prompt, question: str, repeat: int, turn: Turn) -> Outcome | None:
        turn.renew()
        seed = question_seed(SEED, repeat, self.plan.t, stream(question))
        asked_at = datetime.now(UTC).replace(tzinfo=None)
        put = partial(asker.put, prompt, seed)
        reply, attempts, problem = await persistently(put, turn, fields.RETRIES, seed, self._waits)
        if reply is None:
            raise PermanentError(problem or "")
        self._numbers[0] += 1
        self.waiting = None
        return asker.keep(prompt, question, repeat, reply, (attempts, seed, asked_at))

    async def _put_away(self, store: Store) -> None:
        if self._model is not None:
            await self._model.close()
            await asyncio.shield(asyncio.to_thread(store.flush))


class _Asker:
    """Puts the questions of one plan to its model, and keeps the replies."""

    def __init__(
        self, plan: SampledPlan, model: Model, fingerprint: str | None, sampling: Sampling, sent: Sent, store: Store
    ) -> None:
        self.plan, self.model, self.sampling, self.store = plan, model, sampling, store
        self._of = (model.name, model.server, fingerprint, plan.temperature)
        self._sent = dict(sent.parameters)

    def question(self, position: int, prompt: Prompt) -> str:
        """The name of the question at a position; a simulation reads the state and not the text."""
        named = (*self.plan.question(position), self.plan.thinking == "off")
        return digest_of(*named, prompt.state) if self.model.simulated else digest_of(*named)

    async def put(self, prompt: Prompt, seed: int, gate: Gate) -> Reply:
        return await self.model.reply(prompt, self.sampling, seed, gate)

    def keep(
        self, prompt: Prompt, question: str, repeat: int, reply: Reply, asked: tuple[int, int, datetime]
    ) -> Outcome | None:
        """Keep a reply; what it was read as."""
        parsed = understood(self.plan.process, reply)
        attempts, seed, asked_at = asked
        sent = json.dumps({**self._sent, "seed": seed} if "seed" in self._sent else self._sent)
        self.store.keep(
            KeptReply(
                question,
                *self._of,
                repeat=repeat,
                system=prompt.system,
                prompt=prompt.text,
                prefill=prompt.prefill,
                outcome=parsed.outcome,
                status=parsed.status,
                why=parsed.why or None,
                reply=reply.text,
                **{name: getattr(reply, name) for name in _AS_IT_CAME},
                attempts=attempts,
                seed=seed,
                sent=sent,
                asked_at=asked_at,
            )
        )
        return parsed.outcome
