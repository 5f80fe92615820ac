"""A file is whole or not there, and what a process leaves behind when it is killed is cleared by the next one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lmwalk import drafts
from lmwalk.store import open_store

WRITE = """
import sys
from pathlib import Path
from lmwalk.drafts import scratch_folder, whole_file
with whole_file(Path(sys.argv[1])) as draft, scratch_folder() as folder:
    draft.write_text("half")
    (folder / "part").write_text("half")
    print("written", flush=True)
    sys.stdin.read()
"""


@contextmanager
def writing(target: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process with half a file and half a folder."""
    command = [sys.executable, "-c", WRITE, str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        yield process
        process.kill()


@pytest.fixture(autouse=True)
def _scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The system's folder for temporary files is one of the test's own, for other processes too."""
    (tmp_path / "scratch").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield
    tempfile.tempdir = None


def here(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"scratch"}


def test_a_file_is_replaced_by_a_whole_one_only(tmp_path: Path) -> None:
    """Where the writing fails the file stays what it was, and nothing lies beside it."""
    target = tmp_path / "x.csv"
    target.write_text("before")
    with pytest.raises(ValueError, match="half way"), drafts.whole_file(target) as draft:
        draft.write_text("half")
        assert target.read_text() == "before"
        raise ValueError("half way")
    assert (target.read_text(), here(tmp_path)) == ("before", {"x.csv"})

    with drafts.whole_file(target) as draft:
        draft.write_text("after")
    assert (target.read_text(), here(tmp_path)) == ("after", {"x.csv"})


def test_what_a_killed_process_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    """Its draft by whoever writes beside it, its scratch folder by whoever needs one."""
    with writing(tmp_path / "x.csv") as process:
        process.kill()
        process.wait()
        assert len(here(tmp_path)) == len(here(tmp_path / "scratch")) == 1

        with drafts.whole_file(tmp_path / "y.csv") as draft, drafts.scratch_folder() as folder:
            draft.write_text("whole")
            assert here(tmp_path / "scratch") == {folder.name}
    assert here(tmp_path) == {"y.csv"}
    assert here(tmp_path / "scratch") == set()


def test_what_a_living_process_writes_is_left_alone(tmp_path: Path) -> None:
    """Two write beside each other, and in the end both files are there, whole."""
    with writing(tmp_path / "x.csv") as process:
        with drafts.whole_file(tmp_path / "y.csv") as draft, drafts.scratch_folder():
            draft.write_text("whole")
        assert len(here(tmp_path)) == 2
        process.communicate(timeout=60)
    assert here(tmp_path) == {"x.csv", "y.csv"}


def test_one_process_leaves_its_own_drafts_alone_and_not_those_of_a_namesake(tmp_path: Path) -> None:
    """A draft with this process's number that it did not begin is of one that had the number before."""
    mine = f"{drafts.HOST}-{os.getpid()}"
    (tmp_path / f".lmwalk-{mine}-999999999.part").write_text("of another")
    with drafts.whole_file(tmp_path / "x.csv") as first, drafts.whole_file(tmp_path / "x.csv") as second:
        first.write_text("first")
        second.write_text("second")
        assert here(tmp_path) == {first.name, second.name}
    assert (tmp_path / "x.csv").read_text() == "first"


def test_drafts_of_other_machines_are_given_a_day(tmp_path: Path) -> None:
    """Nobody here can tell whether their writer lives: one that was touched today stays."""
    old, new = tmp_path / ".lmwalk-00000000-1-1.part", tmp_path / ".lmwalk-00000000-1-2.part"
    for path, age_s in ((old, 2 * drafts.DAY_S), (new, 0.5 * drafts.DAY_S)):
        path.touch()
        os.utime(path, (time.time() - age_s,) * 2)
    drafts.clear(tmp_path)

    assert here(tmp_path) == {new.name}


def test_opening_a_database_clears_what_lies_beside_it(tmp_path: Path) -> None:
    """A draft that an export left, and a scratch folder, are gone once the database in that folder is used again."""
    with writing(tmp_path / "x.csv") as process:
        process.kill()
        process.wait()
        open_store(tmp_path / "r.duckdb").close()

        assert here(tmp_path) == {"r.duckdb"}
        assert here(tmp_path / "scratch") == set()


def test_nothing_else_is_cleared(tmp_path: Path) -> None:
    """Files whose names are alike are somebody's own."""
    names = {".lmwalk-x.part", "x.part", "lmwalk-00000000-1.part", "lmwalk", f"my lmwalk-{drafts.HOST}-1-1"}
    for name in names:
        (tmp_path / name).touch()
    drafts.clear(tmp_path)

    assert here(tmp_path) == names
