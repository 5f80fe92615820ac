"""Which other studies stand in the grid of Compare, and in which settings they differ."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lmwalk.datasets.study_settings import departures, differing, in_words
from lmwalk.study import Study
from lmwalk.ui.families.family import family_of, view_of
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import plain

ALSO = "also"
MOST = 8
"""Studies that are laid beside another; each is read whole."""


def pick_beside(study: Study) -> tuple[list[Study], bool]:
    """Draw the list; the studies that are chosen, and whether published values are."""
    published = view_of(study).published(study)
    names = [name for name in session.names(family_of(study.process)) if name != study.name]
    options = [*([published] if published else []), *names]
    if not options:
        st.space("stretch")
        return [], False
    if ALSO in st.session_state:
        st.session_state[ALSO] = [name for name in st.session_state[ALSO] if name in options]
    chosen = st.multiselect(
        "Beside it",
        options,
        key=ALSO,
        bind="query-params",
        max_selections=MOST,
        placeholder="none",
        help="Rows of other studies of this kind in the same grid, under the same clock.",
        width="stretch",
    )
    studies = [session.find(name) for name in chosen if name != published]
    return studies, published in chosen


def say_settings(studies: Sequence[Study]) -> None:
    """Draw in which settings the studies differ, or what one of them sets otherwise."""
    if len(studies) == 1:
        if departs := departures(studies[0]):
            st.caption(f"Set otherwise than usual: {plain(in_words(departs))}.")
        return
    table = differing(studies)
    if not table:
        st.caption("These studies have the same settings.")
        return
    lines = []
    for place, study in enumerate(studies):
        own = {label: values[place] for label, values in table.items()}
        lines.append(f"**{plain(study.name)}**: {plain(in_words(own))}")
    st.caption("They differ in: " + " · ".join(lines) + ".")
