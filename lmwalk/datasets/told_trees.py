"""What a model told of the questions of some walks: kept in the database, at hand in this process, or by a formula."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pandas as pd

from lmwalk.datasets import told_here
from lmwalk.datasets.walk_questions import WalkQuestions, Words
from lmwalk.store.distributions import IMPORTED
from lmwalk.token_tree import TellsTree, TokenTree, tree_from

MOST_MOMENTS = 1_000
"""At which fields are looked for."""
Lists = Callable[[Sequence[str]], Mapping[str, tuple[int, str]]]
"""Names of lists to the lists, as ``Store.distributions.many`` gives them."""


class Told(Protocol):
    """What a model told of the questions of some walks."""

    @property
    def timed(self) -> bool:
        """Whether that depends on t."""

    @property
    def source(self) -> str:
        """Who was asked, and when, in words."""

    def trees(self, t: int) -> Mapping[int, TokenTree]:
        """By position, at a moment."""

    def moments(self) -> tuple[int, ...]:
        """At which moments something is known, where that depends on t."""


@dataclass(eq=False)
class Kept:
    """What is kept in the database.

    Attributes
    ----------
    known : mapping
        From a question to the name of its lists.
    """

    questions: WalkQuestions
    known: Mapping[Words, str]
    lists: Lists
    source: str
    _read: dict[str, TokenTree] = field(default_factory=dict)
    _at: dict[int, dict[int, TokenTree]] = field(default_factory=dict)

    @property
    def timed(self) -> bool:
        return self.questions.timed

    def trees(self, t: int) -> Mapping[int, TokenTree]:
        moment = t if self.timed else self.questions.begins
        if moment not in self._at:
            asked = enumerate(self.questions.at(moment))
            names = {place: name for place, words in asked if (name := self.known.get(words))}
            self._fetch(names.values())
            self._at[moment] = {place: self._read[name] for place, name in names.items() if name in self._read}
        return self._at[moment]

    def _fetch(self, names: Any) -> None:
        new = sorted({*names} - {*self._read})
        for name, (width, lists) in (self.lists(new) if new else {}).items():
            self._read[name] = tree_from({"width": width, "lists": json.loads(lists)})

    def moments(self) -> tuple[int, ...]:
        """Those at which the place where walks begin was asked: a field always asks it."""
        own, begins = self.questions, self.questions.begins
        return tuple(
            t
            for t in range(begins, begins + min(own.steps, MOST_MOMENTS))
            if own.one(own.lattice.origin, t) in self.known
        )


@dataclass(eq=False)
class AtHand:
    """A field that was asked in this process and is not kept."""

    timed: bool
    moment: int
    found: Mapping[int, TokenTree]
    source: str = "asked here, not kept"

    def trees(self, t: int) -> Mapping[int, TokenTree]:
        return self.found if not self.timed or t == self.moment else {}

    def moments(self) -> tuple[int, ...]:
        return (self.moment,)


@dataclass(eq=False)
class Simulation:
    """The law of a simulation, which reads no words: the same at every moment."""

    questions: WalkQuestions
    model: TellsTree
    timed: bool = False
    source: str = "the simulation's own law"
    _found: dict[int, TokenTree] = field(default_factory=dict)

    def trees(self, t: int) -> Mapping[int, TokenTree]:
        if not self._found:
            tree = told_here.tree_now(self.model, self.questions.prompt(self.questions.start))
            self._found = dict.fromkeys(range(len(self.questions.lattice)), tree)
        return self._found

    def moments(self) -> tuple[int, ...]:
        return (self.questions.begins,)


def known_questions(asked: pd.DataFrame, questions: WalkQuestions, ways: Sequence[bool]) -> dict[Words, str]:
    """From each question to the name of its lists, of those that ask for the moves of these walks.

    Parameters
    ----------
    asked : DataFrame
        As ``Store.distributions.prompts`` gives it.
    ways : sequence of bool
        Whether the model was told not to think, in the order in which that is to be had.
    """
    wanted = json.dumps(list(questions.process.alphabet))
    found: dict[Words, str] = {}
    for way in reversed(ways):
        own = asked[(asked["outcomes"] == wanted) & (asked["without_thought"] == way)]
        found |= {
            (system, prompt, prefill): name
            for system, prompt, prefill, name in own[["system", "prompt", "prefill", "name"]].itertuples(index=False)
        }
    return found


def source_of(origin: Mapping[Any, Any]) -> str:
    """Who was asked and until when, in words, of a row of ``Store.distributions.origins``."""
    server = str(origin["server"])
    where = "elsewhere, and brought with a study," if server.startswith(IMPORTED) else f"at {server}" if server else ""
    return " ".join(filter(None, ["asked", where, f"until {origin['latest']:%Y-%m-%d %H:%M} UTC"]))
