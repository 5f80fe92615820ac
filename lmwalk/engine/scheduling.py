"""When a question may go out: pause and step, a server's slots, rests that a server asks for, waits after failures."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from lmwalk.engine.manual_stepping import Key, ManualSteps, Question
from lmwalk.errors import TransientError
from lmwalk.number_format import clock, duration
from lmwalk.types import LOAD_TIMEOUT_S, LONGEST_WAIT_S, Gate


@dataclass(frozen=True, slots=True)
class Retries:
    """How often and how patiently a failed call is asked again.

    The wait before attempt k + 1 is drawn uniformly from [d/2, d] with d = min(``most_s``, ``first_s`` 2^(k-1)), and is
    never shorter than the server's own Retry-After. Where that is more than ``longest_s``, nothing is asked again. A
    server that says that it is not ready may be loading the model: it is asked again for ``load_s`` in any case.
    """

    attempts: int = 6
    first_s: float = 0.5
    most_s: float = 30.0
    longest_s: float = LONGEST_WAIT_S
    load_s: float = LOAD_TIMEOUT_S

    def wait_s(self, attempt: int, error: TransientError, u: float) -> float:
        """Seconds to wait after a failed attempt (counted from 1), for a uniform number u."""
        longest = min(self.most_s, self.first_s * 2.0 ** (attempt - 1))
        return max(longest * (1 + u) / 2, error.retry_after_s or 0.0)

    def last_words(self, attempt: int, error: TransientError, since_s: float) -> str | None:
        """Why a question is given up after a failed attempt; None where it is asked again.

        Parameters
        ----------
        attempt : int
            Which one has failed, counted from 1.
        since_s : float
            Seconds since the first one began.
        """
        asked_s = error.retry_after_s or 0.0
        if asked_s > self.longest_s:
            return (
                f"{error} The server asks for no question before {clock(asked_s)}, and at most "
                f"{duration(self.longest_s)} is waited for one (longest_wait_s in a study file). Run it again then."
            )
        if attempt < self.attempts:
            return None
        if not error.unready:
            return str(error)
        if since_s < self.load_s:
            return None
        return f"{error} It was asked for {duration(self.load_s)} (load_timeout_s in a study file)."


Shift = tuple[int, str]
"""When a model has its turn on a server that holds one at a time: the round, and the model."""


class Asked(NamedTuple):
    """A question on the wire: since when (on the monotonic clock), of which condition, trajectory and step."""

    since: float
    condition: str
    trajectory: int
    t: int


class Slots:
    """How many may be inside at once; the number may be changed while some are. Belongs to one event loop.

    Where it is lowered, nobody is sent away: none comes in until few enough are left.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._inside = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    def resize(self, limit: int) -> None:
        """Let so many in from now on."""
        self._limit = limit
        self._let_in()

    async def acquire(self) -> None:
        """Wait for a place, first come, first served."""
        if self._inside < self._limit and not self._waiting:
            self._inside += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was let in while it was being called off
                self.release()
            raise

    def release(self) -> None:
        """Give the place back."""
        self._inside -= 1
        self._let_in()

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(self, *_: object) -> None:
        self.release()

    def _let_in(self) -> None:
        while self._waiting and self._inside < self._limit:
            turn = self._waiting.popleft()
            if not turn.done():
                self._inside += 1
                turn.set_result(None)


class Control:
    """Pause, step, resume, and how many questions each server gets at once.

    ``pause`` and ``asking`` may be called from any thread, the rest on the event loop it belongs to.
    """

    def __init__(self) -> None:
        self.paused = False
        self.slots: int | None = None
        """Questions at once on each server, where that was changed."""
        self._servers: list[Server] = []
        self.holds = ManualSteps(self.look_again)
        self.rounds = self.wakes = 0
        """How often ``step`` and ``ask_now`` were called."""
        self._changed = asyncio.Event()

    def pause(self) -> None:
        """Let no further question go out; those under way are answered and kept."""
        self.paused = True

    def resume(self) -> None:
        """Go on."""
        self.paused = False
        self.look_again()

    def step(self) -> None:
        """While paused: one question for every trajectory that is not held."""
        self.rounds += 1
        self.look_again()

    def asking(self) -> list[Asked]:
        """The questions on the wire, the oldest first; may be called from any thread."""
        return sorted(asked for server in tuple(self._servers) for asked in tuple(server.asking.values()))

    def ask_now(self) -> None:
        """End every wait: what waits to be asked again is asked now, also where a server asked for a rest."""
        self.wakes += 1
        for server in self._servers:
            server.wake()

    def server(self, slots: int) -> Server:
        """A server with that many slots, or with as many as were asked for since; it follows later changes."""
        made = Server(self.slots or slots)
        self._servers.append(made)
        return made

    def resize(self, slots: int) -> None:
        """Give every server that many slots, those still to come too."""
        self.slots = slots
        for server in self._servers:
            server.resize(slots)

    async def permit(self, used: int, question: Question | None, server: Server, shift: Shift) -> tuple[int, bool]:
        """Wait until one more question may go out.

        Takes the last round of steps that the trajectory has used; gives the one it has used now, and whether the
        permission is for this question alone, which a pause does not take back. A question that is sent by hand
        waits neither for the end of a pause nor for its shift.
        """
        while True:
            if question and self.holds.sent(question):
                return self.rounds, True
            if (question and self.holds.barred(question)) or not server.asks(shift):
                await self._changed.wait()
                used = self.rounds  # it does not catch up on steps the others took meanwhile
            elif not self.paused:
                return self.rounds, False
            elif used < self.rounds:
                return used + 1, True
            else:
                await self._changed.wait()

    def bars(self, question: Question | None) -> bool:
        """Whether a question that was let through has to wait after all."""
        return self.paused or (question is not None and self.holds.barred(question))

    def look_again(self) -> None:
        """Wake everyone who waits for permission, so that each checks again whether it has it."""
        # a new event each time: one that stayed set would let later waiters spin
        self._changed.set()
        self._changed = asyncio.Event()


class Server:
    """One server's slots: how many questions may be on the wire (``gate``) or on their way to it at once.

    As many questions are prepared as there are slots, so that no slot waits for our own work; after a pause no more
    than these still go out.
    """

    def __init__(self, slots: int | None) -> None:
        self._wire = Slots(slots) if slots else None
        # twice the slots: while one question is on the wire the next is being prepared, so a slot is never idle
        self._admitted = Slots(2 * slots) if slots else None
        self.gate: Gate = self._wire or nullcontext()
        self.asking: dict[Key, Asked] = {}
        """The questions on the wire."""
        self._breath = asyncio.Lock()
        self._left: dict[Shift, int] = {}
        self._rest_until = 0.0
        self._woken = asyncio.Event()

    def resize(self, slots: int) -> None:
        """Change the number of slots, where there is one; questions on the wire stay there."""
        if self._wire and self._admitted:
            self._wire.resize(slots)
            self._admitted.resize(2 * slots)

    def take_turns(self, trajectories: Mapping[Shift, int]) -> None:
        """Ask one model at a time: each shift, in this order, until so many trajectories of it are over."""
        self._left = dict(trajectories)

    def asks(self, shift: Shift) -> bool:
        """Whether it is this shift; without turns, it is every one."""
        return not self._left or next(iter(self._left)) == shift

    def over(self, shift: Shift) -> bool:
        """A trajectory of a shift is over; whether that begins the next shift."""
        if shift not in self._left:
            return False
        first = next(iter(self._left))
        self._left[shift] -= 1
        if not self._left[shift]:
            del self._left[shift]
        return first not in self._left

    async def admit(self) -> None:
        """Wait for a place, and for the end of a rest that the server asked for."""
        if self._admitted:
            await self._admitted.acquire()
            while (left := self._rest_until - asyncio.get_running_loop().time()) > 0:
                await self.wait(left)

    async def wait(self, seconds: float) -> None:
        """Wait so long, or until the server is to be asked at once."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    def wake(self) -> None:
        """End the rest, and every wait of those who ask this server."""
        self._rest_until = 0.0
        self._woken.set()
        self._woken = asyncio.Event()

    def gate_for(self, question: Question | None) -> Gate:
        """The gate of one question, so that it is known while it is on the wire."""
        return Wire(self, question) if self._wire and question else self.gate

    def release(self) -> None:
        """Give the place back."""
        if self._admitted:
            self._admitted.release()

    async def yield_to_loop(self) -> None:
        """Give the other tasks of the event loop a turn.

        The lock lets one trajectory through per turn of the loop. Without it, a thousand trajectories whose model
        answers at once would each run a batch of steps in the same turn, and answers that arrive from real servers
        would wait for all of them.
        """
        async with self._breath:
            await asyncio.sleep(0)

    def rest(self, seconds: float) -> None:
        """Let nobody call before that many seconds have passed."""
        self._rest_until = max(self._rest_until, asyncio.get_running_loop().time() + seconds)


class Wire:
    """A server's gate for one question, which is known to be with the model while it is inside."""

    __slots__ = ("_question", "_server")

    def __init__(self, server: Server, question: Question) -> None:
        self._server = server
        self._question = question

    async def __aenter__(self) -> None:
        await self._server.gate.__aenter__()
        self._server.asking[self._question.key] = Asked(time.monotonic(), *self._question.key, self._question.t)

    async def __aexit__(self, *raised: Any) -> None:
        self._server.asking.pop(self._question.key, None)
        await self._server.gate.__aexit__(*raised)


class Turn:
    """One trajectory's place in the queue of its server; held while a question is with the model."""

    def __init__(self, server: Server, control: Control, shift: Shift = (0, "")) -> None:
        self.server = server
        self._control = control
        self._shift = shift
        self._used = 0
        self._question: Question | None = None
        self._granted = False

    def renew(self, question: Question | None = None) -> None:
        """A new question: it needs a new permission. Asking the same one again does not."""
        self._question = question
        self._granted = False

    async def __aenter__(self) -> Gate:
        if self._granted:  # a question that was let out once keeps its permission for its retries
            await self.server.admit()
            return self.server.gate
        question, holds = self._question, self._control.holds
        if question is None:
            return await self._let_out()
        holds.asking(question)
        try:
            return await self._let_out()
        finally:
            holds.gone(question)

    async def _let_out(self) -> Gate:
        # A permission may be outdated by the time a place is free: whoever waited through a pause asks again. A step
        # that was asked for by hand is never taken back.
        while True:
            self._used, stepped = await self._control.permit(self._used, self._question, self.server, self._shift)
            await self.server.admit()
            if stepped or not self._control.bars(self._question):
                self._granted = True
                return self.server.gate_for(self._question)
            self.server.release()

    async def __aexit__(self, *_: object) -> None:
        self.server.release()
