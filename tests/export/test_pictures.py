"""Pictures and films of whole studies, README tables and reports: all of the data, and text that is only text."""

from __future__ import annotations

import html
import io
import itertools
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from matplotlib.colors import to_rgb
from PIL import Image, ImageSequence
from scripted import finished

from lmwalk.datasets.families import study_data
from lmwalk.errors import CancelledError, InputError
from lmwalk.export import Choice, Watch, to_bytes, to_file
from lmwalk.export.film import HELD_S, MOST_FRAMES, MOST_GIF_FRAMES, SLOWEST
from lmwalk.export.readme import literal
from lmwalk.export.report import figure_section
from lmwalk.export.scene import scene_of
from lmwalk.export.settings import MADE_WITH, settings_text
from lmwalk.export.stage import stage
from lmwalk.figures._drawing import Drawing, Words, figures_of, trajectory_colour
from lmwalk.jobs import Jobs
from lmwalk.measuring import measure
from lmwalk.palette import END, START
from lmwalk.store import Store, open_store
from lmwalk.study import Study
from tests.export.studies import HOSTILE, MARKUP, walks

Made = Callable[[str], bytes]
FAMILIES: dict[str, dict[str, Any]] = {
    "sequence": {"process": "sequence", "temperatures": [0.5, 1.0], "steps": 6},
    "prior": {"process": "prior", "params": {"of": "die"}, "steps": 6},
    "in-context": {
        "process": "in-context",
        "params": {"thetas": [0.2, 0.8], "examples": [0, 1, 5]},
        "measurement": "probabilities",
        "trajectories": 1,
        "steps": 3,
    },
    "telephone": {
        "process": "telephone",
        "params": {"texts": ["one two three four", "five six"], "tasks": ["rephrase", "continue"]},
        "models": ["simulated/swapper"],
        "steps": 3,
    },
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with the study of walks in it, which is only read."""
    with open_store(tmp_path_factory.mktemp("pictures") / "results.duckdb") as opened:
        walks(opened)
        yield opened


@pytest.fixture(scope="module")
def made(kept: Store) -> Made:
    """The study of walks in a format, made once."""
    (name,) = kept.studies()["study"]
    return cache(lambda file_format: to_bytes(kept, name, file_format))


def near(picture: np.ndarray, colour: str, reach: int = 40) -> int:
    """How many pixels have about that colour."""
    distance = np.abs(picture[..., :3].astype(int) - (np.array(to_rgb(colour)) * 255).round().astype(int))
    return int((distance.max(axis=-1) <= reach).sum())


def paths(picture: np.ndarray) -> int:
    """How many pixels have the colour of one of the first three walks."""
    return sum(near(picture, trajectory_colour(number)) for number in range(3))


def frames(content: bytes, file_format: str) -> list[np.ndarray]:
    if file_format == "gif":
        return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(Image.open(io.BytesIO(content)))]
    with av.open(io.BytesIO(content)) as file:
        return [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]


def ran(jobs: Jobs, store: Store, family: str) -> Study:
    study = finished(jobs, **{"name": family, **FAMILIES[family]})
    while jobs.measuring(family):
        pass
    if family == "telephone":
        measure(store, study)
    return study


@pytest.mark.parametrize("file_format", ["mp4", "gif"])
def test_a_film_begins_with_the_starts_and_ends_with_whole_paths(kept: Store, made: Made, file_format: str) -> None:
    """A frame a step; nothing but starts at first, then ever more of the paths, at last what the picture shows."""
    (study,) = kept.all()

    shown = frames(made(file_format), file_format)

    assert len(shown) == study.steps + 1 + (round(HELD_S * SLOWEST) if file_format == "mp4" else 0)
    assert shown[0].shape[0] % 2 == shown[0].shape[1] % 2 == 0
    drawn = [paths(frame) for frame in shown]
    # with its few colours a GIF has some of the walks' in the edges of letters, in every frame
    assert drawn[0] < (0.02 if file_format == "mp4" else 0.2) * drawn[-1]
    assert near(shown[0], START) > 50
    assert near(shown[0], END) < 10 < near(shown[-1], END)
    # a diamond hides a little of what was drawn
    assert all(later > 0.85 * earlier for earlier, later in itertools.pairwise(drawn))
    assert drawn[-1] > 1.5 * drawn[2] > 0


def test_a_film_s_last_frame_is_the_picture(made: Made) -> None:
    """The same size as the PNG at scale 1, and the same but for what H.264 smooths."""
    last = frames(made("mp4"), "mp4")[-1]

    picture = np.asarray(Image.open(io.BytesIO(made("png"))).convert("RGB"))

    assert picture.shape == (2 * last.shape[0], 2 * last.shape[1], 3)
    smaller = np.asarray(Image.fromarray(picture).resize((last.shape[1], last.shape[0])), float)
    assert np.abs(smaller - last).mean() < 6


def test_a_long_walk_makes_no_endless_film(store: Store) -> None:
    """However many steps, so many frames and no more; of one condition alone."""
    study = walks(store, steps=260, models=["ollama/a:b"])
    one = Choice(temperature=0.5)

    assert MOST_FRAMES <= len(frames(to_bytes(store, study.name, "mp4", one), "mp4")) <= 300
    assert len(frames(to_bytes(store, study.name, "gif", one), "gif")) <= MOST_GIF_FRAMES


@pytest.mark.parametrize("file_format", ["mp4", "gif", "readme", "bundle", "html"])
def test_what_is_cancelled_leaves_no_file(store: Store, jobs: Jobs, tmp_path: Path, file_format: str) -> None:
    """It ends before the next picture; what was there before stays, and nothing else is there."""
    study = ran(jobs, store, "in-context")
    out = tmp_path / "out" / "film"
    out.parent.mkdir()
    out.write_text("keep me")
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    with pytest.raises(CancelledError):
        to_file(store, study.name, file_format, out, watch=Watch(tell, lambda: len(told) >= 1))

    assert len(told) == 1
    assert out.read_text() == "keep me"
    assert list(out.parent.iterdir()) == [out]


@pytest.mark.parametrize("file_format", ["mp4", "gif", "readme", "bundle", "html"])
def test_progress_grows_to_the_whole(store: Store, jobs: Jobs, file_format: str) -> None:
    """Shares never fall, and the last is 1."""
    study = ran(jobs, store, "in-context")
    told: list[float] = []

    to_bytes(store, study.name, file_format, watch=Watch(lambda done, total: told.append(done / total)))

    assert told == sorted(told)
    assert told[-1] == 1


@pytest.mark.parametrize("family", list(FAMILIES))
def test_every_family_has_pictures_films_and_a_report(store: Store, jobs: Jobs, family: str) -> None:
    """One picture a condition with its numbers below, in every format."""
    study = ran(jobs, store, family)

    scene = scene_of(store, study)

    assert len(scene.cells) == len(study.conditions())
    assert all(cell.picture and cell.numbers for cell in scene.cells)
    assert Image.open(io.BytesIO(to_bytes(store, family, "png"))).format == "PNG"
    ET.fromstring(to_bytes(store, family, "svg"))
    film = frames(to_bytes(store, family, "gif"), "gif")
    assert (film[0] != film[-1]).any()
    page = to_bytes(store, family, "html").decode()
    assert page.count("<svg") > 1
    assert all(html.escape(figure.about) in page for figure in figures_of(study.process) if figure.name == "evidence")


def test_every_walk_is_drawn_whole(store: Store) -> None:
    """The lines hold every stored position, in the same range everywhere; walks are drawn aside of each other."""
    study = walks(store)
    scene = scene_of(store, study)

    drawn = stage(scene)

    stored = store.paths(study.name)
    for axes in drawn.paper.axes:
        own = stored[stored["condition"] == axes.get_label()]
        lines = [line for line in axes.lines if len(line.get_xdata()) > 1]
        assert len(lines) == own["trajectory"].nunique() == 3
        for (number, walk), line, aside in zip(own.groupby("trajectory"), lines, (-0.2, -0.1, 0), strict=True):
            assert line.get_xydata() == pytest.approx(walk[["x", "y"]].to_numpy() + aside), number
    assert len({axes.get_xlim() for axes in drawn.paper.axes}) == 1


def test_a_part_of_the_grid_is_chosen_by_name(store: Store) -> None:
    """One model, one temperature, or a sentence that says what there is."""
    scene = scene_of(store, walks(store))

    assert [cell.model for cell in scene.only(HOSTILE, 0.5).cells] == [HOSTILE]
    assert len(scene.only(temperature=0.5).cells) == 2
    with pytest.raises(InputError, match="ollama/a:b"):
        scene.only("nobody")
    with pytest.raises(InputError, match=r"0, 0\.5"):
        scene.only(temperature=9.0)


def test_a_study_without_answers_says_so(store: Store) -> None:
    """Rather than an empty picture."""
    study = walks(store, steps=12)
    empty = study.model_copy(update={"name": "empty"})
    store.register(empty, [])

    for file_format in ("png", "mp4", "readme"):
        with pytest.raises(InputError, match="no answer yet"):
            to_bytes(store, "empty", file_format)
    assert b"no answer yet" in to_bytes(store, "empty", "html")


def test_readme_tables_are_as_in_the_original_experiment(store: Store) -> None:
    """assets/images/random_walk_MODEL_temp_T.png for each condition, all in a table of models and temperatures."""
    study = walks(store, models=["ollama/a:b", "ollama/a/b", "ollama/A:B", HOSTILE])

    with zipfile.ZipFile(io.BytesIO(to_bytes(store, study.name, "readme"))) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}

    page = held.pop("README.md").decode()
    assert "assets/images/random_walk_ollama_a_b_temp_0.5.png" in held
    assert len({name.lower() for name in held}) == 4 * 2
    assert all(Image.open(io.BytesIO(content)).format == "PNG" for content in held.values())
    linked = re.findall(r"!\[[^\]]*\]\(([^)]*)\)", page)
    assert sorted(linked) == sorted(held)
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert rows[0] == "| model | T = 0 | T = 0.5 |"
    assert {line.count(" | ") for line in rows} == {2}
    assert "distance from start: " in page
    assert "not read: 3 of 35" in page


@pytest.mark.parametrize("fault", ["a kind that is not known", "a fault of the figure"])
def test_a_figure_that_cannot_be_drawn_ends_no_report(store: Store, fault: str) -> None:
    """Another package's figure: its place says what could not be drawn, and holds every row of its table."""

    def draw(frame: pd.DataFrame, _words: Words) -> go.Figure:
        if fault == "a fault of the figure":
            raise KeyError(MARKUP)
        return go.Figure({"data": [{"type": "pie", "values": frame["answers"]}]})

    def table(data: Any) -> pd.DataFrame:
        return data.answers.groupby("label").size().rename("answers").reset_index()

    study = walks(store)
    _, data = study_data(store, study)
    drawing = Drawing("invented", "Invented", "About it.", table, draw)

    section = "".join(figure_section(store, study, drawing, data))

    words = html.unescape(section)
    assert "<h2>Invented</h2>" in section
    assert ("A 'pie' trace cannot be drawn" in words) == (fault == "a kind that is not known")
    assert all(
        f">{label}<" in words and f">{count}<" in section for label, count in table(data).itertuples(index=False)
    )
    assert "<script" not in section


def test_a_name_in_markdown_is_only_text(made: Made) -> None:
    """No tag, picture, formula, link, code or end of a cell comes from a name; decoded it is the name."""
    with zipfile.ZipFile(io.BytesIO(made("readme"))) as archive:
        page = archive.read("README.md").decode()

    assert "<script" not in page
    assert "$" not in page
    assert "](y)" not in page
    assert html.unescape(literal(MARKUP)) == MARKUP
    assert not set("<>[]!|`*_$\\:@#") & set(re.sub(r"&#\d+;", "", literal("<>[]!|`*_$\\https://x @you #1 www.x.y")))


def test_a_report_runs_and_loads_nothing(kept: Store, made: Made) -> None:
    """Names and replies are text in it; it holds no script, no frame and no address to fetch from."""
    (study,) = kept.all()

    page = made("html").decode()

    assert not re.search(r"<(script|iframe|object|embed|link|form)\b", page)
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page) + re.findall(r"url\(([^)]*)\)", page)
    assert not [address for address in addresses if not address.startswith(("#", "data:"))]
    assert not re.search(r"\son\w+\s*=", re.sub(r">[^<]*<", "><", page))
    assert html.escape(settings_text(study)) in page
    assert html.escape(study.prompt_template.text) in page
    assert MADE_WITH in page
    assert html.escape(MARKUP) in page
    assert "500 &lt;i&gt;server&lt;/i&gt;" in page
    assert "140 of 144 questions were answered" in page


def test_equal_studies_make_equal_files(store: Store, made: Made) -> None:
    """Nothing in a picture or a README depends on when it was made."""
    study = walks(store)

    for file_format in ("png", "svg", "readme"):
        assert to_bytes(store, study.name, file_format) == made(file_format)


def test_a_figure_is_written_by_its_name(store: Store, jobs: Jobs) -> None:
    """In three formats, of the condition that is named; an unknown one is a sentence with those there are."""
    study = ran(jobs, store, "in-context")

    for file_format, begins in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("html", b"<!doctype html>")):
        assert to_bytes(store, study.name, file_format, Choice(figure="evidence")).startswith(begins)
    with pytest.raises(InputError, match="evidence"):
        to_bytes(store, study.name, "png", Choice(figure="nope"))
    with pytest.raises(InputError, match="mp4"):
        to_bytes(store, study.name, "mp4", Choice(figure="evidence"))
