"""The field behind a study of walks, and what follows from it, as the figures show it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from servers import Server, openai_server

from lmwalk.datasets.families import study_data
from lmwalk.datasets.field_arrows import arrows_of
from lmwalk.errors import InputError
from lmwalk.export import bundle as bundles
from lmwalk.export import to_bytes
from lmwalk.export.scene import scene_of
from lmwalk.figures._data import WalkData
from lmwalk.figures._drawing import Words, figures, figures_of
from lmwalk.importing import import_bundle
from lmwalk.jobs import FieldPlan, Jobs
from lmwalk.store import Store, open_store
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


def test_a_field_of_the_built_in_model_is_known_while_it_is_at_hand(jobs: Jobs, store: Store) -> None:
    """Its lists are not kept: what was asked in this process is used, and in the same way."""
    study = run(jobs, name="own", models=["builtin/tiny"], template={"text": PLACED}, params={"half_width": 1})
    asking = jobs.ask_field(
        FieldPlan.of("grid", Template("w", (PLACED,)), "builtin/tiny", params={"half_width": 1}, stride=1)
    )
    asking.wait(60)
    (policy,) = data(store, study).policies().values()

    assert policy.source == "asked here, not kept"
    assert (policy.law.until, policy.law.missing) == (6, 0)


def test_arrows_are_the_mean_moves_and_few(jobs: Jobs, store: Store) -> None:
    """At most 400, evenly apart, each as long as its mean move; each cell of an export has its own."""
    study = run(jobs, name="drawn", models=["simulated/honest"], params={}, temperatures=[1.0], steps=2)
    (policy,) = data(store, study).policies().values()
    arrows = np.array(arrows_of(policy, 25.0))
    mean = np.array([0, 0.93 - 0.07 / 3])

    assert len(arrows) == 17**2
    assert arrows[:, 2:] == pytest.approx(np.tile(0.9 * 3 * mean, (289, 1)), abs=0.005)
    assert (arrows[:, :2] % 3 == 0).all()
    (cell,) = scene_of(store, study).cells
    assert 0 < len(cell.field) <= 400
    assert len(json.dumps(cell.field)) < 12_000


def test_a_bundle_carries_the_lists_that_its_steps_refer_to(
    server: Server, jobs: Jobs, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once each, also when it comes twice; as somebody else's, which no run of one's own takes for its model's."""
    monkeypatch.setattr(bundles, "report", lambda *_: "")
    study = run(jobs, name="told", template={"text": PLACED}, measurement="probabilities", temperatures=[1.0])
    content = to_bytes(store, study.name, "bundle")
    with open_store(tmp_path / "other.duckdb") as other:
        import_bundle(other, io.BytesIO(content))
        import_bundle(other, io.BytesIO(content), "told again")
        mine, theirs = (dict(data(each, study).policies()) for each in (store, other))
        kept = list(other.distributions.of_study(study.name))

        assert [each.name for each in kept] == [each.name for each in store.distributions.of_study(study.name)]
        assert {each.server for each in kept} == {f"imported: {server.url}"}
        assert len(other.distributions.prompts("openai/tiny", kept[0].server, kept[0].fingerprint)) == len(kept)
        for label, policy in mine.items():
            assert np.array_equal(theirs[label].field(0).p, policy.field(0).p, equal_nan=True)
        assert "brought with a study" in theirs[label].source
        before = len(server.questions)
        again = Jobs(other)
        run(again, name="asked here", template={"text": PLACED}, measurement="probabilities", temperatures=[1.0])
        again.close()
        assert len(server.questions) > before
        assert to_bytes(other, study.name, "bundle")
        refuses(other, content)


def refuses(store: Store, content: bytes) -> None:
    """Lists that are not what their names say, or of another model, or no lists, are refused and leave nothing."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    first = json.loads(parts["lists.jsonl"].splitlines()[0])
    for change in (
        {"lists": {"": [["UP", -0.1]]}, "prompt": "Another?"},
        {"model": "openai/other"},
        {"lists": {"": [["UP", 3.0]]}},
        {"lists": {"": [["UP", "likely"]]}},
        {"width": "20"},
        {"asked_at": "yesterday"},
        {"more": 1},
    ):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            for name, part in parts.items():
                archive.writestr(name, json.dumps(first | change) if name == "lists.jsonl" else part)
        with pytest.raises(InputError, match=r"lists\.jsonl"):
            import_bundle(store, held, "hostile")
    assert "hostile" not in set(store.studies()["study"])
