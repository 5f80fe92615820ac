"""What Compare shows of draws: a small picture of what was found, two numbers below it, and the same as a table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

import pandas as pd
import streamlit as st

from lmwalk.datasets.cell_stats import draw_stats
from lmwalk.datasets.labels import measured_by
from lmwalk.datasets.overview import Number, Overview, draw_table, overview_of
from lmwalk.datasets.thumbnail_text import conditions_of, legend_words
from lmwalk.figures._data import DrawData
from lmwalk.ui.families.cell_views import READING
from lmwalk.ui.families.comparison import (
    PICTURES,
    CellView,
    Comparison,
    Grid,
    NumberMap,
    NumbersTable,
    condition_cell,
    simulated,
    temperatures,
    thumbnail,
)
from lmwalk.ui.parts.snapshot import Snapshot, cached

_number = st.column_config.NumberColumn
COLUMNS: Mapping[str, Any] = {
    "matcher": _number("By chance", format="%.3f", help="What draws from the reference show with as many replies."),
    "matcher_low": _number("Chance from", format="%.3f", help="95% of such draws show no less."),
    "matcher_high": _number("Chance to", format="%.3f", help="95% of such draws show no more."),
    "excess": _number("Excess", format="%.3f", help="Distance above that."),
    "excess_low": _number("Excess from", format="%.3f", help="Lower end of its 95% interval."),
    "excess_high": _number("Excess to", format="%.3f", help="Upper end of its 95% interval."),
    "constant": _number("Constant answer", format="%.3f", help="Distance of an even chance, whatever is asked."),
    "fair": _number("Fair", format="%.3f", help="Alternation of fair draws."),
    "outside": _number("No outcome", format="%.4f", help="Mean mass on no outcome; of replies the share not read."),
    "unread": _number("Not read", help="Answers that name no single outcome."),
    "wordings": _number("Wordings", help="What was sampled; each has one weight."),
    "answers": _number("Answers"),
    "distinct": _number("Distinct", help="Independent answers: copies at temperature 0 count once."),
    "sequences": _number("Sequences"),
    "distinct_sequences": _number("Distinct sequences", help="Equal sequences count once."),
    "texts": _number("Texts", help="What carries the interval: wordings, or texts of one wording."),
    "distinct_texts": _number("Distinct texts", help="Equal texts count once."),
    "failed": _number("Failed", help="Trajectories that ended early because of a permanent error."),
    "simulated": st.column_config.CheckboxColumn("Simulation", help="The answers come from no language model."),
}
"""The columns of the table behind the numbers that a process's overview shows."""
BESIDE = {f"{name}{end}" for name in ("matcher", "excess") for end in ("", "_low", "_high")}
"""Columns of replies alone."""


def comparison(snapshot: Snapshot, running: bool) -> Comparison:
    """What Compare shows of a study of draws; while it runs, numbers that take long are left out."""
    study = snapshot.study
    overview, chance = overview_for(snapshot)
    drawn, rows = pd.DataFrame(columns=["label"]), conditions_of(snapshot.store, study)
    if len(snapshot.data.rows):
        drawn, found = cached(drawn_and_numbers, snapshot, not running)
        rows = rows.merge(found, on="label", how="left")
    legend = f"{legend_words(overview, data_of(snapshot), chance)} Measured by {measured_by(study)}."
    pictures = CellView(PICTURES, legend, partial(_pictures, snapshot, rows, overview, drawn))
    readings = (READING.view(snapshot, rows),) if study.measurement == "replies" else ()
    return Comparison(
        answered=int(rows["answers"].sum()) if "answers" in rows else 0,
        simulated=simulated(rows),
        views=(pictures, *readings),
        map=NumberMap(rows, {each.column: _capital(each.name) for each in overview.shown}),
        table=partial(_numbers, rows, overview),
        alike=comparison,
    )


def data_of(snapshot: Snapshot) -> DrawData:
    """What the figures of a study of draws are made from."""
    return cast("DrawData", snapshot.data)


def overview_for(snapshot: Snapshot) -> tuple[Overview, str]:
    """What Compare says of a study's process, and what the probability of its event is called."""
    event = snapshot.data.event
    chance = f"share of {event}" if snapshot.study.measurement == "replies" else f"P({event})"
    return overview_of(snapshot.study.process, data_of(snapshot), chance), chance


def drawn_and_numbers(snapshot: Snapshot, late: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the pictures are drawn from, and the numbers below them; ``late`` ones take long."""
    return draw_table(overview_for(snapshot)[0], data_of(snapshot), late=late)


def _pictures(snapshot: Snapshot, rows: pd.DataFrame, overview: Overview, drawn: pd.DataFrame) -> Grid:
    study, cells = snapshot.study, []
    for row in rows.to_dict("records"):
        own, stats = drawn[drawn["label"] == row["label"]], draw_stats(row, overview, study)
        alt = f"{stats[0].label}: {stats[0].text}."
        cells.append(condition_cell(study, row, f"T = {row['temperature']:g}", stats, alt))
        cells[-1]["picture"] = thumbnail(overview.draw(own, drawn) if len(own) else {})
    return Grid(cells, temperatures(study))


def _numbers(rows: pd.DataFrame, overview: Overview) -> NumbersTable:
    """The same figures as a table."""
    columns: dict[str, Any] = {"model": "Model", "temperature": _number("Temperature", format="%g")}
    for each in overview.shown:
        columns |= _columns_of(each)
    columns |= COLUMNS
    shown = [name for name in columns if name in rows and not (name in BESIDE and rows[name].isna().all())]
    return NumbersTable(rows[shown], columns, shown)


def _columns_of(shown: Number) -> dict[str, Any]:
    """The columns of a number, its intervals, and its bounds where answers could not be read."""
    name = _capital(shown.name)
    headings = {
        "": (name, shown.meaning),
        "_low": ("95% from", f"{name}, lower end."),
        "_high": ("95% to", f"{name}, upper end."),
        "_least": ("At least", f"{name}, all unread to the others."),
        "_most": ("At most", f"{name}, all unread to this."),
        "_least_low": ("At least, 95%", "Lower end of the least."),
        "_most_high": ("At most, 95%", "Upper end of the most."),
    }
    return {
        f"{shown.column}{end}": _number(heading, format="%.3f", help=meaning)
        for end, (heading, meaning) in headings.items()
    }


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]
