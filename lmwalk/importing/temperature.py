"""At which temperature chains were made: as a column or a field says it, or as the name of a folder or model does.

A name that may state one, but not clearly, is refused: to guess would store texts under a temperature that they were
not made at.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from lmwalk.errors import InputError
from lmwalk.validation_messages import shown

HIGHEST = 5.0
"""As in a study."""
ACCEPTED = f"Accepted: a number from 0 to {HIGHEST:g}, such as 0.8."
_NUMBER = re.compile(r"(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?")
_WORD = re.compile(r"(?i)(?:^|[\s_,.;+(\[-]+)(?:temp(?:erature)?[\s_=:-]*|T\s*=\s*)(?=\d)")
_DECIMAL = re.compile(r"(?:0|[1-9]\d*)(?:\.\d+)?")
_BEHIND = re.compile(r"[)\]]*(?:[\s_,;+-]+[^\W\d_].*)?", re.DOTALL)


class Named(NamedTuple):
    """A name without the temperature that stands in it, and that temperature; None where there is none."""

    name: str
    temperature: float | None


def stated(written: Any, which: str) -> float | None:
    """The temperature in a field or a column; None where it is left empty. A decimal comma is one.

    Raises
    ------
    InputError
        It is none; the sentence begins with ``which``.

    >>> stated("0,8", "Row 2"), stated(" ", "Row 2"), stated(1, "a.json")
    (0.8, None, 1.0)
    """
    text = "" if written is None else str(written).strip()
    if not text:
        return None
    plain = text.isascii() and len(text) <= 40 and _NUMBER.fullmatch(text) is not None
    value = float(text.replace(",", ".")) if plain and not isinstance(written, bool) else -1.0
    if not 0 <= value <= HIGHEST:
        raise InputError(f"{which} has the temperature {shown(written)}. {ACCEPTED}")
    return value


def named(name: str, which: str) -> Named:
    """A name apart from the temperature in it, such as ``Llama_Temp1.6``, ``temperature=0`` or ``m, T = 0.5``.

    Raises
    ------
    InputError
        It is not clear which temperature is meant, or it is beyond what a study can have.

    >>> named("Meta-Llama-3-8B-Instruct_Temp1.6", "the folder")
    Named(name='Meta-Llama-3-8B-Instruct', temperature=1.6)
    >>> named("flan-T5", "the folder").temperature is None
    True
    """
    word = _WORD.search(name)
    if word is None:
        return Named(name, None)
    number = _DECIMAL.match(name, word.end())
    behind = name[number.end() :] if number else "?"
    if number is None or not _BEHIND.fullmatch(behind) or float(number[0]) > HIGHEST:
        raise _unclear(name, which)
    rest = named(name[: word.start()] + behind.lstrip(")]"), which)
    value = float(number[0])
    if rest.temperature not in (None, value):
        raise _unclear(name, which)
    return Named(rest.name, value)


def alone(name: str) -> float | None:
    """The temperature that a name is and nothing else; None where it is another name.

    >>> alone("temperature_0.4"), alone("temperate")
    (0.4, None)
    """
    word = _WORD.match(name)
    number = _DECIMAL.fullmatch(name, word.end()) if word else None
    value = float(number[0]) if number else HIGHEST + 1
    return value if value <= HIGHEST else None


def _unclear(name: str, which: str) -> InputError:
    return InputError(
        f"{which}: {shown(name)} may state a temperature, but it is not clear which. Accepted: a name that ends in one "
        f"from 0 to {HIGHEST:g}, such as NAME_Temp1.6, or a name without the word."
    )
