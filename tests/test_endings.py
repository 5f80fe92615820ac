"""Every process ends when it is told to: at once, in order, with nothing to say and nothing lost."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from itertools import cycle
from pathlib import Path

import pytest
from endings import PHASES, PLAN, SIGNALS, WAIT_S, Ended, dashboard, ended_in, heeds, kept, made
from servers import openai_server

from lmwalk.study import Study

ROOT = Path(__file__).parent.parent
LMWALK = [sys.executable, "-m", "lmwalk"]
by_signal = pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("made") / "made.duckdb")


# one handler takes both signals, so each phase has one of them, and a run under way, in which most is to be ended, both
IN_PHASES = [*zip(PHASES, cycle(SIGNALS)), *(("a run under way", number) for number in SIGNALS)]


@pytest.mark.parametrize(("phase", "number"), dict.fromkeys(IN_PHASES), ids=str)
def test_a_dashboard_ends_in_every_phase(phase: str, number: signal.Signals, database: Path, tmp_path: Path) -> None:
    """Exit code 0, not a word, every answer in the store, and nothing left of what was made for a moment."""
    with dashboard(tmp_path / "home", database) as one:
        ended = asyncio.run(ended_in(phase, one, number))

        assert (ended.code, ended.errors) == (0, "")
        assert sum(kept(one.database)) >= sum(kept(database)) + len(one.server.questions) - PLAN.concurrency
        assert list(one.scratch.rglob("*")) == []


@pytest.mark.parametrize("phase", ["coming up", "a run under way"])
def test_a_second_ctrl_c_changes_nothing(phase: str, database: Path, tmp_path: Path) -> None:
    """A dashboard that is ending ends as if it had been told once."""
    with dashboard(tmp_path / "home", database) as one:
        ended = asyncio.run(ended_in(phase, one, *[signal.SIGINT] * 3))

        assert (ended.code, ended.errors) == (0, "")
        assert sum(kept(one.database)) >= sum(kept(database)) + len(one.server.questions) - PLAN.concurrency


@by_signal
def test_what_is_started_through_start_py_ends_with_it(number: signal.Signals, database: Path, tmp_path: Path) -> None:
    """A signal that reaches the parent alone reaches the dashboard, whose exit code is the parent's."""
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import start; sys.exit(start.run({LMWALK!r} + sys.argv[1:]))"
    )
    with dashboard(tmp_path / "home", database, sys.executable, "-c", code) as one:
        ended = asyncio.run(ended_in("idle", one, number))

        assert (ended.code, ended.errors) == (0, "")
        assert not one.up()


def test_start_py_gives_back_the_exit_code(tmp_path: Path) -> None:
    """Of a command that ended by itself as it is, and of one that a signal killed as a shell has it."""
    code = "import sys, start; sys.exit(start.run([sys.executable, '-c', sys.argv[1]]))"

    def given(program: str) -> int:
        return subprocess.run([sys.executable, "-c", code, program], cwd=ROOT, timeout=WAIT_S, check=False).returncode

    assert given("raise SystemExit(3)") == 3
    assert given("import os; os.kill(os.getpid(), 9)") == 128 + 9


@by_signal
@pytest.mark.parametrize("begun", [False, True], ids=["starting", "asking"])
def test_a_run_in_the_terminal_ends(begun: bool, number: signal.Signals, tmp_path: Path) -> None:
    """Exit code 130 and no traceback; where questions were asked, answers are kept and a word says how to go on."""
    study, db = tmp_path / "study.yaml", tmp_path / "results.duckdb"
    study.write_text(PLAN.model_copy(update={"models": ("openai/tiny",)}).to_yaml(), encoding="utf-8")
    with openai_server(lambda _: "UP", latency_s=0.05) as server, pytest.MonkeyPatch.context() as environment:
        environment.setenv("OPENAI_BASE_URL", server.url)
        process = subprocess.Popen(
            [*LMWALK, "run", str(study), "--db", str(db)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        ended = asyncio.run(
            _told_when(process, lambda: len(server.questions) > 60 if begun else heeds(process), number)
        )

    assert ended.code == 130, ended.errors
    assert "Traceback" not in ended.errors
    if begun:
        assert "goes on from here" in ended.errors
        assert sum(kept(db)) >= len(server.questions) - PLAN.concurrency
    else:
        assert (ended.errors, db.exists()) == ("", False)


async def _told_when(process: subprocess.Popen[str], met: object, number: signal.Signals) -> Ended:
    assert callable(met)
    while not met():
        assert process.poll() is None, process.communicate()
        await asyncio.sleep(0.02)
    process.send_signal(number)
    _, errors = await asyncio.to_thread(process.communicate, timeout=WAIT_S)
    return Ended(process.returncode, errors, 0)


AS_A_LIBRARY = """
import sys, time
from lmwalk import Study, jobs_of, open_store

store = open_store(sys.argv[2])
job = jobs_of(store).start(Study.from_yaml(sys.argv[1]))
while not (job.error or job.progress().answers > 20):
    time.sleep(0.02)
print(job.error)
"""


@pytest.mark.parametrize(
    ("model", "measurement"),
    [("openai/tiny", "replies"), ("lm_studio/tiny", "replies"), ("openai/tiny", "probabilities")],
)
def test_a_program_that_uses_the_package_ends_without_a_word(model: str, measurement: str, tmp_path: Path) -> None:
    """Whether a run is under way when it ends, or was refused because the server gives no log-probabilities."""
    plan = Study.of(name="s", models=[model], measurement=measurement, trajectories=2, steps=5000)
    with openai_server(lambda _: "UP", silent=True) as server, pytest.MonkeyPatch.context() as environment:
        for name in ("OPENAI_BASE_URL", "LM_STUDIO_API_BASE"):
            environment.setenv(name, server.url)
        command = [sys.executable, "-W", "default", "-c", AS_A_LIBRARY, plan.to_yaml(), str(tmp_path / "r.duckdb")]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=WAIT_S, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ("log-prob" in ended.stdout) == (measurement == "probabilities"), ended.stdout
