"""Fields: every position of a walk asked once, kept, and read under any sampler."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scripted import Scripted
from servers import Server, openai_server
from typer.testing import CliRunner

from lmwalk.access import VARIABLE
from lmwalk.cli import app
from lmwalk.datasets.fields import field_from, kept_field, kept_trees
from lmwalk.engine.scheduling import Retries
from lmwalk.errors import InputError, ReadOnlyError
from lmwalk.jobs import FieldPlan, Jobs, fields
from lmwalk.models.builtin.policy import policy
from lmwalk.sampler import PIPELINES
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.token_tree import TokenTree
from lmwalk.types import Distribution, Gate, Outcome, Prompt, Sampling, Template

WORDS = Template("short", ("x = {x}, y = {y}. UP, DOWN, LEFT or RIGHT?",))
small = partial(FieldPlan.of, "grid", WORDS, "openai/tiny", params={"half_width": 2})
EVENLY = {"UP": 0.4, "RIGHT": 0.3, "LEFT": 0.2, "DOWN": 0.1}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with openai_server(probabilities=EVENLY) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        monkeypatch.setattr(fields, "RETRIES", Retries(attempts=2, first_s=0.01, load_s=0.0))
        yield running


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def told(pairs: Iterable[tuple[int, TokenTree]]) -> dict[int, dict[str, object]]:
    return {position: json.loads(json.dumps(tree.stored())) for position, tree in pairs}


def test_the_builtin_models_field_is_the_law_it_was_taught(jobs: Jobs) -> None:
    """At every fifth position of the whole grid and at T = 0.5, 1 and 2, laws are off by a TVD of .02 on average."""
    asking = jobs.ask_field(FieldPlan.of("grid", "terse", "builtin/tiny", stride=5))
    asking.wait(60)

    assert (asking.state, asking.error, len(asking.since(0))) == ("done", None, asking.total)
    assert asking.asked == asking.total == 121
    x, y = asking.lattice.points.T
    for temperature in (0.5, 1.0, 2.0):
        field = field_from(asking.lattice, asking.since(0), Sampling(temperature))
        law = policy(x, y, temperature)
        off = np.abs(field.p - law).sum(axis=1)[field.measured] / 2
        assert len(off) == 121
        assert off.mean() <= 0.02


def test_each_distinct_prompt_is_asked_once_and_never_again(server: Server, jobs: Jobs, store: Store) -> None:
    """Positions that share a prompt share its answer; a second run, another process and a walk ask nothing."""
    rows = Template("rows", ("y = {y}. UP, DOWN, LEFT or RIGHT?",))
    plan = FieldPlan.of("grid", rows, "openai/tiny", params={"half_width": 2}, t=3)
    asking = jobs.ask_field(plan)
    assert jobs.ask_field(plan) is jobs.field(plan) is asking
    asking.wait(60)

    assert (asking.state, asking.error) == ("done", None)
    assert (len(server.questions), asking.asked, asking.spared) == (5, 5, 20)
    assert sorted(position for position, _ in asking.since(0)) == list(range(25))
    assert asking.since(24) == asking.since(0)[24:]
    assert plan.order[0] == plan.lattice.origin

    others = Jobs(store)
    again = others.ask_field(plan)
    again.wait(60)
    walk = {"params": {"half_width": 2}, "template": {"text": rows.text}, "measurement": "probabilities", "steps": 5}
    job = others.start(Study.of(name="over it", models=["openai/tiny"], temperatures=[0.5], **walk))
    job.wait(60)
    assert (again.state, again.asked, again.spared, job.state) == ("done", 0, 25, "done")
    assert len(server.questions) == 5
    assert told(again.since(0)) == told(asking.since(0)) == told(kept_trees(store, plan).items())
    anew = others.ask_field(plan, refresh=True)
    anew.wait(60)
    assert (anew.asked, len(server.questions)) == (5, 10)
    others.close()


def test_what_came_before_a_stop_is_kept(server: Server, jobs: Jobs, store: Store) -> None:
    """A run that is stopped in the middle is on disk as far as it came, and the next one asks the rest alone."""
    server.latency_s = 0.05
    plan = FieldPlan.of("grid", WORDS, "openai/tiny", params={"half_width": 6})
    asking = jobs.ask_field(plan)
    until(lambda: len(asking.since(0)) > 20)
    asking.stop()
    asking.wait(60)
    came, server.latency_s = len(asking.since(0)), 0.0

    assert asking.state == "stopped"
    assert came == len(kept_trees(store, plan)) < 169
    assert 1 < server.peak <= 16
    rest = jobs.ask_field(plan)
    rest.wait(60)
    assert (rest.state, rest.spared, rest.asked) == ("done", came, 169 - came)
    server.latency_s, others = 0.05, Jobs(store)
    another = others.ask_field(plan, refresh=True)
    until(lambda: len(another.since(0)) > 0)
    others.close()
    assert another.state == "stopped"
    another.stop()


def test_a_dead_server_is_a_sentence(server: Server, jobs: Jobs, store: Store) -> None:
    """What fails for good ends the field with the reason, what came stands, and a later run goes on from there."""
    until_dead = jobs.ask_field(small(stride=2))
    until_dead.wait(60)
    server.fail("reset")
    asking = jobs.ask_field(small())
    asking.wait(60)

    assert asking.state == "failed"
    assert asking.error is not None
    assert "openai/tiny" in asking.error
    assert asking.error.endswith(".")
    assert len(asking.since(0)) == asking.spared == until_dead.asked == len(kept_trees(store, small()))
    server.heal()
    assert jobs.ask_field(small()) is not asking


def test_a_field_reads_as_its_distributions_do(server: Server, jobs: Jobs, store: Store) -> None:
    """Laws, outside and bounds at a temperature under Ollama's cuts; what is kept gives the same with no question."""
    server.listed = 3
    asking = jobs.ask_field(small())
    asking.wait(60)
    field = field_from(asking.lattice, asking.since(0), Sampling(0.7), PIPELINES["temperature-only"])
    cut = field_from(asking.lattice, asking.since(0), Sampling(2.0, top_k=2), PIPELINES["ollama"])

    weights = np.array([EVENLY[move] for move in asking.lattice.moves]) ** (1 / 0.7)
    assert (field.low <= weights / weights.sum() + 1e-9).all()
    assert (field.high >= weights / weights.sum() - 1e-9).all()
    assert field.low[0, 1] < field.high[0, 1]
    assert np.allclose(cut.p[:, [1, 2]], 0)
    assert np.allclose(cut.p[:, 0], 1 / (1 + np.sqrt(0.75)))
    asked = len(server.questions)
    kept = kept_field(store, small(stride=5), Sampling(0.7))
    assert kept is not None
    assert np.array_equal(kept.p, field.p)
    assert len(kept_trees(store, small(t=1, params={"half_width": 9}))) == 25
    assert kept_field(store, FieldPlan.of("grid", "terse", "openai/tiny")) is None
    assert len(server.questions) == asked


class Telling(Scripted):
    """Prefers one move wherever it is asked, and says when it was."""

    simulated = False

    def __init__(self, name: str, log: list[str]) -> None:
        super().__init__(name, exclusive=True)
        self.log = log

    async def distribution(self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate) -> Distribution:
        async with gate:
            self.log.append(self.name)
            await asyncio.sleep(0)
        return Distribution(dict.fromkeys(outcomes, math.log(0.2)), 0.4)


def test_a_server_that_holds_one_model_is_asked_field_after_field(store: Store) -> None:
    """Two models beside each other change places once; of one that tells distributions alone, these are the field."""
    log: list[str] = []
    jobs = Jobs(store, lambda name: Telling(name, log))
    both = [jobs.ask_field(FieldPlan.of("ring", "memoryless", name)) for name in ("one", "two")]
    for asking in both:
        asking.wait(60)
        field = asking.field(Sampling(0.5))
        assert field.p == pytest.approx(np.full_like(field.p, 1 / 3))
        assert field.outside == pytest.approx(np.full(12, 0.16 / (3 * 0.04 + 0.16)))
    jobs.close()

    assert len(log) == 24
    assert sum(one != other for one, other in pairwise(log)) == 1


def test_a_simulation_without_a_sampler_has_one_field(jobs: Jobs) -> None:
    """At every temperature it is what the simulation is told to be, as its walks are."""
    asking = jobs.ask_field(FieldPlan.of("grid", "terse", "simulated/biased:p=0.4/0.3/0.2/0.1", stride=25))
    asking.wait(60)

    for temperature in (0.0, 0.3, 2.0):
        field = asking.field(Sampling(temperature))
        assert field.p[field.measured] == pytest.approx(np.tile([0.4, 0.3, 0.2, 0.1], (9, 1)))


def test_what_no_field_can_be_of_is_refused_in_a_sentence(
    jobs: Jobs, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Templates that tell the way, thinking, processes without positions, models that tell nothing, and readers."""
    with pytest.raises(InputError, match=r"moves.*memoryless"):
        FieldPlan.of("grid", "history", "builtin/tiny")
    with pytest.raises(InputError, match="thinking"):
        small(thinking="high")
    with pytest.raises(InputError, match="no positions"):
        FieldPlan.of("prior", "messages", "builtin/tiny")
    tells_nothing = Jobs(store, lambda _: Scripted())
    asking = tells_nothing.ask_field(FieldPlan.of("ring", "memoryless", "scripted"))
    asking.wait(60)
    assert (asking.state, asking.error) == ("failed", "A scripted model has no distribution.")
    tells_nothing.close()
    monkeypatch.setenv(VARIABLE, "1")
    with pytest.raises(ReadOnlyError):
        jobs.ask_field(small())


def test_the_command_writes_a_field_as_a_table(tmp_path: Path) -> None:
    """A row a position, empty where it was not asked; a sampler that is none is a sentence with exit code 2."""
    out, db = tmp_path / "field.csv", tmp_path / "r.duckdb"
    command = ["field", "--model", "simulated/honest", "--stride", "25", "--out", str(out), "--db", str(db)]
    ended = CliRunner().invoke(app, [*command, "--temperature", "0.5"])

    assert ended.exit_code == 0, ended.output
    table = pd.read_csv(out)
    assert len(table) == 51 * 51
    assert table["UP"].notna().sum() == 9
    wrong = CliRunner().invoke(app, [*command, "--sampler", "warm"])
    assert wrong.exit_code == 2
    assert "temperature-only" in wrong.output
