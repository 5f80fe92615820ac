"""Pictures for print are as wide as a column, with letters that print wants, and stay lines and letters."""

from __future__ import annotations

import re

import plotly.graph_objects as go
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from lmwalk.errors import InputError
from lmwalk.export import WIDTHS_MM, Choice, name_of, to_bytes
from lmwalk.export.canvas import pixels
from lmwalk.export.names import file_name
from lmwalk.export.plot import drawn
from lmwalk.export.scene import scene_of
from lmwalk.export.stage import stage
from lmwalk.store import Store
from tests.export.studies import walks

MAP = {"type": "heatmap", "z": [[1, 2], [3, 4]], "colorbar": {"title": {"text": "how much"}}}
LINE = {"type": "scatter", "mode": "lines+text", "x": [1, 2], "y": [1, 2], "text": ["a", "b"], "name": "line " * 30}
NOTE = {"text": "a note", "x": 1, "y": 1, "font": {"size": 20}}
TITLE = {"text": "title " * 40, "subtitle": {"text": "subtitle " * 40}}


@pytest.mark.parametrize("width", list(WIDTHS_MM))
def test_letters_for_print_are_of_7_to_9_points(store: Store, width: str) -> None:
    """Every word of a figure, and of the grid, which is as wide as the column and no wider."""
    study, wide = walks(store, models=["ollama/a:b"]), pixels(width)
    layout = {"title": TITLE, "annotations": [NOTE], "showlegend": True, "xaxis": {"title": {"text": "across"}}}
    figures = [go.Figure({"data": [trace], "layout": layout}) for trace in (LINE, MAP)]

    papers = [stage(scene_of(store, study), width=wide).paper, *(drawn(figure, wide) for figure in figures)]

    for paper in papers:
        sizes = {text.get_fontsize() for text in paper.findobj(Text) if text.get_text()}
        assert min(sizes) >= 7 - 1e-9
        assert max(sizes) <= 9 + 1e-9
        assert paper.get_figwidth() * 25.4 == pytest.approx(WIDTHS_MM[width])
        for text in paper.texts:
            assert text.get_window_extent(FigureCanvasAgg(paper).get_renderer()).x1 <= paper.bbox.x1


@pytest.mark.parametrize("choice", [Choice(width="single"), Choice(figure="parse-status", width="double")])
def test_a_pdf_is_a_page_of_lines_and_letters(store: Store, choice: Choice) -> None:
    """As wide as it was asked for, its font in the file, no pixels in it, and the same bytes each time."""
    study = walks(store)

    content = to_bytes(store, study.name, "pdf", choice)

    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+)", content)
    assert content.startswith(b"%PDF")
    assert box
    assert float(box[1]) / 72 * 25.4 == pytest.approx(WIDTHS_MM[str(choice.width)], abs=0.01)
    assert b"/FontFile2" in content
    assert b"/Subtype /Image" not in content
    assert content == to_bytes(store, study.name, "pdf", choice)


def test_a_width_is_one_of_two_and_for_pictures(store: Store) -> None:
    """Anything else is a sentence that says what there is."""
    study = walks(store)

    with pytest.raises(InputError, match="single, double"):
        to_bytes(store, study.name, "png", Choice(width="85"))
    with pytest.raises(InputError, match="png, svg, pdf"):
        to_bytes(store, study.name, "csv", Choice(width="single"))


def test_names_of_files_say_what_they_are_of() -> None:
    """Study, content and choice; nothing that a disk does not take, or takes for something else."""
    assert name_of("walk 1", "csv") == "walk 1 - steps.csv"
    assert name_of("walk 1", "bundle") == "walk 1 - bundle.zip"
    assert name_of("w", "gif", Choice("ollama/a:b", 0.5)) == "w - film - ollama_a_b - T 0.5.gif"
    assert name_of("w", "pdf", Choice(figure="distance")) == "w - distance.pdf"
    assert file_name("w", "rose", "a/b · T = 0.5", ending="svg") == "w - rose - a_b, T 0.5.svg"
    assert file_name("told é", ending="csv") == "told é.csv"
    assert file_name("../..\\\u202e\x00", "x" * 300, ending="csv").startswith("_")
    assert file_name("NUL", ending="csv") == "_NUL.csv"
    for odd in ("a/b", "a\\b", "..", " . ", "a\nb", "\u202eabc", '<>:"|?*', ""):
        made = file_name(odd, ending="svg")
        assert re.fullmatch(r"[\w ().,+-]+\.svg", made)
        assert not made.startswith((".", " ", "-"))
