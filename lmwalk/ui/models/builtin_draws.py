"""The built-in model's page, draws: the law it was taught, and how well it was learned."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lmwalk.errors import LmwalkError
from lmwalk.figures._drawing import CONFIG
from lmwalk.figures.learned import against_law
from lmwalk.models.builtin.draws_law import FORMULA, MARKS_FORMULA
from lmwalk.ui.parts.figure_downloads import figure_downloads
from lmwalk.ui.shell import access
from lmwalk.ui.shell.escape import counted, plain

STORY = (
    "The same network was taught to draw coins, dice and numbers as an exact Bayesian would, with a prior that leans: "
    "Beta(6, 3) for a coin. Whatever results it is shown count as evidence, its own flips too."
)
MARKS = "A text with marks it continues with as many marks as a Poisson law gives, at the rate it is told or has seen:"
SIZES = (0, 1, 3, 5, 10, 20, 50, 100)


def builtin_draws() -> None:
    """Draw this part of the page."""
    left, right = st.columns([1.25, 1], gap="large")
    measured = st.session_state.get("_learned_draws")
    with left:
        rows = pd.DataFrame({"law": [], "answer": [], "n": []}) if measured is None else measured
        alt = "Probability of heads as answered against the law, on the diagonal where they agree."
        picture = against_law(rows)
        st.plotly_chart(picture, key="against-law", config=CONFIG, alt=alt)
        if measured is not None:
            figure_downloads(picture, "against-law", measured, "builtin tiny")
    with right:
        st.markdown(STORY)
        st.code(FORMULA.replace("; ", "\n"), language=None, wrap_lines=True)
        st.markdown(MARKS)
        st.code(MARKS_FORMULA.replace(", with", "\nwith"), language=None, wrap_lines=True)
        _learned(measured)


def _learned(measured: pd.DataFrame | None) -> None:
    if access.read_only():
        return  # it would be asked
    st.subheader("How well it learned", anchor=False)
    if measured is not None:
        _show(measured)
        return
    st.caption("Its exact probabilities at T = 1 against the law, after up to 100 tosses of eleven coins.")
    if st.button("Measure it now", key="measure-draws", icon=":material/straighten:", help="Takes some seconds."):
        try:
            st.session_state["_learned_draws"] = _measured()
        except (LmwalkError, OSError) as error:
            st.error(plain(str(error)), title="The built-in model cannot be asked")
            return
        st.rerun()


def _show(rows: pd.DataFrame) -> None:
    table = rows.groupby(["n", "held_out"])["tvd"].mean().unstack("held_out")
    table = table.rename(columns={False: "trained", True: "held out"}).reset_index()
    number = st.column_config.NumberColumn
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        column_config={
            "n": number("Tosses shown"),
            "trained": number("Mean TVD", format="%.4f", help="Total variation distance: 0 same, 1 apart."),
            "held out": number("In other words", format="%.4f", help="A wording that it was never trained on."),
        },
    )
    st.caption(f"Total variation distance to the posterior predictive, {counted(len(rows), 'question')}.")


def _measured() -> pd.DataFrame:
    """One row a question: law, answer, n, held_out, tvd; the bar moves with each n."""
    from lmwalk.models.builtin.evaluate_draws import evidence, measure
    from lmwalk.models.builtin.model import Builtin

    bar = st.progress(0.0, "Reading the model")
    model, asked, parts = Builtin(), evidence("coin", SIZES), []
    for place, n in enumerate(SIZES):
        bar.progress(place / len(SIZES), f"Asking: {n} tosses shown")
        found = measure(model, [question for question in asked if question.prompt.state["n"] == n])
        answered = zip(found.questions, found.answers, found.tvd, strict=True)
        parts += [(q.truth["heads"], a["heads"], n, q.wording == "held out", tvd) for q, a, tvd in answered]
    bar.empty()
    return pd.DataFrame(parts, columns=["law", "answer", "n", "held_out", "tvd"])
