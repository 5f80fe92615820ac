"""One number of every condition as a map of colours."""

from __future__ import annotations

import streamlit as st

from lmwalk.figures._drawing import CONFIG, Words
from lmwalk.figures.grid_map import grid_map
from lmwalk.ui.families.comparison import NumberMap
from lmwalk.ui.parts.figure_downloads import figure_downloads


def number_map(shown: NumberMap, measured: str, study: str) -> None:
    """Draw the map of the number that is chosen.

    Parameters
    ----------
    measured : str
        How the answers came about.
    study : str
        Its name.
    """
    rows, derived, across = shown.rows, shown.derived, shown.across
    titles = {**shown.names, **(derived.names if derived else {})}
    column = st.selectbox(
        "Number",
        [name for name in titles if name in rows or name not in shown.names],
        format_func=titles.__getitem__,
        key="number",
        bind="query-params",
        width=300,
        help="Which number the colours show.",
    )
    if derived and column in derived.names:
        with st.spinner("Computing", show_time=True):
            rows = rows.merge(derived.compute()[["condition", column]], on="condition", how="left")
    picture = grid_map(
        rows.assign(value=rows[column].astype(float)),
        titles[column],
        Words("", measured),
        across,
        shown.expected.get(column),
    )
    st.plotly_chart(
        picture,
        key="map",
        config=CONFIG,
        alt=f"{titles[column]} by model and {across}. The table below has the numbers.",
    )
    figure_downloads(picture, "map", rows[["model", across, column]], study, titles[column])
