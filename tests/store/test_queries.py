"""A user's SELECT: it reads what is stored, and can do nothing else, with its checker and without."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from scripted import finished
from store.hostile_queries import ADDRESSES, DEEP, HONEST, MEMORY, REFUSED, SLOWLY, TIME

from lmwalk.errors import InputError
from lmwalk.jobs import Jobs
from lmwalk.store import Store, open_store
from lmwalk.store.apart import CONFIG, Limits
from lmwalk.store.opening import LOCKED
from lmwalk.store.reader import _copied, limited, parsed
from lmwalk.store.selects import check, functions

SECRET = "hidden"
LIMIT_WORDS = "took longer than|needs more memory than|is larger than"
MB = 1_000_000
held = pd.DataFrame({"word": [SECRET]})
"""A variable that a query could name."""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of 20 steps, in the folder where the process stands, beside files with a secret in them."""
    folder = tmp_path_factory.mktemp("asked")
    for name in ("secret.csv", "secret.txt"):
        (folder / name).write_text(f"word\n{SECRET}\n")
    (folder / "secret.json").write_text(json.dumps({"word": SECRET}))
    held.to_parquet(folder / "secret.parquet")
    with duckdb.connect(str(folder / "secret.duckdb")) as db:
        db.execute(f"CREATE TABLE secret AS SELECT '{SECRET}' AS word")
    with chdir(folder), open_store(folder / "results.duckdb") as store:
        finished(Jobs(store))
        yield store


def of(sql: str, store: Store) -> str:
    return sql.replace("{folder}", str(store.path.parent))


def files(store: Store) -> dict[str, int]:
    """Everything that lies beside the store, with its length."""
    own = store.path.name
    return {path.name: path.stat().st_size for path in store.path.parent.iterdir() if not path.name.startswith(own)}


@pytest.fixture(scope="module")
def parser() -> Iterator[duckdb.DuckDBPyConnection]:
    """What a query's own process takes its text apart with."""
    with duckdb.connect(config=CONFIG) as connection:
        yield connection


@pytest.fixture(scope="module")
def copy(asked: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """What a query's own process reads, opened as that opens it."""
    path = _copied(asked.path, tmp_path_factory.mktemp("copy"))
    with duckdb.connect(str(path), read_only=True, config=CONFIG) as connection:
        yield connection


def test_a_select_reads_what_is_stored(
    asked: Store, parser: duckdb.DuckDBPyConnection, copy: duckdb.DuckDBPyConnection
) -> None:
    """Joins, common tables in their scope, windows, pivots, lists, JSON and remarks are all fine.

    Each goes through what a query's own process does with it; every tenth through that process.
    """
    with asked._cursor() as cursor:
        known = functions(cursor)
    for number, (sql, first) in enumerate(HONEST.items()):
        if number % 10 == 0:
            rows = asked.queries.run(sql)
        else:
            check(json.dumps(parsed(parser, sql)).encode(), known)
            with asked._cursor() as cursor:
                rows = cursor.from_arrow(copy.sql(limited(sql, 100_000)).to_arrow_table()).df()

        assert first is None or first in rows.iloc[0].tolist(), sql


def test_what_is_not_one_select_over_the_store_is_refused(asked: Store, parser: duckdb.DuckDBPyConnection) -> None:
    """Files, addresses, settings, other tables, statements: none passes, in whatever scope and disguise."""
    with asked._cursor() as cursor:
        known = functions(cursor)
    for sql in REFUSED:
        try:
            said = json.dumps(parsed(parser, of(sql, asked))).encode()
        except duckdb.Error:
            continue  # it is no SQL at all
        with pytest.raises(InputError) as refused:
            check(said, known)
            asked.queries.run(sql)  # what only the database knows: there is no such column, no such value
            pytest.fail(f"{sql!r} was answered")

        assert is_a_sentence(str(refused.value), sql), sql


def is_a_sentence(said: str, sql: str) -> bool:
    """Whether a refusal can be read, and tells nothing that is hidden."""
    ended = said.endswith((".", "!", '"')) or ":" in said
    return ended and len(said) < 1000 and SECRET not in said.replace(sql, "")


@pytest.mark.parametrize("sql", [*REFUSED[::40], *DEEP])
def test_a_refusal_is_a_sentence(asked: Store, sql: str) -> None:
    """Nothing is read from the disk, written, attached, set, slept through or changed."""
    before = files(asked)

    with pytest.raises(InputError) as refused:
        asked.queries.run(of(sql, asked))

    assert is_a_sentence(str(refused.value), sql)
    assert files(asked) == before
    assert len(asked.studies()) == 1


@pytest.mark.parametrize("whose", ["the store's", "a query's"])
def test_without_the_checker_duckdb_itself_refuses(asked: Store, tmp_path: Path, whose: str) -> None:
    """Straight to the database: no file, address, extension, variable or setting is in reach of any statement."""
    copy = tmp_path / "results.duckdb"
    open_store(copy).close()
    config = CONFIG if whose == "a query's" else LOCKED
    with chdir(asked.path.parent), duckdb.connect(str(copy), read_only=config is CONFIG, config=config) as db:
        before, settings = files(asked), set_in(db)
        for sql in REFUSED:
            with db.cursor() as cursor:
                said = answered(cursor, of(sql, asked))
            assert SECRET not in said.replace(sql, ""), sql
            assert "download" not in said, sql
        assert set_in(db) == settings
    assert files(asked) == before
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(copy.name)] == []


def answered(cursor: duckdb.DuckDBPyConnection, sql: str) -> str:
    """What a statement gives, or the error that it ends in."""
    try:
        found = cursor.execute(sql)
        return str(found and found.fetchall())
    except duckdb.Error as error:
        return str(error)


def set_in(db: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return db.execute("SELECT name, value FROM duckdb_settings() WHERE scope = 'GLOBAL' ORDER BY ALL").fetchall()


@pytest.mark.parametrize("sql", ADDRESSES[:4])
def test_no_extension_is_looked_for(asked: Store, sql: str) -> None:
    """An address past the checker ends at the database's own door, and not at a server's."""
    with asked._cursor() as cursor:
        assert "disabled" in answered(cursor, sql)


def test_the_only_setting_of_a_store_that_changes_is_its_memory(asked: Store) -> None:
    """It is in no SELECT's reach; all else is locked, and so is the list of what is not."""
    with asked._cursor() as cursor:
        assert cursor.execute("SELECT current_setting('allowed_configs')").fetchall() == [(["max_memory"],)]
        for sql in ("SET threads = 3", "SET allowed_configs = ['threads']", "SET enable_external_access = true"):
            assert "locked" in answered(cursor, sql)


def test_memory_and_time_are_bounded(asked: Store, tmp_path: Path) -> None:
    """Huge values, endless lists, doublings, sorts and joins end in a sentence; the store and its process go on."""
    code = """
        import json, resource, sys
        from lmwalk.errors import InputError
        from lmwalk.store import open_store
        from lmwalk.store.apart import Limits
        said = []
        with open_store(sys.argv[1]) as store:
            first = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            for sql, seconds in json.load(sys.stdin):
                try:
                    said.append(f"{len(store.queries.run(sql, Limits(seconds=seconds)))} rows")
                except InputError as error:
                    said.append(str(error))
        growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - first
        apart = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        json.dump({"said": said, "own": growth, "apart": apart}, sys.stdout)
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "r.duckdb")]
    queries = [*((sql, 10) for sql in MEMORY), *((sql, 0.6) for sql in SLOWLY), *((sql, 0.2) for sql in TIME)]
    done = subprocess.run(command, input=json.dumps(queries), capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    unit = 1 if sys.platform == "darwin" else 1024

    for sql, said in zip(queries, found["said"], strict=True):
        assert any(words in said for words in LIMIT_WORDS.split("|")), (sql, said)
    assert found["own"] * unit < 200 * MB
    assert found["apart"] * unit < 650 * MB
    assert [path.name for path in tmp_path.iterdir()] == ["r.duckdb"]


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(seconds=1, result=10**12), "longer than 1 s"),
        (Limits(memory=50 * MB), "more memory than the 50 MB"),
        (Limits(memory=20_000 * MB, resident=50 * MB), "more memory"),
        (Limits(result=MB), "larger than 1 MB"),
    ],
)
def test_each_limit_ends_a_query(asked: Store, limits: Limits, words: str) -> None:
    """By the system, by the process itself where the system has no such limit, by the clock, by the rows."""
    rows = "SELECT repeat('x', 20000) FROM range(100000000)"
    sql = f"SELECT list(r) FROM ({rows}) q(r)" if "memory" in words else rows

    with pytest.raises(InputError, match=words):
        asked.queries.run(sql, limits)

    assert asked.queries.run("SELECT count(*) FROM steps").iloc[0, 0] == 20


def test_no_more_rows_than_can_be_shown(asked: Store) -> None:
    """The rest is left out, not loaded."""
    assert len(asked.queries.run("SELECT * FROM range(1000)", Limits(rows=10))) == 10


def test_the_schema_names_every_readable_column(asked: Store) -> None:
    """What stands beside the query is what it may read."""
    schema = asked.queries.schema()

    assert set(schema["table"]) == {
        "steps",
        "properties",
        "studies",
        "conditions",
        "records",
        "measured",
        "distributions",
        "attention",
        "field_replies",
    }
    named = schema.assign(column='"' + schema["column"] + '"').groupby("table")["column"].agg(", ".join)
    counted = (f"(SELECT count(*) FROM (SELECT {names} FROM {table}))" for table, names in named.items())
    asked.queries.run(f"SELECT {', '.join(counted)}")
