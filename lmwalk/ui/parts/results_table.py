"""A table of results with the headings of people."""

from __future__ import annotations

from collections.abc import Mapping
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


CHAINS = {
    "task": ("Task", "What was asked of the texts."),
    "property": ("Property", "What was measured of the texts."),
    "slope": ("Slope", "Of the last text's value on the first one's, over all chains."),
    "slope_low": ("95% from", "Lower end of the slope's interval, by leaving out one initial text at a time."),
    "slope_high": ("95% to", "Upper end of the slope's interval."),
    "intercept": ("Intercept", "The fitted last value where the first one is 0."),
    "strength": ("Strength", "1 - |slope|: 0 the text keeps what it had, 1 where it began does not matter."),
    "strength_low": ("95% from", "Lower end of the strength's interval."),
    "strength_high": ("95% to", "Upper end of the strength's interval."),
    "per_generation": ("Of one generation", "1 - |slope|^(1/generations), alike for chains of any length."),
    "per_generation_low": ("95% from", "Lower end of the strength of one generation."),
    "per_generation_high": ("95% to", "Upper end of the strength of one generation."),
    "corrected": ("Corrected strength", "Without what few texts alone take from it."),
    "position": ("Position", "The value that chains move to: where the fit meets y = x."),
    "position_low": ("95% from", "Lower end of the position's interval."),
    "position_high": ("95% to", "Upper end of the position's interval."),
    "chains": ("Chains", "How many chains count."),
    "distinct": ("Distinct", "Chains that differ; copies of a chain are one."),
    "texts": ("Texts", "How many initial texts there are: the observations that an interval rests on."),
    "early": ("Ended early", "Chains that ended before the last generation; they count as far as they went."),
    "since": ("Since", "The first of the last ten generations, over which chains that have arrived do not move."),
    "moves": ("Moves", "Mean change from the earlier half of these generations to the later one, by initial text."),
    "moves_p": ("p", "That chains at rest move as much, by initial text; empty for fewer than 6 texts."),
    "moves_p_adjusted": ("p adjusted", "Over the whole table. Below 0.05: the chains still move."),
    "last": ("Generation", "The last generation."),
    "initial": ("Text", "Number of the initial text, from 0."),
    "seed": ("Seed", "Number of the chain with this initial text, from 0."),
    "generation": ("Generation", "0 is the initial text."),
    "seeds": ("Seeds", "How many chains the mean is over."),
    "se": ("Standard error", "Over the seeds; empty for a single one."),
}
"""Where a column of a table of chains means something else than in other tables, or is there alone."""

WALKS = {
    "measure": ("Measure", ""),
    "trajectory": ("Walk", "Number of the walk, from 0."),
    "t": ("t", "Time: 0 is the start."),
    "x": ("x", "To the right of the centre, in cells."),
    "y": ("y", "Above the centre, in cells."),
    "n": ("n", "Answers that could be read."),
    "walks": ("Walks", "How many walks count."),
    "distinct": ("Distinct", "Walks that differ from each other in some step: each is one observation."),
    "unread": ("Not read", "Answers that name no single direction."),
    "steps": ("Steps", "Answers of all walks."),
    "value": ("Value", "Of the walks."),
    "expected": ("Null", "Mean of the null walks."),
    "null_low": ("Null 95% from", "Lower end of the central 95% of the null walks."),
    "null_high": ("Null 95% to", "Upper end of the central 95% of the null walks."),
    "p": ("p", "Two-sided; empty where no null walk can differ from the walks."),
    "p_bound": ("p, unread bounded", "The largest p, whatever direction the answers were that could not be read."),
    "primary": ("Primary", "Named before the walks were made, and adjusted for conditions alone."),
    "place": ("Place", "Distance from the null's mean, 1 at the end of its central 95%."),
    "msd": ("MSD", "Mean squared displacement, in cells squared."),
    "exponent_low": ("95% from", "Lower end of the exponent's interval over walks that differ."),
    "exponent_high": ("95% to", "Upper end of the exponent's interval."),
    "visits": ("Visits", "Times a walk stood there."),
    "wall": ("Wall", "How far the walls stand from the centre."),
    "status": ("Reading", "How the reply could be read."),
}
"""The same for a table of walks."""


def shown_table(table: pd.DataFrame, own: Mapping[str, tuple[str, str]] | None = None) -> None:
    """Draw the table. Columns that have no number at all are left out; ``own`` are headings that come first."""
    headings = {**HEADINGS, **(own or {})}
    kept = table.dropna(axis="columns", how="all")
    floats = {str(name) for name in kept.columns if pd.api.types.is_float_dtype(kept[name])}
    st.dataframe(
        kept,
        hide_index=True,
        column_config={str(name): _column(headings, str(name), number=str(name) in floats) for name in kept.columns},
    )


def _column(headings: Mapping[str, tuple[str, str]], name: str, *, number: bool) -> Any:
    heading, meaning = headings.get(name, (name.replace("_", " ").capitalize(), ""))
    if number:
        return st.column_config.NumberColumn(heading, format="%.4g", help=meaning or None)
    return st.column_config.Column(heading, help=meaning or None)
