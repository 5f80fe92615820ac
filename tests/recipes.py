"""What the recipes of CONTRIBUTING.md promise; run by ``tests/test_recipes.py`` in a copy where all were followed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scripted import finished
from streamlit.testing.v1 import AppTest

import lmwalk
from lmwalk.export import to_file
from lmwalk.figures._drawing import Words, figures
from lmwalk.jobs import Jobs
from lmwalk.models.discovery import offers
from lmwalk.properties import Texts, measure
from lmwalk.store import Store
from tests.figures.datasets import material


def test_process_recipe(jobs: Jobs, store: Store) -> None:
    """An ideal walk on the line takes steps of one, as often to the left as to the right, and can be exported."""
    study = finished(jobs, process="line", models=["ideal"], trajectories=20, steps=100)

    steps = store.steps(study.name)
    to_right = (steps["outcome"] == "RIGHT").sum()

    assert len(steps) == 2000
    assert set(steps.groupby("trajectory")["x"].diff().dropna().abs()) <= {0.0, 1.0}
    assert abs(to_right - 1000) < 5 * np.sqrt(500)  # five standard deviations of a binomial count


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
    """The dots show the numbers of the table, and the figure is in the exported report."""
    given = material(jobs, store, "grid")
    table = figures["walk-turns"].table(given)

    drawn = figures["walk-turns"](table, Words())
    to_file(store, store.studies()["study"].iloc[0], "html", tmp_path / "report.html")

    assert table["turns"].between(0, 1).all()
    assert sorted(value for dots in drawn.data for value in dots.y) == pytest.approx(sorted(table["turns"]))
    assert "Turns" in (tmp_path / "report.html").read_text(encoding="utf-8")


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
