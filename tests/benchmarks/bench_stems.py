"""How much of the probability the outcomes hold after each stem, on a model that gives token probabilities.

    OPENAI_BASE_URL=http://localhost:8080/v1 python tests/benchmarks/bench_stems.py text-completion-openai/NAME

``--template stems-1`` measures others, ``--process`` another experiment than the prior, ``--shown 0 1 10`` how many
true tosses an in-context study shows. Prints, for each thing that is drawn, a line a stem: the mass of all outcomes,
how many texts were asked what follows them, and the stem; then the least and the median. Asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import statistics

import pandas as pd

from lmwalk import Store, Study, open_store, run

THINGS = ("coin", "die", "number")


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--template", default="stems")
    parser.add_argument("--process", default="prior", choices=("prior", "stated-bias", "in-context"))
    parser.add_argument("--of", nargs="+", default=THINGS, choices=THINGS)
    parser.add_argument("--shown", nargs="+", type=int, default=[0, 1, 3])
    given = parser.parse_args()
    with open_store() as store:
        for of in given.of:
            study = study_of(given, of)
            rows = run(study, store)
            for size, part in rows.groupby(rows["state_before"].map(lambda state: json.loads(state)["n"])):
                tell(f"{of}, {size} shown" if given.process == "in-context" else of, part, study, store)


def study_of(given: argparse.Namespace, of: str) -> Study:
    """Every stem once; of stated biases one, of true tosses a sequence."""
    params = {
        "prior": {},
        "stated-bias": {"stated": [60.0]},
        "in-context": {"thetas": [0.5 if of == "coin" else 0.3], "examples": given.shown},
    }
    return Study.of(
        name=of,
        process=given.process,
        params={"of": of, **params[given.process]},
        template=given.template,
        measurement="probabilities",
        models=[given.model],
        trajectories=1,
        concurrency=2,
    )


def tell(title: str, rows: pd.DataFrame, study: Study, store: Store) -> None:
    """Print the answers of one table."""
    stems, masses = study.prompt_template.texts, []
    print(title)
    for row in rows.to_dict("records"):
        if row["error"]:
            raise SystemExit(row["error"])
        masses.append(sum(json.loads(row["distribution"])["p"].values()))
        kept = store.distributions.lists(row["source"]) if row["source"] else None
        asked = f"{len(json.loads(kept[1])):4d}" if kept else "   -"
        print(f"  {masses[-1]:.3f} {asked}  {stems[study.case(row['trajectory'])[1]]!r}", flush=True)
    print(f"  least {min(masses):.3f}, median {statistics.median(masses):.3f}\n", flush=True)


if __name__ == "__main__":
    main()
