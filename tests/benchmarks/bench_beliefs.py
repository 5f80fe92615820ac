"""The published series fitted, and how long a fit takes: ``python tests/benchmarks/bench_beliefs.py``."""

from __future__ import annotations

import sys
import time
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pandas as pd

from lmwalk.analysis.beliefs import filtered, tosses
from lmwalk.analysis.fitting import fit_filter
from lmwalk.analysis.legacy import legacy_fit
from lmwalk.analysis.resampling import Resampling

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests import published_series

SIZES = (0, 1, 3, 5, 10, 20, 50, 100)


def designed() -> pd.DataFrame:
    """1,760 answers: 11 coins, 8 sizes, 20 wordings, of a filter with prior mean 2/3, strength 9, gamma 0.9."""
    rng = np.random.default_rng(0)
    sequences = (rng.random((11, 100)) < np.arange(11)[:, None] / 10).astype(int)
    beliefs = filtered(sequences, 2 / 3, 9, 0.9)
    rows = [
        (tuple(sequence[:n].tolist()), belief[n] + rng.normal(0, 0.05), unit)
        for sequence, belief in zip(sequences, beliefs, strict=True)
        for n in SIZES
        for unit in range(20)
    ]
    return pd.DataFrame(rows, columns=["tosses", "p", "unit"])


def report(name: str, observations: pd.DataFrame) -> None:
    """One line: every estimate with its interval, the legacy gamma, seconds."""
    started = time.perf_counter()
    fit = fit_filter(observations, Resampling(repeats=200))
    taken = time.perf_counter() - started
    legacy = legacy_fit(observations)
    parts = [
        f"{part} {value:.3g} [{low:.3g}, {high:.3g}]"
        for part in ("gamma", "memory", "mean", "strength")
        for value, low, high in [astuple(getattr(fit, part))]
    ]
    print(f"{name}, {fit.observations} answers, {fit.units} units: {', '.join(parts)}; error {fit.error:.3f}")
    print(f"    legacy gamma {legacy.gamma:.3f} (mean absolute error {legacy.error:.3f}); fitted in {taken:.2f} s")


def main() -> None:
    series = published_series.coin_in_context_series()
    shown = series.assign(tosses=[tosses(flips, "H") for flips in series["flips"]], p=series["p_heads"])
    for model, part in shown.groupby("model"):
        report(str(model), part.assign(unit=part["stem"]))
        report(f"{model}, n >= 10", part[part["n"] >= 10].assign(unit=part["stem"]))
    report("simulated, gamma 0.9", designed())


if __name__ == "__main__":
    main()
