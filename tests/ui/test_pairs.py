"""Pairs of models and attention on the screen: rows that stand together, and controls that hold a study's settings."""

from __future__ import annotations

from typing import Any

from scripted import finished

from lmwalk.jobs import Jobs, jobs_of
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.compare.several import Part, sorts, together
from lmwalk.ui.families.family import view_of
from lmwalk.ui.parts.form.fill_form import form_settings, not_representable
from lmwalk.ui.parts.snapshot import Snapshot
from tests.ui.conftest import Page, button

BASE, OTHER, TUNED = "simulated/filter:gamma=0.9", "simulated/filter", "simulated/filter:gamma=0.5"


def test_rows_of_a_pair_stand_together_with_their_own_cells_and_numbers(jobs: Jobs, store: Store) -> None:
    """The instruct model's row comes right behind its base's, where that is wanted; cells and sorts go along."""
    values: dict[str, Any] = {"process": "sequence", "models": [BASE, OTHER, TUNED], "pairs": {BASE: TUNED}}
    study = finished(jobs, **values, trajectories=1, steps=4, template={"text": "{results}"}, temperatures=[1.0])
    snapshot = Snapshot.of(store, study)
    comparison = view_of(study).comparison(snapshot, running=False, published=False)
    parts = [Part(snapshot, comparison, paired=True)]
    grid = together(parts).views[0].grid()

    assert [row["name"] for row in grid.rows] == [BASE, TUNED, OTHER]
    models = {condition.id: condition.model for condition in study.conditions()}
    assert {cell["row"]: models[cell["condition"]] for cell in grid.cells} == dict(enumerate([BASE, TUNED, OTHER]))
    own = comparison.map.rows.set_index("model")
    for column, title in comparison.map.names.items():
        (found,) = (each["values"] for each in sorts(parts, grid) if each["name"] == title)
        wanted = [own.loc[model, column] for model in (BASE, TUNED, OTHER)]
        assert [row[0] for row in found] == [None if value != value else round(value, 4) for value in wanted]


def test_the_form_holds_pairs_and_attention(page: Page, store: Store) -> None:
    """Put into the controls and run from there, a study keeps both."""
    study = Study.of(
        name="planned",
        process="in-context",
        params={"thetas": [0.5], "examples": [0, 2]},
        models=[BASE, TUNED],
        measurement="probabilities",
        attention="each",
        pairs={TUNED: BASE},
        trajectories=1,
    )
    assert not_representable(study) == []
    app = page("draws")
    for key, value in form_settings(study).items():
        app.session_state[key] = value
    app.run()

    button(app, "Run").click().run()  # type: ignore[attr-defined]
    (job,) = jobs_of(store).all()
    job.wait(timeout_s=60)

    assert (job.state, job.study.attention, job.study.pairs) == ("done", "each", {TUNED: BASE})
