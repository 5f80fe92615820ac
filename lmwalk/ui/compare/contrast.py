"""Compare: any two conditions told apart, also those of two studies, or every pair of a study as a map."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lmwalk.datasets.contrast_text import as_table, differ_words, notes, sentence, verdict
from lmwalk.datasets.contrasts import Compared, Measure, Side, compare, matrix_of, measures_of, noun, sides_of
from lmwalk.datasets.labels import measured_by
from lmwalk.errors import InputError
from lmwalk.figures._drawing import CONFIG, Words
from lmwalk.figures.contrast_matrix import contrast_matrix
from lmwalk.study import Study
from lmwalk.ui.compare.places import Place
from lmwalk.ui.families.family import family_of
from lmwalk.ui.parts.figure_downloads import figure_downloads
from lmwalk.ui.parts.results_table import shown_table
from lmwalk.ui.parts.selection import BESIDE, CELL, label
from lmwalk.ui.parts.snapshot import Snapshot, cached
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import counted, plain
from lmwalk.ui.shell.link import choose

TWO, PAIRS = "Two conditions", "All pairs"
MOST_PAIRS = 60
"""Pairs that are compared unasked; it takes some seconds."""
WAITS = "Once the run has ended, conditions are compared here: to look before that finds differences that are none."
HEADINGS = {
    "a": ("A", "The first condition."),
    "b": ("B", "The second condition."),
    "measure": ("Measure", "What is compared."),
    "unit": ("Unit", "What counts as one observation."),
    "a_mean": ("Mean of A", "Over its units."),
    "b_mean": ("Mean of B", "Over its units."),
    "difference": ("Difference", "The first minus the second; of outcomes, how far they are apart."),
    "distance": ("Apart", "Total variation distance: 0 the same, 1 apart."),
    "by_chance": ("By chance", "How far two samples of one law are apart, of as many units."),
    "corrected": ("Corrected", "The distance less what chance adds to it."),
    "p": ("p", "Two-sided, by permutation of whole units."),
    "p_adjusted": ("p adjusted", "Over all pairs (Benjamini-Hochberg)."),
    "smallest_p": ("Smallest p", "The smallest that so few units can give."),
    "g": ("g", "Hedges' g: the difference in standard deviations over units."),
    "effect": ("g", "Hedges' g: the difference in standard deviations over units."),
    "g_low": ("g from", "Lower end of its 95% interval."),
    "g_high": ("g to", "Upper end of its 95% interval."),
    "p_alike": ("p alike", "The larger p of the two one-sided tests that the difference lies inside the margin."),
    "within": ("Margin", "Differences smaller than this count as alike."),
    "alike": ("Alike", "Whether the difference was shown to lie inside the margin."),
    "paired": ("Paired", "Whether units were compared within pairs: the same text, wording or case in both."),
    "first": ("First", ""),
    "second": ("Second", ""),
}


def contrasts(snapshot: Snapshot, pair: Sequence[Place], *, running: bool) -> None:
    """Draw the section: the two conditions that are open, or any two, or every pair of a study."""
    with st.container(key="contrasts"):
        st.subheader("Two conditions compared", anchor=False)
        if running:
            st.caption(WAITS)
            return
        shown = st.segmented_control(
            "Compare",
            [TWO, PAIRS],
            default=TWO,
            key="compare",
            bind="query-params",
            required=True,
            label_visibility="collapsed",
            help="Two conditions with all that can be said of them, or every pair of this study as a map.",
        )
        if shown == PAIRS:
            _pairs(snapshot)
        elif len(pair) == 2:
            _open_pair(*pair)
        else:
            _two(snapshot)


def _open_pair(first: Place, second: Place) -> None:
    """Compare the two conditions that are open above."""
    st.caption(f"A: {plain(first.full_name)}. B: {plain(second.full_name)}.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name, _ = _measure(first.study)
        within = _margin(name, measures_of(first.study)[name])
    one, two = (
        next(side for side in sides_of(place.study) if side.condition.id == place.condition)
        for place in (first, second)
    )
    _told(first.snapshot, second.snapshot, (one.name, two.name), name, within)


def _names(study: Study) -> dict[str, Side]:
    """Conditions by the names that the rest of the page gives them."""
    return {label(side.condition) + (f" · {side.task}" if side.task else ""): side for side in sides_of(study)}


def _measure(study: Study) -> tuple[str, Measure]:
    known = measures_of(study)
    name = choose(
        "Measure",
        "by",
        list(known),
        f"What is compared, one value for each {noun(study)}.",
        220,
        format_func=lambda each: known[each].title,
    )
    return name, known[name]


def _two(snapshot: Snapshot) -> None:
    study, own = snapshot.study, _names(snapshot.study)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first, second = (st.session_state.get(name) for name in (CELL, BESIDE))
        one = own[choose("A", "a", list(own), "The first condition.", 440, index=_place(first, list(own)))]
        other = _other_study(study)
        theirs = _names(session.find(other))
        if other == study.name:
            theirs = {name: side for name, side in theirs.items() if side.name != one.name}
        if not theirs:
            st.caption("This study has one condition. A second one can be compared with it, here or in another study.")
            return
        words = "The second condition, which is taken from the first."
        two = theirs[choose("B", "b", list(theirs), words, 440, index=_place(second, list(theirs)))]
        name, measure = _measure(study)
        within = _margin(name, measure)
    if session.busy(other):
        st.caption(WAITS)
        return
    beside = snapshot if other == study.name else Snapshot.of(snapshot.store, two.study)
    _told(snapshot, beside, (one.name, two.name), name, within)


def _told(snapshot: Snapshot, other: Snapshot, names: tuple[str, str], measure: str, within: float) -> None:
    """Draw what came of a comparison, or why it cannot be made."""
    with st.spinner("Comparing"):
        try:
            told = cached(compared, snapshot, other, *names, measure, within)
        except InputError as error:
            st.caption(plain(str(error)))
            return
    _verdict(told)


def _other_study(study: Study) -> str:
    """The name of the study that the second condition is of."""
    others = [study.name, *(name for name in session.names(family_of(study.process)) if name != study.name)]
    if len(others) == 1:
        return study.name
    return choose("Study of B", "of", others, "The study that the second condition is of.", 200)


def _verdict(told: Compared) -> None:
    st.markdown(f"**{plain(verdict(told))}**")
    if min(told.found.distinct):
        st.markdown(plain(sentence(told)))
    st.caption(" ".join([plain(told.measure.meaning), *map(plain, notes(told))]))
    shown_table(as_table(told), HEADINGS)


def _place(name: str | None, options: list[str]) -> int:
    """Where a condition that is looked at closely stands among those to choose from."""
    return options.index(name) if name in options else 0


def _margin(name: str, measure: Measure) -> float:
    unit = f", in {measure.unit}" if measure.unit else ""
    return float(
        st.number_input(
            "Alike within",
            min_value=0.0,
            value=measure.within if math.isfinite(measure.within) else 0.1,
            format="%g",
            step=None,
            key=f"within-{name}",
            bind="query-params",
            width=130,
            help=f"Differences smaller than this{unit} count as alike. Choose it before you look.",
        )
    )


def compared(snapshot: Snapshot, other: Snapshot, one: str, two: str, measure: str, within: float) -> Compared:
    """What a condition of one study and a condition of the same or another one say, both by name."""
    return compare(snapshot.store, _side(snapshot.study, one), _side(other.study, two), measure, within)


def _side(study: Study, name: str) -> Side:
    return next(side for side in sides_of(study) if side.name == name)


def _pairs(snapshot: Snapshot) -> None:
    study = snapshot.study
    count = math.comb(len(sides_of(study)), 2)
    if not count:
        st.caption("This study has one condition, and no pair.")
        return
    name, measure = _measure(study)
    if count > MOST_PAIRS and not _wanted((snapshot, name), count):
        return
    with st.spinner("Comparing", show_time=True):
        table = cached(every_pair, snapshot, name)
    if table.empty:
        st.caption("Nothing to compare yet.")
        return
    st.caption(f"{plain(differ_words(table))} A star: p adjusted at most 0.05. {plain(measure.meaning)}")
    picture = contrast_matrix(table, measure.title, Words("", measured_by(study)), signed=not measure.outcomes)
    st.plotly_chart(
        picture,
        key="contrast-matrix",
        config=CONFIG,
        alt=f"{measure.title}: the difference of every pair of conditions. The table below has the numbers.",
    )
    figure_downloads(picture, "contrast-matrix", table, study.name, measure.title)
    with st.expander(f"Data table ({counted(len(table), 'row')})", icon=":material/table:"):
        shown_table(table, HEADINGS)


def every_pair(snapshot: Snapshot, measure: str) -> pd.DataFrame:
    """Every pair of a study's conditions, compared by a measure."""
    return matrix_of(snapshot.data, snapshot.study, measure)


def _wanted(which: object, count: int) -> bool:
    """Whether so many pairs were asked for."""
    place = st.empty()
    if st.session_state.get("_pairs") != which and place.button(
        f"Compare all {count:,} pairs", icon=":material/calculate:", help="Takes some seconds.", key="compute-pairs"
    ):
        place.empty()
        st.session_state["_pairs"] = which
    return bool(st.session_state.get("_pairs") == which)
