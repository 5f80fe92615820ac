"""Files of steps: what is in them is what is stored, to the byte that DuckDB itself would write."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from store.test_store import PLAN, registered, step

from lmwalk.errors import StoreError
from lmwalk.store import Filter, Store, open_store
from lmwalk.store.copying import IDS

AWKWARD = [
    "",
    None,
    ",",
    '"',
    '""',
    "\n",
    "\r",
    "\r\n",
    "\0",
    "a,b",
    'say "x"',
    " a ",
    "NULL",
    "#",
    ";",
    "\t",
    "é😀\u202e",
]
NUMBERS = [None, 0.0, -0.0, 1.0, 1e-9, 0.1 + 0.2, 1e300, float("inf"), float("nan")]
OPTIONS = {"csv": "FORMAT csv, HEADER", "jsonl": "FORMAT json, ARRAY false", "parquet": "FORMAT parquet"}


def filled(path: Path, count: int) -> None:
    """A database with so many steps, every text and number in them awkward."""
    with open_store(path) as store:
        registered(store)
        # of lengths that share no factor, so that everything meets everything
        for t, (text, number) in enumerate(list(product(AWKWARD, NUMBERS)) * count, start=1):
            values = {"reply": text, "outcome": text, "system": text, "error": text, "prompt": text or ""}
            store.append(step(t, x=number, latency_s=number, cost_usd=number, tokens_in=None, **values))
        store.flush()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "r.duckdb"
    filled(path, 3)
    return path


def rows(path: Path) -> pd.DataFrame:
    with open_store(path) as store:
        return store.steps(PLAN.name)


@pytest.mark.parametrize("file_format", ["csv", "jsonl"])
def test_a_text_file_is_what_duckdb_writes(path: Path, file_format: str) -> None:
    """The bytes are those of DuckDB's own COPY, whatever the texts hold; but whole places lack their ``.0`` in CSV."""
    whole = "* REPLACE (regexp_replace(x::VARCHAR, '[.]0$', '') AS x, regexp_replace(y::VARCHAR, '[.]0$', '') AS y)"
    wanted = whole if file_format == "csv" else "*"
    with open_store(path) as store:
        count = store.copy(PLAN.name, file_format, path.with_name("ours"))
    with duckdb.connect(str(path)) as unlocked:
        theirs = path.with_name("theirs")
        unlocked.execute(f"COPY (SELECT {wanted} FROM steps ORDER BY id) TO '{theirs}' ({OPTIONS[file_format]})")

    assert path.with_name("ours").read_bytes() == theirs.read_bytes()
    assert count == len(rows(path)) == 3 * len(AWKWARD) * len(NUMBERS)


def test_parquet_holds_equal_rows(path: Path) -> None:
    """Every value of every column is read back, with its type."""
    with open_store(path) as store:
        store.copy(PLAN.name, "parquet", path.with_name("ours"))
    with duckdb.connect(str(path)) as unlocked:
        theirs = unlocked.sql("FROM steps ORDER BY id").to_arrow_table()
    ours = pq.read_table(path.with_name("ours"))

    assert ours.schema.names == theirs.schema.names
    assert ours.schema.types == theirs.schema.types
    assert [str(row) for row in ours.to_pylist()] == [str(row) for row in theirs.to_pylist()]  # NaN is like no other


def test_more_steps_than_are_read_at_a_time_stand_in_order(store: Store, tmp_path: Path) -> None:
    """Steps of one study among another's: each file holds its own, each once, in the order of their ids."""
    other = PLAN.model_copy(update={"name": "other"})
    registered(registered(store), other)
    foreign = other.conditions()[0].id
    for t in range(1, IDS + 2000):
        store.append(step(t, **({"condition": foreign} if t % 3 == 0 else {})))
    store.flush()
    for name in (PLAN.name, other.name):
        expected = store.steps(name)["id"].tolist()
        assert store.copy(name, "csv", tmp_path / "csv") == len(expected)
        assert pd.read_csv(tmp_path / "csv")["id"].tolist() == expected
        assert store.browse.copy(Filter(studies=(name,)), "parquet", tmp_path / "parquet") == len(expected)
        assert pq.read_table(tmp_path / "parquet")["id"].to_pylist() == expected


@pytest.mark.parametrize("file_format", OPTIONS)
def test_a_study_without_steps_is_a_file_without_rows(store: Store, tmp_path: Path, file_format: str) -> None:
    """Its columns are there, where the format has a place for them."""
    registered(store)

    assert store.copy(PLAN.name, file_format, tmp_path / "out") == 0
    columns = store.steps(PLAN.name).columns.tolist()
    if file_format == "csv":
        assert pd.read_csv(tmp_path / "out").columns.tolist() == columns
    elif file_format == "parquet":
        assert pq.read_schema(tmp_path / "out").names == columns
    else:
        assert (tmp_path / "out").read_bytes() == b""


@pytest.mark.parametrize("file_format", OPTIONS)
def test_a_file_that_cannot_be_written_is_a_sentence(store: Store, tmp_path: Path, file_format: str) -> None:
    """A folder that is not there says so, and the store goes on."""
    registered(store)

    with pytest.raises(StoreError, match="No such file"):
        store.copy(PLAN.name, file_format, tmp_path / "nowhere" / "out")
    assert store.copy(PLAN.name, file_format, tmp_path / "out") == 0
