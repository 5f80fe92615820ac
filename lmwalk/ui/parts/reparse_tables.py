"""The tables of what other rules would change: readings, conditions, steps, and where walks would end."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.analysis import reparsing
from lmwalk.export import file_name
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.families.family import noun_of
from lmwalk.ui.parts.reparse_cache import MOST_WALKS
from lmwalk.ui.shell.escape import counted

RULE = st.column_config.TextColumn("Rule", help="Which rule decides on the new reading.")
MOST_SHOWN = 1_000
MOST_IN_FILE = 100_000
SHOWN_CHARACTERS = 200
FILE_CHARACTERS = 2_000


def draw_changes(rows: pd.DataFrame) -> None:
    """Which reading becomes which other one, and by which rule, over all conditions."""
    shown = reparsing.by_rule(rows.assign(study="")).drop(columns="studies")
    columns = {"why": RULE, "was": "Read as", "would": "Would be read as", "count": _whole("Answers")}
    st.dataframe(shown, hide_index=True, column_config=columns, width="content")


def draw_conditions(rows: pd.DataFrame, names: dict[str, str], study: Study) -> None:
    """How much differs in each condition, in the order of the study."""
    order = {condition: place for place, condition in enumerate(names)}
    shown = rows.sort_values("condition", key=lambda column: column.map(order))
    columns = {
        "condition": "Condition",
        "answers": _whole("Parsed differently", "Answers."),
        "moved": _whole("Other outcome", "Answers."),
        "trajectories": _whole(noun_of(study).several.capitalize(), "With another outcome at any step."),
    }
    named = shown.assign(condition=shown["condition"].map(names))
    st.dataframe(named, hide_index=True, column_config=columns, width="content")


def _whole(name: str, meaning: str = "") -> Any:
    """A column of whole numbers."""
    return st.column_config.NumberColumn(name, format="localized", help=meaning or None)


def draw_steps(store: Store, steps: pd.DataFrame, names: dict[str, str], place: str, study: str) -> None:
    """Every step that would be parsed differently."""
    shown = _with_replies(store, steps.head(MOST_SHOWN), names, SHOWN_CHARACTERS)
    left = f", the first {MOST_SHOWN:,} of them below" if len(steps) > MOST_SHOWN else ""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.caption(f"{counted(len(steps), 'step')}{left}. Replies are cut at {SHOWN_CHARACTERS} characters.")
        st.space("stretch")
        st.download_button(
            "CSV",
            partial(_csv, store, steps, names),
            file_name=file_name(study, "read otherwise", ending="csv"),
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
            key=f"reparse-csv-{place}",
            help=f"These steps as a file, at most {MOST_IN_FILE:,}; replies cut at {FILE_CHARACTERS:,} characters.",
        )
    columns: dict[str, Any] = {
        "condition": "Condition",
        "trajectory": _whole("Trajectory"),
        "t": _whole("Step"),
        "reply": st.column_config.TextColumn("Reply", width="large"),
        "was": "Read as",
        "would": "Would be read as",
        "why": RULE,
        "left_out": _whole("Left out", "Characters of the reply that are not shown."),
    }
    order = [name for name in columns if name != "condition" or len(names) > 1]
    st.dataframe(shown, hide_index=True, column_config=columns, column_order=order, key=f"reparse-steps-{place}")


def _with_replies(store: Store, steps: pd.DataFrame, names: dict[str, str], most: int) -> pd.DataFrame:
    texts = store.replies.texts(steps["id"], most)
    rows = reparsing.in_words(steps).merge(texts, on="id", how="left")
    left_out = (rows["length"] - most).clip(lower=0)
    named = rows.assign(condition=rows["condition"].astype(object).map(names), left_out=left_out)
    return named.rename(columns={"text": "reply"})[
        ["condition", "trajectory", "t", "reply", "was", "would", "why", "left_out"]
    ]


def _csv(store: Store, steps: pd.DataFrame, names: dict[str, str]) -> bytes:
    rows = _with_replies(store, steps.head(MOST_IN_FILE), names, FILE_CHARACTERS)
    return rows.rename(columns={"was": "read_as", "would": "would_be_read_as"}).to_csv(index=False).encode()


def draw_end_points(ends: pd.DataFrame, names: dict[str, str], *, followed: bool) -> None:
    """Where walks ended, beside where the same replies would have led."""
    warning = (
        " It is not where the model would have gone: after its first different step a walk would have been asked "
        "other questions."
    )
    which = f" of the first {MOST_WALKS:,} walks that differ" if len(ends) >= MOST_WALKS else ""
    st.caption(
        f"End points{which}. The last one is where the same replies would have led, read this way."
        + (warning if followed else "")
    )
    was, would = (zip(ends[f"x{end}"], ends[f"y{end}"], strict=True) for end in ("", "_otherwise"))
    shown = ends.assign(
        label=ends["condition"].astype(object).map(names),
        was=[f"({x:g}, {y:g})" for x, y in was],
        would=[f"({x:g}, {y:g})" for x, y in would],
    )
    columns: dict[str, Any] = {
        "label": "Condition",
        "trajectory": _whole("Walk"),
        "first": _whole("First different step"),
        "was": "Ended at",
        "would": "Same replies would end at",
    }
    order = [name for name in columns if name != "label" or len(names) > 1]
    st.dataframe(shown, hide_index=True, column_config=columns, column_order=order, width="content")
