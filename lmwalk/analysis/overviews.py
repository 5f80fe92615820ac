"""Two or three numbers for each condition of a study of draws, to stand side by side.

Frames as ``analysis.answers.answers`` gives them, with ``label``, in; one row a label out. NaN where there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

import pandas as pd

from lmwalk.analysis.answers import NOT_ANSWERED, own_results
from lmwalk.analysis.beliefs import tosses
from lmwalk.analysis.distances import mean_distances
from lmwalk.analysis.fitting import fit_filter
from lmwalk.analysis.flips import alternations
from lmwalk.analysis.marks import count_marks, dispersion, poisson_interval
from lmwalk.analysis.resampling import Resampling, grouped_means
from lmwalk.analysis.summaries import beliefs, pooled_shares, truths
from lmwalk.analysis.units import proportion

QUICK = Resampling(repeats=100)


def observations(frame: pd.DataFrame, event: str) -> pd.DataFrame:
    """What a filter is fitted to, ``fit_filter`` says how: label, tosses, p, unit (a case in a wording)."""
    known = {shown: tosses(shown, {event}) for shown in set(frame["results"])}
    unit = frame["cell"].astype(str) + "/" + frame["paraphrase"].astype(str)
    columns = {"tosses": frame["results"].map(known), "p": frame["event"], "unit": unit}
    return frame[["label"]].assign(**columns) if "label" in frame else pd.DataFrame(columns)


def distance(frame: pd.DataFrame, event: str, outcomes: Sequence[str], reference: str) -> pd.DataFrame:
    """Mean total variation distance from a reference, ``truth`` or ``ideal``.

    Returns
    -------
    DataFrame
        label, distance, distance_low, distance_high (bootstrap over cases and wordings), constant (the distance of an
        answer that gives every outcome the same probability). Replies are pooled over wordings first.
    """
    rows = pooled_shares(frame, outcomes)
    rows["truth"] = truths(rows["theta"], event, outcomes)
    found = mean_distances(rows, ("label",), (reference,), ("tvd",))
    names = {"mean": "distance", "low": "distance_low", "high": "distance_high"}
    return found.rename(columns=names)[["label", *names.values(), "constant"]]


def discounts(frame: pd.DataFrame, event: str) -> pd.DataFrame:
    """label, gamma, gamma_low, gamma_high of the nearest filter that discounts old tosses (``fit_filter``)."""
    seen = observations(frame, event)
    rows = [(label, *astuple(fit_filter(part, QUICK).gamma)) for label, part in seen.groupby("label", sort=False)]
    return pd.DataFrame(rows, columns=["label", "gamma", "gamma_low", "gamma_high"])


def event_means(frame: pd.DataFrame) -> pd.DataFrame:
    """Mean probability of the event, or its share among the replies that could be read.

    Returns
    -------
    DataFrame
        label, share, share_low, share_high: bootstrap over wordings, or exact for replies.
    """
    said = frame[frame["event"].notna()]
    if frame["scored"].any():
        found = grouped_means(said, ("label",), ["event"], "paraphrase")
        names = {"mean": "share", "low": "share_low", "high": "share_high"}
        return found.rename(columns=names)[["label", *names.values()]]
    return _shares(said.groupby("label", sort=False)["event"].agg(count="sum", n="size").reset_index())


def own_shares(frame: pd.DataFrame, event: str, outcomes: Sequence[str]) -> pd.DataFrame:
    """Of what a model draws itself: how often the event comes, and how often neighbours differ.

    Returns
    -------
    DataFrame
        label, share, share_low, share_high, alternation, alternation_low, alternation_high, fair (the alternation of
        fair draws). Intervals are exact for independent draws.
    """
    results = own_results(frame)
    hits = results.assign(hit=results["outcome"] == event).groupby("label", sort=False)["hit"]
    shares = _shares(hits.agg(count="sum", n="size").reset_index())
    changes = alternations(results.drop(columns="condition").rename(columns={"label": "condition"}), len(outcomes))
    names = {"condition": "label", "rate": "alternation", "low": "alternation_low", "high": "alternation_high"}
    return shares.merge(changes.rename(columns=names)[[*names.values(), "fair"]], on="label", how="left")


def _shares(table: pd.DataFrame) -> pd.DataFrame:
    low, high = proportion(table["count"], table["n"])
    share = table["count"] / table["n"].where(table["n"] > 0)
    return table[["label"]].assign(share=share.astype(float), share_low=low, share_high=high)


def spreads(frame: pd.DataFrame) -> pd.DataFrame:
    """label, spread: standard deviation of the event's probability over wordings, mean over the cases."""
    table = beliefs(frame, ("label", "cell"))
    return table.groupby("label", sort=False)["sd"].mean().rename("spread").reset_index()


def mark_ratios(frame: pd.DataFrame, mark: str) -> pd.DataFrame:
    """Marks in all texts over the marks that the nominal rates ask for.

    Returns
    -------
    DataFrame
        label, ratio, ratio_low, ratio_high (exact Poisson interval), dispersion (variance over mean of the gaps, mean
        over the rates; 1 under Poisson).
    """
    rows = []
    for label, part in frame[frame["outcome"].notna()].groupby("label", sort=False):
        marks, asked, indices = 0, 0.0, []
        for rate, texts in part.groupby("rate", sort=False):
            gaps = [gap for text in texts["outcome"] for gap in count_marks(text, mark).gaps]
            marks, asked = marks + sum(gaps), asked + len(gaps) * float(str(rate))
            indices.append(dispersion(gaps)[0])
        low, high = poisson_interval(marks, asked)
        rows.append(
            (label, marks / asked if asked else float("nan"), float(low), float(high), pd.Series(indices).mean())
        )
    return pd.DataFrame(rows, columns=["label", "ratio", "ratio_low", "ratio_high", "dispersion"])


def readings(frame: pd.DataFrame) -> pd.DataFrame:
    """label, answers, unread, failed (calls), outside (mean mass of no outcome; for replies the share not read)."""
    failed = frame["status"] == NOT_ANSWERED
    unread = ~failed & (frame["status"] != "ok")
    flags = frame[["label", "outside"]].assign(answers=~failed, unread=unread, failed=failed)
    grouped = flags.groupby("label", sort=False)
    return grouped.agg(
        answers=("answers", "sum"), unread=("unread", "sum"), failed=("failed", "sum"), outside=("outside", "mean")
    ).reset_index()
