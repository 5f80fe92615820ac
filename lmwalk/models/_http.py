"""One exchange over HTTP, within bounds: the body is cut where it gets too long, redirects stay within one server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

if TYPE_CHECKING:
    import aiohttp

MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEP_THE_QUESTION = frozenset({307, 308})
_USUAL_PORT = {"http": 80, "https": 443}
_ENCODINGS = {"accept-encoding": "gzip, deflate"}


class Sent(NamedTuple):
    """A request."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


class Received(NamedTuple):
    """What came back; ``whole`` is False where the rest of the body was not read."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool


class LeadsAwayError(Exception):
    """The server sends on to an address that the question, with its key, does not go to by itself."""

    def __init__(self, status: int, location: str, *, in_a_circle: bool = False) -> None:
        super().__init__(location)
        self.status = status
        self.location = location
        self.in_a_circle = in_a_circle


async def exchanged(session: aiohttp.ClientSession, sent: Sent, most: int) -> Received:
    """The answer, of whose body at most ``most`` bytes are read, counted as they are unpacked.

    Raises
    ------
    LeadsAwayError
        A redirect leads to another server, off to another page, or round in a circle.
    aiohttp.ClientError, OSError
        No answer came, or none that can be read.
    """
    url, headers = sent.url, {**sent.headers, **_ENCODINGS}
    for _ in range(MOST_REDIRECTS + 1):
        request = session.request(sent.method, url, headers=headers, data=sent.body, allow_redirects=False)
        async with request as answer:
            location = answer.headers.get("Location")
            if location is None or answer.status not in _REDIRECTS:
                return Received(answer.status, answer.headers, *await _bounded(answer, most))
            url = _next(url, location, answer.status)
    raise LeadsAwayError(answer.status, url, in_a_circle=True)


async def _bounded(answer: aiohttp.ClientResponse, most: int) -> tuple[bytes, bool]:
    """The body up to ``most`` bytes, and whether that is all of it."""
    body = bytearray()
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) > most:
            answer.close()  # or the rest would be waited for
            return bytes(body[:most]), False
    return bytes(body), True


def _next(url: str, location: str, status: int) -> str:
    """Where a redirect leads. Raises LeadsAwayError where the question does not go there."""
    try:
        target = urljoin(url, location)
        same_page = urlsplit(target).path.rstrip("/") == urlsplit(url).path.rstrip("/")
        stays = stays_within(url, target)
    except ValueError:
        raise LeadsAwayError(status, location) from None
    if stays and (same_page or status in _KEEP_THE_QUESTION):
        return target
    raise LeadsAwayError(status, target)


def stays_within(url: str, target: str) -> bool:
    """Whether an address belongs to the same server: same scheme, host and port, or http made safe by https.

    Raises ValueError where either is no address.
    """
    old, new = urlsplit(url), urlsplit(target)
    if new.username is not None or old.hostname != new.hostname:
        return False
    if old.scheme == new.scheme:
        return _port(old) == _port(new)
    usual = _port(old) == _USUAL_PORT["http"] and _port(new) == _USUAL_PORT["https"]
    return (old.scheme, new.scheme) == ("http", "https") and (usual or _port(old) == _port(new))


def _port(parts: SplitResult) -> int | None:
    return parts.port or _USUAL_PORT.get(parts.scheme)
