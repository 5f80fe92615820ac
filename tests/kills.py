"""What lmwalk writes, killed at seeded moments (SIGKILL) in a process of its own, and what is there afterwards.

``kills(20)`` yields a row a kind: how often it was killed, how many rows were lost or doubled, how many files were
left over once the same was done again.
"""

from __future__ import annotations

import faulthandler
import os
import shutil
import socket
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

import av
import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from PIL import Image, ImageSequence

from lmwalk.errors import InputError
from lmwalk.export import FORMATS, OF_CHAINS, REPLAY, ending, to_file
from lmwalk.export.chains import write_properties
from lmwalk.importing import Chain, import_bundle, import_chains
from lmwalk.jobs import ENDED, jobs_of
from lmwalk.measuring import measure
from lmwalk.store import Store, open_store
from lmwalk.store.schema import MIGRATIONS
from lmwalk.study import Study
from tests import forked

PLAN = Study.of(name="walk", models=["ideal"], temperatures=[0.0, 1.0], trajectories=4, steps=250)
SMALL = PLAN.model_copy(update={"steps": 30})
LEAST = PLAN.model_copy(update={"temperatures": (1.0,), "trajectories": 1, "steps": 5})
KEPT = ["model", "temperature", "trajectory", "t", "x", "y", "outcome", "status", "reply", "state_after", "seed"]
MEASURED = ["property", "condition", "trajectory", "t", "value"]
BEFORE = b"what was there before"
PATIENCE_S = 120.0
Tell = Callable[[int], None]
Rows = dict[tuple[Any, ...], Any]


class Tally(NamedTuple):
    """What became of one kind of work that was killed so often."""

    kind: str
    kills: int
    lost: int
    doubled: int
    left: int


@dataclass(frozen=True)
class Kind:
    """Work on the files of a folder.

    Attributes
    ----------
    prepare, act : callable
        What is there before, and the work. ``act`` tells how many rows are safe, as often as it likes.
    finish : callable or None
        How the work is done to its end, where that is another than to do it again.
    whole : bool
        Whether it is all or nothing; else any part of the rows may be there that has no holes.
    """

    name: str
    prepare: Callable[[Path], object]
    act: Callable[[Path, Tell], object]
    finish: Callable[[Path, Tell], object] | None = None
    whole: bool = True


# ---- the kinds


def database(folder: Path) -> Path:
    return folder / "r.duckdb"


def _nothing(folder: Path) -> None:
    open_store(database(folder)).close()


def _ran(folder: Path, plan: Study = SMALL) -> None:
    with open_store(database(folder)) as store:
        jobs_of(store).start(plan).wait(PATIENCE_S)


def _run(folder: Path, tell: Tell) -> None:
    with open_store(database(folder)) as store:
        _follow(store, tell)


def _follow(store: Store, tell: Tell) -> None:
    """Run the study; tell how many steps can be read, and so are safe."""
    job = jobs_of(store).start(PLAN)
    while job.state not in ENDED:
        with suppress(InputError):
            tell(int(store.tallies(PLAN.name)["count"].sum()))
        time.sleep(0.02)
    assert job.state == "done", job.error


def _dashboard(folder: Path, tell: Tell) -> None:
    """A dashboard under which a study runs."""
    from lmwalk.cli import ui

    store = open_store(database(folder))
    threading.Thread(target=_follow, args=(store, tell), daemon=True).start()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    ui(port, database(folder), browser=False)


def _chains(count: int = 60, generations: int = 40) -> list[Chain]:
    texts = [[f"text {chain} {t} " + "word " * 40 for t in range(generations)] for chain in range(count)]
    return [Chain("m", "rephrase", "0", str(chain), ("The first.", *own)) for chain, own in enumerate(texts)]


def _import_chains(folder: Path, _: Tell) -> None:
    with open_store(database(folder)) as store:
        if "chains" not in set(store.studies()["study"]):
            import_chains(store, "chains", _chains())


def _bundled(folder: Path) -> None:
    """A database, and beside it a bundle of many texts, each of which was measured."""
    with tempfile.TemporaryDirectory() as other, open_store(database(Path(other))) as store:
        study = import_chains(store, "chains", _chains())
        _, texts = store.measures.missing(study.name, ["length"], most=100_000)
        store.measures.keep(texts.assign(property="length", value=texts["t"] / 7))
        steps, values = Path(other) / "steps.parquet", Path(other) / "properties.csv"
        store.copy(study.name, "parquet", steps)
        write_properties(store, study, values)
        with zipfile.ZipFile(folder / "bundle.zip", "w") as archive:
            archive.writestr("study.yaml", study.to_yaml())
            for part in (steps, values):
                archive.write(part, part.name)
    _nothing(folder)


def _import_bundle(folder: Path, _: Tell) -> None:
    with open_store(database(folder)) as store:
        if "chains" not in set(store.studies()["study"]):
            import_bundle(store, folder / "bundle.zip")


def _rename(folder: Path, _: Tell) -> None:
    with open_store(database(folder)) as store:
        if PLAN.name in set(store.studies()["study"]):
            store.shelf.rename(PLAN.name, "another")


def _delete(folder: Path, _: Tell) -> None:
    with open_store(database(folder)) as store:
        if PLAN.name in set(store.studies()["study"]):
            store.shelf.delete(PLAN.name)


def _old(folder: Path) -> None:
    """A study as the first lmwalk kept it."""
    _ran(folder)
    with duckdb.connect(str(database(folder))) as new:
        kept = {name: new.sql(f"SELECT * FROM {name}").df() for name in ("studies", "conditions", "records")}
    database(folder).unlink()
    with duckdb.connect(str(database(folder))) as old:
        old.execute("CREATE TABLE schema_version (version INTEGER NOT NULL)")
        old.execute("INSERT INTO schema_version VALUES (1)")
        MIGRATIONS[0](old)
        for name, rows in kept.items():
            known = [row[0] for row in old.execute(f"DESCRIBE {name}").fetchall()]
            old.register("kept", rows[known])
            old.execute(f"INSERT INTO {name} SELECT * FROM kept")


def _migrate(folder: Path, _: Tell) -> None:
    open_store(database(folder)).close()


def _exportable(folder: Path, file_format: str) -> None:
    if file_format in OF_CHAINS:
        with open_store(database(folder)) as store:
            study = import_chains(store, PLAN.name, _chains(5, 10))
            measure(store, study)
    else:
        _ran(folder, LEAST)
    _target(folder, file_format).write_bytes(BEFORE)


def _target(folder: Path, file_format: str) -> Path:
    return folder / f"out.{ending(file_format)}"


def _export(folder: Path, _: Tell, file_format: str) -> None:
    with open_store(database(folder)) as store:
        to_file(store, PLAN.name, file_format, _target(folder, file_format))


EXPORTS = [
    Kind(f"export {each}", partial(_exportable, file_format=each), partial(_export, file_format=each))
    for each in FORMATS
    if each != REPLAY  # it is written as the report is, and takes as long
]
KINDS = [
    Kind("run", _nothing, _run, whole=False),
    Kind("dashboard with a run", _nothing, _dashboard, _run, whole=False),
    Kind("import a bundle", _bundled, _import_bundle),
    Kind("import chains", _nothing, _import_chains),
    Kind("rename", partial(_ran, plan=PLAN), _rename),
    Kind("delete", partial(_ran, plan=PLAN), _delete),
    Kind("migration", _old, _migrate),
    *EXPORTS,
]


# ---- one kill


class Trials:
    """Kills of one kind: what is there before and after it is made once."""

    def __init__(self, kind: Kind, home: Path) -> None:
        self._kind, self._home = kind, home
        self._before, self._after = home / "before", home / "after"
        self._before.mkdir(parents=True)
        kind.prepare(self._before)
        shutil.copytree(self._before, self._after)
        self._seconds = _ended(self._after, kind.finish or kind.act)
        self._least, self._most = _found(self._before), _found(self._after)
        self._names = _names(self._after)

    def __call__(self, number: int, seed: int) -> Tally:
        """Kill it once, look, and do it to its end."""
        kind, folder = self._kind, self._home / f"kill {number}"
        shutil.copytree(self._before, folder)
        share = np.random.default_rng([seed, number]).random()
        told = _killed(folder, kind.act, share * self._seconds)
        rows, doubled = _found_and_doubled(folder)
        lost = self._lost(rows, told)
        _ended(folder, kind.finish or kind.act)
        again, twice = _found_and_doubled(folder)
        lost += sum(again.get(key) != value for key, value in self._most.items()) + len(
            again.keys() - self._most.keys()
        )
        left = len(_names(folder) - self._names)
        shutil.rmtree(folder)
        return Tally(kind.name, 1, lost, doubled + twice, left)

    def _lost(self, rows: Rows, told: int) -> int:
        """Rows that are not there and have to be, or are otherwise than they would be without the kill."""
        if self._kind.whole:
            return min(_differences(rows, self._least), _differences(rows, self._most))
        strange = sum(self._most.get(key) != value for key, value in rows.items())
        last: dict[Any, int] = {}
        for *trajectory, t in rows:
            last[tuple(trajectory)] = max(t, last.get(tuple(trajectory), 0))  # no row before it may be missing
        return strange + sum(last.values()) - len(rows) + max(0, told - len(rows))


def _differences(some: Rows, others: Rows) -> int:
    return len(dict(some.items() ^ others.items())) if some != others else 0


def _found(folder: Path) -> Rows:
    return _found_and_doubled(folder)[0]


def _found_and_doubled(folder: Path) -> tuple[Rows, int]:
    """Every row by where it stands, the last the step; and how many stand where another does."""
    rows: list[tuple[tuple[Any, ...], Any]] = []
    with open_store(database(folder)) as store:
        for study in store.studies()["study"]:
            steps, values = store.steps(study)[KEPT], store.measures.values(study)
            rows += [((study, *row[:4]), row[4:]) for row in _plain(steps)]
            rows += [((study, *row[:4]), row[4:]) for row in _plain(values[MEASURED])]
    rows += [((path.name,), _content(path)) for path in folder.glob("out.*")]
    return dict(rows), len(rows) - len({key for key, _ in rows})


def _plain(rows: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Rows that can be compared: nothing is None."""
    return list(rows.astype(object).where(rows.notna(), None).itertuples(index=False, name=None))


def _content(path: Path) -> object:
    """A file as it can be compared: that it is the one from before, its text, or that it can be read to its end."""
    content = path.read_bytes()
    if content == BEFORE:
        return "before"
    if path.suffix in (".csv", ".jsonl"):
        return content
    try:
        _read(path)
    except Exception as error:  # noqa: BLE001 - each reader has its own
        return f"broken: {error}"
    return "whole"


def _read(path: Path) -> None:
    """Read a file to its end. Raises where that cannot be."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
    elif path.suffix == ".parquet":
        pq.read_table(path)
    elif path.suffix in (".png", ".gif"):
        with Image.open(path) as picture:
            for _ in ImageSequence.Iterator(picture):
                picture.load()
    elif path.suffix == ".mp4":
        with av.open(str(path)) as film:
            assert list(film.decode(video=0))
    else:
        assert path.read_text(encoding="utf-8").rstrip().endswith(("</svg>", "</html>"))


def _names(folder: Path) -> set[str]:
    """Every file and folder below, but for the folder where temporary ones are."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")} - {"scratch"}


# ---- the process that is killed


def _begun(folder: Path, act: Callable[[Path, Tell], object]) -> tuple[BaseProcess, Connection]:
    """A process of its own at the moment at which it begins its work."""
    (folder / "scratch").mkdir(exist_ok=True)
    listening, telling = forked.CONTEXT.Pipe(duplex=False)
    process = forked.CONTEXT.Process(target=_work, args=(folder, act, telling), daemon=True)
    forked.start(process)
    telling.close()
    assert listening.poll(PATIENCE_S), "the process did not begin"
    listening.recv()
    return process, listening


def _work(folder: Path, act: Callable[[Path, Tell], object], telling: Connection) -> None:
    faulthandler.dump_traceback_later(PATIENCE_S - 5, exit=True)  # what hangs says where
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder / "scratch")
    telling.send(0)
    act(folder, telling.send)


def _ended(folder: Path, act: Callable[[Path, Tell], object]) -> float:
    """Do the work to its end; the seconds that it took."""
    process, _ = _begun(folder, act)
    begun = time.monotonic()
    process.join(PATIENCE_S)
    assert process.exitcode == 0, f"the work on {folder.name!r} ended with {process.exitcode}"
    return time.monotonic() - begun


def _killed(folder: Path, act: Callable[[Path, Tell], object], seconds: float) -> int:
    """Kill the work after so many seconds; how many rows it had told to be safe."""
    process, listening = _begun(folder, act)
    time.sleep(seconds)
    process.kill()
    process.join(PATIENCE_S)
    told = 0
    with suppress(EOFError):
        while listening.poll():
            told = listening.recv()
    return int(told)


def kills(each: int, seed: int = 0, kinds: Sequence[Kind] = KINDS) -> Iterator[Tally]:
    """A row a kind, each killed so often."""
    for kind in kinds:
        with tempfile.TemporaryDirectory() as home:
            trials = Trials(kind, Path(home))
            found = [trials(number, seed) for number in range(each)]
        yield Tally(kind.name, each, *(sum(tally[place] for tally in found) for place in (2, 3, 4)))


def print_kills(each: int, seed: int = 0) -> None:
    """Print a table, a row a kind."""
    print("| kind | kills | lost | doubled | files left over |\n|---|--:|--:|--:|--:|")
    for tally in kills(each, seed):
        print(f"| {' | '.join(map(str, tally))} |", flush=True)
