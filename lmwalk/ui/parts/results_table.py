"""A table of results with the headings of people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.analysis.nulls import Kind
from lmwalk.ui.parts.snapshot import Snapshot

Above = Callable[[Snapshot, Sequence[str], pd.DataFrame | None, Kind | None], None]
Heading = tuple[str, str]
"""What stands above a column, and what the column means."""
HEADINGS: Mapping[str, Heading] = {
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
    "least": ("At least", "The mean if all that is not known, or could not be read, went to the other side."),
    "most": ("At most", "The mean if all that is not known, or could not be read, went to this side."),
    "least_low": ("At least, 95%", "Lower end of the 95% interval of the least."),
    "most_high": ("At most, 95%", "Upper end of the 95% interval of the most."),
    "distinct": ("Distinct", "How many are independent: copies at temperature 0 count once."),
    "points": ("Each wording", "The mean of each wording, where they are too few for an interval."),
    "matcher": ("Perfect matcher", "The distance that draws from the reference itself show with as many replies."),
    "matcher_low": ("Matcher from", "95% of such draws show no less."),
    "matcher_high": ("Matcher to", "95% of such draws show no more."),
    "excess": ("Excess", "The distance above a perfect matcher's."),
    "excess_low": ("Excess from", "Lower end of the excess's 95% interval."),
    "excess_high": ("Excess to", "Upper end of the excess's 95% interval."),
    "cases": ("Cases", "Cases of the experiment that the mean is over."),
    "infinite": ("Infinite", "How many answers are infinitely far."),
    "learner": (
        "Learner",
        "No forgetting: Bayes' rule. Gambler: the same, the latest toss expected less. By range: a filter for each.",
    ),
    "loss": ("Squared error", "Of the probability, in wordings that the learner was not fitted to."),
    "difference": ("Beside the filter", "Squared error less the filter's: below 0 the learner is nearer."),
    "misfit_p": ("p of the fit", "How likely such leftovers are if the filter fits; small: it does not."),
    "misfit_p_adjusted": ("p adjusted", "The same, adjusted over the conditions (Benjamini and Hochberg)."),
    "dispersion_p_adjusted": ("Dispersion p adjusted", "Over all rows (Benjamini and Hochberg)."),
    "chi2_p_adjusted": ("Chi-square p adjusted", "Over all rows (Benjamini and Hochberg)."),
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
    "units": ("Units", "What was sampled and carries the interval: wordings, or texts."),
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
    "mass": (
        "Outcomes' mass",
        "Probability that all outcomes hold together, the median over the questions. The rest is what else is said.",
    ),
    "published": ("Published", "A published model, not of this study."),
}


@dataclass(frozen=True)
class FigureTexts:
    """What the figures of a family and the tables behind them say.

    Attributes
    ----------
    headings : mapping
        Of columns that mean something else than in other tables, or are there alone.
    published : str
        Where published values come from, where figures have some.
    above : mapping
        By the name of a figure, what is drawn above it: called with the study, the conditions shown alone, the
        table behind it (None before it is computed) and the null walks chosen.
    """

    headings: Mapping[str, Heading]
    published: str = ""
    above: Mapping[str, Above] = field(default_factory=dict)


def shown_table(table: pd.DataFrame, own: Mapping[str, Heading] | None = None) -> None:
    """Draw the table. Columns that have no number at all are left out; ``own`` are headings that come first."""
    kept = table.dropna(axis="columns", how="all")
    st.dataframe(kept, hide_index=True, column_config=columns_of(kept, own))


def columns_of(table: pd.DataFrame, own: Mapping[str, Heading] | None = None) -> dict[str, Any]:
    """How Streamlit shows each column of a table; ``own`` are headings that come first."""
    headings = {**HEADINGS, **(own or {})}
    floats = {str(name) for name in table.columns if pd.api.types.is_float_dtype(table[name])}
    return {str(name): _column(headings, str(name), number=str(name) in floats) for name in table.columns}


def _column(headings: Mapping[str, Heading], name: str, *, number: bool) -> Any:
    heading, meaning = headings.get(name, (name.replace("_", " ").capitalize(), ""))
    if number:
        return st.column_config.NumberColumn(heading, format="%.4g", help=meaning or None)
    return st.column_config.Column(heading, help=meaning or None)
