"""Walks off the square grid, from the study file to every export: what they have is shown, and nothing else is."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scripted import finished
from typer.testing import CliRunner

from lmwalk.cli import app
from lmwalk.datasets.contrasts import measures_of
from lmwalk.datasets.planning import planned
from lmwalk.datasets.unit_walks import of_walks, unbiased_walk_spread
from lmwalk.datasets.units import unit_table
from lmwalk.datasets.walk_data import walk_data
from lmwalk.datasets.walks import cell_stats, legend, room_of, signs_of, table, walk_picture
from lmwalk.export import to_bytes
from lmwalk.export.scene import Scene, scene_of
from lmwalk.export.stage import stage
from lmwalk.figures._drawing import Words, figures
from lmwalk.geometry import FAR, MARGIN, Geometry, OpenPlane, SquareGrid, circle, picture_reach, shift, unbiased_radius
from lmwalk.jobs import Jobs
from lmwalk.processes.cube import Cube
from lmwalk.processes.ring import Ring
from lmwalk.store import Store, open_store
from lmwalk.study import Study

RING: dict[str, Any] = {
    "name": "ring",
    "process": "ring",
    "models": ["ideal", "simulated/persistent"],
    "trajectories": 5,
    "steps": 20,
}
CUBE: dict[str, Any] = {"name": "cube", "process": "cube", "trajectories": 5, "steps": 12}
STAYS: dict[str, Any] = {"name": "stays", "params": {"stay": True}, "trajectories": 5, "steps": 20}


def outcomes_of(store: Store, study: Study) -> pd.DataFrame:
    return store.steps(study.name)[["condition", "trajectory", "t", "x", "y", "outcome", "status"]]


def kinds(scene: Scene) -> set[str]:
    assert scene.plane is not None
    return {outline.kind for outline in scene.plane.outlines}


def test_a_ring_runs_from_a_study_file(tmp_path: Path) -> None:
    """The command line runs it, resumes it, exports it, and its rows hold every answer that was given."""
    file, db, out = tmp_path / "ring.yaml", tmp_path / "lmwalk.db", tmp_path / "ring.csv"
    file.write_text("process: ring\nname: round\nmodels: [ideal]\nparams: {sites: 5}\nsteps: 60\ntrajectories: 2\n")

    for arguments in (["run", file], ["run", file], ["export", "round", "--format", "csv", "--out", out]):
        result = CliRunner().invoke(app, [*map(str, arguments), "--db", str(db)])
        assert result.exit_code == 0, result.output

    rows = pd.read_csv(out)
    assert set(rows["outcome"]) == {"LEFT", "RIGHT", "STAY"}
    assert len(rows) == 120
    with open_store(db) as store:
        study = store.study("round")
        process, frame = study.make_process(), outcomes_of(store, study)
        assert isinstance(process, Ring)
        for _, walk in frame.groupby("trajectory"):
            turns = walk.sort_values("t")["outcome"].map({"LEFT": -1, "RIGHT": 1, "STAY": 0}).cumsum() % 5
            assert [process.geometry.points[site] for site in turns] == [*zip(walk["x"], walk["y"], strict=True)]


@pytest.mark.parametrize("values", [RING, CUBE, STAYS], ids=lambda values: values["name"])
def test_no_outcome_is_lost_from_the_numbers(jobs: Jobs, store: Store, values: dict[str, Any]) -> None:
    """Shares of all outcomes add up to one, each is written with its sign, and stands in the captions of exports."""
    study = finished(jobs, **values)
    alphabet = study.make_process().alphabet
    counted = outcomes_of(store, study).groupby("condition")["outcome"].value_counts(normalize=True)

    rows = table(store, study)
    scene = scene_of(store, study)

    for row in rows.itertuples():
        shares = [getattr(row, outcome.lower()) for outcome in alphabet]
        assert sum(shares) == pytest.approx(1)
        assert shares == pytest.approx([counted.get((row.condition, outcome), 0) for outcome in alphabet])
        distance, said, unread = cell_stats(row, study)
        words = said.text.split()
        assert [word[0] for word in words] == said.label.removesuffix(" in %").split() == [*signs_of(study).values()]
        assert [float(word[1:]) for word in words] == pytest.approx([100 * share for share in shares], abs=0.5)
        assert (distance.label, unread.text, unread.bad) == ("distance from start", f"0 of {row.answers:,}", False)
        (cell,) = (cell for cell in scene.cells if cell.condition == row.condition)
        assert cell.numbers == (distance, said, unread)


@pytest.mark.parametrize(
    ("values", "geometry"), [(RING, Ring().geometry), (CUBE, Cube().geometry)], ids=["ring", "cube"]
)
def test_distances_are_those_of_the_geometry(
    jobs: Jobs, store: Store, values: dict[str, Any], geometry: Geometry
) -> None:
    """The mean of the fewest moves from start to end, beside the exact mean of unbiased walks."""
    study = finished(jobs, **values)
    ends = outcomes_of(store, study).sort_values("t").groupby(["condition", "trajectory"])[["x", "y"]].last()
    origin = study.make_process().position(study.start(0))
    assert origin is not None
    far = pd.Series(geometry.distances(origin, ends["x"], ends["y"]), ends.index)

    rows = table(store, study).set_index("condition")
    units = unit_table(store, study, "distance").set_index(["condition", "trajectory"])["value"]

    assert rows["distance"].to_dict() == pytest.approx(far.groupby("condition").mean().to_dict())
    assert rows["unbiased"].unique() == pytest.approx(geometry.unbiased_distances([study.steps]))
    assert units.sort_index().tolist() == pytest.approx(far.sort_index().tolist())


def test_measures_off_the_grid_are_distance_and_shares(jobs: Jobs, store: Store) -> None:
    """Nothing that rests on the square grid; each has a value of every walk, and their spread is known exactly."""
    study = finished(jobs, **RING)
    _, material = walk_data(store, study)
    frame = outcomes_of(store, study)
    stays = frame["outcome"].eq("STAY").groupby([frame["condition"], frame["trajectory"]]).mean()

    found = of_walks(study)

    assert list(found) == ["distance", "left-share", "right-share", "stay-share", "unread", "outcomes"]
    assert list(measures_of(study)) == list(found)
    values = found["stay-share"].values(material, study).set_index(["condition", "unit"])["value"]
    assert values.sort_index().tolist() == pytest.approx(stays.sort_index().tolist())
    together = found["outcomes"].values(material, study)
    assert {value.shape for value in together["value"]} == {(1, 3)}
    assert [value.sum() for value in together["value"]] == pytest.approx([1] * 10)
    assert unit_table(store, study, "stay-share")["value"].mean() == pytest.approx(stays.mean())
    assert unbiased_walk_spread(study, "stay-share") == pytest.approx((1 / 3 * 2 / 3 / 20) ** 0.5)
    assert unbiased_walk_spread(study, "distance") == Ring().geometry.unbiased_spread(20)
    assert 0 < planned(study).detectable < 6
    assert room_of(study) is None


def test_the_law_figure_has_the_time_at_each_place(jobs: Jobs, store: Store) -> None:
    """Counted by hand, the start included; expected is the mean of the law over all moments."""
    study = finished(jobs, **RING)
    _, material = walk_data(store, study)
    geometry = Ring().geometry

    drawn = figures["walk-law"].table(material)

    assert drawn.groupby("label")["share"].sum().tolist() == pytest.approx([1, 1])
    law = geometry.laws(range(21)).mean(axis=0)
    for _, own in drawn.groupby("label"):
        assert own["displacement"].tolist() == [*geometry.displacements.values()]
        assert own["unbiased"].tolist() == pytest.approx([law[place] for place in geometry.displacements])
    places = figures["walk-paths"].table(material)
    home = np.isclose(places["x"], geometry.points[0][0]) & np.isclose(places["y"], geometry.points[0][1])
    stood = drawn[drawn["displacement"] == "0"].set_index("label")["count"]
    assert stood.to_dict() == pd.Series(home).groupby(places["label"]).sum().to_dict()
    assert drawn.groupby("label")["count"].sum().tolist() == [5 * 21, 5 * 21]
    picture = figures["walk-law"](drawn[drawn["label"] == drawn["label"].iloc[0]], Words())
    assert picture.data[0].line.dash == "dash"


@pytest.mark.parametrize("walk", [Ring(sites=7), Ring(sites=1000), Cube()], ids=["7", "1000", "cube"])
def test_time_of_walks_of_several_lengths_is_the_mean_of_their_laws(walk: Ring | Cube) -> None:
    """Each moment of each walk counts once."""
    moments = [t for steps in (0, 3, 3, 40) for t in range(steps + 1)]

    assert walk.geometry.time_shares([0, 3, 3, 40]) == pytest.approx(walk.geometry.laws(moments).mean(axis=0))


def test_shares_off_the_grid_are_drawn_with_an_unbiased_walk_s(jobs: Jobs, store: Store) -> None:
    """A third each on a ring; with STAY on the grid a fifth."""
    for values, outcomes in ((RING, 3), (STAYS, 5)):
        study = finished(jobs, **values)
        _, material = walk_data(store, study)
        drawn = figures["walk-shares"].table(material)

        assert drawn["outcome"].nunique() == outcomes
        assert drawn["unbiased"].unique() == pytest.approx([1 / outcomes])
        assert drawn.groupby("label")["share"].sum().tolist() == pytest.approx([1] * drawn["label"].nunique())
        (line,) = figures["walk-shares"](drawn, Words()).layout.shapes
        assert line.y0 == line.y1 == pytest.approx(1 / outcomes)


@pytest.mark.parametrize(
    ("values", "outlines"),
    [
        ({**RING, "steps": 5}, ["track", "reference"]),
        ({**RING, "steps": 200}, ["track"]),
        (CUBE, ["track"] * 12),
        ({**STAYS, "steps": 5}, ["wall", "reference"]),
    ],
    ids=["short walks on a ring", "long ones", "cube", "grid"],
)
def test_a_picture_has_what_its_geometry_has(values: dict[str, Any], outlines: list[str]) -> None:
    """Walls, tracks and a reference where each is; the legend speaks of a reference where there is one."""
    study = Study.of(**{"models": ["ideal"], **values})

    picture = walk_picture(study)
    message = picture.message()

    assert [outline.kind for outline in picture.outlines] == outlines
    assert [outline["kind"] for outline in message["outlines"]] == outlines
    assert ("dashed" in legend(study)) == ("reference" in outlines)
    seen = np.abs(
        [point for outline in message["outlines"] if outline["kind"] != "wall" for point in outline["points"]]
    )
    assert seen.max() <= message["reach"]
    assert message["centre"] == list(picture.centre)


@pytest.mark.parametrize("file_format", ["png", "mp4", "html", "csv", "bundle"])
def test_exports_of_a_ring_have_its_track_and_nothing_of_a_grid(jobs: Jobs, store: Store, file_format: str) -> None:
    """No walls and no circle, neither drawn nor spoken of; STAY is in every row, table and page."""
    study = finished(jobs, **{**RING, "models": ["ideal"], "trajectories": 4, "steps": 200})
    scene = scene_of(store, study)

    content = to_bytes(store, study.name, file_format)

    assert kinds(scene) == {"track"}
    (axes,) = stage(scene).paper.axes
    assert len(axes.patches) == 1
    assert content
    if file_format == "bundle":
        content = zipfile.ZipFile(io.BytesIO(content)).read("report.html")
    if file_format in ("html", "csv", "bundle"):
        text = content.decode()
        assert "STAY" in text
        assert "circle of" not in text and "dashed circle" not in text
        assert "walls" not in text
        assert ("Time at each place" in text) == (file_format != "csv")
        assert figures["walk-null"].title not in text


def test_a_short_ring_walk_s_reference_is_drawn_and_said(jobs: Jobs, store: Store) -> None:
    """The curve of the share that it truly holds, on paper as in the figure of paths."""
    study = finished(jobs, **{**RING, "steps": 6})
    geometry = Ring().geometry
    found = geometry.reference(6, geometry.points[0])
    assert found is not None

    scene = scene_of(store, study)
    _, material = walk_data(store, study)
    drawn = figures["walk-paths"].table(material)
    picture = figures["walk-paths"](drawn, Words(geometry=geometry))

    assert kinds(scene) == {"track", "reference"}
    assert f"{found.percentage} of unbiased walks of 6 steps end inside the dashed curve." in scene.legend
    names = [trace.name for trace in picture.data]
    assert f"{found.percentage} of unbiased walks end inside" in names
    assert not any(trace.name and "inside" in trace.name for trace in figures["walk-paths"](drawn, Words()).data)


def test_a_square_grid_s_picture_is_as_wide_as_walls_or_walks_ask() -> None:
    """Walls half a cell beyond the last, the circle of the law, and no further than either needs."""
    geometry = SquareGrid(25)
    reference = geometry.reference(30, (0.0, 0.0))
    radius = float(unbiased_radius(30))

    assert picture_reach(geometry, reference, [0], [0]) == pytest.approx(radius + MARGIN)
    assert picture_reach(geometry, reference, [20, np.nan], [-21, 0]) == 21 + MARGIN
    assert picture_reach(geometry, reference, [20], [-90]) == 25 + MARGIN
    assert reference.width == pytest.approx(2 * radius)
    assert np.hypot(*np.array(reference.points).T) == pytest.approx(radius)
    assert not reference.walled
    assert geometry.reference(30, (20.0, 0.0)).walled
    assert reference.points == circle((0.0, 0.0), radius)


def test_walks_are_drawn_apart_where_that_is_seen() -> None:
    """In five lanes a tenth of a unit from each other, unless the picture is so large that they would be one."""
    assert [shift(number) for number in range(6)] == pytest.approx([-0.2, -0.1, 0, 0.1, 0.2, -0.2])
    assert shift(1, FAR + 1) == 0


def test_a_walk_of_which_nothing_is_known_has_distances_alone() -> None:
    """Straight ones; nothing is said of unbiased walks, and nothing is drawn behind it."""
    plane = OpenPlane()

    assert plane.distances((1.0, 1.0), [4, 1], [5, 1]).tolist() == [5, 0]
    assert np.isnan(plane.unbiased_distances([1, 2])).all()
    assert plane.reference(10, (0.0, 0.0)) is None
    assert picture_reach(plane, None, [3], [-4]) == 4 + MARGIN
