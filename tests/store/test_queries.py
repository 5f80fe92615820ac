"""A user's SELECT: it reads what is stored, and can do nothing else."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from scripted import finished

from lmwalk.errors import InputError
from lmwalk.jobs import Jobs
from lmwalk.store import Store

GOOD = {
    "SELECT count(*) AS n FROM steps": 20,
    "FROM main.steps SELECT count(*);": 20,
    "WITH moves AS (SELECT outcome FROM steps) SELECT count(*) FROM Moves": 20,
    "SELECT sum(i) FROM range(4) r(i)": 6,
    "SELECT count(*) FROM steps JOIN conditions USING (study) -- a remark": 20,
    "SELECT max(n) FROM (SELECT row_number() OVER (ORDER BY id) AS n FROM steps)": 20,
    "SELECT 1 UNION ALL SELECT 2 ORDER BY 1 LIMIT 1": 1,
    "SELECT count(*) FROM steps WHERE reply ILIKE '%up%' OR regexp_matches(coalesce(reply, ''), '.*')": 20,
    "SELECT count(*) FROM studies WHERE random() >= 0": 1,
}
BAD = [
    "",
    "SELECT",
    "SELECT 1; SELECT 2",
    "DELETE FROM records",
    "SELECT 1; DROP TABLE records",
    "COPY steps TO 'stolen.csv'",
    "EXPORT DATABASE 'stolen'",
    "ATTACH 'other.duckdb'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET memory_limit = '1GB'",
    "PRAGMA database_list",
    "CREATE TABLE t AS SELECT 1",
    "CREATE TEMP VIEW v AS SELECT 1",
    "UPDATE studies SET yaml = ''",
    "BEGIN",
    "ROLLBACK",
    "CHECKPOINT",
    "CALL duckdb_settings()",
    "SELECT * FROM 'secret.csv'",
    'SELECT * FROM "secret.csv"',
    "SELECT * FROM read_csv('secret.csv')",
    "SELECT * FROM read_text('secret.csv')",
    "SELECT * FROM (SELECT * FROM read_text('secret.csv'))",
    "SELECT (SELECT any_value(content) FROM read_text('secret.csv'))",
    "WITH s AS (SELECT * FROM read_blob('secret.csv')) SELECT * FROM s",
    "SELECT * FROM steps WHERE reply IN (SELECT file FROM glob('*') g(file))",
    "SELECT 1 ORDER BY (SELECT count(*) FROM glob('*'))",
    "SELECT * FROM steps, LATERAL (SELECT * FROM read_text(steps.reply))",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('steps')",
    "SELECT * FROM json_execute_serialized_sql('{}')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_tables",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM schema_version",
    "SELECT * FROM other.main.steps",
    "SHOW TABLES",
    "DESCRIBE SELECT * FROM 'secret.csv'",
    "SELECT current_setting('home_directory')",
    "SELECT getenv('HOME')",
    "SELECT setseed(0.5)",
    "SELECT write_log('x')",
    "SELECT sleep_ms(10)",
    "SELECT pg_sleep(10)",
    "SELECT nextval('s')",
    "VALUES ((SELECT content FROM read_text('secret.csv')))",
    "SELECT nothing FROM steps",
    "SELECT 1) UNION ALL (SELECT content FROM read_text('secret.csv')",
]


@pytest.fixture
def asked(store: Store, jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    (tmp_path / "secret.csv").write_text("word\nhidden\n")
    monkeypatch.chdir(tmp_path)
    finished(jobs)
    return store


@pytest.mark.parametrize(("sql", "first"), GOOD.items())
def test_a_select_reads_what_is_stored(asked: Store, sql: str, first: int) -> None:
    """Joins, common tables, windows, regular expressions and remarks are all fine."""
    assert asked.queries.run(sql).iloc[0, 0] == first


@pytest.mark.parametrize("sql", BAD)
def test_everything_else_is_refused_in_a_sentence(asked: Store, tmp_path: Path, sql: str) -> None:
    """Nothing is read from the disk, written, attached, set, slept through or changed."""
    before = sorted(path.name for path in tmp_path.iterdir())

    with pytest.raises(InputError) as refused:
        asked.queries.run(sql)

    assert str(refused.value).endswith((".", "!", '"')) or ":" in str(refused.value)
    assert "hidden" not in str(refused.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert len(asked.studies()) == 1


def test_a_query_that_takes_too_long_is_ended(asked: Store) -> None:
    """Rows by the billion end with the clock, and the store goes on."""
    begun = time.monotonic()
    with pytest.raises(InputError, match="longer than"):
        asked.queries.run("SELECT count(*) FROM range(100000000) a, range(100000) b", longest_s=0.3)

    assert time.monotonic() - begun < 30
    assert asked.queries.run("SELECT count(*) FROM steps").iloc[0, 0] == 20


def test_no_more_rows_than_can_be_shown(asked: Store) -> None:
    """The rest is left out, not loaded."""
    assert len(asked.queries.run("SELECT * FROM range(1000)", most=10)) == 10


def test_the_schema_names_every_readable_column(asked: Store) -> None:
    """What stands beside the query is what it may read."""
    schema = asked.queries.schema()

    assert set(schema["table"]) == {"steps", "properties", "studies", "conditions", "records", "measured"}
    for table, columns in schema.groupby("table")["column"]:
        names = ", ".join(f'"{name}"' for name in columns)
        asked.queries.run(f"SELECT {names} FROM {table}")
