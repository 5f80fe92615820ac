"""The row of figures under a stage of chains: the attractor of the property shown, and how the chains end."""

from __future__ import annotations

import math

import pandas as pd

from lmwalk.analysis.attractors import attractors
from lmwalk.materials.chains import chain_material
from lmwalk.properties import Property, properties
from lmwalk.store import Store
from lmwalk.ui.figure import Figure
from lmwalk.ui.shown import Shown
from lmwalk.ui.text import DASH, alike, counted

NOTHING = "no text yet"
STRENGTH_HELP = (
    "1 - |slope| of the latest text's value on the initial one's, over the chains shown: 0, the text keeps what it "
    "had; 1, where it began does not matter. 95% interval by a bootstrap over the initial texts."
)
POSITION_HELP = (
    "The value that chains move to: where the fitted line meets y = x. 95% interval by a bootstrap over the initial "
    "texts. With a weak attractor it is hardly determined."
)
MEAN_HELP = "Mean over the chains shown of the initial texts and of the latest texts."
ENDED_HELP = (
    "Chains that ended before their last generation: an empty answer, a text beyond the limit, or a repeated one."
)


def chain_figures(store: Store, shown: Shown) -> list[Figure]:
    """The numbers of the conditions shown, all together."""
    _, material = chain_material(store, shown.study)
    frame = material.chains[material.chains["condition"].isin(shown.ids)]
    known = properties[shown.curve]
    ends = store.ends(shown.study.name)
    ended = int(ends["condition"].isin(shown.ids).sum())
    chains = len(shown.trajectories) * len(shown.conditions)
    return [
        *_attractor(frame.assign(shown="all"), known),
        *_means(frame, known),
        Figure("Ended early", f"{ended:,}", f"of {counted(chains, 'chain')}", ENDED_HELP),
    ]


def _attractor(frame: pd.DataFrame, known: Property) -> list[Figure]:
    names = (f"Strength, {known.title.lower()}", "Position")
    if frame["generation"].max() in (0, None) or frame.empty:
        return [
            Figure(names[0], DASH, NOTHING, STRENGTH_HELP),
            Figure(names[1], DASH, NOTHING, POSITION_HELP),
        ]
    row = attractors(frame, [known.name], ["shown"]).iloc[0]
    chains = f"{counted(int(row['chains']), 'chain')}, {counted(int(row['texts']), 'text')}"
    return [
        Figure(names[0], *_interval(row, "strength", f"copier 0 · {chains}"), STRENGTH_HELP),
        Figure(names[1], *_interval(row, "position", known.unit or "where the fit meets y = x"), POSITION_HELP),
    ]


def _interval(row: pd.Series, name: str, below: str) -> tuple[str, str]:
    value, low, high = (float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    if not math.isfinite(value):
        return DASH, f"no attractor\n{below}"
    shown = alike(value, low, high)
    interval = f"{shown[1]} to {shown[2]}" if math.isfinite(low) and math.isfinite(high) else "not determined"
    return shown[0], f"{interval}\n{below}"


def _means(frame: pd.DataFrame, known: Property) -> list[Figure]:
    values = frame[frame[known.name].notna()]
    first = values.loc[values["generation"] == 0, known.name].mean()
    last = values.sort_values("generation").groupby(["condition", "trajectory"])[known.name].last().mean()
    unit = known.unit or known.title.lower()
    shown = alike(first, last)
    return [
        Figure("First", shown[0], f"{unit}\nmean of generation 0", MEAN_HELP),
        Figure("Latest", shown[1], f"{unit}\nmean of the latest texts", MEAN_HELP),
    ]
