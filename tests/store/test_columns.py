"""The columns of a step are named in one place, and everything else follows."""

from __future__ import annotations

from datetime import datetime

from lmwalk.importing.rows import KINDS, LATER, NEEDED
from lmwalk.step import STEP_COLUMNS, Step
from lmwalk.store import Store
from lmwalk.store.columns import OF_CONDITIONS, SCHEMA, insert, table_of

BARE = Step.bare(
    condition="c",
    trajectory=0,
    t=1,
    status="ok",
    prompt="Where?",
    state_before="{}",
    state_after="{}",
    attempts=1,
    seed=2**62,
    asked_at=datetime(2026, 1, 2),
)


def test_every_field_of_a_step_is_a_column() -> None:
    """The table has one row a field, in order."""
    assert tuple(column.name for column in STEP_COLUMNS) == Step._fields
    assert all(column.meaning for column in STEP_COLUMNS)


def test_the_database_has_exactly_these_columns(store: Store) -> None:
    """``records`` has their types, and forbids nothing to be empty but what is required; ``steps`` shows each once."""
    with store._cursor() as cursor:
        found = cursor.execute(
            "SELECT column_name, data_type, NOT is_nullable FROM duckdb_columns() WHERE table_name = 'records'"
        ).fetchall()
    shown = list(store.steps("none").columns)

    known = {name: (kind, required) for name, kind, required in found}
    assert known.pop("id") == ("BIGINT", True)
    assert known.pop("condition") == ("INTEGER", True)
    assert known == {c.name: (c.kind, c.required) for c in STEP_COLUMNS if c.name != "condition"}
    assert sorted(shown) == sorted({"id", *OF_CONDITIONS, *Step._fields})
    assert shown[: 1 + len(OF_CONDITIONS)] == ["id", *OF_CONDITIONS]


def test_every_column_that_can_be_read_is_explained(store: Store) -> None:
    """The page of queries says of each what it means."""
    schema = store.queries.schema()

    assert schema[schema["meaning"] == ""].empty


def test_import_reads_exactly_these_columns() -> None:
    """Of those that came later, a bundle may lack any, and none of them has to have a value."""
    assert list(KINDS) == [*Step._fields, "simulated"]
    assert set(Step._field_defaults) == LATER
    assert NEEDED.isdisjoint(LATER)


def test_a_bare_step_has_what_is_required_and_nothing_else() -> None:
    """So whoever makes a step names what it knows, and no more."""
    assert {c.name for c in STEP_COLUMNS if c.required} == {n for n, v in BARE._asdict().items() if v is not None}


def test_a_value_arrives_in_the_column_of_its_name(store: Store) -> None:
    """Rows whose columns come in any order are the rows."""
    rows = table_of([BARE], 1, {"c": 7})

    with store._cursor.writing() as cursor:
        insert(cursor, "records", rows.select(sorted(rows.column_names)))
        found = cursor.sql("SELECT * FROM records").to_arrow_table()

    assert rows.schema == SCHEMA
    assert found.select(rows.column_names).to_pylist() == rows.to_pylist()
