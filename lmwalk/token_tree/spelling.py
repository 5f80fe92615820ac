"""From the likeliest next tokens to a distribution over outcomes.

An outcome is spelled by every text that begins with it: in any case (``heads``, ``Heads``, ``HEADS``), after at most
four blanks or marks (`` heads``, ``**Heads**``), and ended, that is followed by the end of the answer or by anything
but a letter or a digit. ``1`` is not spelled by ``10``, ``heads`` is by ``heads, of course``, and ``seven`` does not
spell ``7``.

Many paths of tokens lead to one text (``10`` may be one token or two). Paths are added up by the text they have
written, and what follows a text is asked once.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from lmwalk.token_tree.asking import NEGLIGIBLE, TOLERANCE, worth_asking
from lmwalk.types import Distribution, Outcome

Tops = Sequence[tuple[str, float]]
"""The likeliest next tokens: text and natural log-probability. A token that ends the answer may have an empty text."""

MOST_INSTEAD = 5
LONGEST_INSTEAD = 60
"""Characters of a beginning that is kept; a server may call anything a token."""

LEAD_MARKS = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\"'\u201c\u2018*_`(["
"""Blanks and marks that may stand before an outcome."""
_LEAD = re.compile(r"""[\s"'\u201c\u2018*_`(\[]{0,4}""")
ROUNDING = 1e-6
"""What may be missing from a whole list: servers round."""
_REMEMBERED = 20_000


class Spellings:
    """How a text relates to the outcomes; what was found is remembered, as whole vocabularies come again and again."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.outcomes = {outcome: outcome.lower() for outcome in outcomes}
        self.may_become = lru_cache(_REMEMBERED)(self._may_become)
        self.ended = lru_cache(_REMEMBERED)(self._ended)

    def _may_become(self, text: str) -> list[Outcome]:
        """The outcomes that the text is, or is the beginning of."""
        written = text[_lead(text) :].lower()
        return [outcome for outcome, lower in self.outcomes.items() if lower.startswith(written)]

    def _ended(self, text: str) -> Outcome | None:
        """The longest outcome that the text spells if no letter and no digit follows."""
        written = text[_lead(text) :].lower()
        begun = [(outcome, lower) for outcome, lower in self.outcomes.items() if written.startswith(lower)]
        spelt = [outcome for outcome, lower in begun if not written[len(lower) :][:1].isalnum()]
        return max(spelt, key=len, default=None)

    def stands_alone(self, text: str) -> bool:
        """Whether a text is a whole outcome and no other one's beginning."""
        return self.may_become(text) == [self.ended(text)]

    def whole(self, text: str) -> Outcome | None:
        """The outcome that a text is where it stands alone; None where it does not."""
        return self.ended(text) if self.stands_alone(text) else None

    def spelling(self, text: str, outcome: Outcome) -> str:
        """The part of the text that spells the outcome, with what stands before it."""
        return text[: _lead(text) + len(outcome)]


@lru_cache(16)
def spellings_of(outcomes: tuple[Outcome, ...]) -> Spellings:
    """How texts relate to these outcomes, with what was found of them before."""
    return Spellings(outcomes)


def _lead(text: str) -> int:
    """How many blanks and marks stand before the word."""
    match = _LEAD.match(text)
    return match.end() if match else 0


def likeliest(beginnings: Iterable[tuple[str, float]]) -> dict[str, float]:
    """The few likeliest beginnings of an answer, the likeliest first; half a surrogate pair becomes U+FFFD.

    Parameters
    ----------
    beginnings : iterable of (str, float)
        Texts and their probabilities; one that comes twice is added up.
    """
    found: dict[str, float] = defaultdict(float)
    for text, p in beginnings:
        kept = text if len(text) <= LONGEST_INSTEAD else f"{text[:LONGEST_INSTEAD]}…"
        found[kept.encode("utf-16", "surrogatepass").decode("utf-16", "replace")] += p
    ranked = sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))
    return {text: p for text, p in ranked[:MOST_INSTEAD] if p > 0}


@dataclass
class _Tally:
    """Probability added up so far, by outcome and outside all of them."""

    spellings: Spellings
    known: dict[Outcome, dict[str, float]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    possible: dict[Outcome, float] = field(default_factory=lambda: defaultdict(float))
    instead: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    outside: float = 0.0
    unseen: float = 0.0

    @property
    def spelt(self) -> float:
        """What all outcomes are known to hold."""
        return math.fsum(mass for found in self.known.values() for mass in found.values())

    def end(self, text: str, mass: float) -> None:
        """An answer that is over, or that no longer changes what it spells."""
        outcome = self.spellings.ended(text)
        if outcome is None:
            self.outside += mass
            self.instead[text] += mass
        else:
            self.known[outcome][self.spellings.spelling(text, outcome)] += mass

    def leave(self, text: str, mass: float) -> None:
        """Count the mass of a text whose continuations the server does not list as unseen."""
        self.unseen += mass
        ended = self.spellings.ended(text)
        for outcome in {*self.spellings.may_become(text), *([ended] if ended else [])}:
            self.possible[outcome] += mass

    def end_unasked(self, text: str, mass: float) -> None:
        """A text that cannot be continued: a whole word that begins no other outcome is taken to end there."""
        if self.spellings.stands_alone(text):
            self.end(text, mass)
        else:
            self.leave(text, mass)

    def result(self) -> Distribution:
        masses = {o: math.fsum(self.known[o].values()) for o in self.spellings.outcomes}
        return Distribution(
            logprobs={o: math.log(mass) if mass > 0 else -math.inf for o, mass in masses.items()},
            outside=self.outside,
            unseen=self.unseen,
            upper={o: masses[o] + more for o, more in self.possible.items() if more > 0},
            spellings={o: dict(found) for o, found in self.known.items() if found},
            instead=likeliest(self.instead.items()),
        )


Answered = Sequence[Tops | None]


def spelled(
    outcomes: Sequence[Outcome],
    negligible: float = NEGLIGIBLE,
    tolerance: float = TOLERANCE,
    askable: Callable[[str], bool] = lambda _: True,
) -> Generator[list[str], Answered, Distribution]:
    """Add up every way to spell each outcome.

    A generator that does no input or output itself: it yields the texts (the answer so far, "" first) whose next
    tokens it has to know, is sent the tokens of as many of them as were asked, from the first on, and returns the
    distribution. None among them stands for a text that cannot be asked: a whole word that is no other outcome's
    beginning is then taken to end there, and what anything else holds is bounded only. Tokens that are missing from a
    list make bounds too, and so do texts that are not worth a request (see ``worth_asking``).

    Parameters
    ----------
    outcomes : sequence of str
        The outcomes; each begins with a letter or a digit.
    negligible, tolerance : float
        See ``worth_asking``.
    askable : callable
        Whether a text can be asked at all.

    Returns
    -------
    Distribution
        With every spelling that was added up, and as ``instead`` the texts with which answers cease to be able to
        become an outcome. The masses of the outcomes, ``outside`` and ``unseen`` sum to 1.
    """
    walk = _Walk(_Tally(spellings_of(tuple(outcomes))), askable)
    while wanted := worth_asking(
        walk.open, walk.tally.spelt, walk.tally.unseen, negligible=negligible, tolerance=tolerance
    ):
        lists = yield wanted
        for text, tops in zip(wanted, lists, strict=False):
            walk.hear(text, tops)
    for text, mass in walk.open.items():
        walk.tally.leave(text, mass)
    return walk.tally.result()


@dataclass
class _Walk:
    """The texts that are open, with their probabilities, and the lists of those that were asked."""

    tally: _Tally
    askable: Callable[[str], bool]
    open: dict[str, float] = field(default_factory=lambda: {"": 1.0})
    lists: dict[str, Tops | None] = field(default_factory=dict)

    def hear(self, text: str, tops: Tops | None) -> None:
        """Take in what follows an open text."""
        self.lists[text] = tops
        self._settle(text, self.open.pop(text))

    def _settle(self, text: str, mass: float) -> None:
        """Pass a text's probability on; further paths may lead to it later, and what follows it is asked once."""
        if text not in self.lists and self.askable(text):
            self.open[text] = self.open.get(text, 0.0) + mass
            return
        tops = self.lists.get(text)
        if tops is None:
            self.tally.end_unasked(text, mass)
            return
        for longer, share in _followed(self.tally, text, mass, tops):
            self._settle(longer, share)


def _followed(tally: _Tally, text: str, mass: float, tops: Tops) -> list[tuple[str, float]]:
    """Count what the next tokens decide; give back the longer texts that they leave open."""
    shares = [(token, mass * math.exp(logprob)) for token, logprob in tops]
    rest = 1 - math.fsum(math.exp(logprob) for _, logprob in tops)
    if rest > ROUNDING:
        tally.leave(text, mass * rest)
    still_open = []
    for token, share in shares:
        if share <= 0:
            continue
        if token and tally.spellings.may_become(text + token):
            still_open.append((text + token, share))
        else:
            tally.end(text + token, share)
    return still_open
