"""One number of every condition as a map of colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import pandas as pd
import streamlit as st

from lmwalk.figures._drawing import CONFIG, Words
from lmwalk.figures.grid_map import grid_map
from lmwalk.ui.parts.export_menu import figure_downloads


class DerivedNumbers(NamedTuple):
    """Numbers that take long, by name on the screen, and how to get them: a frame with condition."""

    names: Mapping[str, str]
    compute: Callable[[], pd.DataFrame]


def number_map(
    rows: pd.DataFrame,
    numbers: Mapping[str, str],
    measured: str,
    more: DerivedNumbers | None = None,
    across: str = "temperature",
) -> None:
    """Draw the map of the number that is chosen.

    Parameters
    ----------
    rows : DataFrame
        model, the column ``across``, and a column for each number.
    numbers : mapping
        Column to its name on the screen.
    measured : str
        How the answers came about.
    more : More, optional
        Computed where one of them is chosen.
    """
    titles = {**numbers, **(more.names if more else {})}
    known = [column for column in titles if column in rows or column not in numbers]
    column = st.selectbox(
        "Number",
        known,
        format_func=titles.__getitem__,
        key="number",
        bind="query-params",
        width=300,
        help="Which number the colours show.",
    )
    if more and column in more.names:
        with st.spinner("Computing", show_time=True):
            rows = rows.merge(more.compute()[["condition", column]], on="condition", how="left")
    picture = grid_map(rows.assign(value=rows[column].astype(float)), titles[column], Words("", measured), across)
    st.plotly_chart(
        picture,
        key="map",
        config=CONFIG,
        alt=f"{titles[column]} by model and {across}. The numbers stand in the table below.",
    )
    figure_downloads(picture, "map", rows[["model", across, column]])
