"""What the recipes of CONTRIBUTING.md promise; run by ``tests/test_recipes.py`` in a copy where all were followed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scripted import finished
from streamlit.testing.v1 import AppTest

import lmwalk
from lmwalk.export import Choice, to_file
from lmwalk.export.scene import scene_of
from lmwalk.figures._drawing import Words, figures
from lmwalk.importing import import_bundle
from lmwalk.jobs import Jobs
from lmwalk.models.discovery import offers
from lmwalk.properties import Texts, measure
from lmwalk.store import Store
from tests.figures.datasets import material

OLD = Path(__file__).parent / "data" / "6.walk.zip"


def test_process_recipe(jobs: Jobs, store: Store, tmp_path: Path) -> None:
    """An ideal walk on the torus makes each move equally often, from a site to a neighbour, and is exported."""
    study = finished(jobs, process="torus", models=["ideal"], trajectories=20, steps=100)

    steps = store.steps(study.name)
    moves = [steps.groupby("trajectory")[axis].diff().abs() for axis in "xy"]
    hops = [np.minimum(by, 7 - by) for by in moves]

    assert len(steps) == 2000
    assert set((hops[0] + hops[1]).dropna()) == {1.0}
    assert (steps["outcome"].value_counts() - 500).abs().max() < 5 * np.sqrt(375)  # five standard deviations of a count
    assert to_file(store, study.name, "png", tmp_path / "walks.png") == 1


def test_model_recipe(jobs: Jobs, store: Store) -> None:
    """The model is offered, and every reply is its word."""
    study = finished(jobs, process="grid", models=["always/UP"], trajectories=1, steps=5)

    assert "always/UP" in [offer.name for offer in offers()]
    assert store.steps(study.name)["outcome"].tolist() == ["UP"] * 5


def test_property_recipe() -> None:
    """Two questions in four words are one half a word; a text without words has no value."""
    found = [measure(Texts(text, None, text), ["questions"])["questions"] for text in ("Who is it? You?", "")]

    assert found[0] == pytest.approx(0.5)
    assert np.isnan(found[1])


def test_figure_recipe(jobs: Jobs, store: Store, tmp_path: Path) -> None:
    """The dots show the numbers of the table, and the figure is exported."""
    given = material(jobs, store, "grid")
    table = figures["walk-turns"].table(given)

    drawn = figures["walk-turns"](table, Words())
    name = store.studies()["study"].iloc[0]
    pictures = to_file(store, name, "png", tmp_path / "turns.png", choice=Choice(figure="walk-turns"))

    assert table["turns"].between(0, 1).all()
    assert sorted(value for dots in drawn.data for value in dots.y) == pytest.approx(sorted(table["turns"]))
    assert pictures == 1


def test_column_recipe(jobs: Jobs, store: Store) -> None:
    """The column has its value in every row, is explained, and is empty in a study from an older bundle."""
    study = finished(jobs, process="grid", models=["always/UP"], trajectories=1, steps=5)
    schema = store.queries.schema().set_index(["table", "column"])
    old = import_bundle(store, OLD, "old")

    assert store.steps(study.name)["reply_words"].tolist() == [1] * 5
    assert schema.loc[("steps", "reply_words"), "meaning"] == "Words of the reply."
    assert store.steps(old.name)["reply_words"].isna().all()


def test_compare_recipe(jobs: Jobs, store: Store) -> None:
    """The number is shown for each condition, with its value."""
    study = finished(jobs, process="sequence", models=["ideal"], trajectories=2, steps=5)

    stats = [cell.numbers for cell in scene_of(store, study).cells]

    assert [[each.text for each in own if each.label == "answers"] for own in stats] == [[f"{study.total_steps:,}"]]


def test_page_recipe(jobs: Jobs, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page opens with and without a study."""
    monkeypatch.setenv("LMWALK_DB", str(store.path))
    home = Path(lmwalk.__file__).parents[1]
    page = AppTest.from_file(str(home / "pages" / "slowest.py"), default_timeout=60)

    empty = [each.value for each in page.run().info]
    finished(jobs, process="grid", models=["ideal"], trajectories=1, steps=5)
    shown: pd.DataFrame = page.run().dataframe[0].value

    assert len(empty) == 1
    assert len(shown) == 5
    assert not page.exception
    assert "pages/slowest.py" in (home / "app.py").read_text(encoding="utf-8")
