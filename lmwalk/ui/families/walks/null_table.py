"""What walks do that null walks do not, said in words above the figure that shows it."""

from __future__ import annotations

from typing import cast

import pandas as pd
import streamlit as st

from lmwalk.analysis.nulls import Kind
from lmwalk.datasets.null_words import measure_words, move_words, nothing_found, summary
from lmwalk.figures._data import StudyData, WalkData
from lmwalk.figures.walk_null import MOST_POINTS
from lmwalk.ui.shell.escape import plain

HEADINGS = {"words": "In words", "value": "Found", "expected": "Null walks", "range": "95% of them", "p": "p adjusted"}


def null_words(data: StudyData, table: pd.DataFrame, null: Kind | None) -> None:
    """Draw a table in words of one or two conditions, or what most conditions have in common."""
    kind: Kind = null or "unbiased"
    labels = list(dict.fromkeys(table["label"]))
    if len(labels) > MOST_POINTS:
        said = summary(table, kind) or [nothing_found(table, kind)]
        st.markdown("\n".join(f"- {plain(each)}" for each in said if each))
        return
    walks = cast("WalkData", data.beside(kind))
    for label in labels:
        if len(labels) > 1:
            st.markdown(f"**{plain(label)}**")
        moves = move_words(walks, label)
        rows = pd.concat([moves, measure_words(table[table["label"] == label], kind)], ignore_index=True)
        shown = rows[list(HEADINGS)].map(plain).rename(columns=HEADINGS)
        st.table(shown, border="horizontal", hide_index=True)
