"""Branches: studies that go on from a step of another study's trajectory."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import ListSink, Scripted, finished
from typer.testing import CliRunner

from lmwalk.cli import app
from lmwalk.engine import Policy, Run
from lmwalk.engine.prepared import prepare
from lmwalk.engine.scheduling import Control
from lmwalk.errors import InputError
from lmwalk.jobs import Jobs
from lmwalk.processes.grid import MOVES
from lmwalk.step import Step
from lmwalk.store import Store
from lmwalk.study import Study, start_position
from lmwalk.study.branch import Fork
from lmwalk.study.branching import branch_name, branched
from lmwalk.types import Prompt
from lmwalk.ui.parts.branches import since

MAZE = list(MOVES)
TEMPLATE = {"text": "t {t} at {x},{y} after {moves}?"}
DRAWS = {"process": "in-context", "params": {"thetas": [0.2, 0.8], "examples": [0, 1, 3, 5, 10]}, "steps": 5}
CHAINS = {
    "process": "telephone",
    "params": {"texts": ["one two", "three four"], "tasks": ["rephrase + continue"]},
    "steps": 6,
}


def from_state(prompt: Prompt, seed: int) -> str:
    """A mover that the words alone decide."""
    return MAZE[sum(prompt.text.encode()) % 4]


def steps_of(study: Study, model: Scripted | None = None) -> list[Step]:
    async def main() -> ListSink:
        sink = ListSink()
        plays = prepare(study, lambda _: model or Scripted(answer=from_state))
        await Run(study, plays, sink, {}, Control(), Policy())()
        return sink

    return sorted(asyncio.run(main()), key=lambda step: (step.trajectory, step.t))


def walk(**values: object) -> Study:
    return Study.of(**{"name": "walk", "models": ["ideal"], "trajectories": 2, "steps": 8, **values})


def fork_of(steps: list[Step], trajectory: int, t: int) -> Fork:
    """The place after a step."""
    step = next(step for step in steps if (step.trajectory, step.t) == (trajectory, t))
    return Fork(step.condition, trajectory, t, json.loads(step.state_after))


@given(st.integers(1, 7))
def test_a_branch_goes_on_as_its_parent_did(t: int) -> None:
    """Who answers by the words alone takes the same way from any step, and is asked the same questions."""
    parent = walk(template=TEMPLATE)
    whole = steps_of(parent)

    branch = branched(parent, fork_of(whole, 1, t), "again")
    rest = steps_of(branch)

    assert branch.steps == 8 - t
    assert [step.t for step in rest] == list(range(1, 9 - t))
    expected = [step for step in whole if step.trajectory == 1 and step.t > t]
    assert [(s.prompt, s.state_after, s.x, s.y) for s in rest] == [
        (s.prompt, s.state_after, s.x, s.y) for s in expected
    ]
    assert not {step.seed for step in rest} & {step.seed for step in whole}


def test_a_branch_s_own_steps_are_told_from_its_parent_s() -> None:
    """It counts them from 1; what counts them says after which of its parent's they come."""
    parent = walk()
    branch = branched(parent, fork_of(steps_of(parent, Scripted(answer=from_state)), 1, 3), "again")

    assert (since(parent, "t"), since(branch, "t"), since(branch)) == ("t", "t 3 +", "3 +")


def test_a_branch_of_a_branch_goes_on_from_there() -> None:
    """Two branches in a row lead where one does; the second knows how many questions came before in all."""
    parent = walk(template=TEMPLATE)
    whole = steps_of(parent)
    first = branched(parent, fork_of(whole, 0, 3), "walk branch 1")

    second = branched(first, fork_of(steps_of(first), 0, 2), "walk branch 1 branch 1")

    assert (second.branch and second.branch.asked, second.steps) == (5, 3)
    assert [s.state_after for s in steps_of(second)] == [s.state_after for s in whole if s.trajectory == 0 and s.t > 5]


def test_the_first_question_of_a_branch_is_its_parent_s_next_one() -> None:
    """With another model and temperature, the words are the same; the condition is another."""
    parent = walk(template=TEMPLATE)
    whole = steps_of(parent)
    branch = branched(parent, fork_of(whole, 0, 4), "other", models=["simulated/peaked"], temperatures=[0.2], steps=1)

    first = steps_of(branch)[0]

    assert first.prompt == next(step.prompt for step in whole if (step.trajectory, step.t) == (0, 5))
    assert first.condition != whole[0].condition
    assert branch.conditions()[0].temperature == 0.2


@pytest.mark.parametrize(("values", "number"), [(DRAWS, 3), (CHAINS, 5)])
def test_a_branch_keeps_its_parent_s_case_and_wording(values: dict[str, object], number: int) -> None:
    """Its trajectories are those numbers that have the same case and wording, and the questions go on."""
    texts = {"messages": ["A: {results}?", "B: {results}?"], "chat": ["A: {task} {text}", "B: {task} {text}"]}
    template = {"texts": texts["messages" if values is DRAWS else "chat"]}
    parent = walk(**values, template=template, trajectories=2)
    whole = steps_of(parent)

    branch = branched(parent, fork_of(whole, number, 2), "branch", trajectories=3)
    rest = steps_of(branch)

    assert len(branch.numbers) == branch.trajectory_count == 3
    assert {branch.case(n) for n in branch.numbers} == {parent.case(number)}
    asked = [step.prompt for step in whole if step.trajectory == number and step.t == 3]
    assert {step.prompt for step in rest if step.t == 1} == set(asked)
    assert {step.trajectory for step in rest} == set(branch.numbers)


def test_a_branch_is_written_and_read_whole() -> None:
    """The file holds the state, whatever stands in it; a study that is no branch says nothing of branches."""
    text = "a\u2028b\x85 <script> \U0001f600 'quoted': {not: yaml}"
    parent = Study.of(name="talk", models=["simulated/mover"], process="telephone", params={"texts": [text]})
    state = {**parent.start(0), "generation": 1}

    branch = branched(parent, Fork(parent.conditions()[0].id, 0, 1, dict(state)), "talk branch 1")

    assert Study.from_yaml(branch.to_yaml()) == branch
    assert Study.from_yaml(branch.to_yaml()).start(0)["text"] == text
    assert "branch" not in parent.to_yaml()


def test_only_a_branch_has_another_condition() -> None:
    """A study without a branch keeps the id that it always had; each place of a branch makes another."""
    parent = walk()
    places = [Fork(parent.conditions()[0].id, 0, t, {**parent.start(0), "t": t}) for t in (1, 2)]

    ids = {branched(parent, place, "walk", seed=0).conditions()[0].id for place in places}

    own = parent.conditions()[0]
    template = own.template
    parts = ["walk", "grid", dict(own.params), template.system, template.text, "ideal", own.requested, 0]
    assert own.id == hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
    assert len(ids | {parent.conditions()[0].id}) == 3


@pytest.mark.parametrize(
    ("state", "complaint"),
    [
        ({"x": 1, "y": 2, "moves": []}, "lacks 't'"),
        ({"t": 1, "x": "here", "y": 2, "moves": []}, "can go on from"),
        ({"t": 1, "x": 1, "y": 2, "moves": 7}, "can go on from"),
    ],
)
def test_a_state_that_is_none_is_refused(state: dict[str, object], complaint: str) -> None:
    """A study file with a state that the process cannot go on from says so in a sentence."""
    with pytest.raises(InputError, match=complaint):
        walk(branch={"study": "x", "condition": "y", "trajectory": 0, "t": 1, "state": state})


def test_an_experiment_that_is_over_has_no_branch() -> None:
    """After the last question there is nothing left to ask, and a chain that ended goes on from an earlier step."""
    draws = walk(**DRAWS)
    last = fork_of(steps_of(draws), 0, 5)
    with pytest.raises(InputError, match="earlier step"):
        branched(draws, last, "more")

    chain = walk(**CHAINS)
    over = Fork(chain.conditions()[0].id, 0, 2, {**chain.start(0), "ended": "empty"})
    with pytest.raises(InputError, match="was over there"):
        branched(chain, over, "more")


def test_names_of_branches_count_up() -> None:
    """The first number that is free, also where the parent's name is as long as a name can be."""
    assert branch_name("walk 3", ["walk 3", "walk 3 branch 1"]) == "walk 3 branch 2"
    assert len(branch_name("w" * 120, [])) <= 120


def test_a_stored_branch_is_resumed_and_knows_where_it_set_out(store: Store) -> None:
    """After a stop it goes on; its path begins where the parent was; its parent may be gone."""
    jobs = Jobs(store, lambda _: Scripted(answer=from_state))
    parent = finished(jobs, template=TEMPLATE)
    row = store.steps("walk", trajectory=1).iloc[3]
    fork = Fork(row["condition"], 1, 4, json.loads(row["state_after"]))
    branch = branched(parent, fork, "walk branch 1", steps=3)
    jobs.start(branch).wait(30)
    jobs.delete("walk")

    grown = branched(parent, fork, "walk branch 1", steps=6)
    jobs.start(grown).wait(30)

    rows = store.steps("walk branch 1")
    assert rows["t"].tolist() == [1, 2, 3, 4, 5, 6]
    assert json.loads(rows["state_after"].iloc[-1])["t"] == 10
    begin = store.paths("walk branch 1").iloc[0]
    assert (begin["t"], begin["x"], begin["y"]) == (0, row["x"], row["y"])
    assert start_position(store.study("walk branch 1"), 0) == (row["x"], row["y"])
    assert store.study("walk branch 1").branch == grown.branch
    with pytest.raises(InputError, match="another branch"):
        store.register(branched(parent, fork._replace(t=3), "walk branch 1", steps=6), [])


def test_a_branch_is_a_study_file_like_any_other(tmp_path: Path) -> None:
    """The command line runs it in a database that never held its parent, goes on with it, and exports it."""
    parent = walk()
    fork = fork_of(steps_of(parent), 0, 3)
    file, db, out = tmp_path / "branch.yaml", tmp_path / "other.duckdb", tmp_path / "steps.csv"

    for steps in (2, 5):
        file.write_text(branched(parent, fork, "walk branch 1", steps=steps).to_yaml(), encoding="utf-8")
        done = CliRunner().invoke(app, ["run", str(file), "--db", str(db)])
        assert done.exit_code == 0, done.output
    CliRunner().invoke(app, ["export", "--db", str(db), "--study", "walk branch 1", "--out", str(out)])

    rows = pd.read_csv(out)
    assert rows["t"].tolist() == [1, 2, 3, 4, 5]
    assert json.loads(rows["state_before"][0]) == fork.state


def test_a_branch_can_be_renamed(store: Store, jobs: Jobs) -> None:
    """Its parent and its state stay with it."""
    parent = walk()
    branch = branched(parent, fork_of(steps_of(parent), 0, 3), "walk branch 1")
    jobs.start(branch).wait(30)

    jobs.rename("walk branch 1", "mine")

    assert store.study("mine").branch == branch.branch
    assert len(store.steps("mine")) == branch.total_steps
    assert set(store.steps("mine")["condition"]) == {store.study("mine").conditions()[0].id}


def test_texts_of_a_branch_are_measured_from_where_it_set_out(store: Store) -> None:
    """Its initial text is the parent's text at that step."""
    jobs = Jobs(store, lambda _: Scripted(answer=lambda prompt, _: f"{prompt.state['text']} more"))
    parent = finished(jobs, **CHAINS)
    row = store.steps("walk", trajectory=1).iloc[2]
    fork = Fork(row["condition"], 1, 3, json.loads(row["state_after"]))
    branch = branched(parent, fork, "branch")
    jobs.start(branch).wait(30)
    while jobs.measuring("branch"):
        time.sleep(0.02)

    lengths = store.measures.values("branch", ["length"]).sort_values("t")

    assert lengths["t"].tolist() == [0, 1, 2, 3]
    assert lengths["value"].tolist() == [len("three four" + " more" * (3 + n)) for n in range(4)]
    assert set(pd.unique(lengths["trajectory"])) == {1}
