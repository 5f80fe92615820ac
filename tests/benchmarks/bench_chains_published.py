"""The published chains analysed beside what was published: ``python tests/benchmarks/bench_chains_published.py``."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pandas as pd

from lmwalk import reference_data
from lmwalk.analysis.additive import additive
from lmwalk.analysis.attractors import attractors
from lmwalk.analysis.chains import final_means, first_steps, prediction
from lmwalk.analysis.moving import drift

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests import published_series

NAMES = ["toxicity", "positivity", "difficulty", "length"]
KEYS = ["model", "task", "property"]
ONE = ("model", "task")


def compared(series: pd.DataFrame, *, legacy: bool) -> pd.DataFrame:
    """Our attractors beside the published ones, one row a cell and property."""
    own = attractors(series, NAMES, ONE, legacy=legacy)
    both = own.merge(reference_data.telephone_attractors(), on=KEYS, suffixes=("", "_published"))
    return both.sort_values(["property", "model", "task"], kind="stable")


def report(series: pd.DataFrame, *, legacy: bool) -> None:
    both = compared(series, legacy=legacy)
    print(f"\nattractors, {'legacy' if legacy else 'corrected'}: {len(both)} cells")
    parts = [f"{name}{end}" for name in ("strength", "position") for end in ("", "_published", "_low", "_high")]
    parts += ["per_generation", "per_generation_low", "per_generation_high", "corrected", "moves_p_adjusted"]
    print(both[[*KEYS, *parts]].round(4).to_string(index=False))
    off = {name: (both[name] - both[f"{name}_published"]).abs() for name in ("strength", "position")}
    print("greatest differences\n", both[KEYS].assign(**off).groupby("property")[list(off)].max().to_string())


def main() -> None:
    pd.set_option("display.width", 200)
    series = published_series.telephone_series()
    for legacy in (False, True):
        report(series, legacy=legacy)
    drifts = drift(series, NAMES, ONE)
    tables = {
        "how well generation 10 predicts generation 50": prediction(series, NAMES, by=ONE),
        "distance of generation 50 from the initial texts": drifts[drifts["generation"] == 50],
        "share of the change in the first step": first_steps(series, NAMES, ("model", "task")),
        "the same over all chains": first_steps(series.assign(every="every"), NAMES, ("every",)),
        "last values": final_means(series, NAMES, ONE),
    }
    for title, table in tables.items():
        print(f"\n{title}\n{table.round(3).to_string(index=False)}")
    fit = additive(reference_data.telephone_attractors())
    print(f"\nadditive model of {fit.rows} published strengths: r2 {fit.r2:.3f}")
    print(fit.together.round(4).to_string(index=False), "\n")
    print(fit.effects.round(3).to_string(index=False), "\n", fit.pairs.round(4).to_string(index=False))
    many = series.assign(**{f"more {n}": series["length"] + n for n in range(5)})
    started = time.perf_counter()
    attractors(many, [*NAMES, *(f"more {n}" for n in range(5))], ONE)
    print(f"\nattractors of 900 chains, 9 properties: {time.perf_counter() - started:.2f} s")


if __name__ == "__main__":
    main()
