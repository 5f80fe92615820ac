"""Where one condition spends more of its time than another."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lmwalk.datasets.labels import measured_by
from lmwalk.figures._drawing import CONFIG, Words
from lmwalk.figures.occupancy_difference import differences, occupancy_map
from lmwalk.number_format import counted
from lmwalk.ui.compare.places import Place
from lmwalk.ui.parts.figure_downloads import figure_downloads
from lmwalk.ui.parts.figure_table import figure_table
from lmwalk.ui.parts.results_table import shown_table
from lmwalk.ui.parts.snapshot import cached
from lmwalk.ui.shell.escape import plain

OCCUPANCY = "walk-occupancy"
"""The figure whose table tells how often walks stood on each cell."""
HEADINGS = {
    "a": ("Share of A", "Of the times of all its walks, the start included."),
    "b": ("Share of B", "Of the times of all its walks, the start included."),
    "difference": ("A minus B", "As a share of the time."),
}


def occupancy_difference(chosen: Sequence[Place]) -> None:
    """Draw the map of two conditions, and the table behind it."""
    first, second = chosen
    tables = [cached(figure_table, place.snapshot, OCCUPANCY) for place in (first, second)]
    own = [table[table["label"] == place.label] for table, place in zip(tables, chosen, strict=True)]
    if any(table.empty for table in own):
        st.caption("Nothing to compare yet.")
        return
    st.caption(
        f"A: {plain(first.full_name)}. B: {plain(second.full_name)}. Orange where walks of A spend more "
        "of their time, blue where those of B do; white where they do not differ."
    )
    table = differences(*own)
    picture = occupancy_map(table, Words("", measured_by(first.study)))
    st.plotly_chart(
        picture, key="occupancy-difference", config=CONFIG, alt="Where A and B stood. The table below has the numbers."
    )
    figure_downloads(picture, "occupancy-difference", table, first.full_name, second.full_name)
    with st.expander(f"Data table ({counted(len(table), 'row')})", icon=":material/table:"):
        shown_table(table, HEADINGS)
