"""The dashboard as a process of its own that is brought into a phase, told to end, and looked at once it has."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from servers import Server, ollama_server
from tab import Tab

from lmwalk.jobs import jobs_of
from lmwalk.store import open_store
from lmwalk.study import Study

SIGNALS = [signal.SIGTERM, signal.SIGINT]
WAIT_S = 60
STUDY = "slow"
PLAN = Study.of(name=STUDY, models=["ollama/tiny"], temperatures=[1.0], trajectories=4, steps=5000, concurrency=4)


@dataclass(frozen=True)
class Ended:
    """How a process ended after it was told to."""

    code: int
    errors: str
    seconds: float


@dataclass(frozen=True)
class Dashboard:
    """One that is on its way up, in a folder of its own, asking a server on this machine."""

    process: subprocess.Popen[str]
    address: str
    folder: Path
    server: Server

    @property
    def database(self) -> Path:
        return self.folder / "results.duckdb"

    @property
    def scratch(self) -> Path:
        """Where it puts what it needs for a moment."""
        return self.folder / "scratch"

    async def until(self, met: Callable[[], Any]) -> None:
        """Wait for a condition, for as long as the process lives."""
        deadline = time.monotonic() + WAIT_S
        while not met():
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < deadline, "the dashboard never came into the phase"
            await asyncio.sleep(0.02)

    def up(self) -> bool:
        """Whether it serves."""
        try:
            with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=1):
                return True
        except OSError:
            return False

    async def told_to_end(self, *signals: signal.Signals) -> Ended:
        """Send signals, a moment apart, and wait."""
        begun = time.monotonic()
        for number in signals:
            if self.process.poll() is None:
                self.process.send_signal(number)
                await asyncio.sleep(0.03 if len(signals) > 1 else 0)
        _, errors = await asyncio.to_thread(self.process.communicate, timeout=WAIT_S)
        return Ended(self.process.returncode, errors, time.monotonic() - begun)


@contextmanager
def dashboard(folder: Path, database: Path, *command: str) -> Iterator[Dashboard]:
    """A dashboard that was started just now, on a copy of the database; another command that starts it may be named."""
    (folder / "scratch").mkdir(parents=True)
    shutil.copy(database, folder / "results.duckdb")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["ui", "--no-browser", f"--port={port}", f"--db={folder / 'results.duckdb'}"]
    with ollama_server(lambda _: "UP", latency_s=0.05) as server:
        own = {**os.environ, "OLLAMA_HOST": server.url, "TMPDIR": str(folder / "scratch")}
        process = subprocess.Popen(
            [*(command or (sys.executable, "-m", "lmwalk")), *options],
            cwd=folder,
            env=own,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield Dashboard(process, f"http://localhost:{port}", folder, server)
        finally:
            process.kill()
            process.communicate()


def made(path: Path) -> Path:
    """A database with a study that has answers, and is to be continued."""
    with (
        ollama_server(lambda _: "UP") as server,
        open_store(path) as store,
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setenv("OLLAMA_HOST", server.url)
        job = jobs_of(store).start(PLAN)
        while job.progress().answers < 200:
            time.sleep(0.02)
        job.stop()
        job.wait(WAIT_S)
    return path


def kept(database: Path) -> list[int]:
    """How many steps of each trajectory are in the store, which has to be its first ones, each once."""
    with open_store(database) as store:
        rows = store.steps(STUDY)
    assert (rows["status"] == "ok").all()
    for _, own in rows.groupby("trajectory"):
        assert sorted(own["t"]) == list(range(1, len(own) + 1))
    return rows.groupby("trajectory").size().tolist()


# ---- phases


def heeds(process: subprocess.Popen[str]) -> bool:
    """Whether a process has set a handler for SIGTERM; where the system does not say, a while has passed."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        time.sleep(0.5)
        return True
    caught = next(line for line in status.read_text().splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


@asynccontextmanager
async def starting(one: Dashboard) -> AsyncIterator[None]:
    """Its first modules are being imported."""
    await one.until(lambda: heeds(one.process))
    yield


@asynccontextmanager
async def coming_up(one: Dashboard) -> AsyncIterator[None]:
    """Streamlit is being imported, and what the first page needs."""
    async with starting(one):
        await asyncio.sleep(0.7)
        yield


@asynccontextmanager
async def idle(one: Dashboard) -> AsyncIterator[None]:
    """It serves, and nobody looks."""
    await one.until(one.up)
    yield


@asynccontextmanager
async def tab_open(one: Dashboard) -> AsyncIterator[None]:
    """A page is drawn, and its tab open."""
    async with idle(one), Tab(one.address, query=f"study={STUDY}") as tab:
        await tab.drawn()
        yield


@asynccontextmanager
async def page_being_drawn(one: Dashboard) -> AsyncIterator[None]:
    """A page was asked for just now."""
    async with idle(one), Tab(one.address, query=f"study={STUDY}"):
        yield


@asynccontextmanager
async def loading_litellm(one: Dashboard) -> AsyncIterator[None]:
    """A study was begun, and LiteLLM is being imported."""
    async with idle(one), Tab(one.address, query=f"study={STUDY}") as tab:
        await tab.press("main-Continue")
        await asyncio.sleep(0.7)
        yield


@asynccontextmanager
async def running(one: Dashboard) -> AsyncIterator[None]:
    """Questions are asked, and answers are kept."""
    async with idle(one), Tab(one.address, query=f"study={STUDY}") as tab:
        await tab.press("main-Continue")
        await one.until(lambda: len(one.server.questions) > 60)
        yield


@asynccontextmanager
async def exporting(one: Dashboard) -> AsyncIterator[None]:
    """A film is being made."""
    async with idle(one), Tab(one.address, "compare", f"study={STUDY}") as tab:
        await tab.press("make-mp4")
        await one.until(lambda: [each for each in one.scratch.rglob("*") if each.is_file()])
        yield


PHASES: dict[str, Callable[[Dashboard], AbstractAsyncContextManager[None]]] = {
    "starting": starting,
    "coming up": coming_up,
    "idle": idle,
    "a page being drawn": page_being_drawn,
    "a tab open": tab_open,
    "LiteLLM being imported": loading_litellm,
    "a run under way": running,
    "an export under way": exporting,
}


async def ended_in(phase: str, one: Dashboard, *signals: signal.Signals) -> Ended:
    """Bring a dashboard into a phase and send it signals there."""
    async with PHASES[phase](one):
        return await one.told_to_end(*signals)
