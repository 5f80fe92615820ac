"""What stands before a dashboard that others can reach: who comes in, and with what."""

from __future__ import annotations

import asyncio
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from lmwalk.loopback import is_this_machine
from lmwalk.ui.network.beside import FORBIDDEN, Beside
from lmwalk.ui.network.gate import App, Gate
from tests import forked
from tests.browser.conftest import free_port

TOKEN = "a-token-of-this-dashboard"
COOKIE = "lmwalk-8501"


def asked(
    gate: Gate, path: str = "/", query: str = "", *, cookie: str = "", kind: str = "http", method: str = "GET"
) -> tuple[int, dict[str, str]]:
    """What the gate answers, and its headers; 200 where the request came through, a close code for a websocket."""
    scope = {
        "type": kind,
        "method": method,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(b"cookie", cookie.encode())] if cookie else [],
        "server": ("localhost", 8501),
    }
    said: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": f"{kind}.connect"}

    async def send(message: Any) -> None:
        said.append(message)

    asyncio.run(gate(scope, receive, send))
    status = said[0].get("status", said[0].get("code"))
    return status, {name.decode(): value.decode() for name, value in said[0].get("headers", [])}


def asked_with(app: App, scope: Any) -> int:
    """What an application answers to a scope: the status, or the code that it closes with."""
    said: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": f"{scope['type']}.connect"}

    async def send(message: Any) -> None:
        said.append(message)

    asyncio.run(app(scope, receive, send))
    return int(said[0].get("status", said[0].get("code")))


async def inside(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "through", "status": 200})


def gates(token: str | None = TOKEN, *, looking_only: bool = False) -> Gate:
    return Gate(inside, token, looking_only=looking_only)


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/app/static/plotly.js", "/media/a.csv"])
@pytest.mark.parametrize("query", ["", "token=", f"token={TOKEN}x", "token=%00%ff"])
def test_without_the_token_no_address_answers(path: str, query: str) -> None:
    """Neither pages nor files nor what Streamlit says of itself, and no websocket."""
    gate = gates()

    assert asked(gate, path, query)[0] == 403
    assert asked(gate, path, query, kind="websocket")[0] == 1008
    assert asked(gate, path, query, cookie=f"{COOKIE}={TOKEN}")[0] == 403


def test_a_stream_is_answered_behind_the_gate_and_to_pages_of_the_dashboard_alone() -> None:
    """All else goes on to Streamlit, and so do its own websockets."""
    said: list[str] = []

    async def answer(scope: Any, _: Any, send: Any) -> None:
        said.append(scope["key"])
        await send({"type": "websocket.accept", "status": 101})

    def opened(origin: str, path: str = "/lmwalk/stage/abc", *, kind: str = "websocket") -> int:
        scope = {"type": kind, "path": path, "method": "GET"}
        headers = [(b"host", b"localhost:8501"), (b"origin", origin.encode())]
        return asked_with(Beside(inside, "lmwalk/stage/", answer), {**scope, "headers": headers})

    assert opened("http://localhost:8501") == 101
    assert [opened("http://evil.example"), opened("null"), opened("http://localhost:9000")] == [FORBIDDEN] * 3
    assert opened("http://localhost:8501", "/_stcore/stream") == 200
    assert opened("http://evil.example", kind="http") == 200
    assert (
        asked(Gate(Beside(inside, "", answer), TOKEN, looking_only=False), "/lmwalk/stage/a", kind="websocket")[0]
        == 1008
    )
    assert said == ["abc"]


def test_the_token_lets_a_browser_in_and_leaves_its_address() -> None:
    """From then on a cookie stands for it, also for the websocket; the rest of the address stays."""
    gate = gates()

    status, headers = asked(gate, "/compare", f"study=walk+1&token={TOKEN}&t=5")
    cookie = headers["set-cookie"].partition(";")[0]

    assert (status, headers["location"]) == (303, "/compare?study=walk+1&t=5")
    assert TOKEN not in headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Lax"} <= set(headers["set-cookie"].split("; "))
    for kind in ("http", "websocket"):
        assert asked(gate, "/_stcore/stream", cookie=f"other=1; {cookie}", kind=kind)[0] == 200
    assert asked(gates(), cookie=cookie)[0] == 403, "a cookie of another dashboard"


def test_the_way_in_leads_nowhere_else() -> None:
    """An address that begins with two slashes would be another host's."""
    assert asked(gates(), "//evil.example/a", f"token={TOKEN}")[1]["location"] == "/evil.example/a"


def test_a_read_only_dashboard_takes_nothing_in() -> None:
    """Anyone may look without a token; nobody can upload."""
    gate = gates(None, looking_only=True)

    assert [asked(gate, method=method)[0] for method in ("GET", "HEAD", "PUT", "POST", "DELETE")] == [
        200,
        200,
        405,
        405,
        405,
    ]
    assert asked(gate, kind="websocket")[0] == 200


@pytest.mark.parametrize(
    ("host", "own"),
    [
        *((own, True) for own in ("localhost", "127.0.0.1", "127.8.8.8", "::1")),
        *((other, False) for other in ("0.0.0.0", "::", "192.168.1.5", "lab.example")),
    ],
)
def test_only_what_no_other_machine_reaches_needs_no_token(host: str, own: bool) -> None:
    """A name may be anybody's."""
    assert is_this_machine(host) is own


def token_said(log: Path, server: forked.Forked) -> str:
    """The token that a server prints once it is up."""
    deadline = time.monotonic() + 60
    while not (found := re.search(r"token=(\S+)\n", log.read_text() if log.exists() else "")):
        assert server.poll() is None and time.monotonic() < deadline, log.read_text() if log.exists() else "nothing"
        time.sleep(0.05)
    return found[1]


def statuses(address: str, paths: Iterable[str]) -> list[int]:
    found = []
    for path in paths:
        try:
            with urllib.request.urlopen(address + path, timeout=30) as answer:
                found.append(answer.status)
        except urllib.error.HTTPError as refused:
            found.append(refused.code)
    return found


def test_a_dashboard_for_the_network_asks_for_the_token_that_it_printed(tmp_path: Path) -> None:
    """The real server: nothing answers without it, and the terminal says what others could do."""
    port, log = free_port(), tmp_path / "ui.log"
    arguments = ["ui", "--no-browser", "--host=0.0.0.0", f"--port={port}", f"--db={tmp_path / 'r.duckdb'}"]
    server = forked.lmwalk(arguments, log)
    try:
        token = token_said(log, server)
        known = ("/", "/_stcore/health", "/_stcore/host-config", "/app/static/x.js")
        assert statuses(f"http://localhost:{port}", known) == [403] * 4
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with opener.open(f"http://localhost:{port}/?token={token}", timeout=30) as page:
            assert (page.status, page.url) == (200, f"http://localhost:{port}/")
        assert "with your keys" in log.read_text()
    finally:
        server.terminate()
        server.wait(30)
