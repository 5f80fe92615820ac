"""What other rules would change in a study, computed once for all sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from lmwalk.analysis import reparsing
from lmwalk.processes.readers import Reader
from lmwalk.store import Store
from lmwalk.study import Study

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
        Different replies that would be read otherwise, as ``rereading.reread`` gives them, without the reply.
    steps : DataFrame
        Every step with such a reply, as ``Store.replies.alike`` gives it.
    firsts : DataFrame
        As ``rereading.first_changes`` gives it.
    ends : DataFrame
        Of the first ``MOST_WALKS`` walks that would differ: condition, trajectory, first, x, y, x_otherwise,
        y_otherwise.
    """

    answers: int
    read: pd.DataFrame
    steps: pd.DataFrame
    firsts: pd.DataFrame
    ends: pd.DataFrame


@st.cache_resource(max_entries=4, show_spinner=False)
def reparsed(
    study: str,  # noqa: ARG001 - a part of the key, as is the next
    key: str,  # noqa: ARG001
    _store: Store,
    _study: Study,
    _named: Iterable[str] | None,
    _reader: Reader,
) -> Reparsed:
    """What would differ; shared by all sessions, so nobody may change it."""
    answers, parts = 0, []
    for replies in _store.replies.distinct(_study.name, _named):
        answers += int(replies["count"].sum())
        read = reparsing.reread(replies, _reader)
        parts.append(read[read["differs"]].drop(columns="reply"))
    if not parts:
        return Reparsed(0, *(pd.DataFrame() for _ in range(4)))
    read = pd.concat(parts, ignore_index=True)
    steps = _store.replies.alike(_study.name, read)
    firsts = reparsing.first_changes(steps)
    return Reparsed(answers, read, steps, firsts, _ends(_store, _study, steps, firsts))


def _ends(store: Store, study: Study, steps: pd.DataFrame, firsts: pd.DataFrame) -> pd.DataFrame:
    """Where walks that would differ ended, and where the same replies would have led."""
    keys = ["condition", "trajectory"]
    if firsts.empty or study.make_process().geometry is None:
        return pd.DataFrame(columns=[*keys, "first", "x", "y", "x_otherwise", "y_otherwise"])
    some = firsts.head(MOST_WALKS).drop(columns="count")
    walked = store.replies.outcomes(study.name, some)
    moved = steps[steps["moved"]].set_index("id")["outcome_after"]
    otherwise = walked["outcome"].where(~walked["id"].isin(moved.index), walked["id"].map(moved))
    would = reparsing.replayed(walked.assign(outcome=otherwise), study.make_process(), study.seed)
    was = store.paths(study.name, most_points=1).groupby(keys, sort=False)[["x", "y"]].last()
    both = some.merge(was.reset_index(), on=keys)
    return both.merge(would.drop(columns="t"), on=keys, suffixes=("", "_otherwise"))
