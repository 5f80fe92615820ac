"""Where a reply goes on with the next turn of the talk, as models do that complete a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lmwalk.processes._reading.text import Text, Word, inside

MOST = 6
"""Places that are looked at, from the first."""
_ASKS = re.compile(
    r"""
    ^[ >*_\#]*(?:
        (?: user | human | q | question | instruction | prompt | system )(?:\ \d+)?[*_]*\ ?:
      | \#{1,4}\ ?(?: instruction | input | question | user | human )
      | (?: user | human )[*_]*$
      | \[/?INST\]
    )
    | </s> | <\|?(?: im_end | im_start | eot_id | start_header_id | endoftext | end_of_text | end | user )\|?>
    | <(?: end_of_turn | start_of_turn | end_of_utterance | eos )> | \[/?INST\]
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_ORDERS = re.compile(
    r"""^[ >*_\#]*(?:
        [^\n]{0,80}\b(?: (?:answer|reply|respond)\ with | answer\ (?: heads\ or | up,\ ) )
      | (?: you\ are | you're )\ (?:now\ )?(?: at | standing ) \b
      | (?: flip | toss | roll | throw | pick | choose | select | name | guess | generate )
        \ (?: an? | the | one | another )\b
    )""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
"""Lines that repeat the question; they begin a turn where little is said before them."""
_TALK = re.compile(r"[^\W\d_]{2,}")
_ANSWERS = re.compile(
    r"^[ >*_#]*(?:(?:assistant|ai|bot|model)[*_]* ?:|(?:assistant|model)[*_]*$|#{1,4} ?(?:response|assistant|output))",
    re.IGNORECASE | re.MULTILINE,
)

_STRUCK = re.compile(r"<s>[^<\n]{1,190}</s>\Z", re.IGNORECASE)
"""Where </s> ends no text but what was struck through."""


def begins(plain: str, words: int) -> Iterator[int]:
    """Where another turn begins behind some text, from the first; a turn that answers only where none asks before.

    ``words`` are said at most before a line that repeats the question.
    """
    asks = [
        found.start()
        for found, _ in zip(_ASKS.finditer(plain), range(MOST), strict=False)
        if not _STRUCK.search(plain[max(0, found.start() - 200) : found.end()])
    ]
    first = asks[0] if asks else len(plain)
    order = next((found.start() for found in _ORDERS.finditer(plain) if plain[: found.start()].strip()), None)
    if order is not None and order < first and len(_TALK.findall(plain[:order][:2000])) <= words:
        asks.append(order)
    answers = [found.start() for found, _ in zip(_ANSWERS.finditer(plain, 0, first), range(MOST), strict=False)]
    return (at for at in sorted((*asks, *answers)) if plain[:at].strip())


def room(text: Text) -> int:
    """Words that an answer takes."""
    return 4 + (text.many or 0)


def before_next(text: Text, words: Sequence[Word]) -> list[Word]:
    """Words before the next turn."""
    return list(inside(words, 0, next(begins(text.plain, room(text)), len(text.plain))))
