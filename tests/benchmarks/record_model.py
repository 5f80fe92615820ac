"""Ask one real model everything that draws and chains can ask, and write down what lmwalk shows of it.

    python -m tests.benchmarks.record_model MODEL --db FILE               # asks; goes on where it was left
    python -m tests.benchmarks.record_model MODEL --db FILE --write DIR   # tables (tables.md) and a picture a figure

``--only NAME`` asks one study, ``--wordings 5`` a quarter of each. Nothing of the model is kept but its answers.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import pandas as pd

import lmwalk
from lmwalk.export import Choice, to_file
from lmwalk.export.findings import figure_of
from lmwalk.host import open_store
from lmwalk.store import Store
from lmwalk.study import Study

SCORED = {"measurement": "probabilities", "template": "stems", "trajectories": 1}
STUDIES: dict[str, dict[str, Any]] = {
    "prior of a coin": {"process": "prior", **SCORED, "steps": 1},
    "prior of a die": {"process": "prior", "params": {"of": "die"}, **SCORED, "steps": 1},
    "prior of a number": {"process": "prior", "params": {"of": "number"}, **SCORED, "steps": 1},
    "stated bias": {"process": "stated-bias", **SCORED},
    "in context": {"process": "in-context", "params": {"evidence_seed": 1}, **SCORED},
    "switching": {
        "process": "switching",
        "params": {"evidence_seed": 1, "sequences": 5},
        "measurement": "probabilities",
        "template": {"text": "I flip a coin again and again. The results:{results}"},
        "trajectories": 1,
        "attention": True,
    },
    "many switches": {
        "process": "double-distribution",
        "params": {"evidence_seed": 1},
        "measurement": "probabilities",
        "template": {"text": "I flip a coin again and again. The results:{results}"},
        "trajectories": 1,
        "attention": True,
    },
    "needle": {
        "process": "stated-bias",
        "params": {
            "filler": "neutral",
            "depths": [0, 0.5, 1],
            "lengths": [10, 100, 300],
            "stated": [0, 25, 50, 75, 100],
        },
        **SCORED,
    },
    "markov chain": {"process": "markov", "params": {"matrix": "sticky", "evidence_seed": 1}, **SCORED},
    "telephone": {
        "process": "telephone",
        "params": {"tasks": ["continue"]},
        "temperatures": [0.8],
        "trajectories": 1,
        "steps": 5,
        "sampler": {"max_tokens": 100},
    },
}
FIGURES = {
    "prior of a coin": ["outcomes"],
    "prior of a die": ["outcomes"],
    "prior of a number": ["outcomes"],
    "stated bias": ["stated"],
    "in context": ["evidence", "last-flip", "discount", "distance"],
    "switching": ["switching", "discount", "attention-profile", "attention-after"],
    "many switches": ["attention-update"],
    "needle": ["haystack-depth", "haystack-bias"],
    "markov chain": ["transition-distance", "transition-matrix", "transition-area"],
    "telephone": ["chain-attractors", "chain-evolution"],
}


def ask(store: Store, model: str, name: str, wordings: int) -> None:
    """Ask one study, in so many wordings where it has as many, and print how long it took."""
    plan = STUDIES[name]
    if plan.get("template") == "stems":
        every = Study.of(name=name, models=["ideal"], **plan).conditions()[0].template.texts
        plan = {**plan, "template": {"texts": every[:: max(1, len(every) // wordings)]}}
    beside = [] if "attention" in plan or plan["process"] == "telephone" else ["ideal"]
    began = time.perf_counter()
    steps = lmwalk.run(Study.of(name=name, models=[model, *beside], **plan), store)
    seconds = time.perf_counter() - began
    failed = int((steps["status"] == "error").sum())
    print(f"{name}: {len(steps):,} steps in {seconds:,.1f} s, {len(steps) / seconds:,.1f} a second, {failed} failed")


def write(store: Store, folder: Path) -> None:
    """A table in Markdown and a picture for each figure."""
    folder.mkdir(parents=True, exist_ok=True)
    known = set(store.studies()["study"])
    with (folder / "tables.md").open("w") as file:
        for name, figures in FIGURES.items():
            for figure in figures if name in known else ():
                picture = folder / f"{name} {figure}.png".replace(" ", "-")
                try:
                    found = figure_of(store, store.study(name), figure)
                    to_file(store, name, "png", picture, Choice(figure=figure))
                except lmwalk.LmwalkError as error:
                    file.write(f"## {name}: {figure}\n\n{error}\n\n")
                    continue
                file.write(f"## {name}: {found.drawing.title}\n\n{found.drawing.said(found.table) or ''}\n\n")
                file.write(f"{_markdown(found.table)}\n\n")


def _markdown(table: pd.DataFrame, most: int = 60) -> str:
    rounded = table.head(most).map(lambda value: f"{value:.4g}" if isinstance(value, float) else value)
    head = f"| {' | '.join(map(str, rounded.columns))} |\n|{'---|' * len(rounded.columns)}\n"
    return head + "\n".join(f"| {' | '.join(map(str, row))} |" for row in rounded.itertuples(index=False))


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("model")
    options.add_argument("--db", type=Path, required=True)
    options.add_argument("--only", action="append")
    options.add_argument("--write", type=Path)
    options.add_argument("--wordings", type=int, default=20)
    asked = options.parse_args()
    with open_store(asked.db) as store:
        if asked.write:
            write(store, asked.write)
            return
        for name in asked.only or STUDIES:
            ask(store, asked.model, name, asked.wordings)


if __name__ == "__main__":
    main()
