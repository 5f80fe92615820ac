"""The numbers of sequences: the event's share, how often neighbours differ, and the longest run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from lmwalk.analysis.overviews import own_shares
from lmwalk.analysis.sequences import fair_draws, longest_run
from lmwalk.analysis.units import FEWEST
from lmwalk.number_format import counted_units, no_interval
from lmwalk.ui.families.draws.scene import DrawScene
from lmwalk.ui.parts.metric import Metric
from lmwalk.ui.parts.selection import MEASURED
from lmwalk.ui.shell.escape import DASH, counted, number, percent, percents

NOTHING = "no answer yet"
SIMULATIONS = 2000
SHARE_HELP = (
    "Share among all results shown: the mean over the wordings, or over the sequences of one wording, with its 95% "
    "interval; exact where each result was asked for alone."
)
SEQUENCE_HELP = (
    SHARE_HELP,
    "Share of neighbours that differ. Fair and independent draws differ as often as said.",
    "The longest stretch of one outcome, as a mean over the trajectories, beside fair draws of the same length.",
)


def sequence_metrics(frame: pd.DataFrame, series: DrawScene) -> list[Metric]:
    """The event's share, how often neighbours differ, and the longest run, each beside fair draws."""
    alphabet, event = series.process.alphabet, series.process.followed
    names = (f"Share of {event}", "Alternation", "Longest run")
    sequences = _sequences(frame, alphabet)
    if not sequences:
        return nothing(names, SEQUENCE_HELP)
    numbers = frame.groupby(["condition", "trajectory"], sort=False).ngroup()
    shown = frame.assign(label="shown", condition="shown", trajectory=numbers)
    row, k = own_shares(shown, event, alphabet).iloc[0], len(alphabet)
    changes = np.concatenate([np.diff(each) != 0 for each in sequences])
    runs = float(np.mean([longest_run(each[None, :], k)[0] for each in sequences]))
    fair_run = number(float(np.mean([_fair_run(len(each), k) for each in sequences])))
    values = (percent(row["share"], 1), percent(float(changes.mean()), 1) if len(changes) else DASH, number(runs))
    below = (
        f"{_own_sure(row, frame)}\nfair {percent(1 / k, 1)}",
        f"of {counted(len(changes), 'pair')}\nfair {percent(1 - 1 / k, 1)}",
        f"{MEASURED[series.study.measurement]}\nfair {fair_run}",
    )
    return [Metric(*parts) for parts in zip(names, values, below, SEQUENCE_HELP, strict=True)]


def _own_sure(row: pd.Series, frame: pd.DataFrame) -> str:
    """The interval of a share of what a model drew, and what it is over, or why there is none."""
    wordings, distinct = int(frame["paraphrase"].nunique()), int(row["distinct_sequences"])
    units = counted(wordings, "wording") if wordings > 1 else counted_units(int(row["sequences"]), distinct, "sequence")
    if math.isfinite(row["share_low"]):
        return f"{percents(row['share_low'], row['share_high'])}, {units}"
    return no_interval(*((wordings, "wording") if wordings > 1 else (distinct, "sequence")), FEWEST)


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


def nothing(names: Sequence[str], meanings: Sequence[str]) -> list[Metric]:
    """Numbers without an answer."""
    return [Metric(name, DASH, NOTHING, meaning) for name, meaning in zip(names, meanings, strict=True)]
