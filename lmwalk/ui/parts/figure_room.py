"""The room that a figure stands in: of fixed height, so that nothing below moves while a chart is drawn anew."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from lmwalk.figures._drawing import CONFIG, HEIGHT

AIR = 20
BESIDE, BELOW = 155, 75
"""Pixels that names beside the cells of a grid take on a phone, and three lines of a legend below them."""


def figure_room(picture: go.Figure, key: str, alt: str) -> None:
    """Draw a figure.

    A grid of cells as wide as high is flat where the page is narrow, and its room with it.
    """
    height, cells = int(picture.layout.height or HEIGHT), picture.layout.yaxis
    flat = cells.scaleanchor is not None and cells.constraintoward == "top"
    with st.container(height=height + AIR, border=False, key=f"room-{key}"):
        st.plotly_chart(picture, key=key, config=CONFIG, alt=alt, height="stretch" if flat else "content")
    if flat:
        (left, right), (low, high) = picture.layout.xaxis.range, cells.range
        shape = (
            f"calc({picture.layout.margin.t + BELOW}px + {(high - low) / (right - left):.3f} * (100vw - {BESIDE}px))"
        )
        room, high = f".st-key-room-{key}", f"min({height + AIR}px, {shape}) !important"
        phone = f":has(> {room}) {{ flex-basis: {high}; }} {room} {{ height: {high}; }}"
        st.html(f"<style>@media (max-width: 640px) {{ {phone} }}</style>")
