"""What the figures of walks say of the law that follows from a field."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from lmwalk.analysis.known_policy import KnownLaw, KnownPolicy
from lmwalk.figures._data import WalkData
from lmwalk.number_format import counted

EXACT = "exact"
"""Name of what follows from a field in legends."""


def whole_law(material: WalkData, label: str, steps: int) -> KnownLaw | None:
    """The law of a condition's walks where it is known for so many steps; else None."""
    policy = material.policies().get(label)
    return policy.law if policy and policy.law.until >= steps else None


def time_shares(law: KnownLaw, lengths: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The share of their time that walks of these lengths spend at each position, the start included."""
    there = np.bincount(np.asarray(lengths, np.intp) + 1)
    going = there[::-1].cumsum()[::-1][1:]  # walks that are there at t = 0, 1, ..
    return np.asarray(going @ law.laws[: len(going)] / going.sum())


def lengths_of(places: pd.DataFrame) -> pd.Series:
    """How many steps each walk has."""
    return places.groupby("trajectory")["t"].max()


def known_words(policy: KnownPolicy) -> str:
    """Of what the exact law is: the sampler, and up to where it is known."""
    law = policy.law
    unsure = "" if policy.known else ", if the server cuts nothing else"
    if law.until >= policy.steps:
        return f"{policy.sampler}{unsure}"
    return f"{policy.sampler}{unsure}; known up to t = {policy.begins + law.until}"


def missing_words(policy: KnownPolicy) -> str:
    """What is not known of a policy, in sentences; nothing where its law is known to the end."""
    law = policy.law
    if not law.missing:
        return f"Followed for the first {law.until:,} steps." if law.until < policy.steps else ""
    x, y = law.at
    moment = policy.begins + law.until
    when = f" at t = {moment:,}" if policy.timed else ""
    begun = f"From t = {moment + 1:,} on the law is not known: walks come to {counted(law.missing, 'position')}"
    if int(policy.lattice.at(x, y)) in policy.places(moment):
        return f"{begun} where the moves hold less than a tenth of the probability, such as ({x:g}, {y:g})."
    said = f"{begun} that the model was not asked about{when}, such as ({x:g}, {y:g})."
    if not policy.timed:
        return f"{said} Ask the others on the page Field, every position."
    known = ", ".join(f"{t:,}" for t in policy.moments[:6]) + (", ..." if len(policy.moments) > 6 else "")
    asked = f"A field was asked at t = {known}. " if policy.moments else ""
    return (
        f"{said} The question names t, so that each t is a question of its own. {asked}A template that names the "
        "position alone needs one field for all of them."
    )
