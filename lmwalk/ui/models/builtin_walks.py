"""The page of the built-in model: the laws it was taught, a picture of it, and how well it was learned."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import streamlit as st

from lmwalk.analysis.walks import mean_moves
from lmwalk.errors import LmwalkError
from lmwalk.figures._drawing import CONFIG
from lmwalk.figures.policy import field
from lmwalk.models.builtin.policy import FORMULA, policy
from lmwalk.ui.models.builtin_draws import builtin_draws
from lmwalk.ui.parts.figure_downloads import figure_downloads
from lmwalk.ui.shell import access
from lmwalk.ui.shell.escape import counted, plain

REACH, EVERY = 16, 2
MEASURE_EVERY = 5
STORY = (
    "**builtin/tiny** is a small decoder-only transformer, trained from scratch, that runs inside this dashboard. It "
    "reads the question as text and writes its answer token by token, as large models do. What it should answer is "
    "known, because it was taught one law of its position:"
)
READING = (
    "A drift swirls counter-clockwise round the origin and pulls towards a ring of radius 7. At T = 0.3 the walker "
    "circles the ring, at T = 1 it swirls noisily, at T = 2 it wanders. Time and past moves do not matter."
)


def builtin_model() -> None:
    """Draw the page."""
    walking, drawing = st.tabs(["Walks", "Draws and marks"])
    with walking:
        _walks()
    with drawing:
        builtin_draws()


def _walks() -> None:
    left, right = st.columns([1.25, 1], gap="large")
    with left:
        temperature = st.slider(
            "Temperature",
            0.1,
            2.0,
            1.0,
            0.1,
            key="T",
            bind="query-params",
            help="The arrows show the mean move at this temperature. Higher values level the odds: the arrows shrink.",
        )
        alt = f"Arrows of the mean move at T = {temperature:g}: a swirl round the origin towards a ring of radius 7."
        with st.container(key="field-room"):
            taught = _taught(temperature)
            picture = field(taught)
            st.plotly_chart(picture, height="stretch", key="field", config=CONFIG, alt=alt)
        figure_downloads(picture, "policy", taught, "builtin tiny", f"T {temperature:g}")
    with right:
        st.markdown(STORY)
        st.code(_broken(FORMULA), language=None, wrap_lines=True)
        st.markdown(READING)
        _learned()


def _broken(formula: str) -> str:
    """The formula with a line for each of its clauses, where nothing in brackets is torn apart."""
    clauses = re.sub(r" (?=with |where )", "\n", formula)
    return re.sub(r"\([^()]*\)| = ", lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), clauses)


def _taught(temperature: float) -> pd.DataFrame:
    side = np.arange(-REACH, REACH + 1, EVERY)
    x, y = (axis.ravel() for axis in np.meshgrid(side, side))
    return mean_moves(x, y, policy(x, y, temperature))


def _learned() -> None:
    if access.read_only():
        return  # it would be asked
    st.subheader("How well it learned", anchor=False)
    if "_learned" in st.session_state:
        _show_learned(st.session_state["_learned"])
        return
    st.caption(
        "Its exact probabilities at T = 1 against the law, for each template and a rewording it was not trained on."
    )
    if st.button("Measure it now", icon=":material/straighten:", help="Asks at 121 positions, in some seconds."):
        try:
            st.session_state["_learned"] = _measured()
        except (LmwalkError, OSError) as error:
            st.error(plain(str(error)), title="The built-in model cannot be asked")
            return
        st.rerun()


def _show_learned(rows: pd.DataFrame) -> None:
    number = st.column_config.NumberColumn
    st.dataframe(
        rows,
        hide_index=True,
        column_config={
            "question": st.column_config.TextColumn("Question"),
            "mean": number("Mean", format="%.3f", help="Total variation distance: 0 same, 1 apart."),
            "largest": number("Largest", format="%.3f", help="At the worst position."),
            "outside": number("Other words", format="%.2e", help="Mean probability of any other answer."),
        },
    )
    positions = counted(int(rows.attrs["positions"]), "position")
    st.caption(f"Total variation distance to the law at {positions} of the 51 x 51 grid.")


def _measured() -> pd.DataFrame:
    """One row a question text; the bar moves with each."""
    from lmwalk.models.builtin import evaluate
    from lmwalk.models.builtin.model import Builtin

    bar = st.progress(0.0, "Reading the model")
    model, positions = Builtin(), evaluate.grid(every=MEASURE_EVERY)
    texts, rows = list(evaluate.texts()), []
    for place, (name, text) in enumerate(texts):
        bar.progress(place / len(texts), f"Asking: {name}")
        found = evaluate.measure(model, text, positions)
        rows.append({"question": name, "mean": found.tvd, "largest": found.tvd_largest, "outside": found.outside})
    bar.empty()
    table = pd.DataFrame(rows)
    table.attrs["positions"] = len(positions)
    return table
