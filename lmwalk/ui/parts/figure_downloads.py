"""Buttons that save one figure: as pixels, as lines, as a page of its own, and the table behind it."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from lmwalk.export import file_names
from lmwalk.export.plot import html, png, svg


def figure_downloads(figure: go.Figure, name: str, table: pd.DataFrame) -> None:
    """Buttons for one figure: PNG, SVG, a page of its own, and the table behind it as CSV.

    Parameters
    ----------
    name : str
        The figure's name, for the files and the widgets' keys.
    """
    offers: list[tuple[str, str, Any, str, str]] = [
        ("PNG", "image/png", partial(png, figure, table=table), "png", "This figure as pixels, on white."),
        (
            "SVG",
            "image/svg+xml",
            partial(svg, figure, table=table),
            "svg",
            "This figure as lines, for print and for editing.",
        ),
        ("HTML", "text/html", partial(html, figure), "html", "This figure as a page that needs no network."),
        ("CSV", "text/csv", partial(_csv, table), "csv", "The table behind this figure as a file."),
    ]
    with st.container(horizontal=True, gap="small", key=f"take-{name}"):
        for words, mime, make, end, meaning in offers:
            st.download_button(
                words,
                make,
                file_name=f"{file_names([name])[name]}.{end}",
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"{end}-{name}",
                help=meaning,
            )


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False).encode("utf-8", "replace")
