"""The section Step by step, on each page that has one."""

from __future__ import annotations

import json
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
from lmwalk.ui.experiment.step_by_step.section import OPEN
from lmwalk.ui.families.walks import scene as walks
from lmwalk.ui.families.walks.selection import WalkSelection
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
    """The grey path ends where the branch begins, which is where the circle of unbiased walks is drawn."""
    branch = branch_of(finished(jobs), store, 7)
    path = store.paths("walk").query("trajectory == 1 and t <= 7")[["x", "y"]].to_numpy().tolist()
    shown = WalkSelection(branch, tuple(branch.conditions()), before=tuple(map(tuple, path)))

    scene = walks.scene(shown)

    assert scene["room"]["before"] == path
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
