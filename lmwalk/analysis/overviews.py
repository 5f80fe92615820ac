"""Two or three numbers for each condition of a study of draws, to stand side by side.

Frames as ``analysis.answers.answers`` gives them, with ``label``, in; one row a label out. NaN where there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

import pandas as pd

from lmwalk.analysis.answers import NOT_ANSWERED, answered, own_results
from lmwalk.analysis.beliefs import tosses
from lmwalk.analysis.distances import mean_distances
from lmwalk.analysis.fitting import fit_filter
from lmwalk.analysis.flips import alternations
from lmwalk.analysis.poisson_marks import count_marks, dispersion, rate_of_texts, sampled_texts
from lmwalk.analysis.resampling import Resampling
from lmwalk.analysis.summaries import beliefs, distributions, independent, over_wordings, truths
from lmwalk.analysis.units import Estimate, unit_mean

QUICK = Resampling(repeats=100)
BOUNDS = {"mean": "share", **{name: f"share_{name}" for name in ("low", "high", "least", "most")}}
BOUNDS |= {"least_low": "share_least_low", "most_high": "share_most_high"}
EACH = (["label"], ("event", "low", "high"))


def observations(frame: pd.DataFrame, event: str) -> pd.DataFrame:
    """What a filter is fitted to, ``fit_filter`` says how: label, tosses, p, case, unit (the wording)."""
    known = {shown: tosses(shown, {event}) for shown in set(frame["results"])}
    columns = {
        "tosses": frame["results"].map(known),
        "p": frame["event"],
        "case": frame["cell"],
        "unit": frame["paraphrase"],
    }
    return frame[["label"]].assign(**columns) if "label" in frame else pd.DataFrame(columns)


def distance(frame: pd.DataFrame, event: str, outcomes: Sequence[str], reference: str) -> pd.DataFrame:
    """Mean total variation distance from a reference, ``truth`` or ``ideal``.

    Returns
    -------
    DataFrame
        label, distance, distance_low, distance_high, constant, and of replies matcher and excess with their ends, all
        as ``mean_distances`` says.
    """
    rows = distributions(frame, outcomes)
    rows["truth"] = truths(rows["theta"], event, outcomes)
    found = mean_distances(rows, ("label",), (reference,), ("tvd",))
    names = {"mean": "distance", "low": "distance_low", "high": "distance_high"}
    beside = [f"{name}{end}" for name in ("matcher", "excess") for end in ("", "_low", "_high")]
    return found.rename(columns=names)[["label", *names.values(), "constant", *beside]]


def discounts(frame: pd.DataFrame, event: str) -> pd.DataFrame:
    """label, gamma, gamma_low, gamma_high of the nearest filter that discounts old tosses (``fit_filter``)."""
    seen = observations(frame, event)
    rows = [(label, *astuple(fit_filter(part, QUICK).gamma)) for label, part in seen.groupby("label", sort=False)]
    return pd.DataFrame(rows, columns=["label", "gamma", "gamma_low", "gamma_high"])


def event_means(frame: pd.DataFrame) -> pd.DataFrame:
    """Mean probability of the event over the wordings.

    Returns
    -------
    DataFrame
        label, share, share_low, share_high, and share_least, share_most, share_least_low, share_most_high where answers
        that could not be read are counted to either side (``over_wordings``).
    """
    found = over_wordings(answered(frame), *EACH)
    return found.rename(columns=BOUNDS)[["label", *BOUNDS.values()]]


def own_shares(frame: pd.DataFrame, event: str, outcomes: Sequence[str]) -> pd.DataFrame:
    """Of what a model draws itself: how often the event comes, and how often neighbours differ.

    Returns
    -------
    DataFrame
        label, share, share_low, share_high and bounds (as ``event_means``; the mean over the wordings where there are
        several, else over the sequences of the one wording, else over its independent answers), sequences, and how many
        of them are distinct, distinct_sequences; alternation, alternation_low, alternation_high, fair (the alternation
        of fair draws).
    """
    results = own_results(frame)
    shares = [(label, *_own(part, frame[frame["label"] == label], event)) for label, part in results.groupby("label")]
    columns = ["label", *BOUNDS.values(), "sequences", "distinct_sequences"]
    changes = alternations(results.drop(columns="condition").rename(columns={"label": "condition"}), len(outcomes))
    names = {"condition": "label", "rate": "alternation", "low": "alternation_low", "high": "alternation_high"}
    renamed = changes.rename(columns=names)[[*names.values(), "fair"]]
    return pd.DataFrame(shares, columns=columns).merge(renamed, on="label", how="left")


def _own(results: pd.DataFrame, asked: pd.DataFrame, event: str) -> tuple[float, ...]:
    groups = results.sort_values("t").groupby("trajectory", sort=False)
    written = groups["outcome"].agg(tuple)
    counts = (len(written), int(written.nunique()))
    single = asked["paraphrase"].nunique() == 1
    if single and len(results) == asked["outcome"].notna().sum() and not asked["n"].any():  # each was asked alone
        outcome = answered(asked)["outcome"]
        told = answered(asked).assign(event=outcome.eq(event).astype(float).where(outcome.notna()))
        found = over_wordings(told.assign(low=told["event"], high=told["event"]), *EACH).iloc[0]
        return (*found[list(BOUNDS)], *counts)
    unit = "trajectory" if single else "paraphrase"
    hits = results["outcome"].eq(event).groupby(results[unit]).agg(["sum", "size"])
    said = answered(asked)
    unread = said[said["outcome"].isna()].groupby(unit).size()
    results_each = len(results) / max(1, int(said["outcome"].notna().sum()))
    lost = unread.reindex(hits.index, fill_value=0) * results_each
    size, total = hits["size"], hits["size"] + lost
    copies = written.reindex(hits.index).tolist() if single else None
    shares = [hits["sum"] / size, hits["sum"] / total, (hits["sum"] + lost) / total]
    mean, least, most = (unit_mean(each, copies=copies, share=True, answers=float(size.sum())) for each in shares)
    ends = (mean.low, mean.high, least.mean, most.mean, least.low, most.high)
    return (mean.mean, *ends, *counts)


def spreads(frame: pd.DataFrame) -> pd.DataFrame:
    """label, spread: standard deviation of the event's probability over wordings, mean over the cases."""
    table = beliefs(frame, ("label", "cell"))
    return table.groupby("label", sort=False)["sd"].mean().rename("spread").reset_index()


def mark_ratios(frame: pd.DataFrame, mark: str) -> pd.DataFrame:
    """Marks in all texts over the marks that the nominal rates ask for.

    Returns
    -------
    DataFrame
        label, ratio, ratio_low, ratio_high (over the wordings, or over the texts of one wording: ``rate_of_texts``),
        texts, distinct_texts, dispersion (variance over mean of the gaps, mean over the rates; 1 under Poisson).
    """
    rows = []
    columns = ["label", "ratio", "ratio_low", "ratio_high", "texts", "distinct_texts", "dispersion"]
    for label, part in frame[frame["outcome"].notna()].groupby("label", sort=False):
        counted = [count_marks(text, mark) for text in part["outcome"]]
        asked = part["rate"].to_numpy(float) * [each.words for each in counted]
        table = pd.DataFrame({"marks": [each.marks for each in counted], "words": asked, "text": part["outcome"]})
        table["unit"] = sampled_texts(part).tolist()
        found: Estimate = rate_of_texts(table)
        held: dict[float, list[int]] = {}
        for rate, each in zip(part["rate"], counted, strict=True):
            held.setdefault(rate, []).extend(each.gaps)
        indices = pd.Series([dispersion(gaps)[0] for gaps in held.values()], dtype=float)
        rows.append((label, found.mean, found.low, found.high, found.units, found.distinct, indices.mean()))
    return pd.DataFrame(rows, columns=columns)


def readings(frame: pd.DataFrame) -> pd.DataFrame:
    """label, answers, unread, failed (calls), outside (mean mass of no outcome; for replies the share not read).

    And how much was observed: wordings, and distinct, the answers that are independent (``independent``).
    """
    failed = frame["status"] == NOT_ANSWERED
    unread = ~failed & (frame["status"] != "ok")
    flags = frame[["label", "outside", "paraphrase"]].assign(answers=~failed, unread=unread, failed=failed)
    grouped = flags.groupby("label", sort=False)
    found = grouped.agg(
        answers=("answers", "sum"),
        unread=("unread", "sum"),
        failed=("failed", "sum"),
        outside=("outside", "mean"),
        wordings=("paraphrase", "nunique"),
    )
    keys = ["label", "n", "cell", "paraphrase"]
    distinct = independent(frame[~failed], keys).groupby("label").sum()
    return found.assign(distinct=distinct.reindex(found.index, fill_value=0)).reset_index()
