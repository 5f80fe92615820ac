"""The lists of tokens in a bundle: every line is looked at before one of them is kept.

They are kept as somebody else's: under a server's name that no server has, so that no run of one's own ever takes them
for what its model told.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from lmwalk.errors import InputError
from lmwalk.intake import plain_json
from lmwalk.store.distributions import IMPORTED, KeptLists, digest_of
from lmwalk.study import Study

LISTS = "lists.jsonl"
ACCEPTED = "Accepted: the lists of tokens of a study as 'lmwalk export' writes them."
LONGEST = 2**22
"""Bytes of a line: a list of 200 tokens after each of a dozen texts has some hundred thousand."""
WIDEST = 1_000_000
ROUNDING = 1e-6
TEXTS = {"name", "question", "model", "server", "prompt", "asked_at"}
MAYBE = {"fingerprint", "system", "prefill"}


def lists_of(table: Path, study: Study) -> Iterator[KeptLists]:
    """The rows of a file, in order.

    Raises
    ------
    InputError
        A line is no list of this study's models, or is not what its name says.
    """
    with table.open("rb") as file:
        for number in range(1, 10**9):
            line = file.readline(LONGEST + 1)
            if not line:
                return
            if len(line) > LONGEST:
                raise InputError(f"{LISTS!r} holds a line of more than {LONGEST:,} bytes. {ACCEPTED}")
            try:
                yield _checked(plain_json(line), study)
            except (ValueError, TypeError, KeyError, OverflowError) as cause:
                raise InputError(f"{LISTS!r} cannot be read in line {number:,}: {_short(cause)}. {ACCEPTED}") from cause


def _short(cause: Exception) -> str:
    return f"{str(cause)[:120] or type(cause).__name__}"


def _checked(held: Any, study: Study) -> KeptLists:
    """One row. Raises ValueError, TypeError, KeyError or OverflowError where it is none."""
    if not isinstance(held, dict) or set(held) != set(KeptLists._fields):
        raise ValueError("it has other fields than a list has")
    for name in TEXTS | MAYBE:
        if not (isinstance(held[name], str) or (name in MAYBE and held[name] is None)):
            raise TypeError(f"{name} is no text")
        (held[name] or "").encode()  # a letter by half is a ValueError
    if held["model"] not in study.models:
        raise ValueError("it is of no model of this study")
    outcomes, lists, width = held["outcomes"], held["lists"], held["width"]
    if not isinstance(outcomes, list) or not all(isinstance(each, str) for each in outcomes):
        raise TypeError("outcomes are no texts")
    if type(held["without_thought"]) is not bool or type(width) is not int or not 0 <= width <= WIDEST:
        raise TypeError("width or without_thought cannot be")
    _check_lists(lists)
    asked_at = datetime.fromisoformat(held["asked_at"])
    if asked_at.tzinfo:
        raise ValueError("asked_at names a zone")
    question = digest_of(held["prompt"], held["system"], held["prefill"], outcomes, held["without_thought"])
    own = (held["model"], held["server"], held["fingerprint"])
    if held["question"] != question or held["name"] != digest_of(*own, question, asked_at.isoformat()):
        raise ValueError("its name is not that of what it holds")
    plain = {"outcomes": json.dumps(outcomes), "lists": json.dumps(lists), "asked_at": asked_at}
    return KeptLists(**(held | plain | {"server": IMPORTED + held["server"]}))


def _check_lists(lists: Any) -> None:
    if not isinstance(lists, dict) or "" not in lists:
        raise ValueError("it holds no list of first tokens")
    for tops in lists.values():
        for token, logprob in tops or ():
            if not isinstance(token, str) or isinstance(logprob, bool) or not isinstance(logprob, int | float):
                raise TypeError("a token is no text with a number")
            if math.isnan(logprob) or logprob > ROUNDING:
                raise ValueError("a log-probability is above 0")
