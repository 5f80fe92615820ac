"""Telephone without a browser: the controls make the study, and a stored study comes back into them."""

from __future__ import annotations

from lmwalk.initial_texts import initial_texts
from lmwalk.study import Study
from lmwalk.ui.families.chains import FAMILY
from lmwalk.ui.families.chains import initial_texts as initial
from lmwalk.ui.parts.form.extent import TIMES, how_many
from lmwalk.ui.parts.form.fill_form import form_settings, not_representable


def test_the_first_study_is_the_simulation() -> None:
    """The invitation plays all texts that come along, twice, for twenty generations."""
    plan = FAMILY.first_study({"telephone 1"})

    assert plan.name == "telephone 2"
    assert plan.total_steps == 20 * 2 * 20
    assert how_many(plan) == f"800 questions: 20 texts {TIMES} 2 chains {TIMES} 20 generations each"


def test_a_study_s_settings_fit_the_controls() -> None:
    """Tasks, texts of both kinds, generations and seeds find their places, and none is lost."""
    name = next(iter(initial_texts()))
    plan = Study.of(
        name="chains",
        process="telephone",
        params={"tasks": ["rephrase", "Say it as a sailor would."], "texts": [name, "one text", "another\ntext"]},
        models=["ideal-less/x"],
        trajectories=3,
        steps=7,
    )

    values = form_settings(plan)

    assert not_representable(plan) == []
    assert (values["generations"], values["seeds"]) == (7, 3)
    assert values["tasks"] == ["rephrase", "Say it as a sailor would."]
    assert values[initial.NAMES] == [name]
    assert values[initial.OWN] == "one text\n---\nanother\ntext"


def test_the_texts_that_come_along_are_listed_with_their_measures() -> None:
    """One row a text, with length, positivity and difficulty, none missing."""
    table = initial.measured()

    assert table["name"].tolist() == list(initial_texts())
    assert table[["length", "positivity", "difficulty"]].notna().all(axis=None)
    assert (table["length"] <= table["text"].str.len()).all()
