"""A page that replays: what is in it, that nothing in it is markup, and how large it is."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from typing import Any

import plotly.graph_objects as go
import pytest
from scripted import finished

from lmwalk.export import to_bytes
from lmwalk.export.plot.sliders import positions
from lmwalk.export.replay.figures import MOST_OF_ALL
from lmwalk.export.replay.page import packed, script, style
from lmwalk.export.replay.replies import replies
from lmwalk.export.settings import question_words, settings_text
from lmwalk.jobs import Jobs
from lmwalk.store import Store, open_store
from lmwalk.study import Study
from tests.export.studies import MARKUP, walks

PAGE, PUBLISHED_STEPS = 1_500_000, 5 * 7 * 5 * 50


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Study, str]]:
    """A small study with hostile names and replies, and its page."""
    with open_store(tmp_path_factory.mktemp("replay") / "results.duckdb") as store:
        study = walks(store)
        yield store, study, to_bytes(store, study.name, "replay").decode()


def unpacked(page: str) -> dict[str, Any]:
    (letters,) = re.findall(r'<script type="text/plain" id="lmw-study">([A-Za-z0-9+/=]+)</script>', page)
    return json.loads(zlib.decompress(base64.b64decode(letters)))


def test_nothing_that_anyone_wrote_is_markup(exported: tuple[Store, Study, str]) -> None:
    """All of it is letters of the data; the policy allows the page's one script, by its digest, and no network."""
    _, study, page = exported
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    (own,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()

    assert MARKUP not in page and study.name not in page
    assert page.count("<script") == 2
    assert policy.startswith("default-src 'none'; ") and f"script-src 'sha256-{digest}'" in policy
    assert not re.search(r"https?:(?!//www\.w3\.org/)", page)


def test_every_step_is_in_the_page_and_every_text_once(exported: tuple[Store, Study, str]) -> None:
    """Question, system message, reply and place of each step are the stored ones; no table holds a text twice."""
    store, study, page = exported
    held = unpacked(page)
    cells = {cell["condition"]: place for place, cell in enumerate(held["grid"]["cells"])}
    steps = {
        (cells[row["condition"]], row["trajectory"], row["t"]): row
        for row in store.steps(study.name).astype(object).fillna("").to_dict("records")
    }
    told = {
        (own["cell"], own["number"], t): (held["prompts"][prompt], held["readings"][reading])
        for own in held["trajectories"]
        for t, prompt, reading in zip(own["t"], own["prompts"], own["readings"], strict=True)
    }

    assert told.keys() == steps.keys()
    for key, ((prompt, system), reading) in told.items():
        row = steps[key]
        assert (prompt, held["systems"][system] if system >= 0 else "") == (row["prompt"], row["system"])
        assert "".join(text for text, _ in reading["pieces"]) == row["reply"]
        assert reading["status"] == row["status"]
    for walk in (walk for cell in held["grid"]["cells"] for walk in cell["walks"]):
        assert (walk["x"][0], walk["y"][0]) == (0, 0)
    for name in ("prompts", "systems", "readings"):
        texts = [json.dumps(each) for each in held[name]]
        assert len(texts) == len(set(texts))


def test_a_study_as_published_fits_a_page(store: Store, jobs: Jobs) -> None:
    """5 models at 7 temperatures, 5 walks of 50 steps each, take less than 1.5 MB with all figures that may be."""
    sizes = []
    for steps in (25, 50):
        study = finished(jobs, name=f"of {steps}", models=["simulated/biased"], trajectories=5, steps=steps)
        conditions = [condition.id for condition in study.conditions()]
        sizes.append(len(packed(replies(store, study, conditions, "walk"))))
    each = (sizes[1] - sizes[0]) / (25 * 5 * len(conditions))

    assert each * PUBLISHED_STEPS + MOST_OF_ALL * 4 / 3 + len(script()) + len(style()) < PAGE


def test_a_page_without_room_has_one_picture_of_each_figure(
    exported: tuple[Store, Study, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However large the figures before it are, each of them can be opened, and says how many pictures are left out."""
    store, study, page = exported
    monkeypatch.setattr("lmwalk.export.replay.figures.MOST_OF_ALL", 0)
    whole, least = unpacked(page)["figures"], unpacked(to_bytes(store, study.name, "replay").decode())["figures"]

    assert [len(figure["pictures"]) for figure in least] == [1] * len(whole)
    for one, other in zip(least, whole, strict=True):
        assert one["left"] + 1 == other["left"] + len(other["pictures"])


def test_a_figure_has_a_drawing_for_each_position_of_its_slider() -> None:
    """At each position those traces are seen that the slider would show there; without a slider there is one."""
    traces = [{"y": [place]} for place in range(3)]
    steps = [{"label": str(at), "args": ["visible", [at == place for place in range(3)]]} for at in range(3)]
    slid = go.Figure({"data": traces, "layout": {"sliders": [{"steps": steps, "currentvalue": {"prefix": "n = "}}]}})

    found = dict(positions(slid))

    assert list(found) == ["n = 0", "n = 1", "n = 2"]
    for place, figure in enumerate(found.values()):
        assert [trace.visible for trace in figure.data] == [place == own for own in range(3)]
    assert [name for name, _ in positions(go.Figure(traces))] == [""]


def test_settings_and_words_leave_nothing_out() -> None:
    """Parameters are written out though they were left as they are, and the words of the question stand there."""
    study = Study.of(name="plain", models=["ideal"])

    assert "params: {}" not in settings_text(study) and "half_width: 25" in settings_text(study)
    assert dict(question_words(study)) == {"question": study.prompt_template.text}
