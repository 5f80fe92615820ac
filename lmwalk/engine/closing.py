"""What a question ends with where the study says how it is to be answered, and what goes with no question."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lmwalk.errors import InputError
from lmwalk.study import Condition
from lmwalk.types import Held, Outcome, Sampling

_FEW = 20
"""Outcomes that are all named; of more numbers only the first and the last are."""


def closed(text: str, held: Held | None, outcomes: Sequence[Outcome] | None) -> str:
    """A question with the sentence that asks for one word, or for a form of JSON.

    An answer that the server's sampler chooses needs no sentence.

    >>> print(closed("Where to?", "one-word", ("UP", "DOWN", "LEFT")))
    Where to?
    <BLANKLINE>
    Answer with one word only: UP, DOWN or LEFT.
    >>> closed("Roll.", "json", ("1", "2")).splitlines()[-1]
    'Write the answer as JSON only, in the form {"answer": ...}, where ... is "1" or "2".'
    """
    if not outcomes or held in (None, "choice"):
        return text
    if held == "json":
        quoted = [json.dumps(outcome, ensure_ascii=False) for outcome in outcomes]
        sentence = f'Write the answer as JSON only, in the form {{"answer": ...}}, where ... is {_listed(quoted)}.'
    else:
        kind = "number" if all(outcome.isdecimal() for outcome in outcomes) else "word"
        sentence = f"Answer with one {kind} only: {_listed(outcomes)}."
    return f"{text}\n\n{sentence}"


def carried(condition: Condition, sampling: Sampling, *, drop: bool) -> tuple[Sampling, tuple[str, ...]]:
    """The settings that questions of a condition carry, and notes on those that none does.

    Raises
    ------
    InputError
        There are such settings, and ``drop`` does not say to note them; or JSON is asked for behind an answer that the
        template begins.
    """
    if condition.template.prefill is not None and sampling.answer == "json":
        raise InputError(
            "answer: 'json' cannot be used with a template that begins the answer. Accepted with it: free, one-word, "
            "choice."
        )
    if condition.measurement == "replies":
        return sampling, ()
    names = ["thinking"] if sampling.thinking not in (None, "off") else []
    names += ["context"] if sampling.context is not None else []
    names += ["answer"] if sampling.answer in ("json", "choice") else []
    asked = {name: getattr(sampling, name) for name in names}
    if names and not drop:
        raise InputError(
            f"{names[0]}: {asked[names[0]]!r} cannot be used where token probabilities are measured. Leave {names[0]} "
            "out, measure replies, or set on_unsupported to 'note' to go on without it."
        )
    notes = (f"{name}={value} is not sent where token probabilities are measured." for name, value in asked.items())
    nothing: dict[str, Any] = dict.fromkeys(names)
    return replace(sampling, **nothing), tuple(notes)


def _listed(outcomes: Sequence[str]) -> str:
    if len(outcomes) > _FEW:
        return f"one from {outcomes[0]} to {outcomes[-1]}"
    return f"{', '.join(outcomes[:-1])} or {outcomes[-1]}" if len(outcomes) > 1 else outcomes[0]
