"""Where a study runs, chosen under More: a run is told, a study is not, and what cannot be used starts nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lmwalk.cluster import fabric
from lmwalk.cluster.place import Place
from lmwalk.jobs import jobs_of
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.experiment.step_by_step.acts import act
from lmwalk.ui.experiment.step_by_step.panel import Hand, LastRead, by_hand
from lmwalk.ui.families.walks.selection import WalkSelection
from lmwalk.ui.parts.form.advanced import HOLD
from lmwalk.ui.parts.form.place import CHOICES, FILE, HERE, SCHEDULER, TAKEN, WHERE, WORKERS
from lmwalk.ui.parts.run_controls import go_on
from tests.ui.conftest import Page, button, stop_all, texts

WRONG = {
    "": "the address of the scheduler is missing",
    "host:8786": "'host:8786' cannot be used",
    "/no/such/file": "'/no/such/file' cannot be used",
}


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of something that never says a word: a run that looks for a scheduler there is preparing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"tcp://127.0.0.1:{listening.getsockname()[1]}"


def read(app: AppTest) -> str:
    return texts(app).replace("\\", "").replace("\N{WORD JOINER}", "")


def choose(app: AppTest, where: str, value: object = None, taken: str | None = None) -> AppTest:
    """Choose it in the controls."""
    app.selectbox(key=WHERE).set_value(where).run()
    if value is not None:
        (app.number_input if where == WORKERS else app.text_input)(key=f"where-{where}").set_value(value)
    if taken is not None:
        app.text_input(key=f"where-{TAKEN}").set_value(taken)
    return app.run()


def test_it_is_told_to_the_run_and_is_no_part_of_the_study(page: Page, store: Store, silent: str) -> None:
    """The same form makes the same study wherever it runs; the line below the controls says where, and sets it back."""
    app = page(models="simulated/slow:latency_s=0.1", walks="2")
    choose(app, SCHEDULER, silent, "GPU=1, MEMORY=2")
    assert f"asked by {Place(scheduler=silent).words}" in read(app)
    app.session_state["name"] = "far"
    button(app, "Run").click().run()
    button(app, "Set back").click().run()
    assert app.selectbox(key=WHERE).value == HERE
    assert "Set under More" not in read(app)
    app.session_state["name"] = "near"
    button(app.run(), "Run").click().run()

    far, near = (jobs_of(store).get(name) for name in ("far", "near"))
    assert far is not None
    assert near is not None
    assert far.place == Place(scheduler=silent, resources={"GPU": 1, "MEMORY": 2})
    assert near.place is None
    assert far.study.to_yaml().replace("far", "near") == near.study.to_yaml()
    stop_all(store)


def test_a_file_is_read_before_anything_starts(page: Page, tmp_path: Path) -> None:
    """One that describes a cluster is named; of another one it is said what is wrong with it."""
    file = tmp_path / "cluster.yaml"
    file.write_text("kind: local\njobs: 2\n")
    app = choose(page(models="ideal"), FILE, str(file))
    assert f"asked by {Place(file=file).words}" in read(app)

    file.write_text("kind: mainframe\njobs: 2\n")

    assert "cluster.yaml: kind: 'mainframe' cannot be used" in read(app.run())


def test_what_cannot_be_used_is_said_beside_the_control_and_starts_nothing(
    page: Page, store: Store, silent: str
) -> None:
    """In the panel, below the controls, and where Run is pressed all the same."""
    app = choose(page(models="ideal"), SCHEDULER)
    for value, sentence in WRONG.items():
        choose(app, SCHEDULER, value)
        assert read(app).count(sentence) == 2
        button(app, "Run").click().run()
        assert [sentence in error.value.replace("\\", "").replace("\N{WORD JOINER}", "") for error in app.error] == [
            True
        ]
    choose(app, SCHEDULER, silent, "GPU=many")
    assert "resource: 'GPU=many' cannot be used" in read(app)

    assert jobs_of(store).all() == []


def test_without_dask_it_is_said_how_to_install_it(page: Page, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """All choices are there, and none but this computer starts anything."""
    monkeypatch.setattr(fabric, "find_spec", lambda _: None)
    app = page(models="ideal")
    assert app.selectbox(key=WHERE).options == list(CHOICES.values())
    assert fabric.INSTALL not in read(app)

    for where in (WORKERS, SCHEDULER, FILE):
        assert fabric.INSTALL in read(choose(app, where))
        button(app, "Run").click().run()
        assert jobs_of(store).all() == []


def test_no_trajectory_is_held_elsewhere(page: Page, store: Store, silent: str) -> None:
    """The control rests, and what it said before does not count."""
    app = page(models="ideal")
    app.checkbox(key=HOLD).check().run()
    choose(app, SCHEDULER, silent)

    assert app.checkbox(key=HOLD).disabled
    button(app, "Run").click().run()
    assert [job.held() for job in jobs_of(store).all()] == [()]
    assert not app.exception
    assert not choose(app, HERE).checkbox(key=HOLD).disabled
    stop_all(store)


def test_a_run_elsewhere_takes_no_hand_and_goes_on_where_it_was(
    store: Store, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The panel By hand says why, buttons of it change nothing, and Continue asks the same workers."""
    monkeypatch.setenv("LMWALK_DB", str(store.path))
    study = Study.of(name="walk", models=["ideal"], trajectories=2, steps=4)
    condition = study.conditions()[0]
    jobs = jobs_of(store)
    job = jobs.start(study, place=Place(scheduler=silent))
    hand = Hand(open=True, presenting=False, who=None, first=(condition, 0))

    told = by_hand(store, job, hand, WalkSelection(study, (condition,)), LastRead())
    assert told is not None
    assert (told["hold"], told["all"], told["next"]) == ("", False, None)
    assert f"Asked by {Place(scheduler=silent).words}" in told["why"]
    for does in ("hold", "release", "send"):
        act(study, {"do": does, "condition": condition.id, "number": 0, "t": 1})
    assert not job.holds(condition.id, 0)

    job.stop()
    job.wait(30)
    go_on(study)
    again = jobs.get("walk")
    assert again is not None
    assert again is not job
    assert again.place == job.place
    stop_all(store)


def test_a_dashboard_that_others_reach_names_no_scheduler_and_no_file(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either may have this computer do anything; one that was chosen before counts for nothing."""
    app = choose(page(), SCHEDULER, "tcp://127.0.0.1:9")
    assert "asked by" in read(app)
    monkeypatch.setattr("lmwalk.ui.parts.form.place.is_open", lambda: True)
    app.run()
    assert "asked by" not in read(app)
    assert list(app.selectbox(key=WHERE).options) == [CHOICES[HERE], CHOICES[WORKERS]]
