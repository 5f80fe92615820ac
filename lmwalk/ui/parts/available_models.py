"""Which models can be asked now. Asking the servers takes up to a second, so it happens beside the page."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from lmwalk.models.builtin import FAMILIES
from lmwalk.models.builtin import NAME as BUILTIN
from lmwalk.types import Offer
from lmwalk.ui.shell.session import database

FRESH_S = 30.0
ALWAYS = (Offer(BUILTIN, True, "a small real transformer, run in this process", "built in", FAMILIES),)

_lock = threading.Lock()
_pool = ThreadPoolExecutor(1, thread_name_prefix="lmwalk-offers")
_asked: Future[list[Offer]] | None = None
_asked_at = 0.0
_asked_for = Path()
_known: list[Offer] = list(ALWAYS)


def available_models(wait_s: float = 0.0) -> tuple[list[Offer], bool]:
    """What is known of the models, and whether servers are still being asked.

    Parameters
    ----------
    wait_s : float
        Longest time to wait for servers that have not answered yet.
    """
    global _asked, _asked_at, _asked_for, _known
    home = database().parent
    with _lock:
        old = _asked is not None and _asked.done() and time.monotonic() - _asked_at > FRESH_S
        if _asked is None or old or _asked_for != home:
            _asked, _asked_at, _asked_for = _pool.submit(_discover, home), time.monotonic(), home
        asked = _asked
    try:
        found = asked.result(timeout=wait_s)
    except TimeoutError:
        return _known, True
    _known = found or list(ALWAYS)
    return _known, False


def refresh_models() -> None:
    """Let the next look ask every server again."""
    global _asked
    with _lock:
        _asked = None


def _discover(home: Path) -> list[Offer]:
    from lmwalk.models import discovery

    return discovery.offers(home)
