"""Tables explain themselves: every file of an archive is named, and every column has a meaning."""

from __future__ import annotations

import csv
import io
import zipfile

import pandas as pd
import pytest
from scripted import finished

from lmwalk.datasets.column_table import figure_rows
from lmwalk.export import to_bytes
from lmwalk.export.tables import COLUMNS, README
from lmwalk.jobs import Jobs
from lmwalk.measuring import measure
from lmwalk.store import Store
from lmwalk.study import Study
from tests.export.studies import walks

PLANS = {
    "told": {
        "process": "telephone",
        "params": {"texts": ["one two three", "four five", "six"], "tasks": ["rephrase", "continue"]},
        "models": ["simulated/swapper"],
    },
    "coins": {"process": "sequence", "temperatures": [0.5, 1.0], "steps": 6},
    "learned": {
        "process": "in-context",
        "params": {"thetas": [0.2, 0.8], "examples": [0, 1, 5]},
        "measurement": "probabilities",
        "trajectories": 1,
        "steps": 3,
    },
}


def held(store: Store, name: str, file_format: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(to_bytes(store, name, file_format))) as archive:
        return {each: archive.read(each) for each in archive.namelist()}


def made(store: Store, jobs: Jobs, name: str) -> Study:
    if name == "walk":
        return walks(store, name="walk")
    study = finished(jobs, **{"name": name, **PLANS[name]})
    if name == "told":
        while jobs.measuring(name):
            pass
        measure(store, study)
    return study


@pytest.mark.parametrize("name", ["walk", *PLANS])
def test_every_column_of_every_table_is_explained(store: Store, jobs: Jobs, name: str) -> None:
    """columns.csv has a line with a meaning for each, and for nothing else; README.txt names every table."""
    files = held(store, made(store, jobs, name).name, "tables")
    known = list(csv.DictReader(io.StringIO(files[COLUMNS].decode())))
    words = files[README].decode()
    tables = {each: pd.read_csv(io.BytesIO(content)) for each, content in files.items() if each.endswith(".csv")}
    del tables[COLUMNS]

    assert [(row["file"], row["column"]) for row in known] == [
        (file, column) for file, table in tables.items() for column in table.columns
    ]
    assert [row for row in known if not row["meaning"]] == []
    assert len(tables["steps.csv"]) == len(store.steps(name))
    assert all(f"  {each.split('/')[0]}" in words for each in files)


def test_places_on_a_grid_are_whole_numbers(store: Store) -> None:
    """In a CSV file x is 1 and not 1.0; a share stays what it is."""
    steps = pd.read_csv(io.BytesIO(to_bytes(store, walks(store).name, "csv")), dtype=str, keep_default_na=False)

    assert set(steps["x"]) | set(steps["y"]) <= {"", *map(str, range(20))}


def test_ends_of_intervals_are_explained_by_what_they_are_of(store: Store) -> None:
    """A column that is not described but for its end has the meaning and the unit of the whole."""
    whole, low = figure_rows(walks(store), "a.csv", ["exponent_upper", "share_low"])

    assert whole.meaning == "exponent upper"
    assert low.meaning == "Lower end of the 95% interval of Share."
    assert low.unit == "0 to 1"
