"""Compare: whatever every cell shows, and one condition closely."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scripted import finished

from lmwalk.figures._drawing import figures, figures_of
from lmwalk.figures.parse_status import STATUSES
from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui import messages
from lmwalk.ui.compare.cell_views import ONE_NUMBER
from lmwalk.ui.compare.several import Part, sorts, together
from lmwalk.ui.families.cell_views import READING, Thumbnail
from lmwalk.ui.families.comparison import (
    PICTURES,
    CellView,
    Columns,
    Comparison,
    Grid,
    NumberMap,
    NumbersTable,
)
from lmwalk.ui.families.walks.cell_views import PATHS, THUMBNAILS
from lmwalk.ui.parts.snapshot import Snapshot
from lmwalk.ui.shell.escape import plain
from tests.figures.datasets import OF_FIELDS, material
from tests.ui.conftest import Page, texts

MODELS = ["ideal", "simulated/verbose"]
CLOSE = "ideal · T = 1"
OF_WALKS = [*THUMBNAILS, READING]


@pytest.fixture
def walks(jobs: Jobs) -> str:
    return finished(jobs, models=MODELS, temperatures=[0.5, 1.0], trajectories=2, steps=8).name


@pytest.mark.parametrize("view", [PATHS, *(view.name for view in OF_WALKS), ONE_NUMBER])
def test_every_view_of_walks_can_be_opened_by_a_link(page: Page, walks: str, view: str) -> None:
    """The address says what every cell shows; the table of numbers stays below."""
    app = page("compare", study=walks, show=view)

    assert not app.exception
    assert app.session_state["show"] == view
    assert "all answered" in texts(app)
    assert len(app.dataframe[-1].value) == 4


@pytest.mark.parametrize("number", ["unread", "exponent"])
def test_a_map_shows_any_number_of_walks(page: Page, walks: str, number: str) -> None:
    """Those of the table and those that null walks are compared by."""
    app = page("compare", study=walks, show=ONE_NUMBER)
    app.selectbox(key="number").set_value(number).run()

    assert not app.exception
    assert len(app.get("plotly_chart")) == 1


TABS = [figure.title for figure in figures_of("grid") if figure.name not in OF_FIELDS]


def test_why_without_a_field_says_how_to_get_one(page: Page, walks: str) -> None:
    """The button opens its tab, which names the model, the template and the command."""
    app = page("compare", study=walks, cell=CLOSE)
    app.button(key="why").click().run()

    assert not app.exception
    assert "Why is it so" in app.session_state["figure"]
    assert plain("A field asks for them, each position once") in texts(app)
    assert app.code[0].value == "lmwalk field --model ideal --process grid --template memoryless"
    assert app.button(key="why-field").label == "Open Field"


@pytest.mark.parametrize("tab", [*TABS, "Walks", "Replies"])
def test_a_condition_is_opened_closely_by_a_link(page: Page, walks: str, tab: str) -> None:
    """Each of its tabs holds that condition and the one laid over it, and no other."""
    app = page("compare", study=walks, cell=CLOSE, beside="simulated/verbose · T = 1", figure=tab)

    assert not app.exception
    labels = {name for table in app.dataframe if "label" in table.value for name in table.value["label"]}
    assert labels == {CLOSE, "simulated/verbose · T = 1"}


def test_the_replies_of_a_condition_can_be_read_otherwise(page: Page, walks: str) -> None:
    """The condition's own replies, not those of the whole study."""
    app = page("compare", study=walks, cell=CLOSE, figure="Re-parse")

    assert not app.exception
    assert "of 16 answers" in texts(app)


def test_an_address_that_names_nothing_there_opens_nothing(page: Page, walks: str) -> None:
    """A link to a condition that the study has not shows the study."""
    app = page("compare", study=walks, cell="nobody · T = 7", show="Nonsense")

    assert not app.exception
    assert app.session_state["cell"] is None
    assert app.session_state["show"] == PATHS


@pytest.mark.parametrize("show", [PICTURES, "Reading", ONE_NUMBER])
def test_draws_have_their_views(page: Page, jobs: Jobs, show: str) -> None:
    """Pictures, how replies were read, and a map; a condition can be opened."""
    finished(jobs, name="a", process="sequence", models=MODELS, trajectories=2, steps=5)

    app = page("compare", study="a", show=show, cell=CLOSE)

    assert not app.exception
    assert app.get("plotly_chart")


@pytest.mark.parametrize("show", [PICTURES, ONE_NUMBER])
def test_chains_have_their_views(page: Page, jobs: Jobs, show: str) -> None:
    """The same for chains of texts."""
    finished(jobs, name="a", process="telephone", models=["simulated/mover"], trajectories=1, steps=2)

    app = page("compare", study="a", show=show, cell="simulated/mover · T = 1")

    assert not app.exception


@pytest.mark.parametrize("view", OF_WALKS, ids=lambda view: view.name)
def test_pictures_of_a_view_stay_in_their_square(jobs: Jobs, store: Store, view: Thumbnail) -> None:
    """Whatever is drawn lies within 100 by 100, one line of text for each line that is named."""
    table = figures[view.figure].table(material(jobs, store, "grid"))
    for _, rows in table.groupby("label"):
        picture, lines = view.draw(rows, table)

        assert len(lines) == len(view.lines)
        drawn = [*picture.get("lines", []), *picture.get("bands", [])]
        numbers = [float(part) for each in drawn for pair in each["points"].split() for part in pair.split(",")]
        for bar in picture.get("bars", []):
            numbers += [bar["x"], bar["y"], bar["x"] + bar["width"], bar["y"] + bar["height"]]
        assert np.all((np.array(numbers) >= 0) & (np.array(numbers) <= 100))


def test_bars_of_reading_add_up_to_all_questions(jobs: Jobs, store: Store) -> None:
    """The heights of the bars are shares: together the height of the square."""
    table = figures[READING.figure].table(material(jobs, store, "grid"))
    first = table[table["label"] == table["label"].iloc[0]]
    picture, _ = READING.draw(first, table)

    assert len(picture["bars"]) == len(STATUSES)
    assert sum(bar["height"] for bar in picture["bars"]) == pytest.approx(92)


def test_two_conditions_are_compared_on_the_page(page: Page, walks: str) -> None:
    """The first two where none is named; the address names others, the measure and the margin."""
    app = page("compare", study=walks)
    assert not app.exception
    assert "so few walks" in texts(app).replace("\\", "")

    app = page("compare", study=walks, a="ideal · T = 1", b="simulated/verbose · T = 1", by="Repeated moves")
    assert not app.exception
    assert [app.selectbox(key=key).value for key in ("a", "b", "by")] == [
        "ideal · T = 1",
        "simulated/verbose · T = 1",
        "repeats",
    ]
    assert app.number_input(key="within-repeats").value == 0.05


def test_conditions_looked_at_closely_are_those_compared_first(page: Page, walks: str) -> None:
    """The condition that is open, and the one laid over it."""
    app = page("compare", study=walks, cell=CLOSE, beside="simulated/verbose · T = 1")

    named = [plain(f"{walks} · {name}") for name in (CLOSE, "simulated/verbose · T = 1")]
    assert "A: {}. B: {}.".format(*named) in texts(app)


@pytest.mark.parametrize("tab", ["Paths", "Against null walks", "Occupancy difference", "Replies"])
def test_another_study_s_condition_is_laid_over_one(page: Page, jobs: Jobs, walks: str, tab: str) -> None:
    """Rows of both studies are in the grid and the table, what they differ in is said, figures hold both conditions."""
    other = finished(jobs, name="other", models=["ideal"], trajectories=2, steps=8, params={"rules": "legacy"}).name

    app = page("compare", study=walks, also=other, cell=CLOSE, beside=f"{other} · {CLOSE}", figure=tab)

    assert not app.exception
    assert "rules legacy" in texts(app)
    assert set(app.dataframe[-1].value["study"]) == {walks, other}
    assert "They also differ in" in texts(app)
    if tab == "Paths":
        labels = {name for table in app.dataframe if "label" in table.value for name in table.value["label"]}
        assert labels == {f"{walks} · {CLOSE}", f"{other} · ideal"}


def test_rows_of_another_study_stand_at_their_own_temperatures() -> None:
    """Columns are those of both in order; a shorter study keeps its last numbers; what has no number has none."""
    short, long = (
        Grid([_cell(0, place, texts) for place in range(2)], Columns("temperature", names), ticks=ticks)
        for names, ticks, texts in ((["0.5", "10"], (0, 1), ["a", "b"]), (["2", "10"], (0, 1, 2), ["c", "d", "e"]))
    )
    parts = [_part("short", short), _part("long", long)]

    grid = together(parts).views[0].grid()

    assert grid.columns.names == ["0.5", "2", "10"]
    assert [(cell["row"], cell["column"]) for cell in grid.cells] == [(0, 0), (0, 2), (1, 1), (1, 2)]
    assert [cell["stats"][0]["moments"] for cell in grid.cells[1:3]] == [["a", "b", "b"], ["c", "d", "e"]]
    assert [row["study"] for row in grid.rows] == ["short", "long"]
    table = sorts(parts, grid)
    assert table == [{"name": "Number", "values": [[None, None, 3.0], [None, None, 3.0]]}]


def _cell(row: int, column: int, moments: list[str]) -> messages.Cell:
    stat: messages.Stat = {"label": "l", "text": "t", "meaning": "", "bad": False, "moments": moments}
    return {"row": row, "column": column, "stats": [stat], "meaning": "", "alt": ""}


def _part(name: str, grid: Grid) -> Part:
    study = Study.of(name=name, models=["ideal"])
    snapshot = Snapshot("", "", 0, None, study, None)  # type: ignore[arg-type]
    known = NumberMap(pd.DataFrame({"model": ["ideal"], "temperature": [10.0], "n": [3.0]}), {"n": "Number"})
    shown = (CellView("Paths", "", lambda: grid),)
    empty = NumbersTable(pd.DataFrame(), {})
    return Part(snapshot, Comparison(0, set(), shown, known, lambda: empty, lambda *_: None))  # type: ignore[arg-type]


def test_a_condition_of_another_study_can_be_compared(page: Page, jobs: Jobs, walks: str) -> None:
    """One walk on either side tells nothing, and the page says so."""
    finished(jobs, name="alone", models=["ideal"], trajectories=1, steps=8)

    app = page("compare", study="alone", of=walks, b=CLOSE)

    assert not app.exception
    assert "One distinct walk on one side" in texts(app)


@pytest.mark.parametrize("measure", ["Distance", "Directions"])
def test_all_pairs_are_a_map_and_a_table(page: Page, walks: str, measure: str) -> None:
    """Six pairs of four conditions."""
    app = page("compare", study=walks, compare="All pairs", by=measure)

    assert not app.exception
    assert len(app.get("plotly_chart")) == 1
    assert any({"first", "second", "p_adjusted"} <= set(each.value) and len(each.value) == 6 for each in app.dataframe)
