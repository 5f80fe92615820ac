"""Chains of texts: lines from first to last texts, drift, movement at the end, sums of strengths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product

import numpy as np
import pandas as pd

from lmwalk.analysis.additive import additive
from lmwalk.analysis.attractors import attractors
from lmwalk.analysis.chains import final_means, first_steps, prediction
from lmwalk.analysis.moving import drift, moving
from validity import Design

Chance = np.random.Generator
SLOPE, PLACE, RATE, LONGEST = 0.3, 0.3, 0.04, 50
LAWS: Mapping[str, Callable[[Chance, int], np.ndarray]] = {
    "normal": lambda chance, n: chance.normal(size=n),
    "heavy tails": lambda chance, n: chance.standard_t(3, size=n),
    "one long text": lambda chance, n: np.concatenate([[8.0], chance.normal(size=n - 1)]),
}


def frame(values: np.ndarray) -> pd.DataFrame:
    """Chains of a property v from its values, shape (texts, seeds, generations)."""
    index = pd.MultiIndex.from_product([range(size) for size in values.shape], names=["initial", "seed", "generation"])
    return pd.DataFrame({"v": values.ravel()}, index=index).reset_index().assign(label="a", task="t", ended=None)


def held(low: float, high: float, truth: float) -> float:
    """Whether an interval holds the truth; NaN where there is none."""
    return float("nan") if np.isnan(low) else float(low <= truth <= high)


def spoke(p: pd.Series) -> float:
    """Whether any test speaks; NaN where there is none."""
    return float((p < 0.05).any()) if p.notna().any() else float("nan")


def pairs(chance: Chance, texts: int, seeds: int, law: str) -> np.ndarray:
    """First and last values: noise of each text, which its chains share, and noise of each chain, of the same law."""
    first = LAWS[law](chance, texts)[:, None].repeat(seeds, axis=1)
    noise = LAWS["heavy tails" if law == "heavy tails" else "normal"](chance, texts * seeds).reshape(texts, seeds)
    last = SLOPE * first + (1 - SLOPE) * PLACE + 0.2 * chance.normal(size=(texts, 1)) + 0.3 * noise
    return np.stack([first, last], axis=2)


def ends(texts: int, seeds: int, law: str, copies: int = 1) -> Design:
    """First and last texts of chains that are drawn to a point, perhaps copied."""

    def trial(chance: Chance) -> Mapping[str, float]:
        chains = frame(pairs(chance, texts, seeds, law).repeat(copies, axis=1))
        row, last = attractors(chains, ["v"]).iloc[0], final_means(chains, ["v"]).iloc[0]
        truths = {"slope": SLOPE, "strength": 1 - SLOPE, "position": PLACE}
        found = {name: held(row[f"{name}_low"], row[f"{name}_high"], truth) for name, truth in truths.items()}
        whole = SLOPE * (8 / texts if law == "one long text" else 0) + (1 - SLOPE) * PLACE
        return {**found, "last mean": held(last["low"], last["high"], whole)}

    copied = f", each {copies} times" if copies > 1 else ""
    return Design(f"{texts} texts x {seeds}, {law}{copied}", "coverage", trial, few=10)


def course(chance: Chance, texts: int, seeds: int, steps: int = LONGEST, rate: float = RATE) -> np.ndarray:
    """Chains that go a share of what is left of their way in every generation, from 0 +- 1 to 0."""
    noise = 0.1 * chance.normal(size=(texts, seeds, steps + 1))
    values = np.empty((texts, seeds, steps + 1))
    values[..., 0] = chance.normal(size=(texts, 1))
    for t in range(1, steps + 1):
        values[..., t] = (1 - rate) * values[..., t - 1] + noise[..., t]
    return values


def ended(seeds: int, limit: float) -> Design:
    """Chains that stop as soon as they are above a limit."""

    def trial(chance: Chance) -> Mapping[str, float]:
        values = course(chance, 20, seeds)
        chains = frame(values)
        above = (values[..., 1:] > limit).argmax(axis=2) + 1
        stop = np.where((values[..., 1:] > limit).any(axis=2), above, LONGEST).repeat(LONGEST + 1)
        at = chains["generation"].to_numpy()
        chains = chains[at <= stop].assign(ended=np.where((at == stop) & (stop < LONGEST), "long", None)[at <= stop])
        row = attractors(chains, ["v"]).iloc[0]
        truths = {"strength": 1 - (1 - RATE) ** LONGEST, "per_generation": RATE}
        return {name: held(row[f"{name}_low"], row[f"{name}_high"], truth) for name, truth in truths.items()}

    return Design(f"20 texts x {seeds}, stopped above {limit:g}", "coverage", trial, few=10)


def pace(seeds: int) -> Design:
    """How soon the end of a walk in one dimension is decided: nine tenths of it at generation 9 of 10."""

    def trial(chance: Chance) -> Mapping[str, float]:
        steps = chance.normal(size=(20, seeds, 10))
        chains = frame(np.concatenate([np.zeros((20, seeds, 1)), steps.cumsum(axis=2)], axis=2))
        row, first = prediction(chains, ["v"], at=9).iloc[0], first_steps(chains, ["v"]).iloc[0]
        return {
            "r2": held(row["r2_low"], row["r2_high"], 0.9),
            "slope from generation 9": held(row["slope_low"], row["slope_high"], 1.0),
            "first step": held(first["low"], first["high"], 0.1),
        }

    return Design(f"20 texts x {seeds}, a walk", "coverage", trial, few=10)


def same(texts: int, seeds: int, kept: float, copies: int = 1) -> Design:
    """Every generation has the law of the initial texts; each keeps a part of the one before."""

    def trial(chance: Chance) -> Mapping[str, float]:
        values = [chance.normal(size=(texts, 1)).repeat(seeds, axis=1)]
        for _ in range(12):
            values.append(kept * values[-1] + np.sqrt(1 - kept**2) * chance.normal(size=(texts, seeds)))
        chains = frame(np.stack(values, axis=2).repeat(copies, axis=1))
        table, rest = drift(chains, ["v"]), moving(chains, ["v"])
        return {
            "drift of one generation": spoke(table.loc[table["generation"] == 1, "p"]),
            "any drift": spoke(table["p_adjusted"]),
            "moves at the end": spoke(rest["p"]) if kept == 0 else float("nan"),  # what keeps some of it still moves
        }

    copied = f", each {copies} times" if copies > 1 else ""
    return Design(f"{texts} texts x {seeds}, keeping {kept:g}{copied}", "false positives", trial, few=10)


def sums(models: int) -> Design:
    """Strengths of equal models: the parts of tasks and properties add up."""

    def trial(chance: Chance) -> Mapping[str, float]:
        rows = pd.DataFrame(product(map(str, range(models)), "rst", "lmno"), columns=["model", "task", "property"])
        parts = 0.1 * rows["task"].map("rst".index) - 0.05 * rows["property"].map("lmno".index)
        found = additive(rows.assign(strength=0.5 + parts + chance.normal(0, 0.1, len(rows))))
        of_models = found.pairs[found.pairs["factor"] == "model"]
        return {
            "a star between models": float(of_models["starred"].any()),
            "interaction": spoke(found.together["p_adjusted"]),
        }

    return Design(f"{models} equal models", "false positives", trial, few=30 // models)


DESIGNS = [
    *(ends(texts, seeds, law) for texts, seeds in ((20, 1), (20, 5), (5, 5)) for law in LAWS),
    ends(3, 5, "normal"),
    ends(4, 5, "heavy tails"),
    ends(8, 1, "normal"),
    ends(20, 1, "normal", copies=5),
    *(ended(seeds, limit) for seeds, limit in ((5, 1.5), (1, 1.5), (5, 0.8))),
    *(pace(seeds) for seeds in (1, 5)),
    *(same(texts, seeds, 0.0) for texts, seeds in ((20, 1), (20, 5), (20, 20), (5, 5), (8, 5))),
    same(20, 5, 0.9),
    same(20, 1, 0.9),
    same(20, 1, 0.0, copies=5),
    *(sums(models) for models in (2, 5, 10)),
]
