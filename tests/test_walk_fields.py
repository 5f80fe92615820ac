"""The field behind a study of walks, and what follows from it, as the figures show it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from servers import Server, openai_server

from lmwalk.datasets.families import study_data
from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import Words, figures, figures_of
from lmwalk.jobs import FieldPlan, Jobs
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import Template

PLACED = "x = {x}, y = {y}. UP, DOWN, LEFT or RIGHT?"
TIMED = "t = {t}, x = {x}, y = {y}. UP, DOWN, LEFT or RIGHT?"
SMALL = {"params": {"half_width": 2}, "steps": 6, "trajectories": 3, "models": ["openai/tiny"]}
P = {"UP": 0.4, "RIGHT": 0.3, "LEFT": 0.2, "DOWN": 0.1}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with openai_server(probabilities=P) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        yield running


def run(jobs: Jobs, **settings: Any) -> Study:
    study = Study.of(**{**SMALL, **settings})
    job = jobs.start(study)
    job.wait(60)
    assert job.state == "done", job.error
    return study


def ask(jobs: Jobs, text: str, **settings: Any) -> None:
    words = Template("another name", (text,))
    asking = jobs.ask_field(FieldPlan.of("grid", words, "openai/tiny", params={"half_width": 2}, **settings))
    asking.wait(60)
    assert asking.state == "done", asking.error


def data(store: Store, study: Study) -> WalkData:
    found = study_data(store, study)[1]
    assert isinstance(found, WalkData)
    return found


def names(material: WalkData) -> set[str]:
    return {figure.name for figure in figures_of("grid") if figure.applies(material)}


def test_a_field_is_found_by_the_words_of_its_questions(server: Server, jobs: Jobs, store: Store) -> None:
    """Whatever its template is called; under each condition's temperature; the law of the walks is then exact."""
    study = run(jobs, name="replies", template={"text": PLACED}, temperatures=[0.5, 1.0], on_unsupported="note")
    before = data(store, study)
    ask(jobs, PLACED)
    after = data(store, study)

    assert (before.version, dict(before.policies())) == ((), {})
    assert names(after) - names(before) == {"walk-spread", "walk-exact", "walk-why"}
    assert after.version != before.version
    for label, temperature in zip(after.policies(), (0.5, 1.0), strict=True):
        weights = np.array([0.4, 0.1, 0.2, 0.3]) ** (1 / temperature)
        policy = after.policies()[label]
        assert policy.field(0).p == pytest.approx(np.tile(weights / weights.sum(), (25, 1)), abs=1e-6)
        assert policy.law.moves == pytest.approx(np.tile(weights / weights.sum(), (6, 1)), abs=1e-6)
        assert (policy.law.until, policy.law.missing, policy.known) == (6, 0, True)
    shares = figures["walk-shares"].table(after)
    assert shares.loc[shares["outcome"] == "UP", "exact"].round(3).tolist() == [0.533, 0.4]
    occupancy = figures["walk-occupancy"].table(after)
    assert occupancy.groupby("label")["exact"].sum().tolist() == pytest.approx([1, 1], abs=1e-3)
    assert len(figures["walk-occupancy"](occupancy[occupancy["label"] == label], Words()).data) == 4
    ends = figures["walk-ends"].table(after)
    assert ends.groupby("label")["chance"].sum().between(0.95, 1).all()
    spread = figures["walk-spread"].table(after)
    first = spread[(spread["t"] == 1) & (spread["label"] == label)].set_index("measure")["exact"]
    assert first.to_dict() == pytest.approx({"Mean squared displacement": 1, "Mean x": 0.1, "Mean y": 0.3}, abs=1e-6)
    assert "Long run" in set(figures["walk-exact"].table(after)["measure"])


def test_a_study_of_probabilities_knows_its_own_questions(server: Server, jobs: Jobs, store: Store) -> None:
    """The law stops where walks come to what was not asked, and the numbers say where."""
    study = run(jobs, name="scored", template={"text": PLACED}, measurement="probabilities", temperatures=[1.0])
    material = data(store, study)
    (policy,) = material.policies().values()

    assert 1 <= policy.law.until < 6
    assert policy.law.lost > 1e-3
    assert policy.drawn_here
    assert "walk-why" not in names(material)
    told = figures["walk-exact"].table(material)
    assert "is not known: walks come to" in told["meaning"].iloc[0]
    assert figures["walk-occupancy"].table(material)["exact"].isna().all()


def test_a_question_that_names_t_needs_each_t(server: Server, jobs: Jobs, store: Store) -> None:
    """One moment tells of one step; with all of them the law is whole."""
    study = run(jobs, name="timed", template={"text": TIMED}, temperatures=[1.0], steps=3, on_unsupported="note")
    ask(jobs, TIMED)
    one = figures["walk-exact"].table(data(store, study))
    (first,) = data(store, study).policies().values()
    ask(jobs, TIMED, t=1)
    ask(jobs, TIMED, t=2)
    (policy,) = data(store, study).policies().values()

    assert (first.timed, first.moments, first.law.until) == (True, (0,), 1)
    assert "at t = 1, such as" in one["meaning"].iloc[0]
    assert "A field was asked at t = 0." in one["meaning"].iloc[0]
    assert (policy.moments, policy.law.until, policy.law.missing) == ((0, 1, 2), 3, 0)
    assert policy.whole_law is not None
    assert len(figures["walk-why"].table(data(store, study))) >= 3


def test_the_screen_tells_a_cut_sampler_from_an_honest_one(jobs: Jobs, store: Store) -> None:
    """In words, from the figure's own table: what is cut, where, and at which temperatures."""
    models = ["simulated/peaked", "simulated/honest"]
    study = run(
        jobs,
        name="cut",
        models=models,
        sampler="provider-default",
        params={},
        steps=50,
        temperatures=[0.7, 1.0],
        trajectories=5,
    )
    table = figures["walk-why"].table(data(store, study))
    peaked, honest = (table.loc[table["label"].str.startswith(model), "verdict"].unique() for model in models)

    assert len(peaked) == len(honest) == 1
    assert "the walks do not follow the measured probabilities" in peaked[0]
    assert "UP holds 0.93 at 26 of 26 positions; a cut at 0.9 removes the others" in peaked[0]
    assert honest[0].startswith("The walks follow the measured probabilities")
    assert len(figures["walk-why"](table[table["label"] == table["label"].iloc[0]], Words()).data) == 3
