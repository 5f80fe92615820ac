"""A query's own process: what it sees is whole, and it ends with whoever asked."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from store.test_store import registered, step

from lmwalk.errors import LmwalkError, StoreError
from lmwalk.store import Store, open_store
from lmwalk.store.apart import Limits

ENDLESS = "SELECT count(*) FROM range(100000000) a, range(100000) b"
HANG_S = 60


def test_a_query_sees_what_was_committed_and_nothing_by_halves(store: Store) -> None:
    """While steps are written and checkpoints move them about, each answer is the store at one moment."""
    registered(store)
    ended = threading.Event()

    def write() -> None:
        t = 0
        while not ended.is_set():
            for _ in range(500):
                t += 1
                store.append(step(t, reply=str(t) * 50))
            store.flush()
            with store._cursor() as cursor:
                cursor.execute("CHECKPOINT")

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    try:
        for _ in range(12):
            known = store.latest("walk", 1)["id"].max() if seen else 0
            found = store.queries.run(
                "SELECT count(*) AS n, count(DISTINCT id) AS ids, coalesce(max(id), 0) AS last, "
                "count(*) FILTER (reply <> repeat(t::VARCHAR, 50)) AS wrong FROM steps"
            ).iloc[0]
            assert found["n"] == found["ids"] == found["last"] >= known
            assert found["wrong"] == 0
            seen.append(int(found["n"]))
    finally:
        ended.set()
        writer.join()
    assert seen == sorted(seen)
    assert seen[-1] > 0


def test_queries_are_answered_beside_each_other(store: Store) -> None:
    """Each asker gets its own answer, and no folder is left."""
    registered(store)
    found: dict[int, int] = {}

    def ask(number: int) -> None:
        found[number] = int(store.queries.run(f"SELECT {number} AS n, count(*) FROM steps")["n"][0])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {number: number for number in range(4)}
    assert not [path for path in store.path.parent.iterdir() if "lmwalk-" in path.name]


def test_closing_the_store_ends_its_queries(tmp_path: Path) -> None:
    """Whoever asked is told that the database is closed; nobody waits for the clock."""
    store = open_store(tmp_path / "r.duckdb")
    said: list[str] = []

    def ask() -> None:
        try:
            store.queries.run(ENDLESS, Limits(seconds=10 * HANG_S))
        except LmwalkError as error:
            said.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    until(lambda: bool(store.queries._apart._running))
    store.close()
    thread.join(timeout=HANG_S)

    assert said == ["The database is closed."]
    with pytest.raises(StoreError, match="closed"):
        store.queries.run("SELECT 1")


def test_a_query_ends_with_a_process_that_is_killed(tmp_path: Path) -> None:
    """Its process goes, and whoever opens the database next clears what it left."""
    path = tmp_path / "r.duckdb"
    code = f"""
        import threading, time
        from lmwalk.store import open_store
        store = open_store({str(path)!r})
        threading.Thread(target=store.queries.run, args=({ENDLESS!r},), daemon=True).start()
        while not store.queries._apart._running:
            time.sleep(0.01)
        print(next(iter(store.queries._apart._running)).pid, flush=True)
        time.sleep({HANG_S})
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE) as asker:
        assert asker.stdout
        own = int(asker.stdout.readline())
        until(lambda: any("lmwalk-" in path.name for path in tmp_path.iterdir()))
        asker.send_signal(signal.SIGKILL)
    until(lambda: not alive(own))

    with open_store(path) as store:
        assert store.queries.run("SELECT 1 AS n")["n"][0] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["r.duckdb"]


def alive(process: int) -> bool:
    """Whether it runs; one that has ended and that nobody asks after does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + HANG_S
    while not met():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)


def test_a_query_knows_no_key(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the environment of a process that asks models is not in that of a query."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    with store.queries._apart._started(str(store.path.parent)) as process:
        place = Path(f"/proc/{process.pid}/environ")
        while not (environment := place.read_bytes()):  # it is empty for a moment while the program is put in place
            time.sleep(0.01)
        process.kill()

    assert b"PATH=" in environment
    assert b"sk-secret" not in environment
