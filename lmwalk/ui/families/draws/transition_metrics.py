"""The numbers of Markov chains: how far what is expected next is from what is right, and the area below that."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from lmwalk.analysis.distances import mean_distances
from lmwalk.analysis.transitions import areas, expectations
from lmwalk.analysis.units import FEWEST
from lmwalk.number_format import no_interval
from lmwalk.ui.families.draws.scene import DrawScene
from lmwalk.ui.families.draws.sequence_metrics import NOTHING, nothing
from lmwalk.ui.parts.metric import Metric
from lmwalk.ui.parts.selection import MEASURED
from lmwalk.ui.shell.escape import DASH, counted

NAMES = ("TVD at the end", "TVD", "Area")
_AT_END = (
    "Total variation distance from the true row of the latest state, half the summed difference of all states' "
    "probabilities, 0 the same, 1 apart: of the longest sequences that were asked for, as a mean over sequences and "
    "wordings. Sampled replies are averaged over the wordings of a sequence first."
)
_OBSERVER = (
    "Total variation distance from what an ideal observer expects of the same sequence, who counts transitions and "
    "begins with the pseudo-count of each under More, Experiment. The mean over all questions."
)
_BELOW = (
    "The area below the distance from the true row over the lengths shown, divided by how far they reach: the mean "
    "distance over a whole sequence, with its 95% interval over sequences and wordings. Small: learnt soon and well."
)
MEANINGS = (_AT_END, _OBSERVER, _BELOW)


def transition_metrics(frame: pd.DataFrame, series: DrawScene) -> list[Metric]:
    """Distance from the truth at the end, from the ideal observer, and the area; of replies how many are likeliest."""
    known = frame[frame["probabilities"].notna()]
    hits = [] if series.scored else [_hits(frame, series)]
    if known.empty:
        return [*hits, *nothing(NAMES, MEANINGS)]
    rows = expectations(known, series.process.transitions, series.process.alphabet)
    # the sequences of several conditions are apart
    pairs = rows["label"].astype(str) + "/" + rows["case"].astype(str)
    rows = rows.assign(label="shown", case=pairs)
    return [*hits, _at_end(rows), _observer(rows), _area(rows)]


def _at_end(rows: pd.DataFrame) -> Metric:
    longest = int(rows["n"].max())
    last = rows[rows["n"] == longest]
    found = mean_distances(last, ("label",), ("truth",), ("tvd",)).iloc[0]
    best = mean_distances(last.assign(answer=last["ideal"], replies=np.inf), ("label",), ("truth",), ("tvd",)).iloc[0]
    beside = _beside(found["matcher"], f"observer {best['mean']:.3f}")
    return Metric(NAMES[0], _near(found["mean"]), f"to the truth, n = {longest}\n{beside}", MEANINGS[0])


def _observer(rows: pd.DataFrame) -> Metric:
    found = mean_distances(rows, ("label",), ("ideal",), ("tvd",)).iloc[0]
    beside = _beside(found["matcher"], f"equal odds {_near(found['constant'])}")
    return Metric(NAMES[1], _near(found["mean"]), f"to the observer\n{beside}", MEANINGS[1])


def _area(rows: pd.DataFrame) -> Metric:
    found = areas(rows).iloc[0]
    if not math.isfinite(found["area"]):
        return Metric(NAMES[2], DASH, "no sequence is whole", MEANINGS[2])
    sequences = int(found["sequences"])
    units = f"{_near(found['low'])}{DASH}{_near(found['high'])}, {counted(sequences, 'sequence')}"
    few = (sequences, "sequence") if sequences < FEWEST else (int(found["units"]), "wording")
    sure = units if math.isfinite(found["low"]) else no_interval(*few, FEWEST)
    beside = _beside(found["matcher"], f"constant {_near(found['constant'])}")
    return Metric(NAMES[2], _near(found["area"]), f"{sure}\n{beside}", MEANINGS[2])


def _hits(frame: pd.DataFrame, series: DrawScene) -> Metric:
    """How often a reply is the state that truly is likeliest."""
    meaning = "The share of replies that name the state that truly comes next most often, and how often that comes."
    known = frame[frame["event"].notna()]
    if known.empty:
        return Metric("Likeliest", DASH, NOTHING, meaning)
    by = f"{MEASURED[series.study.measurement]}\ntruly {known['theta'].mean():.3f}"
    return Metric("Likeliest", _near(known["event"].mean()), by, meaning)


def _beside(matcher: float, otherwise: str) -> str:
    """What chance alone makes of so many replies, where there are replies."""
    return f"by chance {matcher:.3f}" if math.isfinite(matcher) else otherwise


def _near(value: float) -> str:
    return f"{value:.3f}" if math.isfinite(value) else DASH
