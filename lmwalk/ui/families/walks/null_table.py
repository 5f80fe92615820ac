"""What walks do that null walks do not, said in words above the figure that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import pandas as pd
import streamlit as st

from lmwalk.analysis.nulls import Kind
from lmwalk.datasets.null_words import measure_words, move_words, nothing_found, summary
from lmwalk.figures._data import WalkData
from lmwalk.figures.walk_null import MOST_POINTS
from lmwalk.ui.parts.snapshot import Snapshot
from lmwalk.ui.shell.escape import plain

WHY_NEVER = {
    "provider-default": "A way that never comes may have been cut off: this study leaves the cuts to the provider, and "
    "Ollama drops unlikely answers before temperature acts. The page Models probes for it; the same study with "
    "temperature only, laid beside this one, shows what it does.",
    "temperature-only": "Nothing was cut off here: a way that never comes is one that the model itself finds unlikely.",
}
HEADINGS = {"words": "In words", "value": "Found", "expected": "Null walks", "range": "95% of them", "p": "p adjusted"}


def null_words(snapshot: Snapshot, only: Sequence[str], table: pd.DataFrame | None, null: Kind | None) -> None:
    """Draw a table in words of one or two conditions, or what most conditions have in common."""
    kind: Kind = null or "unbiased"
    labels = list(only) if table is None else list(dict.fromkeys(table["label"]))
    if len(labels) > MOST_POINTS:
        if table is not None:
            _common(table, kind)
        return
    walks = cast("WalkData", snapshot.data.beside(kind))
    for label in labels:
        if len(labels) > 1:
            st.markdown(f"**{plain(label)}**")
        moves = move_words(walks, label)
        measures = None if table is None else measure_words(table[table["label"] == label], kind)
        _of_condition(moves, measures)
        if "never" in moves and moves["never"].any() and (why := WHY_NEVER.get(str(snapshot.study.sampler))):
            st.caption(why)


def _common(table: pd.DataFrame, kind: Kind) -> None:
    said = summary(table, kind) or [nothing_found(table, kind)]
    st.markdown("\n".join(f"- {plain(each)}" for each in said if each))


def _of_condition(moves: pd.DataFrame, measures: pd.DataFrame | None) -> None:
    rows = pd.concat([moves, *([] if measures is None else [measures])], ignore_index=True)
    if rows.empty:
        return
    rows["words"] = rows["words"].str[:1].str.upper() + rows["words"].str[1:]
    kept = [name for name in HEADINGS if rows[name].ne("").any()]
    st.table(rows[kept].map(plain).rename(columns=HEADINGS), border="horizontal", hide_index=True)
