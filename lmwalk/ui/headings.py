"""A table of results with the headings of people."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

HEADINGS = {
    "label": ("Condition", "Model, and temperature where there are several."),
    "condition": ("Condition", "Model, and temperature where there are several."),
    "outcome": ("Outcome", ""),
    "statement": ("Stated", "What the question states."),
    "stated": ("Stated", "Probability of the event that the question states."),
    "n": ("n", "Results shown before the question; for shares, how many answers count."),
    "t": ("t", "Question, or result."),
    "cell": ("Case", "Case of the experiment, from 0."),
    "theta": ("θ", "True probability of the event."),
    "hits": ("Hits", "How often the event is among the results shown."),
    "mean": ("Mean", "Mean over the wordings; of distances, over all answers."),
    "sd": ("sd", "Standard deviation over the wordings; empty for a single one."),
    "low": ("95% from", "Lower end of the 95% interval."),
    "high": ("95% to", "Upper end of the 95% interval."),
    "least": ("At least", "Where a server gives the likeliest tokens only, the least it can be."),
    "most": ("At most", "Where a server gives the likeliest tokens only, the most it can be."),
    "band_low": ("Posterior from", "Lower end of the ideal observer's 95% credible interval."),
    "band_high": ("Posterior to", "Upper end of the ideal observer's 95% credible interval."),
    "ideal": ("Ideal", "The ideal observer's probability."),
    "expected": ("Ideal", "The ideal observer's probability."),
    "outside": ("No outcome", "Mean mass on no outcome; of replies, the share that could not be read."),
    "count": ("Count", "How often it came."),
    "answers": ("Answers", "Answers that count."),
    "reference": ("From", "What the distance is measured from."),
    "measure": ("Measure", "tvd: total variation, 0 to 1; kl: Kullback-Leibler, js: Jensen-Shannon, both in bits."),
    "constant": ("Constant answer", "The same for an answer that gives every outcome one probability."),
    "units": ("Units", "What the bootstrap draws from."),
    "last": ("Latest toss", ""),
    "gamma": ("gamma", "Discount of old tosses: 1 forgets none, 0 all but the last."),
    "strength": ("Prior strength", "In pseudo-tosses."),
    "memory": ("Memory", "1 / (1 - gamma), in tosses."),
    "error": ("Error", "Root mean square of the probability that the fit leaves."),
    "legacy_gamma": ("Legacy gamma", "The original's fit: prior Beta(1, 1), absolute error, one start at 0.5."),
    "filter": ("Filter", "Belief of the nearest filter that discounts old tosses."),
    "share": ("Share", ""),
    "trajectory": ("Sequence", "Number of the trajectory, or of the answer where one holds many results."),
    "p_adjusted": ("p adjusted", "By Benjamini and Hochberg, over all tests of the table."),
    "rate": ("Rate", "Nominal marks per word."),
    "rate_hat": ("Estimated", "Marks over words of all texts."),
    "one_minus_exp": ("1 - exp(-rate)", "The true rate where a gap holds at most one mark."),
    "published": ("Published", "A published model, not of this study."),
}


def shown_table(table: pd.DataFrame) -> None:
    """Draw the table. Columns that have no number at all are left out."""
    kept = table.dropna(axis="columns", how="all")
    floats = {str(name) for name in kept.columns if pd.api.types.is_float_dtype(kept[name])}
    st.dataframe(
        kept,
        hide_index=True,
        column_config={str(name): _column(str(name), number=str(name) in floats) for name in kept.columns},
    )


def _column(name: str, *, number: bool) -> Any:
    heading, meaning = HEADINGS.get(name, (name.replace("_", " ").capitalize(), ""))
    if number:
        return st.column_config.NumberColumn(heading, format="%.4g", help=meaning or None)
    return st.column_config.Column(heading, help=meaning or None)
