"""The row of figures under a stage of draws: what was found, what is true, and what an ideal observer would say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from lmwalk.analysis.distances import total_variation
from lmwalk.analysis.marks import poisson_interval
from lmwalk.analysis.sequences import fair_draws, longest_run
from lmwalk.analysis.units import proportion
from lmwalk.marking import gap_counts
from lmwalk.materials.draws import material_of
from lmwalk.store import Store
from lmwalk.ui.figure import Figure
from lmwalk.ui.kinds import BELIEF, MARKS, PRIOR, STATED
from lmwalk.ui.references import chance_of
from lmwalk.ui.series import Series
from lmwalk.ui.shown import MEASURED, Shown
from lmwalk.ui.text import DASH, alike, counted, number, percent, percents

NOTHING = "no answer yet"
SIMULATIONS = 2000
NOW_HELP = (
    "Of the trajectories shown, at the last question that each answered: the mean of their probabilities, or the share "
    "of replies that name the event."
)
BELIEF_HELP = (
    NOW_HELP,
    "What an ideal observer believes after the same tosses: Bayes' rule, from the prior under More, Experiment.",
    "The true probability of the event at the toss that comes next.",
)
SHARE_HELP = (
    "Share among all results shown, with the exact 95% interval of Clopper and Pearson, which takes results as "
    "independent."
)
SEQUENCE_HELP = (
    SHARE_HELP,
    "Share of neighbours that differ. Fair and independent draws differ as often as said.",
    "The longest stretch of one outcome, as a mean over the trajectories, beside fair draws of the same length.",
)


def draw_figures(store: Store, shown: Shown) -> list[Figure]:
    """The numbers of what is shown, each named with its measurement."""
    series = Series(shown)
    _, material = material_of(store, shown.study)
    frame = material.answers
    frame = frame[frame["condition"].isin(shown.ids) & frame["trajectory"].isin(shown.trajectories)]
    frame = frame[frame["status"] != "error"]
    own = {BELIEF: _belief, STATED: _stated, PRIOR: _prior, MARKS: _marks}.get(series.kind, _sequence)
    return [*own(frame, series), *_unread(frame, series)]


def _belief(frame: pd.DataFrame, series: Series) -> list[Figure]:
    """Belief now, the ideal observer's, the truth, and how far they have been apart so far."""
    names = (f"{series.event_words} now", "Posterior", "Truth θ")
    now = _latest(frame)
    if now.empty:
        return [*_nothing(names, BELIEF_HELP), _distance(frame, "posterior")]
    seen, cases = now["n"], int(now["cell"].nunique())
    few = f"after {seen.min()}" if seen.nunique() == 1 else f"after {seen.min()}{DASH}{seen.max()}"
    after = f"{few} {'toss' if few == 'after 1' else 'tosses'}"
    several = f"mean of {cases} cases" if cases > 1 else after
    below = (
        f"{MEASURED[series.study.measurement]}\n{after}",
        f"ideal observer\n{several}",
        f"of the next toss\n{several}",
    )
    values = [_near(now[name].mean()) for name in ("event", "ideal", "theta")]
    figures = [Figure(*parts) for parts in zip(names, values, below, BELIEF_HELP, strict=True)]
    return [*figures, _distance(frame, "posterior")]


def _nothing(names: Sequence[str], meanings: Sequence[str]) -> list[Figure]:
    return [Figure(name, DASH, NOTHING, meaning) for name, meaning in zip(names, meanings, strict=True)]


def _near(value: Any) -> str:
    """A probability or a difference of some, in which nothing below a thousandth is worth a digit."""
    return f"{value:.3f}".replace("-0.000", "0.000") if math.isfinite(value) else DASH


def _latest(frame: pd.DataFrame) -> pd.DataFrame:
    """The last answer of each trajectory."""
    known = frame[frame["event"].notna()]
    return known.sort_values("t").drop_duplicates(["condition", "trajectory"], keep="last")


def _distance(frame: pd.DataFrame, to: str) -> Figure:
    """Mean total variation distance between what was found and what would be right."""
    meaning = (
        f"Total variation distance to the {to}: half the summed difference of all outcomes' probabilities, 0 the same, "
        "1 apart. The mean over every answer so far. A single reply is no distribution, so replies are first pooled "
        "over the trajectories of a case."
    )
    pairs = _pairs(frame)
    if not len(pairs):
        return Figure("TVD", DASH, NOTHING, meaning)
    found, expected = (np.array(pairs[name].tolist(), float) for name in ("probabilities", "expected"))
    distances = total_variation(found, expected)
    even = total_variation(np.full(expected.shape, 1 / expected.shape[1]), expected)
    below = f"to the {to}\n" + (f"equal odds {_near(even.mean())}" if to != "uniform" else "0 the same, 1 apart")
    return Figure("TVD", _near(distances.mean()), below, meaning)


def _pairs(frame: pd.DataFrame) -> pd.DataFrame:
    """What was found beside what would be right, one row a question; replies to one question are pooled."""
    known = frame[frame["probabilities"].notna() & frame["expected"].notna()]
    if known.empty or bool(known["scored"].iloc[0]):
        return known
    return pd.DataFrame(
        [
            {"probabilities": np.mean(rows["probabilities"].tolist(), axis=0), "expected": rows["expected"].iloc[0]}
            for _, rows in known.groupby(["condition", "cell", "n", "stated"], dropna=False, sort=False)
        ]
    )


def _stated(frame: pd.DataFrame, series: Series) -> list[Figure]:
    by = MEASURED[series.study.measurement]
    meaning = f"How far the answers lie from what was stated, as a mean of absolute differences, {by}."
    shift = "The mean of the signed differences: above 0 the event is answered too often."
    known = frame[frame["event"].notna()]
    if known.empty:
        return [Figure(name, DASH, NOTHING, meaning) for name in ("|P - stated|", "P - stated")]
    means = known.groupby(["condition", "cell"]).agg(found=("event", "mean"), wanted=("ideal", "mean"))
    each = (known["event"] - known["ideal"]).abs().mean() if series.scored else _apart(means)
    wordings = counted(int(known["paraphrase"].nunique()), "wording")
    return [
        Figure("|P - stated|", _near(each), f"{by}\n{wordings}", meaning),
        Figure("P - stated", _near((means["found"] - means["wanted"]).mean()), "too low below 0", shift),
        _distance(frame, "statement"),
    ]


def _apart(means: pd.DataFrame) -> float:
    return float((means["found"] - means["wanted"]).abs().mean())


def _prior(frame: pd.DataFrame, series: Series) -> list[Figure]:
    by, event, chance = MEASURED[series.study.measurement], series.event_words, chance_of(series.process)
    meanings = (f"The mean over the wordings, {by}.", "The standard deviation over the wordings.")
    known = frame[frame["event"].notna()].groupby("paraphrase")["event"].mean()
    if known.empty:
        return [Figure(event, DASH, NOTHING, meanings[0])]
    spread = _near(known.std()) if len(known) > 1 else DASH
    return [
        Figure(event, _near(known.mean()), f"{by}\nuniform {number(chance)}", meanings[0]),
        Figure("sd", spread, f"over {counted(len(known), 'wording')}", meanings[1]),
        _distance(frame, "uniform"),
    ]


def _marks(frame: pd.DataFrame, series: Series) -> list[Figure]:
    by, mark = MEASURED[series.study.measurement], series.process.mark
    meaning = f"Marks in the gaps after the model's own words, {by}, with the exact 95% interval of a Poisson rate."
    gaps = [gap_counts(text, mark) for text in frame["outcome"].dropna()]
    rates = frame.loc[frame["outcome"].notna(), "rate"].to_numpy(float)
    sizes = np.array([len(each) for each in gaps], float)
    words = float(sizes.sum())
    if not words:
        return [Figure("Marks per word", DASH, NOTHING, meaning)]
    found = sum(map(sum, gaps))
    low, high = (float(end) for end in poisson_interval(found, words))
    value, *ends = alike(found / words, low, high)
    pooled = "of the cases shown" if len(set(rates)) > 1 else "rate of the text"
    capped = float((1 - np.exp(-rates)) @ sizes / words)
    return [
        Figure("Marks per word", value, f"{by}\n{ends[0]}{DASH}{ends[1]}", meaning),
        Figure("λ", number(float(rates @ sizes / words)), pooled, "The nominal rate, weighted by the words written."),
        Figure("1 - exp(-λ)", number(capped), pooled, "The rate where a word is followed by at most one mark."),
        Figure("Words", f"{words:,.0f}", f"{found:,} marks", "Words and marks that the model wrote."),
    ]


def _sequence(frame: pd.DataFrame, series: Series) -> list[Figure]:
    """The event's share, how often neighbours differ, and the longest run, each beside fair draws."""
    alphabet, event = series.process.alphabet, series.process.followed
    names = (f"Share of {event}", "Alternation", "Longest run")
    sequences = _sequences(frame, alphabet)
    if not sequences:
        return _nothing(names, SEQUENCE_HELP)
    joined = np.concatenate(sequences)
    hits, n, k = int((joined == alphabet.index(event)).sum()), len(joined), len(alphabet)
    low, high = (float(end) for end in proportion(hits, n))
    changes = np.concatenate([np.diff(each) != 0 for each in sequences])
    runs = float(np.mean([longest_run(each[None, :], k)[0] for each in sequences]))
    fair_run = number(float(np.mean([_fair_run(len(each), k) for each in sequences])))
    values = (percent(hits / n, 1), percent(float(changes.mean()), 1) if len(changes) else DASH, number(runs))
    below = (
        f"{percents(low, high)}, {counted(n, 'result')}\nfair {percent(1 / k, 1)}",
        f"of {counted(len(changes), 'pair')}\nfair {percent(1 - 1 / k, 1)}",
        f"{MEASURED[series.study.measurement]}\nfair {fair_run}",
    )
    return [Figure(*parts) for parts in zip(names, values, below, SEQUENCE_HELP, strict=True)]


def _sequences(frame: pd.DataFrame, alphabet: tuple[str, ...]) -> list[Any]:
    """The results of each trajectory as codes, in order; what could not be read is left out."""
    code = {outcome: place for place, outcome in enumerate(alphabet)}
    known = frame[frame["outcome"].notna()].sort_values("t")
    return [
        np.array([code[each] for text in rows["outcome"] for each in text.split(", ")])
        for _, rows in known.groupby(["condition", "trajectory"], sort=False)
    ]


@lru_cache(maxsize=4096)
def _fair_run(length: int, k: int) -> float:
    """The longest run of fair draws, on average."""
    return float(longest_run(fair_draws(SIMULATIONS, length, k, 0), k).mean())


def _unread(frame: pd.DataFrame, series: Series) -> list[Figure]:
    """What is no outcome: mass, or replies that could not be read."""
    if series.scored:
        meaning = "Probability of anything but the outcomes, as a mean over all answers. What is left is shared out."
        outside = round(float(frame["outside"].mean()), 9) if len(frame) else math.nan
        value = percent(outside, 1) if not 0 < outside < 0.0005 else "< 0.1%"
        return [Figure("No outcome", value, "mean mass" if len(frame) else NOTHING, meaning)]
    meaning = "Answers that name no single outcome. A failed call is no answer."
    if not len(frame):
        return [Figure("Not read", DASH, NOTHING, meaning)]
    unread = int((frame["status"] != "ok").sum())
    low, high = (float(end) for end in proportion(unread, len(frame)))
    interval = f"\n{percents(low, high)}" if unread else ""
    return [Figure("Not read", f"{unread:,}", f"of {counted(len(frame), 'answer')}{interval}", meaning)]
