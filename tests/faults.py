"""Faults of model servers: what is done, what is to be said, and how often it is tried. One for each model name."""

from __future__ import annotations

import gzip
import json
import socket
import time
import zlib
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from raw_server import NEXT_DOOR, Act, Asked, Fault, answered, completion, head, message, refused


def always(sent: bytes) -> Act:
    """The same bytes, whatever was asked."""
    return lambda connection, _: connection.sendall(sent)


def verbatim(body: str | bytes) -> Act:
    """A body that comes with 200."""
    return always(message(body.encode() if isinstance(body, str) else body))


def in_parts(*parts: bytes) -> Act:
    """Parts that the client sees one after the other."""

    def act(connection: socket.socket, _: Asked) -> None:
        for part in parts:
            connection.sendall(part)
            time.sleep(0.05)

    return act


def endless(begin: bytes, piece: bytes, pause_s: float = 0.0) -> Act:
    """A beginning, and then the same for ever."""

    def act(connection: socket.socket, _: Asked) -> None:
        connection.sendall(begin)
        while True:
            connection.sendall(piece)
            time.sleep(pause_s)

    return act


def bomb(encoding: str, window: int) -> Act:
    """Ten gigabytes of one letter, packed into ten megabytes."""

    def act(connection: socket.socket, _: Asked) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, window)
        connection.sendall(head(Content_Encoding=encoding) + b"\r\n" + packer.compress(b'{"a": "'))
        for _ in range(10_000):
            connection.sendall(packer.compress(b"a" * 1_000_000))

    return act


def counted(**usage: str) -> Act:
    """An answer with these token counts, as they stand in JSON."""
    counts = ", ".join(f'"{name}": {value}' for name, value in usage.items())
    return verbatim(json.dumps(completion("UP", usage=None)).replace('"usage": null', f'"usage": {{{counts}}}'))


def sent_on(status: int, place: Callable[[Asked], str]) -> Act:
    """A redirect, unless the question has come there by one already."""

    def act(connection: socket.socket, asked: Asked) -> None:
        if asked.path in ("/moved/chat", "/v1/chat/completions/"):
            connection.sendall(answered("UP"))
        else:
            connection.sendall(message(b"", status, Location=place(asked)))

    return act


def echoed(spelt: Callable[[str], str], status: int = 200) -> Act:
    """An answer, or an error, that repeats the key that came with the question."""

    def act(connection: socket.socket, asked: Asked) -> None:
        words = f"UP {spelt(asked.headers['authorization'].removeprefix('Bearer '))}"
        connection.sendall(answered(words) if status == 200 else refused(status, words))

    return act


def broken(connection: socket.socket, _: Asked) -> None:
    """Part of an answer, then a reset."""
    connection.sendall(head(Content_Length="500") + b'\r\n{"id"')
    time.sleep(0.05)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def long_text(connection: socket.socket, _: Asked) -> None:
    """An answer of fifty megabytes."""
    connection.sendall(answered("UP " * 17_000_000))


JSON_HEAD = head() + b"\r\n"
CHUNKED = head(Transfer_Encoding="chunked") + b"\r\n"
NEXT_YEAR = format_datetime(datetime.now(UTC) + timedelta(days=365), usegmt=True)
SHORT = {"sampler": {"timeout_s": 0.25}}
DEEP = "[" * 100_000 + "]" * 100_000
PAGE = "<!doctype html><html><title>Sign in</title><body><form></form></body></html>"
BROKE, TOO_LONG, NO_HTTP, LATE = "broke before", "longer than 2 MB", "does not speak HTTP", "within 0.25 s"

FAULTS = {
    fault.name: fault
    for fault in (
        # waits
        Fault("wait-1e9", always(refused(429, "Slow down.", Retry_After="1e9")), "asks for no question before"),
        Fault(
            "wait-next-year", always(refused(429, "Slow down.", Retry_After=NEXT_YEAR)), str(datetime.now(UTC).year + 1)
        ),
        Fault("wait-400-nines", always(refused(503, "Loading.", Retry_After="9" * 400)), "a day that no calendar has"),
        Fault(
            "wait-beyond-the-limit",
            always(refused(429, "Daily limit.", Retry_After="20")),
            "at most 10 s is waited",
            settings={"longest_wait_s": 10},
        ),
        Fault("wait-short", always(refused(429, "Slow down.", Retry_After="0.1")), tries=3, times=2),
        Fault("wait-nan", always(refused(429, "Slow down.", Retry_After="nan")), tries=2, times=1),
        Fault("quota", always(refused(429, "You exceeded your quota.", "insufficient_quota")), "exceeded your quota"),
        Fault("loading", always(refused(503, "Loading model")), tries=9, times=8),
        # bodies
        Fault("fifty-megabytes", long_text, TOO_LONG),
        Fault("gzip-bomb", bomb("gzip", 31), TOO_LONG),
        Fault("deflate-bomb", bomb("deflate", 15), TOO_LONG),
        Fault("endless", endless(JSON_HEAD + b'{"a": "', b"a" * 10_000), TOO_LONG),
        Fault("endless-drip", endless(JSON_HEAD, b" ", 0.01), LATE, 6, settings=SHORT),
        Fault("endless-error", endless(head(400) + b"\r\n", b"no " * 10_000), "refused the question (HTTP 400): no no"),
        Fault(
            "endless-empty-members", endless(head(Content_Encoding="gzip") + b"\r\n", gzip.compress(b"") * 100), NO_HTTP
        ),
        Fault("long-of-its-own", long_text, "longer than 0.01 MB", settings={"largest_reply_mb": 0.01}),
        Fault("no-gzip", always(message(b"{}", Content_Encoding="gzip")), NO_HTTP),
        Fault("brotli", always(message(b"{}", Content_Encoding="br")), NO_HTTP),
        Fault("gzip", always(message(gzip.compress(json.dumps(completion("UP")).encode()), Content_Encoding="gzip"))),
        # heads and connections
        Fault(
            "thousands-of-headers", always(head(**{f"X{n}": "y" for n in range(5000)}) + b"\r\n"), "Too many headers"
        ),
        Fault("endless-headers", endless(head(), b"X: y\r\n" * 1000), "Too many headers"),
        Fault("endless-header-line", endless(head() + b"X: ", b"y" * 10_000), NO_HTTP),
        Fault("dripping-headers", endless(head(), b"X", 0.01), LATE, 6, settings=SHORT),
        Fault("flood-of-100", endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), LATE, 6, settings=SHORT),
        Fault("flood-of-103", endless(b"", b"HTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n" * 100), LATE, 6, settings=SHORT),
        Fault("endless-trailers", endless(CHUNKED + b"2\r\n{}\r\n0\r\n", b"X: y\r\n" * 1000), NO_HTTP),
        Fault("late-trailers", in_parts(CHUNKED, b"2\r\n{}\r\n0\r\n", b"X: y\r\n" * 1000), NO_HTTP),
        Fault("length-too-long", always(head(Content_Length="9999") + b'\r\n{"id": 1}'), BROKE, 6),
        Fault("length-too-short", always(head(Content_Length="9") + b'\r\n{"id": "c", "choices": []}'), NO_HTTP),
        Fault("length-negative", always(head(Content_Length="-1") + b"\r\n{}"), NO_HTTP),
        Fault("length-twice", always(head(Content_Length="2\r\nContent-Length: 3") + b"\r\n{}"), NO_HTTP),
        Fault("length-huge", always(head(Content_Length="9" * 40) + b"\r\n{}"), NO_HTTP),
        Fault("chunked-garbage", always(CHUNKED + b"zz\r\n{}\r\n"), NO_HTTP),
        Fault("chunk-cut", always(CHUNKED + b'9999\r\n{"id"'), BROKE, 6),
        Fault("reset", broken, BROKE, 6),
        Fault("hangs-up", always(b""), BROKE, 6),
        Fault("no-http", always(b"SSH-2.0-OpenSSH_9.6\r\n"), NO_HTTP),
        Fault("silence", lambda connection, _: time.sleep(1), LATE, 6, settings=SHORT),
        # numbers
        Fault("counts-beyond-64-bits", counted(prompt_tokens=str(2**70), completion_tokens=str(2**63))),
        Fault("counts-beyond-32-bits", counted(prompt_tokens=str(2**31), completion_tokens=str(2**40))),
        Fault("counts-negative", counted(prompt_tokens="-4", completion_tokens="-9e9")),
        Fault("counts-not-finite", counted(prompt_tokens="NaN", completion_tokens="1e999")),
        Fault("counts-of-digits", counted(prompt_tokens="9" * 5000, completion_tokens="0.5")),
        Fault("counts-of-other-kinds", counted(prompt_tokens='"12"', completion_tokens="true")),
        Fault("counts-nested", counted(prompt_tokens="[1]", completion_tokens='{"a": 1}')),
        # JSON
        Fault("deep", verbatim(DEEP), "lists within lists"),
        Fault(
            "deep-inside",
            verbatim(json.dumps(completion("UP", more=None)).replace("null", DEEP[99_000:101_000])),
            "lists within lists",
        ),
        Fault("deep-error", always(message(DEEP.encode(), 400)), "refused the question (HTTP 400)"),
        Fault("page", verbatim(PAGE), "sent a web page and no answer"),
        Fault("cut", verbatim(json.dumps(completion("UP"))[:80]), "broke off", 6),
        Fault("empty", verbatim(""), "broke off", 6),
        Fault("no-json", verbatim("Method POST is fine."), "no answer that can be read"),
        Fault("events", verbatim('data: {"choices": []}\n\ndata: [DONE]\n\n'), "a stream of events (SSE)"),
        Fault("lines", verbatim('{"done": false}\n{"done": true}\n'), "a stream of lines (NDJSON)"),
        Fault("no-text", verbatim(b"\x89PNG\r\n\x1a\n\xff\xd8\xfe" * 9), "bytes that are no text in UTF-8"),
        Fault("list", verbatim("[1, 2]"), "sent no answer but: [1, 2]"),
        Fault("error-with-200", verbatim('{"error": "overloaded"}'), "overloaded", 6),
        Fault(
            "half-a-letter", verbatim(json.dumps(completion("UP HALF")).replace("HALF", "\\ud83d")), reply="UP \ufffd"
        ),
        Fault(
            "not-utf-8",
            verbatim(json.dumps(completion("UP HALF")).encode().replace(b"HALF", b"\xe9")),
            reply="UP \ufffd",
        ),
        Fault("key-twice", verbatim(json.dumps(completion("UP")).replace('"content"', '"content": "DOWN", "content"'))),
        # redirects
        Fault("moved-within", sent_on(307, lambda _: "/moved/chat")),
        Fault("moved-by-a-slash", sent_on(301, lambda asked: f"{asked.path}/")),
        Fault("moved-to-sign-in", sent_on(302, lambda _: "/login?next=chat"), "sends on to http://127.0.0.1"),
        Fault(
            "moved-to-another-server", sent_on(308, lambda _: f"{NEXT_DOOR['url']}/v1"), "sends on to http://127.0.0.1"
        ),
        Fault("moved-round-and-round", sent_on(307, lambda asked: asked.path), "again and again (HTTP 307)"),
        Fault("moved-nowhere", sent_on(307, lambda _: "http://[half"), "sends on to another place"),
        # keys
        Fault("key-in-the-answer", echoed(str), reply="UP [hidden]"),
        Fault("key-in-base64", echoed(lambda key: b64encode(key.encode()).decode()), reply="UP [hidden]"),
        Fault("key-in-an-error", echoed(str, 400), "UP [hidden]"),
        # addresses
        Fault("nothing-there", always(refused(404, "The model does not exist.")), "knows no model 'nothing-there'"),
    )
}
