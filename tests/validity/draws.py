"""Draws: probabilities over wordings, distances, filters and marks, as the dashboard shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from lmwalk.analysis import learners, poisson_marks
from lmwalk.analysis.beliefs import filtered
from lmwalk.analysis.crossed import crossed_mean
from lmwalk.analysis.distances import mean_distances
from lmwalk.analysis.fitting import Estimate, fit_filter
from lmwalk.analysis.overviews import event_means, own_shares
from lmwalk.analysis.resampling import Resampling
from lmwalk.analysis.summaries import beliefs, outcome_shares
from validity import Design
from validity.units import Chance, beta

OUTCOMES = ("heads", "tails")
NAN = float("nan")
QUICK = Resampling(repeats=200)
SIZES = (0, 1, 3, 5, 10, 20, 50, 100)
Array = np.ndarray


def held(low: float, high: float, truth: float) -> float:
    """Whether an interval holds the truth; NaN where there is none."""
    return NAN if np.isnan(low) else float(low <= truth <= high)


def replies(said: Array, temperature: float = 1.0) -> pd.DataFrame:
    """Answers as the product reads them, shape (wordings, replies): 1 heads, 0 tails, NaN not read."""
    wordings, each = said.shape
    events = said.ravel()
    read = ~np.isnan(events)
    told: dict[str, Any] = {
        "label": "m",
        "condition": "m",
        "temperature": temperature,
        "trajectory": np.arange(said.size),
        "t": 1,
        "paraphrase": np.repeat(np.arange(wordings), each),
        "status": np.where(read, "ok", "unparsed"),
        "outcome": np.where(events == 1, "heads", np.where(read, "tails", None)),
        **dict.fromkeys(("event", "low", "high"), events),
        **dict.fromkeys(("cell", "n", "hits"), 0),
        **dict.fromkeys(("theta", "ideal"), 0.5),
        "stated": NAN,
        "statement": "",
        "outside": 1.0 - read,
        "scored": False,
    }
    frame = pd.DataFrame(told)
    chances = [(value, 1 - value) if value == value else None for value in events]
    return frame.assign(probabilities=pd.Series(chances, dtype=object), expected=[(0.5, 0.5)] * len(frame))


def drawn(chance: Chance, p: Array, each: int) -> Array:
    """So many replies of each wording, shape (wordings, replies)."""
    return (chance.random((len(p), each)) < p[:, None]).astype(float)


def shares(
    name: str, wordings: Callable[[Chance], Array], each: int, truth: float, temperature: float = 1.0, few: int = 10
) -> Design:
    """The same probability where it stands: bars, beliefs, Compare, and what a model draws itself."""

    def trial(chance: Chance) -> Mapping[str, float]:
        p = wordings(chance)
        said = drawn(chance, p, each) if temperature else np.repeat(drawn(chance, p, 1), each, axis=1)
        frame = replies(said, temperature)
        bar = outcome_shares(frame, OUTCOMES, ("label",)).iloc[0]
        belief, cell, own = (
            found.iloc[0]
            for found in (beliefs(frame, ("label",)), event_means(frame), own_shares(frame, "heads", OUTCOMES))
        )
        return {
            "every outcome": held(bar["low"], bar["high"], truth),
            "belief": held(belief["low"], belief["high"], truth),
            "Compare": held(cell["share_low"], cell["share_high"], truth),
            "own draws": held(own["share_low"], own["share_high"], truth),
        }

    return Design(name, "coverage", trial, few)


def unread(name: str, lost: Mapping[float, float]) -> Design:
    """Five wordings of 20 replies, of which heads (1) and tails (0) are refused so often: their bounds."""

    def trial(chance: Chance) -> Mapping[str, float]:
        said = drawn(chance, beta(chance, 0.5, 0.12, 5), 20)
        refused = chance.random(said.shape) < np.where(said == 1, lost[1], lost[0])
        found = beliefs(replies(np.where(refused, NAN, said)), ("label",)).iloc[0]
        return {"least to most": held(found["least_low"], found["most_high"], 0.5)}

    return Design(f"5 wordings x 20, {name}", "coverage", trial)


def effects(chance: Chance, cases: int, wordings: int) -> Array:
    """A table of standard normal cases, wordings and single answers, shape (cases, wordings)."""
    table = (cases > 1) * chance.normal(size=(cases, 1)) + chance.normal(size=(1, wordings))
    return table + chance.normal(size=(cases, wordings))


def logistic(z: Array) -> Array:
    """From the real line to 0..1."""
    return np.asarray(1 / (1 + np.exp(-z)))


def distance_of(table: Array) -> pd.DataFrame:
    """Mean distance from an even chance of answers, shape (cases, wordings)."""
    rows = [
        (case, unit, (table[case, unit], 1 - table[case, unit])) for case, unit in product(*map(range, table.shape))
    ]
    frame = pd.DataFrame(rows, columns=["case", "unit", "answer"])
    told = frame.assign(label="m", truth=[(0.5, 0.5)] * len(frame))
    return mean_distances(told, ["label"], ["truth"], ["tvd"])


def known_distance(variance: float) -> float:
    """Mean of |logistic(z) - 1/2| for normal z of that variance, by quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(99)
    return float(np.abs(logistic(np.sqrt(variance) * nodes) - 0.5) @ weights / weights.sum())


def crossed(cases: int, wordings: int) -> Design:
    """Belief and distance where every wording is asked every case."""
    apart = known_distance(1.0 if cases == 1 else 1.5)  # a single case is the one that is meant

    def trial(chance: Chance) -> Mapping[str, float]:
        table = logistic(np.sqrt(0.5) * effects(chance, cases, wordings))
        mean, found = crossed_mean(table, share=True), distance_of(table).iloc[0]
        return {
            "mean belief": held(mean.low, mean.high, 0.5),
            "mean TVD": held(found["low"], found["high"], apart),
        }

    return Design(f"{cases} cases x {wordings} wordings", "coverage", trial)


def shifted(chance: Chance, cases: int, wordings: int, of_cases: float = 0.0) -> pd.DataFrame:
    """Observations of a filter whose wordings, and cases, are shifted; one case is a coin that switches bias."""
    switching = np.repeat([0.75, 0.25], 50)[None]
    theta = np.broadcast_to(np.linspace(0, 1, cases)[:, None], (cases, 100)) if cases > 1 else switching
    sizes = SIZES if cases > 1 else tuple(range(101))
    sequences = (chance.random((cases, 100)) < theta).astype(int)
    believed = filtered(sequences, 0.5, 4.0, 0.9)[:, list(sizes)]
    noise = 0.1 * chance.normal(size=(1, wordings, 1)) + 0.05 * chance.normal(size=(cases, wordings, len(sizes)))
    answers = believed[:, None] + noise + of_cases * chance.normal(size=(cases, 1, 1))
    rows = [
        (tuple(sequences[case, :n].tolist()), answers[case, unit, place], case, unit)
        for case, unit, (place, n) in product(range(cases), range(wordings), enumerate(sizes))
    ]
    return pd.DataFrame(rows, columns=["tosses", "p", "case", "unit"])


def filters(cases: int, wordings: int, *, of_cases: bool) -> Design:
    """A filter that each wording shifts, and each case too: the prior mean and gamma of their law."""

    def trial(chance: Chance) -> Mapping[str, float]:
        fit = fit_filter(shifted(chance, cases, wordings, 0.1 * of_cases), QUICK)
        return {"gamma": of(fit.gamma, 0.9), "prior mean": of(fit.mean, 0.5)}

    what = "cases and wordings" if of_cases else "wordings"
    return Design(
        f"filter, {cases} cases x {wordings} wordings, {what} shift belief",
        "coverage",
        trial,
        2 if cases * wordings > 100 else 5,
    )


def true_filter(cases: int, wordings: int) -> Design:
    """A filter is what the answers are: nothing is surely nearer, and no misfit is seen."""

    def trial(chance: Chance) -> Mapping[str, float]:
        seen = shifted(chance, cases, wordings)
        table, p = learners.compared(seen), learners.lack_of_fit(seen)
        nearer = float((table["high"] < 0).any()) if table["high"].notna().any() else NAN
        return {"some learner nearer": nearer, "lack of fit": NAN if np.isnan(p) else float(p < 0.05)}

    return Design(f"true filter, {cases} cases x {wordings} wordings", "false positives", trial, 3)


def of(estimate: Estimate, truth: float) -> float:
    """Whether the interval of a fit holds the truth."""
    return held(estimate.low, estimate.high, truth)


def matcher(cases: int, wordings: int, each: int) -> Design:
    """Who draws from the truth itself: within what chance makes of it, and no farther than that."""

    def trial(chance: Chance) -> Mapping[str, float]:
        theta = np.arange(cases) / max(1, cases - 1)
        heads = chance.binomial(each, theta[:, None], (cases, wordings)) / each
        rows = [
            (case, unit, (heads[case, unit], 1 - heads[case, unit]), (theta[case], 1 - theta[case]))
            for case, unit in product(range(cases), range(wordings))
        ]
        frame = pd.DataFrame(rows, columns=["case", "unit", "answer", "truth"])
        told = frame.assign(label="m", replies=float(each), answers=each)
        found = mean_distances(told, ["label"], ["truth"], ["tvd"]).iloc[0]
        return {
            "matcher's TVD": held(found["matcher_low"], found["matcher_high"], found["mean"]),
            "excess of 0": held(found["excess_low"], found["excess_high"], 0.0),
        }

    return Design(f"perfect matcher, {cases} cases x {wordings} wordings x {each}", "coverage", trial)


def texts(count: int, cv: float, words: int = 100) -> Design:
    """Texts each with a rate of its own around 0.5."""

    def trial(chance: Chance) -> Mapping[str, float]:
        rate = 0.5 * (chance.gamma(1 / cv**2, cv**2, count) if cv else np.ones(count))
        found = chance.poisson(rate * words)
        written = [f"text {number}" for number in range(count)]
        table = pd.DataFrame({"marks": found, "words": words, "text": written, "unit": range(count)})
        row = poisson_marks.rate_of_texts(table)
        return {"rate": held(row.low, row.high, 0.5)}

    return Design(f"{count} texts, rate cv {cv:g}", "coverage", trial)


def alike(p: float, n: int) -> Callable[[Chance], Array]:
    """Wordings that do not differ."""
    return lambda chance: np.full(n, p)


def spread(mean: float, sd: float, n: int) -> Callable[[Chance], Array]:
    """Wordings that differ."""
    return lambda chance: beta(chance, mean, sd, n)


DESIGNS = [
    shares("1 wording x 20", alike(0.5, 1), 20, 0.5),
    shares("3 wordings x 20, sd .25", spread(0.5, 0.25, 3), 20, 0.5, few=2),
    shares("5 wordings x 20, alike", alike(0.5, 5), 20, 0.5),
    shares("5 wordings x 20, sd .12", spread(0.5, 0.12, 5), 20, 0.5),
    shares("5 wordings x 20, sd .25", spread(0.5, 0.25, 5), 20, 0.5),
    shares("20 wordings x 5, sd .25", spread(0.5, 0.25, 20), 5, 0.5),
    shares("5 wordings x 20, mean .97", spread(0.97, 0.06, 5), 20, 0.97),
    shares("5 wordings x 20, 0 or 1", lambda chance: chance.integers(2, size=5).astype(float), 20, 0.5),
    shares("1 wording x 20 copies at T = 0", alike(0.5, 1), 20, 0.5, temperature=0, few=2),
    shares("5 wordings x 20 copies at T = 0", alike(0.5, 5), 20, 0.5, temperature=0),
    unread("a quarter not read at random", {1: 0.25, 0: 0.25}),
    unread("half of tails refused", {1: 0.0, 0: 0.5}),
    *(crossed(cases, wordings) for cases, wordings in ((1, 5), (5, 5), (11, 3), (11, 5), (11, 20))),
    *(filters(cases, wordings, of_cases=False) for cases, wordings in ((1, 5), (11, 5), (5, 5), (11, 20))),
    *(filters(cases, wordings, of_cases=True) for cases, wordings in ((5, 5), (11, 5))),
    *(matcher(cases, wordings, each) for cases, wordings, each in ((11, 1, 5), (11, 5, 1), (11, 5, 4), (5, 5, 20))),
    *(true_filter(cases, wordings) for cases, wordings in ((11, 3), (11, 5), (5, 8))),
    *(texts(10, cv) for cv in (0.0, 0.5, 1.0)),
    texts(3, 1.0),
]
