"""One HTTP request of one call: the gate held exactly while it is on the wire, failures told in our own words."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from lmwalk.errors import ModelError
from lmwalk.models._endpoints import is_local
from lmwalk.models._failures import Target, answer_of, broken_off, failure_of, no_answer, too_long
from lmwalk.models._http import LeadsAwayError, Received, Sent, exchanged
from lmwalk.models._keys import hider
from lmwalk.models._said import Said, said_in
from lmwalk.types import LARGEST_REPLY_MB, Gate

if TYPE_CHECKING:
    import aiohttp


ROUNDS = 8
"""Turns of the loop between two pieces of LiteLLM's work: an answer and the question that follows it need several."""


@dataclass
class Call:
    """One question on its way. ``latency_s``, ``failure``, ``answered`` and ``said`` are filled in by the wire.

    LiteLLM's work on the calls of one loop is done one at a time, at the ``desk``. Otherwise sixteen answers that
    arrive together would all be worked on before the loop could send the next sixteen questions.
    """

    gate: Gate
    timeout_s: float
    desk: asyncio.Lock
    largest_mb: float = LARGEST_REPLY_MB
    loading: bool = False
    """Whether the server may be loading the model meanwhile, for which the time-out then is."""
    begun: float | None = None
    """When it went on the wire, on the clock of ``time.perf_counter``; None while it is not there."""
    before: Callable[[Call], None] | None = None
    """Is told when it goes on the wire, and may change the time-out: others have been answered while it waited."""
    heard: Callable[[], None] | None = None
    """Is told when a whole answer has come, before the gate lets the next question through."""
    latency_s: float = 0.0
    failure: ModelError | None = None
    answered: bool = False
    said: Said | None = None
    at_desk: bool = False

    async def take_desk(self) -> None:
        """Wait for the desk, then let all requests that are on the wire make progress first."""
        await self.desk.acquire()
        self.at_desk = True
        for _ in range(ROUNDS):
            await asyncio.sleep(0)

    def begin(self) -> float:
        """Mark the request as sent; returns the time (monotonic, seconds)."""
        if self.before:
            self.before(self)
        self.begun = time.perf_counter()
        return self.begun

    def again(self) -> None:
        """Reset the outcome, as the question is put once more."""
        self.failure, self.answered = None, False

    def leave_desk(self) -> None:
        if self.at_desk:
            self.at_desk = False
            self.desk.release()


_DESKS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


def desk() -> asyncio.Lock:
    """The desk of the running loop."""
    return _DESKS.setdefault(asyncio.get_running_loop(), asyncio.Lock())


class Wire:
    """The way to one model's server, on aiohttp, which takes a tenth of the CPU time of httpx.

    One question in, one answer out: no retries. The whole answer is read while the gate is held, and made fit to be
    kept before anybody else reads it.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def target(self) -> Target:
        """The model that is asked, as error sentences name it."""
        return self._target

    @cached_property
    def hidden(self) -> Callable[[str], str]:
        """A function that replaces keys in what the server said."""
        return hider(self._target.key, self._target.url)

    def answer(self, received: Received, call: Call) -> dict[str, Any] | ModelError:
        """The body of what came, safe to store, or what to say where it is no answer; what it says is the call's."""
        if received.status != 200:
            return failure_of(self._target, received.status, received.headers, received.body)
        if not received.whole:
            return too_long(self._target, call.largest_mb)
        told = answer_of(self._target, received.body, self.hidden)
        if isinstance(told, ModelError):
            return told
        call.said = said_in(told)
        if call.said is not None and call.said.error is not None:
            return broken_off(self._target, call.said.error)
        return told

    async def received(self, sent: Sent, call: Call) -> Received | ModelError:
        """Send a request and read what comes back, holding the call's gate meanwhile; or why nothing came."""
        import aiohttp

        session = self._open_session()
        async with call.gate:
            started = call.begin()
            try:
                async with asyncio.timeout(call.timeout_s):
                    received = await exchanged(session, sent, round(call.largest_mb * 1e6))
                if call.heard and received.status == 200:
                    call.heard()
                return received
            # TimeoutError is an OSError; a host's name that cannot be encoded is a ValueError
            except (LeadsAwayError, aiohttp.ClientError, OSError, ValueError) as problem:
                return no_answer(self._target, problem, call.timeout_s, loading=call.loading)
            finally:
                call.begun = None
                call.latency_s = time.perf_counter() - started

    def _open_session(self) -> aiohttp.ClientSession:
        """The session of the running loop."""
        import aiohttp

        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            self._loop = loop
            address = self._target.url or ""
            # certifi's certificates (or SSL_CERT_FILE), as httpx has them, also where the system brings none.
            tls = True if address.startswith("http://") else _certificates()
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, ssl=tls),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                trust_env=not is_local(address),  # no proxy stands before one's own machine
            )
        return self._session

    async def aclose(self) -> None:
        """Give back the connections."""
        if self._session is not None:
            await self._session.close()


def _certificates() -> Any:
    """Those that httpx goes by."""
    import httpx

    return httpx.create_ssl_context()
