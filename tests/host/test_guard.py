"""Who is answered: this user's own lmwalk of this version; all else gets a refusal and nothing more."""

from __future__ import annotations

import json
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from lmwalk import host
from lmwalk.errors import StoreError, StoreLockedError
from lmwalk.host import address
from lmwalk.host.address import TOKEN_HEADER, VERSION, VERSION_HEADER, line_to
from lmwalk.host.glance import glance
from lmwalk.host.protocol import read, written
from lmwalk.host.server import Host
from lmwalk.host.visitor import Line
from lmwalk.jobs import jobs_of
from lmwalk.store import Store, open_store

STUDIES = written({"of": "jobs", "name": "overview"})
CALL = {VERSION_HEADER: VERSION}


@pytest.fixture(params=["socket", "port"])
def own(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store that is answered for at a socket, and at a port with a token as where there are no sockets."""
    monkeypatch.setattr(address, "has_socket", lambda _: request.param == "socket")
    with open_store(tmp_path / "r.duckdb") as store:
        store.before_closing(Host(store, jobs_of(store)).end)
        yield store


@pytest.fixture
def client(own: Store) -> Iterator[httpx.Client]:
    """What a guest has, without the headers that it sends."""
    found = line_to(own.path)
    assert found is not None
    with found:
        found.headers.pop(VERSION_HEADER)
        yield found


def test_only_its_user_can_read_what_leads_there(own: Store) -> None:
    """The socket, or the file with the token, has mode 0600; it goes with the store."""
    (beside,) = (each for each in own.path.parent.iterdir() if each.suffix in (".sock", ".port"))
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    own.close()
    assert not beside.exists()


STRANGERS = [
    ({"Origin": "http://localhost:8501"}, "No page of a browser"),
    ({"Sec-Fetch-Mode": "no-cors"}, "No page of a browser"),
    ({VERSION_HEADER: "0 of lmwalk 0.0"}, "speaks version"),
    ({VERSION_HEADER: ""}, "speaks version"),
]


def test_a_stranger_is_refused(client: httpx.Client) -> None:
    """A page of a browser, and another version, get a sentence."""
    for headers, says in STRANGERS:
        answer = client.post("/call", content=STUDIES, headers=CALL | headers)
        error = read(answer.content)
        assert answer.status_code == 403
        assert isinstance(error, StoreError)
        assert says in str(error)


@pytest.mark.parametrize("own", ["socket"], indirect=True)
@pytest.mark.skipif(not hasattr(socket, "SO_PEERCRED"), reason="the system does not tell who is at a socket")
def test_another_user_is_refused(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the mode of the socket did not keep them out."""
    monkeypatch.setattr("lmwalk.host.server.os.getuid", lambda: -1)
    for ask in (client.build_request("GET", "/hello"), client.build_request("POST", "/call", content=STUDIES)):
        ask.headers[VERSION_HEADER] = VERSION
        answer = client.send(ask)
        assert (answer.status_code, "Only the user" in str(read(answer.content))) == (403, True)


@pytest.mark.parametrize("own", ["port"], indirect=True)
@pytest.mark.parametrize("token", [b"", b"x", b"\xe9"])
def test_a_wrong_token_is_refused(client: httpx.Client, token: bytes) -> None:
    """Also for who only asks who is there."""
    for ask in (client.build_request("GET", "/hello"), client.build_request("POST", "/call", content=STUDIES)):
        kept = [(name, value) for name, value in ask.headers.raw if name.lower() != TOKEN_HEADER.lower().encode()]
        ask.headers = httpx.Headers(
            [*kept, (TOKEN_HEADER.encode(), token), (VERSION_HEADER.encode(), VERSION.encode())]
        )
        assert client.send(ask).status_code == 403


NONSENSE = [
    b"",
    b"\n",
    b"{",
    b"[]\n",
    b'{"value": 1, "tables": []}\n',
    b'{"value": {"of": "store", "name": "select"}, "tables": [9]}\nshort',
    b'{"value": {"$": "table", "of": 3}, "tables": []}\n',
    b'{"value": {"$": "study", "of": "models: ["}, "tables": []}\n',
    written({"of": "store", "name": "close"}),
    written({"of": "store", "name": "__class__"}),
    written({"of": "os", "name": "system"}),
    written({"of": "jobs", "name": "delete"}),
    written({"of": "jobs", "name": "delete", "arguments": {"study": 3}}),
    written({"of": "jobs", "name": "delete", "arguments": {"study": "x", "more": 3}}),
    written({"of": "job", "name": "pause", "study": "nobody's"}),
    written({"of": "store", "name": "select", "arguments": {"query": "DELETE FROM x", "values": [], "frames": {}}}),
    written(
        {"of": "store", "name": "select", "arguments": {"query": "SELECT 1; SELECT 2", "values": [], "frames": {}}}
    ),
    written({"of": "store", "name": "select", "arguments": {"query": "SELEC", "values": [], "frames": {}}}),
]


def test_what_cannot_be_done_is_refused_in_a_sentence(own: Store, client: httpx.Client) -> None:
    """A malformed frame, an unknown call, other arguments, anything but one SELECT; and the next call is answered."""
    for content in NONSENSE:
        answer = client.post("/call", content=content, headers=CALL)
        assert (answer.status_code, "Traceback" in answer.text) == (422, False), content
        assert isinstance(read(answer.content), Exception)
    assert client.post("/call", content=STUDIES, headers=CALL).status_code == 200
    assert own.studies().empty


def test_a_file_of_the_machine_is_not_read(client: httpx.Client) -> None:
    """A SELECT reaches the database, and nothing beside it."""
    for query in ("SELECT * FROM read_text('/etc/hostname')", "FROM '/etc/hostname'", "SELECT getenv('HOME')"):
        arguments = {"query": query, "values": [], "frames": {}}
        answer = client.post(
            "/call", content=written({"of": "store", "name": "select", "arguments": arguments}), headers=CALL
        )
        assert answer.status_code == 422


def test_another_version_is_told_who_holds_the_file(own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the process and both versions."""
    monkeypatch.setattr("lmwalk.host.visitor.VERSION", "7 of lmwalk 9.9")
    with pytest.raises(StoreLockedError, match=rf"process {os.getpid()}.* 7 of lmwalk 9.9"):
        Line.to(own.path)


def test_what_a_process_that_is_gone_has_left_is_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket at which nobody answers, and a note of a port that is another's, are as if nothing were there."""
    database = tmp_path / "r.duckdb"
    listening = address.Listening.begun(database)
    listening.at.close()
    assert Line.to(database) is None
    assert glance(database) is None
    monkeypatch.setattr(address, "has_socket", lambda _: False)
    (tmp_path / "r.duckdb.port").write_text(json.dumps({"port": 9, "token": "x"}))
    assert Line.to(database) is None
    (tmp_path / "r.duckdb.port").write_text("{")
    assert line_to(database) is None
    with host.open_store(database) as store:
        host.answer(store)
        line = Line.to(database)
        assert line is not None
        line.close()


def test_a_path_that_is_too_long_for_a_socket_has_a_port(tmp_path: Path) -> None:
    """Databases deep in folders are visited, too."""
    deep = tmp_path / ("d" * 120) / "r.duckdb"
    deep.parent.mkdir()
    with host.open_store(deep) as store:
        host.answer(store)
        assert not address.has_socket(deep)
        assert glance(deep) == []
