"""What walks do that null walks do not, in words: a sentence for each move and each measure of a condition."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from lmwalk.analysis.move_comparison import move_shares
from lmwalk.analysis.null_comparison import Against
from lmwalk.analysis.nulls import Kind
from lmwalk.analysis.pvalues import LEVEL
from lmwalk.figures._data import WalkData
from lmwalk.figures._walks import codes_of
from lmwalk.number_format import DASH, counted, number, percent

SAYINGS: Mapping[str, tuple[str, str]] = {
    "Distance": ("ends farther from the start", "ends nearer to the start"),
    "MSD exponent": ("goes straighter", "wanders more on the spot"),
    "Direction counts": ("prefers some directions more", "spreads its moves over the directions more evenly"),
    "Entropy": ("mixes its directions more evenly", "mixes its directions less"),
    "Entropy rate": ("is harder to foretell from its last move", "is easier to foretell from its last move"),
    "Serial dependence": ("depends more on its last move", "depends less on its last move"),
    "Repeated moves": ("repeats its last move more often", "repeats its last move less often"),
    "Distinct sites": ("visits more cells", "visits fewer cells"),
    "Wall hits": ("runs into walls more often", "runs into walls less often"),
    "Returns": ("comes back to the start more often", "comes back to the start less often"),
    "First return": ("comes back to the start later", "comes back to the start sooner"),
    "First passage": ("takes longer to get away", "gets away sooner"),
}
"""What a measure says above its null, and below it."""
WALKS: Mapping[Kind, str] = {
    "unbiased": "unbiased walks",
    "biased": "walks with the same moves in another order",
    "persistent": "walks that repeat their last move as often",
    "lazy": "unbiased walks that stay as often",
    "reflecting": "unbiased walks that walls reflect",
}


def move_words(material: WalkData, label: str) -> pd.DataFrame:
    """A row for each move of a condition, with how often it comes, in words first.

    label, words, value, expected, range, p: texts; never: whether it never came. Empty for null walks that keep the
    moves as they are.
    """
    codes = codes_of(material).get(label)
    if codes is None or material.null == "biased":
        return pd.DataFrame()
    rows = move_shares(codes, Against(material.null)).to_dict("records")
    return pd.DataFrame([_move(row, material.null) for row in rows]).assign(label=label)


def _move(row: Mapping[Any, Any], null: Kind) -> dict[str, Any]:
    said = f"goes {row['move'].lower()}"
    return {
        "words": f"{said} {_often(row, null)}",
        "value": f"{percent(row['share'])} ({row['count']:,} of {row['n']:,})",
        "expected": percent(row["expected"]),
        "range": f"{percent(row['null_low'])} to {percent(row['null_high'])}",
        "p": "",
        "never": row["n"] > 0 and not row["count"],
    }


def _often(row: Mapping[Any, Any], null: Kind) -> str:
    """How often, beside the simulations."""
    every, walks = row["simulations"], WALKS[null]
    if not row["n"]:
        return f"{DASH} nothing was read"
    never = "never: " if not row["count"] else ""
    if not row["more"]:
        return f"more often than any of {every:,} {walks}"
    if not row["fewer"]:
        return f"{never}less often than any of {every:,} {walks}"
    if row["share"] > row["null_high"]:
        return f"more often than {_nearly(1 - row['more'] / every)} of {walks}"
    if row["share"] < row["null_low"]:
        return f"{never}less often than {_nearly(1 - row['fewer'] / every)} of {walks}"
    return f"about as often as {walks}"


def _nearly(share: float) -> str:
    """A share of walks that are not all of them, which is never rounded to all."""
    return f"{math.floor(1000 * share) / 10:g}%" if percent(share) == percent(1.0) else percent(share)


def measure_words(table: pd.DataFrame, null: Kind) -> pd.DataFrame:
    """A row for each measure of each condition, in words first.

    Parameters
    ----------
    table : DataFrame
        As ``figures.walk_null.distances`` makes it.

    Returns
    -------
    DataFrame
        label, words, value, expected, range, p: texts.
    """
    rows = [_measure(row, null) for row in table.to_dict("records")]
    return pd.DataFrame(rows, columns=["label", "words", "value", "expected", "range", "p"])


def _measure(row: Mapping[Any, Any], null: Kind) -> dict[str, str]:
    return {
        "label": row["label"],
        "words": _beside(row, null),
        "value": f"{row['measure']} {number(row['value'])}",
        "expected": number(row["expected"]),
        "range": f"{number(row['null_low'])} to {number(row['null_high'])}",
        "p": _p(row),
    }


def _p(row: Mapping[Any, Any]) -> str:
    p = row["p_adjusted"]
    return "not tested" if math.isnan(p) else ("below 0.001" if p < 0.001 else f"{p:.3f}")


def _beside(row: Mapping[Any, Any], null: Kind) -> str:
    above, below = SAYINGS[row["measure"]]
    value, walks = row["value"], WALKS[null]
    if math.isnan(value) or math.isnan(row["expected"]):
        return f"{row['measure'].lower()}: not defined here"
    said = above if value > row["expected"] else below
    if row["p_adjusted"] <= LEVEL:
        return f"{said} than {walks}"
    if row["null_low"] <= value <= row["null_high"]:
        return f"{row['measure'].lower()}: as in {walks}"
    return f"{said} than 95% of {walks}, which chance may do in so many comparisons"


def summary(table: pd.DataFrame, null: Kind) -> list[str]:
    """What most conditions have in common, a sentence a measure; the clearest first, at most five.

    ``In 28 of 35 conditions a walk ends farther from the start than unbiased walks; in 1 it ends nearer to the start.``
    """
    found = table[table["p_adjusted"] <= LEVEL]
    every = table["label"].nunique()
    counts = found["measure"].value_counts()
    return [_common(found[found["measure"] == name], str(name), every, null) for name in counts.index[:5]]


def _common(found: pd.DataFrame, measure: str, every: int, null: Kind) -> str:
    above = int((found["value"] > found["expected"]).sum())
    cases = sorted(zip((above, len(found) - above), SAYINGS[measure], strict=True), reverse=True)
    (most, said), (rest, otherwise) = cases
    conditions = f"all {every:,} conditions" if most == every > 1 else f"{most:,} of {counted(every, 'condition')}"
    return f"In {conditions} a walk {said} than {WALKS[null]}" + (f"; in {rest:,} it {otherwise}." if rest else ".")


def nothing_found(table: pd.DataFrame, null: Kind) -> str:
    """That no condition differs, in a sentence; nothing where one does."""
    tested = table["p_adjusted"].notna()
    if not tested.any() or (table["p_adjusted"] <= LEVEL).any():
        return ""
    return f"No measure of any condition differs from {WALKS[null]} beyond chance."
