"""Workers of this machine come and go with the command that started them, however it ends."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import psutil
import pytest
from clusters import rows, rows_here

from lmwalk.store import open_store
from lmwalk.study import Study
from tests import forked

pytestmark = pytest.mark.process
PATIENCE_S = 60.0
STUDY = Study.of(name="slow", models=["simulated/slow:latency_s=0.02"], temperatures=[1.0], trajectories=8, steps=100)


def workers_of(owner: forked.Forked) -> list[psutil.Process]:
    """The processes that a command has started, once two of them can be asked: two that stay connected."""
    deadline, looks = time.monotonic() + PATIENCE_S, 0
    while True:
        found = psutil.Process(owner.pid).children(recursive=True)
        looks = looks + 1 if sum(map(is_connected, found)) >= 2 else 0
        if looks == 3:
            return found
        assert time.monotonic() < deadline
        time.sleep(0.1)


def is_connected(process: psutil.Process) -> bool:
    """Whether it has found its scheduler; one that has not looks for that for a while after its owner's end."""
    try:
        return any(each.status == psutil.CONN_ESTABLISHED for each in process.net_connections("tcp"))
    except psutil.NoSuchProcess:
        return False


def test_they_end_with_the_command_and_the_next_one_goes_on(tmp_path: Path) -> None:
    """After kill -9 and after Ctrl-C; what was answered is there, and each step is what one process would have made."""
    file, database, log = tmp_path / "slow.yaml", tmp_path / "r.duckdb", tmp_path / "said.log"
    file.write_text(STUDY.to_yaml())
    command = ["run", str(file), "--workers", "2", "--db", str(database)]
    for ending, code in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)):
        owner = forked.lmwalk(command, log)
        workers = workers_of(owner)
        owner.send_signal(ending)
        owner.wait(PATIENCE_S)
        assert owner.returncode == code
        assert not psutil.wait_procs(workers, timeout=PATIENCE_S)[1]
    last = forked.lmwalk(command, log)
    said = last.communicate(PATIENCE_S)[0]
    assert last.returncode == 0, said
    assert "Asked by 2 workers on this machine. Dask's dashboard: http://127.0.0.1:" in " ".join(said.split())
    with open_store(database) as store:
        assert rows(store, STUDY) == rows_here(STUDY, tmp_path)
