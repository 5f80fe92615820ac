"""The lists of tokens in a bundle: every line is looked at before one of them is kept, as somebody else's."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lmwalk.importing.told_lines import asked_at_of, check_words, rows_in
from lmwalk.store.distributions import IMPORTED, KeptLists
from lmwalk.study import Study

LISTS = "lists.jsonl"
ACCEPTED = "Accepted: the lists of tokens of a study as 'lmwalk export' writes them."
LONGEST = 2**22
"""Bytes of a line: a list of 200 tokens after each of a dozen texts has some hundred thousand."""
WIDEST = 1_000_000
ROUNDING = 1e-6


def lists_of(table: Path, study: Study) -> Iterator[KeptLists]:
    """The rows of a file, in order.

    Raises
    ------
    InputError
        A line is no list of this study's models, or is not what its name says.
    """
    return rows_in(table, lambda held: _checked(held, study), LISTS, LONGEST, ACCEPTED)


def _checked(held: Any, study: Study) -> KeptLists:
    """One row. Raises ValueError, TypeError, KeyError or OverflowError where it is none."""
    check_words(held, KeptLists._fields, "a list", study)
    outcomes, lists, width = held["outcomes"], held["lists"], held["width"]
    if not isinstance(outcomes, list) or not all(isinstance(each, str) for each in outcomes):
        raise TypeError("outcomes are no texts")
    if type(held["without_thought"]) is not bool or type(width) is not int or not 0 <= width <= WIDEST:
        raise TypeError("width or without_thought cannot be")
    _check_lists(lists)
    asked_at = asked_at_of(held, outcomes, held["without_thought"])
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
