"""The table behind a figure: for which conditions, null walks or chain it is asked, and when it is computed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from lmwalk.analysis.nulls import Kind
from lmwalk.datasets.chains import texts_of
from lmwalk.figures._data import StudyData
from lmwalk.figures._drawing import Drawing, figures
from lmwalk.study import Study
from lmwalk.ui.parts.snapshot import Snapshot, cached

MOST_WHILE_RUNNING = 1000
"""Answers whose null walks are simulated time and again while more come."""
Chain = tuple[str, int, str]
"""One chain: the id of its condition, its number, and its name."""


@dataclass(frozen=True)
class FigureRequest:
    """What one tab shows.

    Attributes
    ----------
    only : tuple of str
        The conditions that are shown, by their labels; all of them where none is named.
    null : str, optional
        The null walks that were chosen, where the figure compares with some.
    chain : tuple, optional
        The chain whose texts the figure shows, where it shows those of one.
    also : tuple, optional
        A condition of another study that is drawn in the same figure: that study, and the condition's label.
    """

    snapshot: Snapshot
    figure: Drawing
    running: bool
    only: tuple[str, ...] = ()
    null: Kind | None = None
    chain: Chain | None = None
    also: tuple[Snapshot, str] | None = None

    @property
    def study(self) -> Study:
        """Whose figure it is."""
        return self.snapshot.study

    @property
    def sources(self) -> list[tuple[Snapshot, tuple[str, ...]]]:
        """Each study that is shown, with the conditions of it that are shown alone."""
        others = [(self.also[0], (self.also[1],))] if self.also else []
        return [(self.snapshot, self.only), *others]


def requested_table(shown: FigureRequest) -> pd.DataFrame | None:
    """The table, computed once for all sessions; behind a button where that takes long."""
    snapshot: Snapshot | None = shown.snapshot
    if shown.figure.slow(shown.snapshot.data) or _keeps_busy(shown):
        snapshot = _asked_for(shown)
    if snapshot is None:
        return None
    # while it runs a note that comes and goes would move the page
    with nullcontext() if shown.running else st.spinner("Computing", show_time=True):
        own = cached(figure_table, snapshot, shown.figure.name, shown.null, shown.chain)
        return _with_other(shown, own) if shown.also else own


def _with_other(shown: FigureRequest, own: pd.DataFrame) -> pd.DataFrame:
    """The rows of the conditions shown and those of one of another study, each with its study's name."""
    assert shown.also
    other, label = shown.also
    theirs = cached(figure_table, other, shown.figure.name, shown.null, shown.chain)
    return pd.concat(
        [
            _called(own[own["label"].isin(shown.only)], shown.study),
            _called(theirs[theirs["label"] == label], other.study),
        ],
        ignore_index=True,
    )


def _called(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    return rows.assign(label=[_of_study(study, label) for label in rows["label"]])


def _of_study(study: Study, label: str) -> str:
    return f"{study.name} · {label}"


def rows_of(table: pd.DataFrame, study: Study, labels: Sequence[str]) -> pd.DataFrame:
    """The rows of one study's conditions out of a table of two, called as in that study."""
    own = {_of_study(study, label): label for label in labels}
    rows = table[table["label"].isin(own)]
    return rows.assign(label=rows["label"].map(own))


def _keeps_busy(shown: FigureRequest) -> bool:
    """Whether simulating null walks anew with all answers that come would slow down the run itself."""
    return shown.running and shown.figure.against and len(shown.snapshot.data.rows) > MOST_WHILE_RUNNING


def _asked_for(shown: FigureRequest) -> Snapshot | None:
    """The answers that the table was last asked for with; None before that."""
    asked: dict[object, int] = st.session_state.setdefault("_computed", {})
    snapshot, which = shown.snapshot, (shown.figure.name, shown.snapshot.settings, shown.null, shown.chain)
    if asked.get(which) != snapshot.cursor:
        words = "Compute with the answers since" if which in asked else "Compute"
        place = st.empty()
        button = place.button(
            words, icon=":material/calculate:", key=f"compute-{shown.figure.name}", help="Takes some seconds."
        )
        if button:
            place.empty()
            asked[which] = snapshot.cursor
    return replace(snapshot, cursor=asked[which]) if which in asked else None


def figure_table(snapshot: Snapshot, figure: str, null: Kind | None = None, chain: Chain | None = None) -> pd.DataFrame:
    """The table of a figure.

    Parameters
    ----------
    figure : str
        Its name.
    null, chain
        As for ``FigureRequest``.
    """
    data: StudyData = snapshot.data
    if null:
        data = data.beside(null)
    if chain:
        condition, number, name = chain
        data = data.of_texts(texts_of(snapshot.store, snapshot.study, condition, number), name)
    return figures[figure].table(data)
