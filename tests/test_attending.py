"""What models attend to: asked once a question, kept with the study, carried with it, and checked when it arrives."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from lmwalk.engine.attending import evidence_spans
from lmwalk.errors import InputError
from lmwalk.export.bundle import write_bundle
from lmwalk.export.watch import Watch
from lmwalk.importing import import_bundle
from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.study import Study

FLAT = "simulated/filter:gamma=0.8"
FALLING = "simulated/filter:gamma=0.8,attention=0.5"


def a_study(**more: object) -> Study:
    params = {"thetas": [0.2, 0.8], "examples": [0, 2, 4]}
    usual = {"process": "in-context", "params": params, "measurement": "probabilities", "trajectories": 1}
    return Study.of(**{"name": "own", **usual, "models": [FLAT, FALLING], "attention": True, **more})


def run(store: Store, study: Study) -> Study:
    job = Jobs(store).start(study)
    job.wait()
    assert job.state == "done", job.error
    return study


@pytest.fixture
def kept(store: Store) -> Study:
    """A study that was run with attention: two models, five wordings, two cases, three questions each."""
    return run(store, a_study())


def test_spans_hold_each_result_with_the_space_before_it() -> None:
    """So that a token which begins with the space belongs to the result, and the comma behind it to nothing."""
    text = "Heads or tails? So far: heads, tails, heads,\nNext?"
    spans = evidence_spans(["heads", "tails", "heads"], text, text.index(": ") + 1)

    assert [text[first:last] for first, last in spans] == [" heads", " tails", " heads"]


def test_every_step_that_shows_results_has_what_was_attended_to(store: Store, kept: Study) -> None:
    """One number a result shown; a question without results has none. Attention falls off as the simulation's does."""
    rows = store.attention.of_steps(kept.name)
    asked = store.steps(kept.name)

    assert asked["attention"].notna().tolist() == [t > 1 for t in asked["t"]]
    assert rows["mean"].map(len).tolist() == [2 * (t - 1) for t in rows["t"]]
    flat, falling = (condition.id for condition in kept.conditions())
    for mean in rows.loc[rows["condition"] == flat, "mean"]:
        np.testing.assert_allclose(mean, 0.5 / len(mean), rtol=1e-6)
    for mean in rows.loc[rows["condition"] == falling, "mean"]:
        np.testing.assert_allclose(np.asarray(mean[1:]) / mean[:-1], 2.0, rtol=1e-5)
    np.testing.assert_allclose(
        np.concatenate(rows["maximum"].tolist()), 1.6 * np.concatenate(rows["mean"].tolist()), rtol=1e-5
    )


def test_a_question_is_asked_once_for_all_studies(store: Store, kept: Study) -> None:
    """A second study with the same questions refers to the rows of the first, which go with the last of both."""
    before = store.attention.of_study(kept.name)
    names = {row.name for row in before}
    other = run(store, a_study(name="other"))

    assert {row.name for row in store.attention.of_study(other.name)} == names
    store.shelf.delete(kept.name)
    assert {row.name for row in store.attention.of_study(other.name)} == names
    store.shelf.rename(other.name, "renamed")
    assert len(store.attention.of_steps("renamed")) == 2 * 2 * 2 * 5
    store.shelf.delete("renamed")
    assert store.attention.questions(FLAT, "", None, each=False) == {}


def test_heads_are_kept_where_they_are_wanted(store: Store, kept: Study) -> None:
    """``each`` asks again what was kept without them, and holds a number a layer, head and result."""
    each = run(store, a_study(name="each", attention="each"))

    for row in store.attention.of_study(each.name):
        told = np.reshape(row.each, (row.layers, row.heads, -1))
        np.testing.assert_allclose(told.mean(axis=(0, 1)), row.mean, rtol=1e-6)
        np.testing.assert_allclose(told.max(axis=(0, 1)), row.maximum, rtol=1e-6)


def test_a_bundle_takes_attention_along(store: Store, kept: Study, tmp_path: Path) -> None:
    """What comes back is what went; a line that was changed is refused, and nothing is kept then."""
    out, forged = tmp_path / "own.zip", tmp_path / "forged.zip"
    write_bundle(store, kept, out, Watch())
    sent = {row.name: row for row in store.attention.of_study(kept.name)}
    store.shelf.delete(kept.name)
    with zipfile.ZipFile(out) as whole, zipfile.ZipFile(forged, "w") as archive:
        first = json.loads(whole.read("attention.jsonl").splitlines()[0])
        for name in whole.namelist():
            changed = json.dumps(first | {"mean": [2.0 for _ in first["mean"]]}).encode()
            archive.writestr(name, changed if name == "attention.jsonl" else whole.read(name))

    with pytest.raises(InputError, match="no share"):
        import_bundle(store, forged)
    study = import_bundle(store, out)

    came = {row.name: row for row in store.attention.of_study(study.name)}
    assert set(came) == set(sent)
    for name, row in came.items():
        np.testing.assert_allclose(row.mean, sent[name].mean, rtol=1e-6)
        assert (row.spans, row.tokens) == (sent[name].spans, sent[name].tokens)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"process": "prior", "params": {}}, "in-context, "),
        ({"template": {"text": "{choices}?"}}, "shows no {results}"),
        ({"models": ["ideal"]}, "local/NAME"),
    ],
)
def test_what_cannot_be_is_said_before_a_run(change: dict[str, object], said: str, store: Store) -> None:
    """A process that shows nothing, a template that leaves it out, and a model that tells nothing: a sentence each."""
    try:
        job = Jobs(store).start(a_study(**change))
        job.wait()
        complaint = str(job.error)
    except InputError as error:
        complaint = str(error)

    assert complaint.startswith("attention: ")
    assert said in complaint
    assert store.studies().empty


def test_attention_is_no_part_of_a_condition() -> None:
    """A stored study that is asked for it goes on with the conditions that it has."""
    with_it, without = ([c.id for c in a_study(attention=each).conditions()] for each in (True, False))
    assert with_it == without
