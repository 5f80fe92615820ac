"""What other rules would change in a study, computed once for all sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from lmwalk.analysis import reparsing
from lmwalk.processes.readers import Reader, Words, alphabet_of, readers_of
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import Process
from lmwalk.ui.parts.snapshot import Snapshot, shared

WORDS = "words"
MOST_WALKS = 1_000
"""Whose end points are found; more are not looked at one by one."""


@dataclass(frozen=True)
class Reparsed:
    """What other rules would change.

    Attributes
    ----------
    answers : int
        Replies that were read.
    read : DataFrame
        Different replies that would be parsed differently, as ``analysis.reparsing.reparse`` gives them.
    steps : DataFrame
        Every step with such a reply, as ``Store.replies.alike`` gives it.
    firsts : DataFrame
        As ``analysis.reparsing.first_changes`` gives it.
    ends : DataFrame
        Of the first ``MOST_WALKS`` walks that would differ: condition, trajectory, first, x, y, x_otherwise,
        y_otherwise.
    """

    answers: int
    read: pd.DataFrame
    steps: pd.DataFrame
    firsts: pd.DataFrame
    ends: pd.DataFrame


class RuleChoice(NamedTuple):
    """The rules that were chosen: the name of one of ``readers_of``, or ``words`` with a list of words."""

    name: str
    words: str = ""

    def reader(self, process: Process) -> Reader:
        """How these rules read a reply. Raises InputError where the words cannot be used."""
        return Words.of(self.words, alphabet_of(process)) if self.name == WORDS else readers_of(process)[self.name]


def reparsed(snapshot: Snapshot, conditions: tuple[str, ...] | None, rules: RuleChoice) -> Reparsed:
    """What other rules would change; one object for all sessions, so nobody may change it."""
    return shared(_reparsed, snapshot, conditions, rules)


def _reparsed(snapshot: Snapshot, conditions: tuple[str, ...] | None, rules: RuleChoice) -> Reparsed:
    reader = rules.reader(snapshot.study.make_process())
    return differences(snapshot.store, snapshot.study, conditions, reader)


def differences(store: Store, study: Study, conditions: Iterable[str] | None, reader: Reader) -> Reparsed:
    """What differs where the replies of these conditions, or of all, are read by another reader."""
    answers, parts = 0, []
    for replies in store.replies.distinct(study.name, conditions):
        answers += int(replies["count"].sum())
        read = reparsing.reparse(replies, reader)
        parts.append(read[read["differs"]].drop(columns="reply"))
    if not parts:
        return Reparsed(0, *(pd.DataFrame() for _ in range(4)))
    read = pd.concat(parts, ignore_index=True)
    steps = store.replies.alike(study.name, read)
    firsts = reparsing.first_changes(steps)
    return Reparsed(answers, read, steps, firsts, _ends(store, study, steps, firsts))


def _ends(store: Store, study: Study, steps: pd.DataFrame, firsts: pd.DataFrame) -> pd.DataFrame:
    """Where walks that would differ ended, and where the same replies would have led."""
    keys = ["condition", "trajectory"]
    process = study.make_process()
    if firsts.empty or process.geometry is None:
        return pd.DataFrame(columns=[*keys, "first", "x", "y", "x_otherwise", "y_otherwise"])
    some = firsts.head(MOST_WALKS).drop(columns="count")
    walked = store.replies.outcomes(study.name, some)
    moved = steps[steps["moved"]].set_index("id")["outcome_after"]
    otherwise = walked["outcome"].where(~walked["id"].isin(moved.index), walked["id"].map(moved))
    would = reparsing.replayed(walked.assign(outcome=otherwise), process, study.seed)
    was = store.paths(study.name, most_points=1).groupby(keys, sort=False)[["x", "y"]].last()
    both = some.merge(was.reset_index(), on=keys)
    return both.merge(would.drop(columns="t"), on=keys, suffixes=("", "_otherwise"))
