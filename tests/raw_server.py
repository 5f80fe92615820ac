"""A model server of raw sockets, for faults that any framework is too polite for.

It speaks as OpenAI's does. The first question of every model is answered as it should be, so that there is something
that could be lost; from the second on the model's own fault is shown. A model without a fault is always answered.
"""

from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

KEY = "lab-key-51ab3f79c0de"
WELL = "well"
STATUS = {200: "OK", 429: "Too Many Requests"}


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    path: str
    headers: Mapping[str, str]
    body: Any

    @property
    def model(self) -> str:
        return str((self.body or {}).get("model"))


Act = Callable[[socket.socket, Asked], None]


@dataclass(frozen=True)
class Fault:
    """What a server does, and what is to come of it.

    Attributes
    ----------
    act : callable
        Writes to the connection, which is closed afterwards.
    says : str
        What the sentence says; empty where the question is answered all the same.
    tries : int
        How often the question is put.
    times : int or None
        How many questions meet the fault, after the first; None: all of them.
    settings : mapping
        Fields of the study.
    reply : str
        What is stored of an answer.
    """

    name: str
    act: Act
    says: str = ""
    tries: int = 1
    times: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    reply: str = "UP"


@dataclass
class Server:
    """A running server, and what it saw."""

    faults: Mapping[str, Fault]
    url: str = ""
    elsewhere: list[Asked] = field(default_factory=list)
    """What reached the server next door, where redirects lead."""
    questions: Counter[str] = field(default_factory=Counter)

    def serve(self, connection: socket.socket, asked: Asked) -> None:
        """Answer, or show the fault of the model that is asked."""
        fault = self.faults.get(asked.model)
        self.questions[asked.model] += 1
        later = self.questions[asked.model] - 1
        if fault is None or not later or (fault.times is not None and later > fault.times):
            connection.sendall(answered("UP"))
        else:
            fault.act(connection, asked)


@contextmanager
def faulty_server(faults: Mapping[str, Fault]) -> Iterator[Server]:
    """A server that speaks as OpenAI's does; ``url`` ends in /v1."""
    server = Server(faults)
    with _listening(server.serve) as port, _listening(lambda _, asked: server.elsewhere.append(asked)) as next_door:
        server.url = f"http://127.0.0.1:{port}/v1"
        NEXT_DOOR["url"] = f"http://127.0.0.1:{next_door}"
        yield server


NEXT_DOOR = {"url": ""}
"""The address of the other server, which is known once it runs."""


@contextmanager
def _listening(serve: Act) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    threading.Thread(target=_accept, args=(listener, serve), daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _accept(listener: socket.socket, serve: Act) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_one, args=(connection, serve), daemon=True).start()


def _one(connection: socket.socket, serve: Act) -> None:
    connection.settimeout(20)
    with suppress(OSError), connection:  # the client may leave at any time
        serve(connection, _request(connection))
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):  # or what was written last may be lost to a reset
            pass


def _request(connection: socket.socket) -> Asked:
    received = b""
    while b"\r\n\r\n" not in received:
        if not (more := connection.recv(65536)):
            raise ConnectionError
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    return Asked(first.split(" ")[1], headers, json.loads(body) if body else None)


def head(status: int = 200, **headers: str) -> bytes:
    """A head without its last empty line."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    first = f"HTTP/1.1 {status} {STATUS.get(status, 'Status')}"
    return "\r\n".join([first, "Content-Type: application/json", "Connection: close", *lines, ""]).encode()


def message(body: bytes, status: int = 200, **headers: str) -> bytes:
    """A whole answer over HTTP."""
    return head(status, **headers, Content_Length=str(len(body))) + b"\r\n" + body


def completion(text: str, **more: Any) -> dict[str, Any]:
    """An answer as OpenAI words it."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    base = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return {**base, "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}, **more}


def answered(text: str, **more: Any) -> bytes:
    """An answer as it should be."""
    return message(json.dumps(completion(text, **more)).encode())


def refused(status: int, words: str, code: str | None = None, **headers: str) -> bytes:
    """An error as OpenAI words it."""
    return message(json.dumps({"error": {"message": words, "code": code}}).encode(), status, **headers)
