"""What can be asked now, over all backends, and why not for the rest."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from lmwalk.access import read_only
from lmwalk.errors import LmwalkError
from lmwalk.models import _listing, endpoint
from lmwalk.registry import FALLBACK, backends
from lmwalk.types import HERE, Offer

TIMEOUT_S = 1.0


Question = Callable[[], list[Offer]]


def offers(home: Path = HERE) -> list[Offer]:
    """Every backend's offers, asked at once; ``home`` is the folder of the list of endpoints.

    None in a process that only reads: no server is asked and no key is looked up.
    """
    if read_only():
        return []
    several = (FALLBACK, "endpoint")
    questions: dict[str, Question] = {name: backends[name].offers for name in backends if name not in several}
    own = endpoint.questions(home)
    return gathered({**questions, **{part.__name__.strip("_"): part for part in _listing.parts()}, **own})


def gathered(questions: Mapping[str, Question]) -> list[Offer]:
    """The answers in the order of the questions, all asked at once.

    Never raises: a question that fails or takes more than ``TIMEOUT_S`` gives one unavailable offer with the reason.
    """
    answers: dict[str, list[Offer]] = {}
    threads = [
        threading.Thread(target=_ask, args=(name, question, answers), daemon=True)
        for name, question in questions.items()
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + TIMEOUT_S
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    late = f"no answer within {TIMEOUT_S:g} s"
    return [offer for name in questions for offer in answers.get(name, [Offer(f"{name}/...", False, late, name)])]


def _ask(name: str, question: Question, answers: dict[str, list[Offer]]) -> None:
    try:
        answers[name] = question()
    except (LmwalkError, OSError, ValueError, LookupError, TypeError, RuntimeError, ImportError) as problem:
        answers[name] = [Offer(f"{name}/...", False, f"{name}: {type(problem).__name__}", name)]
