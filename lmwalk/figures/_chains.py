"""What the figures of chains share: which properties there are, their axes, and the ranks that colour initial texts."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from lmwalk.analysis.line_fits import FEWEST_CROSSING
from lmwalk.figures._data import ChainData
from lmwalk.figures._drawing import OKABE_ITO, safe
from lmwalk.number_format import counted, counted_units
from lmwalk.properties import Property, properties

CHAINS = ("chain",)
ONE_OF_EACH = ("property", "label", "task")
SYMBOLS = ("circle", "square", "diamond")
NOT_DETERMINED = "not determined"
SURE = 0.05
ENDS = ("low", "high")


def names(material: ChainData) -> list[str]:
    """The properties that were measured, in the order of lists."""
    found = [known for known in properties.values() if known.name in material.chains]
    known = sorted(found, key=lambda known: known.place)
    return [each.name for each in known if material.chains[each.name].notna().any()]


def begun(material: ChainData) -> bool:
    """Whether any text was handed on and measured."""
    return bool(len(material.chains) and material.chains["generation"].max() > 0)


def known(frame: pd.DataFrame) -> Property:
    """The one property of a frame."""
    return properties[str(frame["property"].iloc[0])]


def determined(fits: pd.DataFrame) -> pd.Series:
    """Of rows of attractors, whether the position can be shown: it has an interval, or texts are too few for any."""
    return fits["position"].notna() & (fits["position_low"].notna() | fits["texts"].lt(FEWEST_CROSSING))


def within(means: pd.DataFrame) -> pd.DataFrame:
    """Means with intervals that end where their property does."""
    least, most = (means["property"].map({name: getattr(properties[name], end) for name in properties}) for end in ENDS)
    return means.assign(
        low=means["low"].clip(lower=least.astype(float)), high=means["high"].clip(upper=most.astype(float))
    )


def sizes(row: Mapping[Hashable, Any]) -> str:
    """How many texts and chains stand behind a row, and how many chains differ."""
    chains = counted_units(int(row["chains"]), int(row["distinct"]), "chain")
    return f"{counted(int(row['texts']), 'text')}, {chains}"


def rest(row: Mapping[Hashable, Any]) -> str:
    """Whether the chains of a row of attractors have arrived."""
    since = f"generations {row['since']:.0f} to {row['last']:.0f}"
    if pd.isna(row["moves_p_adjusted"]):
        return f"whether it still moves in {since} cannot be told"
    p = f"p adjusted {row['moves_p_adjusted']:.2g}"
    return f"still moving in {since}, {p}" if row["moves_p_adjusted"] < SURE else f"no movement seen in {since}, {p}"


def axis(of: Property, which: str = "") -> str:
    """A property with its unit, for an axis."""
    unit = f", {of.unit}" if of.unit else ""
    return f"{which}{of.title.lower()}{unit}"


def warmths(values: pd.Series) -> dict[Any, float]:
    """Each index's place from 0 (the lowest value) to 1."""
    ranks = values.rank(method="first", na_option="bottom") - 1
    return dict((ranks / max(1, len(ranks) - 1)).items())


def subject(frame: pd.DataFrame) -> pd.Series:
    """Condition and task in words; the task only where there are several."""
    if frame["task"].nunique() < 2:
        return frame["label"].astype(str)
    return frame["label"].astype(str) + " · " + frame["task"].astype(str)


def symbols(labels: Sequence[str]) -> dict[str, str]:
    """A sign for each label: the next one where the colours come round again."""
    return {label: SYMBOLS[place // len(OKABE_ITO) % len(SYMBOLS)] for place, label in enumerate(labels)}


def stacked(name: object) -> str:
    """A condition on two lines, the model above: axes have little room for long names."""
    return safe(name).replace(" · ", "<br>", 1)
