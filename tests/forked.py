"""Processes of lmwalk that begin at once: each is forked from one that has imported everything.

Their first three seconds are missing, and so is what may go wrong in them: test_endings.py and a few tests of the
dashboard begin as a user does.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import subprocess
import sys
from multiprocessing.process import BaseProcess
from pathlib import Path

METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
CONTEXT = multiprocessing.get_context(METHOD)
CONTEXT.set_forkserver_preload(["tests.preloaded"])


class Forked:
    """A process that was forked, spoken to as to one of ``subprocess``."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        process.start()
        self.pid = process.pid or 0

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> None:
        self._process.join(timeout)
        if self.poll() is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0.0)

    def terminate(self) -> None:
        self._process.terminate()

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)


def lmwalk(arguments: list[str], log: Path) -> Forked:
    """A process that runs lmwalk as the command line does, beside its log, with the environment of now."""
    return Forked(CONTEXT.Process(target=_run, args=(arguments, log, dict(os.environ)), daemon=True))


def _run(arguments: list[str], log: Path, environment: dict[str, str]) -> None:
    sink = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    faulthandler.enable()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(log.parent)
    sys.argv = ["lmwalk", *arguments]
    from lmwalk.__main__ import main

    main()
