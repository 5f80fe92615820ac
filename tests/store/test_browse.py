"""Steps by what people look for: no step too many, none too few, each page after the one before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from scripted import finished

from lmwalk.errors import InputError
from lmwalk.jobs import Jobs
from lmwalk.store import Filter, Store, open_store
from lmwalk.store.column_docs import TABLES
from lmwalk.store.examples import EXAMPLES
from lmwalk.store.selects import READABLE

SMALL, LARGE = "small", "it's large"
FILTERS = [
    Filter(),
    Filter(studies=(LARGE,)),
    Filter(studies=(SMALL, LARGE), models=("simulated/verbose",)),
    Filter(temperatures=(0.5,)),
    Filter(statuses=("unparsed", "error")),
    Filter(first=1, last=2),
    Filter(first=2),
    Filter(text="Left"),
    Filter(text="%"),
    Filter(studies=("'; DROP TABLE records; --",)),
    Filter((LARGE,), ("ideal",), (1.0,), ("ok",), 0, 1, "up"),
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Filled once, as nothing here writes to it."""
    with open_store(tmp_path_factory.mktemp("filled") / "results.duckdb") as store:
        fill(Jobs(store))
        yield store


def fill(jobs: Jobs) -> None:
    finished(jobs, name=SMALL, models=["simulated/failing:rate=0.2,permanent_after=12", "simulated/verbose"])
    finished(jobs, name=LARGE, models=["ideal"], temperatures=[0.5, 1.0], trajectories=3)


def chosen(store: Store, wanted: Filter) -> pd.DataFrame:
    """The same steps, picked in pandas."""
    rows = pd.concat([store.steps(SMALL), store.steps(LARGE)]).sort_values("id")
    keep = rows["trajectory"].ge(wanted.first)
    if wanted.last is not None:
        keep &= rows["trajectory"].le(wanted.last)
    for column, values in (("study", wanted.studies), ("model", wanted.models), ("status", wanted.statuses)):
        keep &= rows[column].isin(values) if values else True
    keep &= rows["temperature"].isin(wanted.temperatures) if wanted.temperatures else True
    if wanted.text:
        keep &= rows["reply"].fillna("").str.lower().str.contains(wanted.text.lower(), regex=False)
    return rows[keep]


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_a_filter_leaves_exactly_what_it_says(filled: Store, wanted: Filter, tmp_path: Path) -> None:
    """The count, the page and both files agree with the same choice made in pandas."""
    expected = chosen(filled, wanted)["id"].tolist()

    assert filled.browse.count(wanted) == len(expected)
    assert filled.browse.page(wanted, 0, 1000)["id"].tolist() == expected
    for file_format, read in (("csv", pd.read_csv), ("parquet", pq.read_table)):
        out = tmp_path / f"it's.{file_format}"
        assert filled.browse.copy(wanted, file_format, out) == len(expected)
        table = read(out)
        assert list(table["id"].tolist() if file_format == "csv" else table["id"].to_pylist()) == expected


def test_pages_follow_each_other(filled: Store) -> None:
    """Laid end to end they are all steps in order, none twice."""
    pages = [filled.browse.page(Filter(), start, 7) for start in range(0, 120, 7)]

    assert pd.concat(pages)["id"].tolist() == filled.browse.page(Filter(), 0, 1000)["id"].tolist()


def test_a_step_is_whole_and_one_that_is_gone_is_named(filled: Store) -> None:
    """Every column of the view, nothing for what is empty."""
    first = filled.browse.page(Filter(), 0, 1).iloc[0]

    step = filled.browse.step(int(first["id"]))

    assert set(step) == set(filled.steps(SMALL).columns)
    assert step["prompt"].startswith(first["prompt"])
    assert step["distribution"] is None
    with pytest.raises(InputError, match="not there any more"):
        filled.browse.step(10**9)


def test_choices_are_what_there_is(filled: Store) -> None:
    """Of one study, or of all."""
    every, one = filled.browse.choices(), filled.browse.choices((LARGE,))

    assert one == {"models": ["ideal"], "temperatures": [0.5, 1.0], "statuses": ["ok"]}
    assert set(one["models"]) < set(every["models"])
    assert filled.browse.choices(("nothing",)) == {"models": [], "temperatures": [], "statuses": []}


def test_every_column_that_can_be_read_has_a_meaning(filled: Store) -> None:
    """What stands beside the query explains itself, and so does each table."""
    schema = filled.queries.schema()

    assert schema[schema["meaning"] == ""].empty
    assert tuple(TABLES) == READABLE


@pytest.mark.parametrize("title", list(EXAMPLES))
def test_every_example_runs_and_says_what_it_tells(filled: Store, title: str) -> None:
    """One click gives rows, and its first line is its help."""
    assert len(filled.queries.run(EXAMPLES[title])) > 0
    assert EXAMPLES[title].startswith("-- ")
