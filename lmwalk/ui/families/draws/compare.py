"""Compare for draws: small pictures of what was found, two numbers below each, and the same as a table."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.datasets.draws import draw_data
from lmwalk.datasets.labels import measured_by
from lmwalk.datasets.overview import Overview, draw_table, overview_of
from lmwalk.datasets.thumbnail_text import (
    conditions_of,
    last_name,
    legend_words,
    number_of,
    number_words,
    observed_words,
    reading_words,
    why_no_interval,
)
from lmwalk.figures._data import DrawData
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.compare.cell_views import ONE_NUMBER, PICTURES, READING, pick_view, view_pictures
from lmwalk.ui.compare.condition import condition_detail, grid_handles
from lmwalk.ui.compare.grid import condition_grid
from lmwalk.ui.compare.heatmap import number_map
from lmwalk.ui.families.walks.compare import progress
from lmwalk.ui.parts.outcome_mass import outcome_mass_notes
from lmwalk.ui.parts.parse_status import parse_status_below
from lmwalk.ui.parts.reparse import reparse_below
from lmwalk.ui.shell import session


def compare_draws(store: Store, study: Study, *, running: bool) -> None:
    """Draw the pictures of a study of draws and its table.

    Parameters
    ----------
    running : bool
        While it runs, numbers that take long are left out.
    """
    waiting = st.container()  # always there, so that the pictures below keep their place
    cursor, material = draw_data(store, study)
    replies = study.measurement == "replies"
    chance = f"share of {material.event}" if replies else f"P({material.event})"
    overview = overview_of(study.process, material, chance)
    if material.answers.empty:
        drawn, rows = pd.DataFrame(columns=["label"]), conditions_of(store, study)
    else:
        key = f"{session.database()} {cursor} {running}"
        with waiting, nullcontext() if running else st.spinner("Computing", show_time=True):
            drawn, found = computed(study.to_yaml(), key, overview, material, running)
        rows = conditions_of(store, study).merge(found, on="label", how="left")
    asked = progress(int(rows["answers"].sum()) if "answers" in rows else 0, study)
    measured, key = measured_by(study), f"{session.database()} {cursor}"
    outcome_mass_notes(study, key, material)
    shown = pick_view([PICTURES, *(["Reading"] if replies else []), ONE_NUMBER])
    if shown == ONE_NUMBER:
        st.caption(f"{asked}.")
        number_map(rows, {each.column: _capital(each.name) for each in overview.shown}, measured)
    elif shown == PICTURES:
        st.caption(f"{asked}. {legend_words(overview, material, chance)} Measured by {measured}.")
        cells = [_cell(study, dict(row), overview, drawn) for _, row in rows.iterrows()]
        names = [*(each.name for each in overview.shown), last_name(study)]
        condition_grid(study, names, cells, set(rows.loc[rows["simulated"], "model"]), **grid_handles(study))
    else:
        st.caption(f"{asked}. {READING.legend}")
        view_pictures(study, rows, READING, material, key, grid_handles(study), running=running)
    condition_detail(store, study, material, key, running=running)
    _numbers(rows, overview)
    parse_status_below(store, study)
    reparse_below(store, study)


BESIDE = {f"{name}{end}" for name in ("matcher", "excess") for end in ("", "_low", "_high")}
"""Columns of replies alone."""


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]


@st.cache_data(max_entries=32, show_spinner=False)
def computed(
    study: str,  # noqa: ARG001 - a part of the key, as is the next
    key: str,  # noqa: ARG001
    _overview: Overview,
    _material: DrawData,
    running: bool,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the pictures are drawn from, and the numbers below them."""
    return draw_table(_overview, _material, late=not running)


def _cell(study: Study, row: dict[Any, Any], overview: Overview, drawn: pd.DataFrame) -> dict[str, Any]:
    own = drawn[drawn["label"] == row["label"]]
    lines = [number_words(row, each) for each in overview.shown]
    failed = int(number_of(row, "failed", 0))
    last = reading_words(row, study) + (f" · {failed:,} failed" if failed else "")
    meaning = "\n".join(
        f"{each.name}: {line}. {each.meaning} {why_no_interval(row, each)}".rstrip()
        for each, line in zip(overview.shown, lines, strict=True)
    )
    if number_of(row, "wordings", 0):
        meaning += f"\nObserved: {observed_words(row)}"
        last += f" · {observed_words(row)}"
    return {
        "row": study.models.index(row["model"]),
        "column": sorted(study.temperatures).index(row["temperature"]),
        "lines": [*lines, last],
        "bad": bool(failed),
        "meaning": f"T = {row['temperature']:g}\n{meaning}\n{last_name(study)}: {last}",
        "alt": f"{overview.shown[0].name}: {lines[0]}.",
        "picture": overview.draw(own, drawn) if len(own) else {},
        "condition": row["condition"],
        "done": int(number_of(row, "answers", 0)),
        "total": study.trajectory_count * study.steps,
    }


def _numbers(rows: pd.DataFrame, overview: Overview) -> None:
    """The same figures as a table that can be sorted, searched and taken away."""
    st.subheader("The same as numbers", anchor=False)
    number = st.column_config.NumberColumn
    columns: dict[str, Any] = {"model": "Model", "temperature": number("Temperature", format="%g")}
    for each in overview.shown:
        name = _capital(each.name)
        columns[each.column] = number(name, format="%.3f", help=each.meaning)
        columns[f"{each.column}_low"] = number("95% from", format="%.3f", help=f"{name}, lower end.")
        columns[f"{each.column}_high"] = number("95% to", format="%.3f", help=f"{name}, upper end.")
        columns[f"{each.column}_least"] = number("At least", format="%.3f", help=f"{name}, all unread to the others.")
        columns[f"{each.column}_most"] = number("At most", format="%.3f", help=f"{name}, all unread to this.")
        columns[f"{each.column}_least_low"] = number("At least, 95%", format="%.3f", help="Lower end of the least.")
        columns[f"{each.column}_most_high"] = number("At most, 95%", format="%.3f", help="Upper end of the most.")
    columns |= {
        "matcher": number("By chance", format="%.3f", help="What draws from the reference show with as many replies."),
        "matcher_low": number("Chance from", format="%.3f", help="95% of such draws show no less."),
        "matcher_high": number("Chance to", format="%.3f", help="95% of such draws show no more."),
        "excess": number("Excess", format="%.3f", help="Distance above that."),
        "excess_low": number("Excess from", format="%.3f", help="Lower end of its 95% interval."),
        "excess_high": number("Excess to", format="%.3f", help="Upper end of its 95% interval."),
        "constant": number("Constant answer", format="%.3f", help="Distance of an even chance, whatever is asked."),
        "fair": number("Fair", format="%.3f", help="Alternation of fair draws."),
        "outside": number("No outcome", format="%.4f", help="Mean mass on no outcome; of replies the share not read."),
        "unread": number("Not read", help="Answers that name no single outcome."),
        "wordings": number("Wordings", help="What was sampled; each has one weight."),
        "answers": number("Answers"),
        "distinct": number("Distinct", help="Independent answers: copies at temperature 0 count once."),
        "sequences": number("Sequences"),
        "distinct_sequences": number("Distinct sequences", help="Equal sequences count once."),
        "texts": number("Texts", help="What carries the interval: wordings, or texts of one wording."),
        "distinct_texts": number("Distinct texts", help="Equal texts count once."),
        "failed": number("Failed", help="Trajectories that ended early because a call failed for good."),
        "simulated": st.column_config.CheckboxColumn("Simulation", help="The answers come from no language model."),
    }
    shown = [name for name in columns if name in rows and not (name in BESIDE and rows[name].isna().all())]
    st.dataframe(rows[shown], hide_index=True, column_config=columns, column_order=shown)
