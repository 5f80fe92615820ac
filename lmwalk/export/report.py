"""A study as one static page: how it was set, what it gave, every figure; nothing is loaded and nothing runs."""

from __future__ import annotations

import base64
import html
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from lmwalk.datasets import endings
from lmwalk.datasets.families import study_data
from lmwalk.datasets.outcome_mass import doubts, outcome_mass_of, warnings
from lmwalk.datasets.provenance import provenance
from lmwalk.datasets.units import decisions, undecided
from lmwalk.errors import InputError
from lmwalk.export.canvas import png_of, svg_of
from lmwalk.export.findings import Finding, applicable, findings_of
from lmwalk.export.plot import drawn
from lmwalk.export.plot.sliders import positions
from lmwalk.export.plot.undrawn import FAULTS, reason
from lmwalk.export.scene import scene_of
from lmwalk.export.settings import MADE_WITH, question_words, settings_text
from lmwalk.export.stage import stage
from lmwalk.export.watch import Watch
from lmwalk.figures._data import StudyData
from lmwalk.figures._drawing import Drawing
from lmwalk.store import Store
from lmwalk.study import Study

MOST_CELLS = 12
"""A larger grid is put in as pixels: as lines it is megabytes."""
MOST_OF_ONE = 8
"""Pictures of one figure."""
MOST_ROWS, MOST_REPLIES, LOOKED_AT, LONGEST = 500, 40, 5000, 300
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #262730; max-width: 1180px; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; } h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid #d5d9de; padding: .25rem .6rem; text-align: left; vertical-align: top; }
td.text, pre { white-space: pre-wrap; overflow-wrap: anywhere; font-family: ui-monospace, monospace; font-size: 13px; }
pre { background: #f4f6f8; padding: .8rem; } svg, img { max-width: 100%; height: auto; } .note { color: #5d646b; }
.warning { background: #fff4d6; border-left: 4px solid #d9a514; padding: .6rem .9rem; overflow-wrap: anywhere; }
"""


def report(store: Store, study: Study, watch: Watch | None = None) -> bytes:
    """The page, UTF-8. Raises CancelledError."""
    watch = watch or Watch()
    _, data = study_data(store, study)
    figures = applicable(study, data)
    parts = [
        _set_up(study),
        *_asked(study),
        *_made_with(store, study),
        *_counts(store, study),
        *_stands_on(study, data),
        *_grid(store, study),
    ]
    for place, figure in enumerate(figures):
        watch.at(place, len(figures))
        parts += figure_section(store, study, figure, data)
    parts += _ledger(store, study)
    watch.at(len(figures), len(figures))
    name = html.escape(study.name)
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    head = (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width"><title>{name}</title><style>{STYLE}</style>'
    )
    body = f"<h1>{name}</h1>{''.join(parts)}<footer class='note'>{html.escape(MADE_WITH)}</footer>"
    page = f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>"
    return page.encode("utf-8", "replace")


def _set_up(study: Study) -> str:
    return f"<h2>How it was set</h2><pre>{html.escape(settings_text(study))}</pre>"


def _asked(study: Study) -> Iterator[str]:
    """The words of the questions."""
    yield "<h2>How it was asked</h2>"
    for what, words in question_words(study):
        yield f"<h3>{html.escape(what)}</h3><pre>{html.escape(words)}</pre>"


def _made_with(store: Store, study: Study) -> Iterator[str]:
    """Plan, engines, versions and dates."""
    yield "<h2>What it was made with</h2>"
    yield _table(["", ""], provenance(store, study))


def _counts(store: Store, study: Study) -> Iterator[str]:
    tallies = store.tallies(study.name)
    answers = int(tallies.loc[tallies["status"] != "error", "count"].sum())
    yield f"<p>{answers:,} of {study.total_steps:,} questions were answered.</p>"
    for sentence in [
        *decisions(store, study),
        *undecided(store, study),
        *endings.sentences(store, study),
        endings.thinking(store, study),
    ]:
        yield f"<p>{html.escape(sentence)}</p>" if sentence else ""


def _stands_on(study: Study, data: StudyData) -> Iterator[str]:
    """How much of the probability the outcomes hold, where it is little."""
    if study.measurement == "probabilities":
        found = outcome_mass_of(data)
        for sentence in (*warnings(found), *doubts(found)):
            yield f"<p class='warning'>{html.escape(sentence)}</p>"


def _grid(store: Store, study: Study) -> Iterator[str]:
    """Every condition's picture, and the same as numbers."""
    try:
        scene = scene_of(store, study)
    except InputError as none:
        yield f"<p>{html.escape(str(none))}</p>"
        return
    paper = stage(scene).paper
    yield "<h2>Every condition</h2>"
    if len(scene.cells) <= MOST_CELLS:
        yield _inline(svg_of(paper))
    else:
        picture = base64.b64encode(png_of(paper, 1.5)).decode()
        yield f'<img alt="A picture for each condition" src="data:image/png;base64,{picture}">'
    names = list(dict.fromkeys(stat.label for cell in scene.cells for stat in cell.numbers))
    texts = [{stat.label: stat.text for stat in cell.numbers} for cell in scene.cells]
    rows = [
        [cell.model, f"{cell.temperature:g}", *(own.get(name, "") for name in names)]
        for cell, own in zip(scene.cells, texts, strict=True)
    ]
    yield _table(["model", "temperature", *names], rows)


def figure_section(store: Store, study: Study, figure: Drawing, data: StudyData) -> Iterator[str]:
    """A figure with the first few of its choices, as HTML. One that cannot be drawn is its table, and ends nothing."""
    yield f"<h2>{html.escape(figure.title)}</h2><p class='note'>{html.escape(figure.about)}</p>"
    found = findings_of(store, study, figure, data)
    for finding in itertools.islice(found, MOST_OF_ONE):
        yield from _picture(finding)
    if left := sum(1 for _ in found):
        yield f"<p class='note'>{left} more of these pictures are on the dashboard's page of this study.</p>"


def _picture(finding: Finding) -> Iterator[str]:
    """A figure as lines, at each position of its slider; where it cannot be drawn, why, and its table."""
    try:
        yield from [_inline(svg_of(drawn(figure))) for _, figure in positions(finding.figure)]
    except FAULTS as cause:
        table = finding.table.head(MOST_ROWS)
        yield f"<p class='warning'>{html.escape(reason(cause))} Its numbers:</p>"
        yield _table(list(table.columns), [[_cut(value) for value in row] for row in table.itertuples(index=False)])


def _inline(svg: bytes) -> str:
    """An SVG without its heading, which has no place inside a page."""
    text = svg.decode()
    return text[text.index("<svg") :]


def _ledger(store: Store, study: Study) -> Iterator[str]:
    """How every reply was read, and the latest that could not be."""
    settings = store.conditions(study.name)[["condition", "model", "temperature"]]
    tallies = store.tallies(study.name).merge(settings, on="condition")
    yield "<h2>How replies were read</h2>"
    known = tallies[["model", "temperature", "status", "outcome", "count"]].head(MOST_ROWS)
    rows = [[_cut(value) for value in row] for row in known.itertuples(index=False)]
    yield _table(["model", "temperature", "status", "read as", "answers"], rows)
    latest = store.latest(study.name, LOOKED_AT)
    unread = latest[latest["status"] != "ok"].tail(MOST_REPLIES)
    if len(unread):
        yield "<h3>The latest that could not be read</h3>"
        columns = ["model", "temperature", "trajectory", "t", "status", "why", "reply", "error"]
        yield _table(columns, [[_cut(value) for value in row] for row in unread[columns].itertuples(index=False)])


def _cut(value: Any) -> str:
    missing = value is None or (pd.api.types.is_scalar(value) and pd.isna(value))
    text = "" if missing else f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    first = "".join(f"<th>{html.escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(f'<td class=text>{html.escape(str(v))}</td>' for v in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{first}</tr></thead><tbody>{body}</tbody></table>"
