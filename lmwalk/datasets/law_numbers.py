"""What follows from the field of each condition in numbers and words: what its walks do, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lmwalk.analysis.first_passage import distinct_positions, passage_law
from lmwalk.analysis.known_policy import KnownPolicy
from lmwalk.analysis.markov import quantiles
from lmwalk.datasets.field_words import law_words
from lmwalk.figures._exact import known_words, missing_words
from lmwalk.number_format import DASH, counted, number, percent

MUCH = 0.05
"""Share of the probability on no move that is worth a word."""
COLUMNS = ["label", "measure", "value", "meaning"]


def law_numbers(policies: Mapping[str, KnownPolicy]) -> pd.DataFrame:
    """label, measure, value, meaning: texts, a row for each number of each condition whose policy is known."""
    parts = [_of(policy).assign(label=label) for label, policy in policies.items()]
    return pd.concat(parts, ignore_index=True)[COLUMNS] if parts else pd.DataFrame(columns=COLUMNS)


def _of(policy: KnownPolicy) -> pd.DataFrame:
    law, whole = policy.law, policy.whole_law
    basis = ("Probabilities", policy.source, f"Sampler: {known_words(policy)}. {missing_words(policy)}".strip())
    outside = _outside(policy)
    rows = [basis, *([outside] if outside else [])]
    frame = pd.DataFrame(rows, columns=COLUMNS[1:])
    if whole is not None and not policy.timed:
        return pd.concat([frame, law_words(whole, law.until, policy.start)], ignore_index=True)
    if not law.until:
        return frame
    return pd.concat([frame, pd.DataFrame(_until(policy), columns=COLUMNS[1:])], ignore_index=True)


def _outside(policy: KnownPolicy) -> tuple[str, str, str] | None:
    """How much of the probability is on no move where the walks are, where that is a lot."""
    field = policy.field(policy.begins)
    law = policy.law.laws[0] if policy.timed else policy.law.laws.mean(axis=0)
    known = ~np.isnan(field.outside)
    if not law[known].sum() > 0:
        return None
    share = float(law[known] @ field.outside[known] / law[known].sum())
    if share <= MUCH:
        return None
    return (
        "On no move",
        percent(share),
        "Of the probability, where the walks are. The law is of walks that always move.",
    )


def _until(policy: KnownPolicy) -> list[tuple[str, str, str]]:
    """What is known of walks up to a moment."""
    law, whole, lattice = policy.law, policy.whole_law, policy.lattice
    steps = counted(law.until, "step")
    x, y = lattice.points[policy.start].tolist()
    far = lattice.geometry.distances((x, y), *lattice.points.T)
    last, unit = law.laws[-1], lattice.geometry.unit
    low, high = map(float, quantiles(last, np.square(far)))
    spread = f"In {unit} squared; 95% of walks lie between {number(low)} and {number(high)}."
    rows = [
        ("Distance", f"{number(float(last @ far))} {unit}", f"Mean distance from the start after {steps}."),
        ("Mean squared displacement", number(float(last @ np.square(far))), spread),
    ]
    if whole is not None:
        seen = float(distinct_positions(whole, law.until, policy.start)[-1])
        rows.append(("Positions", number(seen), f"Different ones that a walk has stood on after {steps}, on average."))
        if lattice.at_walls.any():
            by = float(passage_law(whole, lattice.at_walls, law.until, policy.start)["by"].iloc[-1])
            rows.append(("At a wall", f"{by:.3f}", f"Probability to have stood at a wall within {steps}."))
    why = "the question names t, and later ones were not asked" if policy.timed else "not every position was asked"
    return [*rows, ("Long run", DASH, f"Not known: {why}.")]
