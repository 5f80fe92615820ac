"""A wait that a server asks for: told by the clock, bounded, and ended by whoever does not want to wait."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scripted import Scripted
from servers import openai_server
from typer.testing import CliRunner

from lmwalk.cli import app as command_line
from lmwalk.errors import TransientError
from lmwalk.jobs import Job, Jobs, jobs_of
from lmwalk.number_format import clock
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import Prompt
from tests.ui.conftest import button, open_page

PLAN = Study.of(name="walk", models=["ideal"], trajectories=2, steps=3)


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def resting(seconds: float, times: int = 1) -> Scripted:
    """A model whose server asks for a rest the first few times."""
    refusals = [seconds] * times

    def answer(prompt: Prompt, seed: int) -> str:
        if refusals:
            raise TransientError("Slow down.", refusals.pop())
        return "UP"

    return Scripted(answer=answer)


def begun(store: Store, plan: Study, model: Scripted) -> Job:
    job = Jobs(store, lambda _: model).start(plan)
    until(lambda: job.progress().waiting or job.state == "done")
    return job


def test_a_long_wait_is_told_by_the_clock_and_ended_on_request(store: Store) -> None:
    """Who watches reads until when; asked now, every question that waits goes out, and the run reaches its end."""
    job = begun(store, PLAN, resting(7200.0))
    progress = job.progress()

    assert progress.waiting == f"ideal: Slow down. Asking again at {clock(progress.wait_s)} (attempt 2)."
    assert 7000 < progress.wait_s <= 7200

    job.ask_now()
    job.wait(60)

    assert (job.state, job.progress().waiting, job.progress().wait_s) == ("done", None, 0.0)
    assert list(store.steps("walk")["status"]) == ["ok"] * PLAN.total_steps


def test_a_server_may_ask_for_another_rest(store: Store) -> None:
    """To be asked now is no promise: where the server refuses again, the wait is told again."""
    job = begun(store, PLAN.model_copy(update={"trajectories": 1}), resting(7200.0, times=2))
    job.ask_now()
    until(lambda: "attempt 3" in (job.progress().waiting or ""))
    job.ask_now()
    job.wait(60)

    assert (job.state, job.progress().errors) == ("done", 0)


def test_the_answers_of_others_do_not_hide_a_wait(store: Store) -> None:
    """While one server rests and another answers, it is still said that the first one waits."""
    rests, answers = resting(7200.0), Scripted(server="there")
    plan = PLAN.model_copy(update={"models": ("ideal", "simulated/biased")})
    job = Jobs(store, lambda name: rests if name == "ideal" else answers).start(plan)
    until(lambda: job.progress().by_model["simulated/biased"] == (6, 6))

    assert "Slow down." in str(job.progress().waiting)
    job.stop()
    job.wait(60)


def test_a_wait_beyond_the_study_s_patience_is_an_error_at_once(store: Store) -> None:
    """The sentence says until when, how long the study would have waited, and what to do; other trajectories go on."""
    plan = PLAN.model_copy(update={"longest_wait_s": 60.0})
    job = begun(store, plan, resting(61.0))
    job.wait(60)
    (failed,) = store.steps("walk").query("status == 'error'").to_dict("records")

    assert failed["attempts"] == 1
    assert "The server asks for no question before " in failed["error"]
    assert "at most 1 min 00 s is waited for one (longest_wait_s in a study file). Run it again" in failed["error"]
    assert (job.progress().errors, job.progress().done) == (1, 3)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (60, "23:01"),
        (3600, "00:00 on 31 December 2026"),
        (86_400 * 365, "23:00 on 30 December 2027"),
        (1e12, "a day that no calendar has"),
        (float("inf"), "a day that no calendar has"),
    ],
)
def test_the_clock_names_the_day_where_it_is_not_today(seconds: float, said: str) -> None:
    """Hours and minutes, and the date where it is another one."""
    assert clock(seconds, datetime(2026, 12, 30, 23, 0, tzinfo=UTC)) == said


def test_the_page_offers_to_ask_now(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A button stands where the run is, only while a wait takes a while; pressed, the run goes on."""
    monkeypatch.setenv("LMWALK_DB", str(store.path))
    with openai_server(lambda _: "UP") as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        server.fail("429", times=1, retry_after="7200")
        job = jobs_of(store).start(Study.of(name="walk", models=["openai/tiny"], trajectories=1, steps=2))
        until(lambda: job.progress().waiting)
        app = open_page("walk", study="walk")
        assert not app.exception

        button(app, "Ask now").click().run()
        job.wait(60)
        app.run()

    assert (job.state, job.progress().done) == ("done", 2)
    assert "Ask now" not in [each.label for each in app.button]


def test_the_command_line_says_until_when_and_how_not_to_wait(tmp_path: Path) -> None:
    """Ctrl-C ends the wait; the same command asks at once."""
    file = tmp_path / "study.yaml"
    file.write_text(Study.of(name="walk", models=["openai/tiny"], trajectories=1, steps=2).to_yaml())
    command = [sys.executable, "-m", "lmwalk", "run", str(file), "--db", str(tmp_path / "r.duckdb")]
    with openai_server(lambda _: "UP") as server:
        environment = {**os.environ, "OPENAI_BASE_URL": server.url}
        server.fail("429", times=1, retry_after="7200")
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
            hang_guard = threading.Timer(120, process.kill)
            hang_guard.start()
            told = ""
            while "nothing is lost" not in " ".join(told.split()):
                line = process.stderr.readline()
                assert line, told
                told += line
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
            hang_guard.cancel()
        with pytest.MonkeyPatch.context() as own:
            own.setenv("OPENAI_BASE_URL", server.url)
            again = CliRunner().invoke(command_line, command[3:])

    assert "Asking again at" in " ".join(told.split())
    assert process.returncode == 130
    assert again.exit_code == 0, again.output
