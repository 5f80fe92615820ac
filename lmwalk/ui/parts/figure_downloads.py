"""Buttons that save one figure: as pixels, as lines, as a page of its own, and the table behind it."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lmwalk.export import WIDTHS_MM, file_name
from lmwalk.export.plot import html, picture

SCREEN = "Screen"
SIZES = {SCREEN: None, **{f"{mm} mm": name for name, mm in WIDTHS_MM.items()}}
"""What the selection of a size says, and the width for print that it means."""
SIZE_HELP = (
    "How wide PNG, SVG and PDF are: as on the screen, or one or two columns of a journal, in letters of 7 to 9 pt."
)


def width_choice(key: str, *, labelled: bool = True) -> str | None:
    """Draw the selection of a width; the one that is chosen, None for the screen's."""
    seen: Literal["visible", "collapsed"] = "visible" if labelled else "collapsed"
    return SIZES[st.selectbox("Size", list(SIZES), key=key, width=110, label_visibility=seen, help=SIZE_HELP)]


def figure_downloads(figure: go.Figure, name: str, table: pd.DataFrame, *of: str) -> None:
    """Buttons for one figure: PNG, SVG, PDF, a page of its own, and the table behind it as CSV.

    Parameters
    ----------
    name : str
        The figure's name, for the files and the widgets' keys.
    of : str
        What it shows, for the files' names: the study, and the condition where it shows one alone.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"take-{name}"):
        places = [st.container(width="content") for _ in range(5)]
        width = width_choice(f"size-{name}", labelled=False)
        for place, (words, mime, make, end, meaning) in zip(places, _offers(figure, table, width), strict=True):
            place.download_button(
                words,
                make,
                file_name=file_name(*of[:1], name, *of[1:], ending=end),
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"{end}-{name}",
                help=meaning,
            )


def _offers(figure: go.Figure, table: pd.DataFrame, width: str | None) -> list[tuple[str, str, Any, str, str]]:
    drawn = {
        "png": ("PNG", "image/png", "This figure as pixels, on white."),
        "svg": ("SVG", "image/svg+xml", "This figure as lines and letters, for editing and for pages."),
        "pdf": ("PDF", "application/pdf", "This figure as lines and letters, for print."),
    }
    return [
        *(
            (words, mime, partial(picture, figure, end, table, width), end, meaning)
            for end, (words, mime, meaning) in drawn.items()
        ),
        ("HTML", "text/html", partial(html, figure), "html", "This figure as a page that needs no network."),
        (
            "CSV",
            "text/csv",
            partial(_csv, table),
            "csv",
            "The table behind this figure; every question and answer is under Export.",
        ),
    ]


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False).encode("utf-8", "replace")
