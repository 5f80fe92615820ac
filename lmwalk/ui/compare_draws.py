"""Compare for draws: small pictures of what was found, two numbers below each, and the same as a table."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from lmwalk.figures._drawing import Material
from lmwalk.materials.draws import MEASURED, labels, material_of
from lmwalk.materials.overview import Number, Overview, draw_table, overview_of
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui import state
from lmwalk.ui.atlas import pictures
from lmwalk.ui.compare_walks import progress
from lmwalk.ui.text import DASH, counted, percent


def compare_draws(store: Store, study: Study, *, running: bool) -> None:
    """Draw the pictures of a study of draws and its table.

    Parameters
    ----------
    running : bool
        While it runs, numbers that take long are left out.
    """
    cursor, material = material_of(store, study)
    replies = study.measurement == "replies"
    chance = f"share of {material.event}" if replies else f"P({material.event})"
    overview = overview_of(study.process, material, chance)
    if material.answers.empty:
        drawn, rows = pd.DataFrame(columns=["label"]), _conditions(store, study)
    else:
        key = f"{state.database()} {cursor} {running}"
        with nullcontext() if running else st.spinner("Computing", show_time=True):
            drawn, found = computed(study.to_yaml(), key, overview, material, running)
        rows = _conditions(store, study).merge(found, on="label", how="left")
    asked = int(rows["answers"].sum()) if "answers" in rows else 0
    st.caption(
        f"{progress(asked, study)}. {_legend(overview, material, chance)} Measured by {MEASURED[study.measurement]}."
    )
    cells = [_cell(study, dict(row), overview, drawn) for _, row in rows.iterrows()]
    names = [*(each.name for each in overview.shown), _last(study)]
    pictures(study, names, cells, set(rows.loc[rows["simulated"], "model"]))
    _numbers(rows, overview)


@st.cache_data(max_entries=32, show_spinner=False)
def computed(
    study: str,  # noqa: ARG001 - a part of the key, as is the next
    key: str,  # noqa: ARG001
    _overview: Overview,
    _material: Material,
    running: bool,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the pictures are drawn from, and the numbers below them."""
    return draw_table(_overview, _material, late=not running)


def _conditions(store: Store, study: Study) -> pd.DataFrame:
    """condition, model, temperature, label, simulated: in the order of the study."""
    names = labels(study)
    rows = [(c.id, c.model, c.temperature, names[c.id]) for c in study.conditions()]
    frame = pd.DataFrame(rows, columns=["condition", "model", "temperature", "label"])
    known = store.conditions(study.name)[["condition", "simulated"]]
    merged = frame.merge(known, how="left")
    return merged.assign(simulated=merged["simulated"].eq(True))


def _legend(overview: Overview, material: Material, chance: str) -> str:
    answers = material.answers
    sizes = sorted(answers["n"].unique()) if len(answers) else []
    shown = sizes if len(sizes) < 12 else [*sizes[:3], "...", sizes[-1]]
    rates = sorted(answers["rate"].dropna().unique())
    return overview.legend.format(
        event=material.event,
        chance=chance,
        sizes=", ".join(str(n) for n in shown),
        rates=", ".join(f"{rate:g}" for rate in rates),
        outcomes=_few(material.outcomes),
        statements=_few(tuple(answers["statement"].unique())),
    )


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(names) if len(names) <= 12 else f"{names[0]} to {names[-1]}"


def _last(study: Study) -> str:
    return "no outcome" if study.measurement == "probabilities" else "not read"


def _cell(study: Study, row: dict[Any, Any], overview: Overview, drawn: pd.DataFrame) -> dict[str, Any]:
    own = drawn[drawn["label"] == row["label"]]
    lines = [_number(row, each) for each in overview.shown]
    failed = int(_of(row, "failed", 0))
    last = _reading(row, study) + (f" · {failed:,} failed" if failed else "")
    meaning = "\n".join(
        f"{each.name}: {line}. {each.meaning}" for each, line in zip(overview.shown, lines, strict=True)
    )
    return {
        "row": study.models.index(row["model"]),
        "column": sorted(study.temperatures).index(row["temperature"]),
        "lines": [*lines, last],
        "bad": bool(failed),
        "meaning": f"T = {row['temperature']:g}\n{meaning}\n{_last(study)}: {last}",
        "alt": f"{overview.shown[0].name}: {lines[0]}.",
        "picture": overview.draw(own, drawn) if len(own) else {},
    }


def _of(row: dict[Any, Any], name: str, otherwise: float = np.nan) -> float:
    value = row.get(name, otherwise)
    return float(value) if pd.notna(value) else otherwise


def _number(row: dict[Any, Any], number: Number) -> str:
    value, low, high = (_of(row, f"{number.column}{end}") for end in ("", "_low", "_high"))
    if not np.isfinite(value):
        return DASH
    return f"{value:.3f} ({low:.3f} to {high:.3f})" if np.isfinite(low) else f"{value:.3f}"


def _reading(row: dict[Any, Any], study: Study) -> str:
    answers = int(_of(row, "answers", 0))
    if not answers:
        return DASH
    if study.measurement == "probabilities":
        return percent(_of(row, "outside"), 1)
    return f"{int(_of(row, 'unread', 0)):,} of {counted(answers, 'answer')}"


def _numbers(rows: pd.DataFrame, overview: Overview) -> None:
    """The same figures as a table that can be sorted, searched and taken away."""
    st.subheader("The same as numbers", anchor=False)
    number = st.column_config.NumberColumn
    columns: dict[str, Any] = {"model": "Model", "temperature": number("Temperature", format="%g")}
    for each in overview.shown:
        name = each.name[0].upper() + each.name[1:]
        columns[each.column] = number(name, format="%.3f", help=each.meaning)
        columns[f"{each.column}_low"] = number("95% from", format="%.3f", help=f"{name}, lower end.")
        columns[f"{each.column}_high"] = number("95% to", format="%.3f", help=f"{name}, upper end.")
    columns |= {
        "constant": number("Constant answer", format="%.3f", help="Distance of an even chance, whatever is asked."),
        "fair": number("Fair", format="%.3f", help="Alternation of fair draws."),
        "outside": number("No outcome", format="%.4f", help="Mean mass on no outcome; of replies the share not read."),
        "unread": number("Not read", help="Answers that name no single outcome."),
        "answers": number("Answers"),
        "failed": number("Failed", help="Trajectories that ended early because a call failed for good."),
        "simulated": st.column_config.CheckboxColumn("Simulation", help="The answers come from no language model."),
    }
    shown = [name for name in columns if name in rows]
    st.dataframe(rows[shown], hide_index=True, column_config=columns, column_order=shown)
