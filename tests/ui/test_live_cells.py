"""What the live grid is told of all conditions, and the rows that all who watch a study share."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from scripted import finished

from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui import messages
from lmwalk.ui.families import tail
from lmwalk.ui.families.chains.feed import ChainFeed
from lmwalk.ui.families.family import view_of
from lmwalk.ui.families.live_cells import LiveCells
from lmwalk.ui.families.tail import Tail
from lmwalk.ui.parts.selection import Selection
from tests.ui.test_messages import STUDIES, faults

GRID: dict[str, Any] = {"models": ["ideal", "simulated/persistent"], "temperatures": [1.0, 0.5], "trajectories": 2}


def shown_of(study: Study) -> Selection:
    """The first condition on the stage."""
    shown: Selection = view_of(study).selection(study, (study.conditions()[0],), simulated=True)
    return shown


def told(cells: LiveCells, store: Store, study: Study) -> dict[str, Any]:
    message = cells.message(store, shown_of(study), [], follows=True)
    assert message is not None
    return message


def points(message: dict[str, Any]) -> list[tuple[int, str, float]]:
    """The cell, the line and the t of every point."""
    pieces = [(cell["place"], piece) for cell in message["cells"] for piece in cell["points"]]
    return [(place, piece["key"], t) for place, piece in pieces for t in piece["t"]]


def grown(jobs: Jobs, steps: int) -> Study:
    """A study of two models and two temperatures that will be 12 steps long."""
    return finished(jobs, **GRID, steps=steps).model_copy(update={"steps": 12})


def test_every_point_of_every_cell_is_told_once(jobs: Jobs, store: Store) -> None:
    """A snapshot of what there is, then what is new, and where the browser says that it lacks something, that again."""
    study, cells = grown(jobs, 4), LiveCells(view_of(grown(jobs, 4)).cells())
    first = told(cells, store, study)
    grown(jobs, 9)
    second = told(cells, store, study)
    grown(jobs, 12)
    third = told(cells, store, study)

    assert [each["kind"] for each in (first, second, third)] == ["snapshot", "delta", "delta"]
    every = [*points(first), *points(second), *points(third)]
    assert len(every) == len(set(every)) == 4 * 2 * 13
    assert {cell["done"] for cell in third["cells"]} == {24}

    cells.rewind(second["to"])
    assert points(told(cells, store, study)) == points(third)


def test_models_stand_down_and_temperatures_across_in_their_order(jobs: Jobs, store: Store) -> None:
    """From low to high, however they were written; a study of one condition has no grid."""
    study = finished(jobs, **GRID, steps=2)
    message = told(LiveCells(view_of(study).cells()), store, study)

    assert message["columns"] == ["0.5", "1"]
    assert message["plan"] == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert message["names"][0] == "ideal · T = 0.5"
    single = study.model_copy(update={"models": ("ideal",), "temperatures": (1.0,)})
    assert LiveCells(view_of(study).cells()).message(store, shown_of(single), [], follows=True) is None


@pytest.mark.parametrize("plan", [plan for _, plan in STUDIES[::2]], ids=lambda plan: plan.get("process", "grid"))
def test_the_grid_of_every_family_is_told_as_declared(jobs: Jobs, store: Store, plan: dict[str, Any]) -> None:
    """With points in every cell."""
    wide = {"models": [*plan.get("models", ["ideal"]), "simulated/copier"]} if "telephone" in str(plan) else {}
    wide = wide or ({"models": ["ideal", "builtin/tiny"]} if plan.get("measurement") == "probabilities" else {})
    study = finished(jobs, **{"steps": 3, **plan, **(wide or {"temperatures": [0.5, 1.0]})})

    message = told(LiveCells(view_of(study).cells()), store, study)

    assert faults(message, messages.CellsSnapshot) == []
    assert all(cell["points"] for cell in message["cells"])


def test_a_tail_holds_the_newest_rows_and_says_where_older_ones_are_missed(
    jobs: Jobs, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long a run is, and however often it is looked at, no more is held."""
    monkeypatch.setattr(tail, "MOST_ROWS", 10)
    monkeypatch.setattr(tail, "EVERY_S", 0.0)
    held, sizes = Tail("", "walk"), []
    for steps in (3, 4, 8, 30):
        finished(jobs, trajectories=2, steps=steps)
        newest = held.newest(store)
        rows = held.after(store, newest - 4)
        assert isinstance(rows, pd.DataFrame)
        assert rows["id"].tolist() == list(range(newest - 3, newest + 1))
        sizes.append(len(held.after(store, held._floor)))  # type: ignore[arg-type]

    assert max(sizes) == 10
    assert held.after(store, 1) is None


def test_chains_are_told_again_from_where_the_browser_stands(jobs: Jobs, store: Store) -> None:
    """Each text once, and after a gap those that it lacks."""
    plan = {"process": "telephone", "params": {"texts": ["one two", "six"]}, "models": ["simulated/swapper"]}
    feed, heard = ChainFeed(), []
    for steps in (2, 4, 6):
        study = finished(jobs, **plan, trajectories=1, steps=steps).model_copy(update={"steps": 6})
        shown = view_of(study).selection(study, tuple(study.conditions()), simulated=True)
        heard.append(feed.delta(store, shown))
    texts = [text["t"] for message in heard for text in message["texts"]]
    assert texts == [0, 1, 2, 3, 4, 5, 6]

    feed.rewind(heard[1]["to"])
    again = feed.delta(store, shown)
    assert (again["texts"], again["points"]) == (heard[2]["texts"], heard[2]["points"])
    feed.rewind(-1)
    assert feed.delta(store, shown)["kind"] == "snapshot"
