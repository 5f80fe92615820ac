"""The section Step by step, on each page that has one."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import finished
from streamlit.testing.v1 import AppTest

from lmwalk.datasets.reading_words import message, pieces
from lmwalk.importing import import_chains, read_chains
from lmwalk.jobs import Jobs, jobs_of
from lmwalk.processes.grid import Grid
from lmwalk.store import Store
from lmwalk.store.history import COLUMNS
from lmwalk.study import Study
from lmwalk.study.branch import Fork
from lmwalk.study.branching import branched
from lmwalk.ui.experiment.step_by_step.acts import act
from lmwalk.ui.experiment.step_by_step.panel import look
from lmwalk.ui.experiment.step_by_step.section import OPEN
from lmwalk.ui.families.walks import scene as walks
from lmwalk.ui.families.walks.selection import WalkSelection
from lmwalk.ui.shell import session
from tests.ui.conftest import Page, button, stop_all, texts

STEP = {**dict.fromkeys(COLUMNS), "reply": "", "status": "ok", "outcome": "UP", "error": None, "distribution": None}
STUDIES = {
    "walk": {},
    "draws": {
        "process": "in-context",
        "params": {"thetas": [0.2, 0.8], "examples": [0, 1, 3]},
        "template": {"texts": ["A {results}", "B {results}"], "prefill": "I say "},
        "measurement": "probabilities",
        "steps": 3,
    },
    "telephone": {
        "process": "telephone",
        "params": {"texts": ["one two three", "four five six"]},
        "models": ["simulated/swapper"],
        "temperatures": [1.0],
        "steps": 3,
    },
}


def open_section(app: AppTest) -> AppTest:
    app.session_state[OPEN] = True
    return app.run()


def branch_of(parent: Study, store: Store, t: int, trajectory: int = 1) -> Study:
    row = next(
        row
        for row in store.steps(parent.name, trajectory=trajectory).to_dict("records")
        if row["t"] == t and row["condition"] == parent.conditions()[0].id
    )
    fork = Fork(row["condition"], trajectory, t, json.loads(row["state_after"]))
    return branched(parent, fork, f"{parent.name} branch 1")


@pytest.mark.parametrize("name", list(STUDIES))
def test_every_page_shows_the_latest_step_and_its_question(page: Page, jobs: Jobs, store: Store, name: str) -> None:
    """The prompt that was sent stands there as it was."""
    study = finished(jobs, **STUDIES[name])
    last = store.history.step(study.conditions()[0].id, 0, study.steps)
    assert last is not None

    app = open_section(page(name))

    assert not app.exception
    assert last["prompt"] in [code.value for code in app.code]
    assert f"{study.steps} of {study.steps} questions answered" in texts(app)


@pytest.mark.parametrize("name", list(STUDIES))
def test_a_branch_is_shown_on_every_page_and_without_its_parent(
    page: Page, jobs: Jobs, store: Store, name: str
) -> None:
    """It says where it came from; when the parent is gone, it says so and shows all else as before."""
    parent = finished(jobs, **STUDIES[name])
    branch = branch_of(parent, store, 1)
    jobs.start(branch).wait(30)

    app = open_section(page(name, study=branch.name))
    assert not app.exception
    where = "four five six, chain 1 at generation 1" if name == "telephone" else "1 at t = 1"
    assert where in texts(app).replace("\\", "")
    assert button(app, "walk")

    for job in jobs_of(store).all():
        job.wait(30)
    store.shelf.delete("walk")
    app = open_section(page(name, study=branch.name))
    assert not app.exception
    assert "is gone" in texts(app)
    stop_all(store)


def test_a_branch_starts_with_another_temperature_and_is_named_by_its_parent(
    page: Page, jobs: Jobs, store: Store
) -> None:
    """Start the branch stores a study whose parent and step are those on the screen."""
    parent = finished(jobs, trajectories=2, steps=6)
    app = open_section(page())
    app.session_state["hands-branch-walk"] = True
    app.run()

    app.number_input(key=f"branch-T-{parent.conditions()[0].id}").set_value(0.3).run()
    button(app, "Start the branch").click().run()

    started = jobs_of(store).all()[-1]
    started.wait(30)
    assert started.study.name == "walk branch 1"
    assert started.study.temperatures == (0.3,)
    assert started.study.branch is not None
    assert (started.study.branch.study, started.study.branch.t) == ("walk", 6)
    assert started.study.branch.state == json.loads(store.steps("walk", trajectory=0)["state_after"].iloc[-1])


def test_the_picture_of_a_branch_goes_on_from_its_parent_s_path(jobs: Jobs, store: Store) -> None:
    """The grey path ends where the branch begins, where the circle of unbiased walks is drawn; dashed, it goes on."""
    branch = branch_of(finished(jobs), store, 7)
    path = store.paths("walk").query("trajectory == 1 and t <= 7")[["x", "y"]].to_numpy().tolist()
    way = store.paths("walk").query("trajectory == 1 and t >= 7")[["x", "y"]].to_numpy().tolist()
    before, after = (tuple(map(tuple, part)) for part in (path, way))
    shown = WalkSelection(branch, tuple(branch.conditions()), before=before, after=after)

    scene = walks.scene(shown)

    assert (scene["room"]["before"], scene["room"]["after"]) == (path, way)
    assert scene["room"]["centre"] == path[-1]
    assert ["lmw-before", "its parent"] in scene["legend"]
    assert walks.starts(shown)[0]["x"] == [path[-1][0]]


def test_an_imported_study_can_be_looked_at_step_by_step(page: Page, store: Store, tmp_path: Path) -> None:
    """Chains that were made elsewhere have steps too."""
    file = tmp_path / "chains.csv"
    file.write_text("model,task,initial,seed,generation,text\nm,rephrase,0,0,0,one\nm,rephrase,0,0,1,two\n")
    import_chains(store, "other", read_chains(file), 0.8)

    app = open_section(page("telephone", study="other"))

    assert not app.exception
    assert "1 of 1 question answered" in texts(app)


def test_the_question_that_waits_is_the_one_after_the_answer_that_is_shown(
    jobs: Jobs, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At any moment, also while an answer is on its way into the store; and a pause has one for each trajectory."""
    monkeypatch.setenv("LMWALK_DB", str(store.path))
    study = Study.of(name="walk", models=["ideal"], trajectories=2, steps=40)
    condition = study.conditions()[0].id
    job, seen = jobs.start(study, paused=True), set()
    deadline = time.monotonic() + 60
    while len(seen) < 8 and time.monotonic() < deadline:
        moment = look(session.store(), job, condition, 1)
        if moment.question:
            last = moment.step["t"] if moment.step else 0
            assert moment.question.t == last + 1 == moment.reached.answered + 1
            job.send(condition, 1, moment.question.t)
            seen.add(last)
    assert seen == set(range(8))
    job.stop()
    job.wait(30)


def test_what_the_stage_tells_is_done_and_nothing_else(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold all starts a stopped study paused; who or what does not exist changes nothing."""
    monkeypatch.setenv("LMWALK_DB", str(store.path))
    study = Study.of(name="walk", models=["ideal"], trajectories=2, steps=40)
    condition = study.conditions()[0].id

    for told in ({"do": "hold", "condition": "none", "number": 0}, {"do": "send"}, {"do": "step"}, {"do": "delete"}):
        act(study, told)
    assert session.jobs().get("walk") is None
    act(study, {"do": "hold_all"})
    job = session.jobs().get("walk")
    assert job is not None
    while job.state == "preparing":
        time.sleep(0.01)
    assert job.state == "paused"
    act(study, {"do": "hold", "condition": condition, "number": 1})
    assert [job.holds(condition, number) for number in (0, 1)] == [False, True]
    act(study, {"do": "resume"})
    act(study, {"do": "release", "condition": condition, "number": 1})
    job.wait(30)
    assert job.state == "done"


@given(st.text(alphabet="aUP \n\u202e<>&\U0001f600", max_size=60))
def test_pieces_make_the_whole_text(text: str) -> None:
    """Nothing is lost, nothing is added, and the marked pieces are the spans."""
    spans = Grid().spans(text)

    found = pieces(text, spans)

    assert "".join(piece for piece, _ in found) == text
    assert [piece for piece, marked in found if marked] == [text[a:b] for a, b in spans]


def test_a_very_long_answer_is_cut_and_says_so() -> None:
    """What is beyond is neither sent to the page nor marked."""
    reply = "x " * 150_000 + "UP"

    told = message(Grid(), {**STEP, "reply": reply})

    assert sum(len(piece) for piece, _ in told["pieces"]) == 200_000
    assert "200,000 of 300,002 characters" in told["how"]
