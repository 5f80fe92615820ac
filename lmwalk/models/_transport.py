"""Our wire as LiteLLM's HTTP client has it.

LiteLLM spends milliseconds before and after each request. A slot of the server must not stand empty meanwhile, so the
gate is entered here, below LiteLLM, and not around it.
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from typing import TYPE_CHECKING

from lmwalk.errors import ModelError
from lmwalk.models._http import Sent
from lmwalk.models._said import plainly
from lmwalk.models._wire import Call, Wire

if TYPE_CHECKING:
    import httpx

CALL: ContextVar[Call] = ContextVar("lmwalk_call")
"""The call whose request LiteLLM makes in this task."""


class NoAnswerError(Exception):
    """Ends LiteLLM's part of a call whose failure is already known."""


class Transport:
    """A transport for httpx clients."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send and receive. Raises NoAnswerError, with the reason in the call's ``failure``."""
        import httpx

        call = CALL.get()
        # A user and password in the address have become a header by now; aiohttp refuses to see both.
        url = str(request.url.copy_with(userinfo=b""))
        sent = Sent(request.method, url, request.headers, await request.aread())
        call.leave_desk()
        received = await self._wire.received(sent, call)
        if isinstance(received, ModelError):
            raise _ended(call, received)
        await call.take_desk()
        told = self._wire.answer(received, call)
        if isinstance(told, ModelError):
            raise _ended(call, told)
        call.answered = True
        # LiteLLM can read a plain form only
        content = json.dumps(told if call.said is None else plainly(told, call.said)).encode()
        headers = {"content-type": "application/json"}
        return httpx.Response(received.status, headers=headers, content=content, request=request)

    async def aclose(self) -> None:
        """Give back the connections."""
        await self._wire.aclose()

    async def __aenter__(self) -> Transport:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _ended(call: Call, failure: ModelError) -> NoAnswerError:
    call.failure = failure
    return NoAnswerError()
