"""Programs that draw at random: they name outcomes and choose none of them; what they printed may stand beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lmwalk.processes._reading.text import Text, Word, within

_DRAWS = re.compile(
    r"\b(?:random|rand|randint|randrange|choices?|shuffle|secrets|rng|np\.random|Math\.random|srand|mt_rand|sample)\b"
    r"[\w.]*\("
)
"""A call that draws; without one a program prints what it says."""
_FENCED = re.compile(r"```[^\n`]*\n.*?(?:```|\Z)", re.DOTALL)
_LINE = re.compile(
    r"^ ?(?:import |from \w+ import\b|def |class |return\b|print\(|for \w+ in |while |if [^\n]*:$|if \(|elif |else:"
    r"|else \{|int \w+|#include|using |let |const |var |function |console\.|printf|public |srand|cout|\}|\{$"
    r"|[\w.\[\], ]+ ?=[^=\n]|[\w.]+\([^\n]*\);?$).*$",
    re.MULTILINE,
)
_PRINTED = re.compile(r"(?:#|//)[^\n]*$", re.MULTILINE)
"""Remarks, in which a model says what came out."""


def no_program(text: Text, words: Sequence[Word]) -> list[Word]:
    """Words outside programs that draw at random, and in remarks in them."""
    if not _DRAWS.search(text.plain):
        return list(words)
    fenced = [found.span() for found in _FENCED.finditer(text.plain) if _DRAWS.search(found[0])]
    pieces = fenced or [found.span() for found in _LINE.finditer(text.plain)]
    inside = set(within(words, pieces))
    remarks = set(within(words, (found.span() for found in _PRINTED.finditer(text.plain))))
    return [word for word in words if word not in inside or word in remarks]
