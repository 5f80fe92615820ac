"""Processes of lmwalk that begin at once: each is forked from one that has imported everything.

Their first three seconds are missing, and so is what may go wrong in them: where those are what is tested, and once
for each kind of command, tests begin as a user does.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import subprocess
import sys
import tempfile
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType

METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
CONTEXT = multiprocessing.get_context(METHOD)
CONTEXT.set_forkserver_preload(["tests.preloaded"])


class Forked:
    """A process that was forked, spoken to as to one of ``subprocess``."""

    def __init__(self, process: BaseProcess, log: Path, errors: Path | None = None) -> None:
        self._process, self._log, self._errors = process, log, errors
        start(process)
        self.pid = process.pid or 0

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> None:
        self._process.join(timeout)
        if self.poll() is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0.0)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait; what it said, and what of that were errors, where they are kept apart."""
        self.wait(timeout)
        return self._log.read_text(), self._errors.read_text() if self._errors else ""

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)


def start(process: BaseProcess) -> None:
    """Begin a process that does not run this one's main module first: Streamlit's AppTest makes a page of it."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        process.start()
    finally:
        sys.modules["__main__"] = main


def lmwalk(arguments: list[str], log: Path, errors: Path | None = None) -> Forked:
    """A process that runs lmwalk as the command line does, beside its log, with the environment of now."""
    sinks = (log, errors or log)
    return Forked(CONTEXT.Process(target=_run, args=(arguments, *sinks, dict(os.environ)), daemon=True), log, errors)


def _run(arguments: list[str], log: Path, errors: Path, environment: dict[str, str]) -> None:
    for place, path in ((1, log), (2, errors)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), place)
    faulthandler.enable()
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # what is imported may have asked for it already
    os.chdir(log.parent)
    sys.argv = ["lmwalk", *arguments]
    from lmwalk.__main__ import main

    main()
