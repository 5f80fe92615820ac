"""The row of figures under a stage of chains: the attractor of the property shown, and how the chains end."""

from __future__ import annotations

import math

import pandas as pd

from lmwalk.analysis.attractors import attractors
from lmwalk.analysis.chains import final_means
from lmwalk.analysis.line_fits import FEWEST_CROSSING
from lmwalk.analysis.units import FEWEST
from lmwalk.datasets.chains import chain_data
from lmwalk.figures._chains import NOT_DETERMINED, rest, sizes, within
from lmwalk.number_format import no_interval
from lmwalk.properties import Property, properties
from lmwalk.store import Store
from lmwalk.ui.families.chains.selection import ChainSelection
from lmwalk.ui.parts.metric import Metric
from lmwalk.ui.shell.escape import DASH, alike, counted

NOTHING = "no text yet"
STRENGTH_HELP = (
    "1 - |slope| of the latest text's value on the initial one's, over the chains shown: 0, the text keeps what it "
    "had; 1, where it began does not matter. It grows with the number of generations. 95% interval over the initial "
    "texts, however many chains each has. Corrected: without what few texts alone take from it."
)
RATE_HELP = (
    "1 - |slope|^(1/generations): the share of what is left of its way that a text goes in one generation. It can be "
    "compared between chains of different length. Once chains have arrived it has no upper end but 1."
)
POSITION_HELP = (
    "The value that chains move to: where the fitted line meets y = x. 95% interval over the initial texts; where it "
    "has no end the position is not determined."
)
MEAN_HELP = "Mean over the initial texts, and over the latest texts of their chains, each initial text counting once."
REST_HELP = (
    "Whether the later half of the last ten generations differs from the earlier half, by initial text: in the mean, "
    "or by where the text began. A test can show movement; it cannot show that there is none."
)
ENDED_HELP = (
    "Chains that ended before their last generation: an empty answer, a text beyond the limit, or a repeated one. They "
    "count as far as they went."
)


def chain_metrics(store: Store, shown: ChainSelection) -> list[Metric]:
    """The numbers of the conditions shown, all together."""
    _, material = chain_data(store, shown.study)
    frame = material.chains[material.chains["condition"].isin(shown.ids)]
    known = properties[shown.curve]
    ends = store.ends(shown.study.name)
    ended = int(ends["condition"].isin(shown.ids).sum())
    chains = len(shown.trajectories) * len(shown.conditions)
    return [
        *_attractor(frame.assign(shown="all"), known),
        *_means(frame.assign(shown="all"), known),
        Metric("Ended early", f"{ended:,}", f"of {counted(chains, 'chain')}", ENDED_HELP),
    ]


def _attractor(frame: pd.DataFrame, known: Property) -> list[Metric]:
    names = (f"Strength, {known.title.lower()}", "Of one generation", "Position")
    if frame["generation"].max() in (0, None) or frame.empty:
        return [
            Metric(names[0], DASH, NOTHING, STRENGTH_HELP),
            Metric(names[1], DASH, NOTHING, RATE_HELP),
            Metric(names[2], DASH, NOTHING, POSITION_HELP),
        ]
    row = attractors(frame, [known.name], ["shown"]).iloc[0]
    corrected = f"corrected {row['corrected']:.3g}\n" if math.isfinite(row["corrected"]) else ""
    return [
        Metric(names[0], *_interval(row, "strength", f"{corrected}copier 0 · {sizes(row.to_dict())}"), STRENGTH_HELP),
        Metric(names[1], *_interval(row, "per_generation", rest(row.to_dict())), f"{RATE_HELP} {REST_HELP}"),
        Metric(names[2], *_interval(row, "position", known.unit or "where the fit meets y = x"), POSITION_HELP),
    ]


def _interval(row: pd.Series, name: str, below: str) -> tuple[str, str]:
    value, low, high = (float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    if not math.isfinite(value):
        return DASH, f"no attractor\n{below}"
    shown = alike(value, low, high)
    if math.isfinite(low) and math.isfinite(high):
        return shown[0], f"{shown[1]} to {shown[2]}\n{below}"
    fewest, texts = FEWEST_CROSSING if name == "position" else FEWEST, int(row["texts"])
    if texts >= fewest and name == "position":
        return DASH, f"{NOT_DETERMINED}\n{below}"
    return shown[0], f"{no_interval(texts, 'text', fewest)}\n{below}" if texts < fewest else below


def _means(frame: pd.DataFrame, known: Property) -> list[Metric]:
    values = frame[frame[known.name].notna()]
    first = values[values["generation"] == 0].groupby("initial")[known.name].mean().mean()
    means = within(final_means(frame, [known.name], ["shown"]))
    last, low, high = means.iloc[0][["mean", "low", "high"]].astype(float) if len(means) else [math.nan] * 3
    unit = known.unit or known.title.lower()
    shown = alike(first, last, low, high)
    interval = f"{shown[2]} to {shown[3]}\n" if math.isfinite(low) else ""
    return [
        Metric("First", shown[0], f"{unit}\nmean of generation 0", MEAN_HELP),
        Metric("Latest", shown[1], f"{interval}{unit}\nmean of the latest texts", MEAN_HELP),
    ]
