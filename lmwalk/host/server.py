"""The owner's side: answers guests on the event loop of the jobs, and does in threads what takes its time."""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
import socket
import struct
from contextlib import suppress
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from lmwalk.errors import InputError, LmwalkError, StoreError
from lmwalk.host.address import TOKEN_HEADER, VERSION, VERSION_HEADER, Listening
from lmwalk.host.protocol import Call, Hello, checked, is_method, may_be_called, read, signature_of, written
from lmwalk.jobs import Jobs
from lmwalk.store import Store

MOST_BYTES = 512 * 2**20
"""Of one call: some hundred thousand steps."""
PATIENCE_S = 1.0
"""How long the end waits for answers that are under way."""
REFUSED, FAILED = 403, 422


class Host:
    """Answers the guests of one store for as long as that is open."""

    def __init__(self, store: Store, jobs: Jobs) -> None:
        self._store, self._jobs = store, jobs
        self._listening = Listening.begun(store.path)
        app = web.Application(client_max_size=MOST_BYTES)
        app.add_routes([web.get("/hello", self._hello), web.post("/call", self._call)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=PATIENCE_S / 2)
        asyncio.run_coroutine_threadsafe(self._serve(), jobs.loop).result()

    async def _serve(self) -> None:
        await self._runner.setup()
        await web.SockSite(self._runner, self._listening.at).start()

    def end(self) -> None:
        """Answer nobody any more."""
        if self._jobs.loop.is_running():
            with suppress(TimeoutError):
                asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._jobs.loop).result(PATIENCE_S)
        self._listening.end()

    async def _hello(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return _answer(StoreError(refusal), REFUSED)
        return web.json_response(Hello(version=VERSION, pid=os.getpid()).model_dump())

    async def _call(self, request: web.Request) -> web.Response:
        refusal = self._refusal(request)
        if not refusal and request.headers.get(VERSION_HEADER) != VERSION:
            refusal = f"The process that holds the database speaks version {VERSION}. Use the same lmwalk in both."
        if refusal:
            return _answer(StoreError(refusal), REFUSED)
        content = await request.read()
        try:
            return await asyncio.to_thread(lambda: _answer(self._called(content)))
        except LmwalkError as error:
            return _answer(error, FAILED)
        except Exception:
            logging.getLogger(__name__).exception("what a guest asked for ended in a bug")
            return _answer(
                StoreError("lmwalk itself failed; the terminal of the process that holds the database says where."),
                FAILED,
            )

    def _refusal(self, request: web.Request) -> str:
        """Why a request is not answered; empty where it is."""
        token = self._listening.token
        if "Origin" in request.headers or "Sec-Fetch-Mode" in request.headers:
            return "No page of a browser is answered."
        if token and not hmac.compare_digest(
            request.headers.get(TOKEN_HEADER, "").encode(errors="replace"), token.encode()
        ):
            return "The token is not the one of this database."
        if not token and not _is_own(request):
            return "Only the user whose process holds the database is answered."
        return ""

    def _called(self, content: bytes) -> Any:
        try:
            call = Call.model_validate(read(content))
        except ValidationError as cause:
            raise InputError("What another process asked for cannot be read.") from cause
        if not may_be_called(call.of, call.name):
            raise InputError(f"{call.of}.{call.name} cannot be called.")
        found = getattr(self._target(call), call.name)
        if not is_method(call.of, call.name):
            return found
        signature, kinds = signature_of(call.of, call.name)
        try:
            signature.bind(**call.arguments)
        except TypeError as cause:
            raise InputError(f"{call.of}.{call.name} takes other arguments.") from cause
        result = found(**{name: checked(kinds[name], value) for name, value in call.arguments.items()})
        return None if call.name == "start" else result  # a run, which is asked for by its study's name

    def _target(self, call: Call) -> Any:
        if call.of == "job":
            if job := self._jobs.get(call.study):
                return job
            raise InputError(f"There is no run of {call.study!r}.")
        own = {"store": self._store, "jobs": self._jobs}
        return own[call.of] if call.of in own else getattr(self._store, call.of)


def _answer(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=written(value), status=status, content_type="application/octet-stream")


def _is_own(request: web.Request) -> bool:
    """Whether the peer at a socket runs as the same user, as far as the system tells; else its mode says it."""
    if not hasattr(socket, "SO_PEERCRED") or request.transport is None:
        return True
    peer = request.transport.get_extra_info("socket")
    _, user, _ = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return bool(user == os.getuid())
