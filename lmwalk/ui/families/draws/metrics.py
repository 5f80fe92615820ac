"""The row of figures under a stage of draws: what was found, what is true, and what an ideal observer would say."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from lmwalk.analysis.distances import mean_distances
from lmwalk.analysis.intervals import clopper_pearson
from lmwalk.analysis.poisson_marks import rate_of_texts, sampled_texts
from lmwalk.analysis.summaries import distributions, over_wordings
from lmwalk.analysis.units import FEWEST
from lmwalk.datasets.draws import draw_data
from lmwalk.marked_text import gap_counts
from lmwalk.number_format import counted_units, no_interval
from lmwalk.store import Store
from lmwalk.ui.families.draws.averaged import Belief, Stated
from lmwalk.ui.families.draws.followed import Followed, followed_metrics
from lmwalk.ui.families.draws.pictures import Marks, Prior, scene_of
from lmwalk.ui.families.draws.references import chance_of
from lmwalk.ui.families.draws.scene import DrawScene
from lmwalk.ui.families.draws.selection import DrawSelection
from lmwalk.ui.families.draws.sequence_metrics import NOTHING, nothing, sequence_metrics
from lmwalk.ui.families.draws.transition_metrics import transition_metrics
from lmwalk.ui.families.draws.transitions import Transitions
from lmwalk.ui.parts.metric import Metric
from lmwalk.ui.parts.selection import MEASURED
from lmwalk.ui.shell.escape import DASH, alike, counted, number, percent, percents

NOW_HELP = (
    "Of the trajectories shown, at the last question that each answered: the mean over the wordings of their "
    "probabilities, or of the share of replies that name the event. Of several cases, the least and the most."
)
BELIEF_HELP = (
    NOW_HELP,
    "What an ideal observer believes after the same tosses: Bayes' rule, from the prior under More, Experiment.",
    "The true probability of the event at the toss that comes next.",
)


def draw_metrics(store: Store, shown: DrawSelection) -> list[Metric]:
    """The numbers of what is shown, each named with its measurement."""
    series = scene_of(shown)
    _, material = draw_data(store, shown.study)
    frame = material.answers
    frame = frame[frame["condition"].isin(shown.ids) & frame["trajectory"].isin(shown.trajectories)]
    frame = frame[frame["status"] != "error"]
    own = OF_PICTURES.get(type(series), sequence_metrics)
    return [*own(frame, series), *_unread(frame, series)]


def _belief(frame: pd.DataFrame, series: DrawScene) -> list[Metric]:
    """Belief now, the ideal observer's, the truth, and how far they have been apart so far."""
    names = (f"{series.event_words} now", "Posterior", "Truth θ")
    now = _latest(frame)
    if now.empty:
        return [*nothing(names, BELIEF_HELP), _distance(frame, "posterior", series.process.alphabet)]
    seen, cases = now["n"], int(now["cell"].nunique())
    wordings = counted(int(now["paraphrase"].nunique()), "wording")
    tosses = f"{seen.min()}" if seen.nunique() == 1 else f"{seen.min()}{DASH}{seen.max()}"
    after = f"after {tosses} {'toss' if seen.max() == 1 == seen.min() else 'tosses'}"
    several = f"least to most of {cases} cases" if cases > 1 else after
    below = (
        f"{wordings}, {MEASURED[series.study.measurement]}\n{several}",
        f"ideal observer\n{after}",
        f"of the next toss\n{after}",
    )
    columns = ["event", "ideal", "theta"]
    # each wording has one weight; a mean over cases that differ would be of no coin
    means = now.groupby(["cell", "paraphrase"])[columns].mean().groupby("cell").mean()
    values = [_span(means[name]) for name in columns]
    figures = [Metric(*parts) for parts in zip(names, values, below, BELIEF_HELP, strict=True)]
    return [*figures, _distance(frame, "posterior", series.process.alphabet)]


def _span(values: pd.Series) -> str:
    """The value of the one case, or from the least to the most of several."""
    low, high = _near(values.min()), _near(values.max())
    return low if low == high else f"{low}{DASH}{high}"


def _near(value: Any) -> str:
    """A probability or a difference of some, in which nothing below a thousandth is worth a digit."""
    return f"{value:.3f}".replace("-0.000", "0.000") if math.isfinite(value) else DASH


def _latest(frame: pd.DataFrame) -> pd.DataFrame:
    """The last answer of each trajectory."""
    known = frame[frame["event"].notna()]
    return known.sort_values("t").drop_duplicates(["condition", "trajectory"], keep="last")


def _distance(frame: pd.DataFrame, to: str, outcomes: tuple[str, ...]) -> Metric:
    """Mean total variation distance between what was found and what would be right, and what chance makes of it."""
    meaning = (
        f"Total variation distance to the {to}: half the summed difference of all outcomes' probabilities, 0 the same, "
        "1 apart. The mean over cases and wordings. A single reply is no distribution, so replies are first averaged "
        "over the wordings of a case; by chance: what draws from what is right would show with as many."
    )
    known = frame[frame["probabilities"].notna() & frame["expected"].notna()]
    if known.empty:
        return Metric("TVD", DASH, NOTHING, meaning)
    rows = distributions(known, outcomes)
    cases = rows.groupby(["label", "n", "case"], sort=False).ngroup()
    found = mean_distances(rows.assign(shown=0, case=cases), ("shown",), ("ideal",), ("tvd",)).iloc[0]
    equal = f"equal odds {_near(found['constant'])}" if to != "uniform" else "0 the same, 1 apart"
    if math.isnan(found["mean"]):
        return Metric("TVD", DASH, f"to the {to}\none reply a case", meaning)
    chance = f"by chance {_near(found['matcher'])}" if math.isfinite(found["matcher"]) else equal
    return Metric("TVD", _near(found["mean"]), f"to the {to}\n{chance}", meaning)


def _stated(frame: pd.DataFrame, series: DrawScene) -> list[Metric]:
    by = MEASURED[series.study.measurement]
    meaning = f"How far the answers lie from what was stated, as a mean of absolute differences, {by}."
    shift = "The mean of the signed differences: above 0 the event is answered too often."
    known = frame[frame["event"].notna()]
    if known.empty:
        return [Metric(name, DASH, NOTHING, meaning) for name in ("|P - stated|", "P - stated")]
    means = known.groupby(["condition", "cell"]).agg(found=("event", "mean"), wanted=("ideal", "mean"))
    each = (known["event"] - known["ideal"]).abs().mean() if series.scored else _apart(means)
    wordings = counted(int(known["paraphrase"].nunique()), "wording")
    return [
        Metric("|P - stated|", _near(each), f"{by}\n{wordings}", meaning),
        Metric("P - stated", _near((means["found"] - means["wanted"]).mean()), "too low below 0", shift),
        _distance(frame, "statement", series.process.alphabet),
    ]


def _apart(means: pd.DataFrame) -> float:
    return float((means["found"] - means["wanted"]).abs().mean())


def _prior(frame: pd.DataFrame, series: DrawScene) -> list[Metric]:
    by, event, chance = MEASURED[series.study.measurement], series.event_words, chance_of(series.process)
    meanings = (
        f"The mean over the wordings, {by}, with its 95% interval over them; of one wording, over its replies.",
        "The standard deviation over the wordings.",
    )
    found = over_wordings(frame.assign(shown=0), ["shown"], ("event", "low", "high"))
    if found.empty:
        return [Metric(event, DASH, NOTHING, meanings[0])]
    row = found.iloc[0]
    wordings = counted(int(row["units"]), "wording")
    return [
        Metric(event, _near(row["mean"]), f"{_sure(row, wordings)}\nuniform {number(chance)}", meanings[0]),
        Metric("sd", _near(row["sd"]), f"over {wordings}", meanings[1]),
        _distance(frame, "uniform", series.process.alphabet),
        *_bounds(row),
    ]


def _sure(row: pd.Series, units: str) -> str:
    """An interval and over how many units it is, or why there is none."""
    if math.isnan(row["low"]):
        return no_interval(int(row["units"]), "wording", FEWEST)
    return f"{_near(row['low'])}{DASH}{_near(row['high'])}, {units}"


def _bounds(row: pd.Series) -> list[Metric]:
    """Where the mean would be if all that could not be read went to one side; nothing where all was read."""
    if row["most"] - row["least"] < 1e-9:
        return []
    meaning = "The mean if all that could not be read went to the other side, or to this one; below, with intervals."
    ends = (
        f"95% {_near(row['least_low'])}{DASH}{_near(row['most_high'])}" if row["least_low"] == row["least_low"] else ""
    )
    value = f"{_near(row['least'])}{DASH}{_near(row['most'])}"
    return [Metric("Bounds", value, f"unread to one side\n{ends}", meaning)]


def _marks(frame: pd.DataFrame, series: DrawScene) -> list[Metric]:
    by, mark = MEASURED[series.study.measurement], series.process.mark
    meaning = (
        f"Marks in the gaps after the model's own words, {by}, with the 95% interval over the wordings, or over the "
        "texts of one wording."
    )
    said = frame[frame["outcome"].notna()]
    gaps = [gap_counts(text, mark) for text in said["outcome"]]
    rates = said["rate"].to_numpy(float)
    sizes = np.array([len(each) for each in gaps], float)
    words = float(sizes.sum())
    if not words:
        return [Metric("Marks per word", DASH, NOTHING, meaning)]
    counts = pd.DataFrame({"marks": list(map(sum, gaps)), "words": sizes, "text": said["outcome"].tolist()})
    found = rate_of_texts(counts.assign(unit=sampled_texts(said).tolist()))
    noun = "wording" if said["paraphrase"].nunique() > 1 else "text"
    value, *ends = alike(found.mean, found.low, found.high)
    units = counted_units(found.units, found.distinct, noun)
    sure = no_interval(found.distinct, noun, FEWEST) if DASH in ends else f"{ends[0]}{DASH}{ends[1]}, {units}"
    pooled = "of the cases shown" if len(set(rates)) > 1 else "rate of the text"
    capped = float((1 - np.exp(-rates)) @ sizes / words)
    return [
        Metric("Marks per word", value, f"{by}\n{sure}", meaning),
        Metric("λ", number(float(rates @ sizes / words)), pooled, "The nominal rate, weighted by the words written."),
        Metric("1 - exp(-λ)", number(capped), pooled, "The rate where a word is followed by at most one mark."),
        Metric("Words", f"{words:,.0f}", f"{sum(map(sum, gaps)):,} marks", "Words and marks that the model wrote."),
    ]


def _unread(frame: pd.DataFrame, series: DrawScene) -> list[Metric]:
    """What is no outcome: mass, or replies that could not be read."""
    if series.scored:
        meaning = "Probability of anything but the outcomes, as a mean over all answers. What is left is shared out."
        outside = round(float(frame["outside"].mean()), 9) if len(frame) else math.nan
        value = percent(outside, 1) if not 0 < outside < 0.0005 else "< 0.1%"
        return [Metric("No outcome", value, "mean mass" if len(frame) else NOTHING, meaning)]
    meaning = "Answers that name no single outcome. A failed call does not count as an answer."
    if not len(frame):
        return [Metric("Not read", DASH, NOTHING, meaning)]
    unread = int((frame["status"] != "ok").sum())
    low, high = (float(end) for end in clopper_pearson(unread, len(frame)))
    interval = f"\n{percents(low, high)}" if unread else ""
    return [Metric("Not read", f"{unread:,}", f"of {counted(len(frame), 'answer')}{interval}", meaning)]


OF_PICTURES: Mapping[type[DrawScene], Callable[[pd.DataFrame, DrawScene], list[Metric]]] = {
    Belief: _belief,
    Stated: _stated,
    Prior: _prior,
    Marks: _marks,
    Transitions: transition_metrics,
    Followed: followed_metrics,
}
"""The numbers of each picture; those of shares are the numbers of sequences."""
