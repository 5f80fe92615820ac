"""Where the owner of a database answers: a socket beside the file, or a port of this machine with a token.

A socket has mode 0600 and the peer's user is looked up; where there are none (Windows), or the path is too long for
one, a file that only its user can read holds the port and the token. Whoever holds the database may clear both away:
what lies there is of a process that is gone.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

import lmwalk

VERSION = f"1 of lmwalk {lmwalk.__version__}"
"""What is spoken, which guest and owner have to have in common."""
VERSION_HEADER, TOKEN_HEADER = "X-Lmwalk-Version", "X-Lmwalk-Token"
LONGEST_PATH = 100
"""Bytes of a path that a socket can have on every system."""
CONNECT_S = 2.0
LOCALHOST = "127.0.0.1"


def has_socket(database: Path) -> bool:
    """Whether a database's owner answers at a socket in the file system."""
    return hasattr(socket, "AF_UNIX") and len(os.fsencode(_socket_of(database))) <= LONGEST_PATH


def _socket_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.sock")


def _note_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.port")


@dataclass
class Listening:
    """A socket that listens; ``token`` is empty where the file system says who may come."""

    at: socket.socket
    file: Path
    token: str = ""

    @classmethod
    def begun(cls, database: Path) -> Listening:
        """Listen for guests of a database that this process holds. Raises OSError."""
        for left in (_socket_of(database), _note_of(database)):
            left.unlink(missing_ok=True)
        return cls._at_socket(_socket_of(database)) if has_socket(database) else cls._at_port(_note_of(database))

    @classmethod
    def _at_socket(cls, file: Path) -> Listening:
        at = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        at.bind(str(file))
        file.chmod(0o600)  # nobody can connect before it listens
        at.listen(64)
        return cls(at, file)

    @classmethod
    def _at_port(cls, file: Path) -> Listening:
        at = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        at.bind((LOCALHOST, 0))
        at.listen(64)
        token = secrets.token_urlsafe(32)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as note:
            json.dump({"port": at.getsockname()[1], "token": token}, note)
        return cls(at, file, token)

    def end(self) -> None:
        """Listen no more."""
        self.at.close()
        with suppress(OSError):
            self.file.unlink(missing_ok=True)


def line_to(database: Path) -> httpx.Client | None:
    """A connection to whoever answers for a database; None where nobody seems to."""
    headers = {VERSION_HEADER: VERSION}
    timeout = httpx.Timeout(None, connect=CONNECT_S)
    if has_socket(database):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
            if knock.connect_ex(str(_socket_of(database))):
                return None
        carrier = httpx.HTTPTransport(uds=str(_socket_of(database)))
        return httpx.Client(transport=carrier, base_url="http://lmwalk", headers=headers, timeout=timeout)
    try:
        note = json.loads(_note_of(database).read_text())
        headers[TOKEN_HEADER] = str(note["token"])
        base = f"http://{LOCALHOST}:{int(note['port'])}"
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return httpx.Client(base_url=base, headers=headers, timeout=timeout, trust_env=False)
