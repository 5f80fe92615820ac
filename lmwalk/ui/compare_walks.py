"""Compare for walks: small pictures of paths, and the same as numbers."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lmwalk.materials.walks import DIRECTIONS, MOST_POINTS, legend, table
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.atlas import atlas
from lmwalk.ui.text import counted

DISTANCES = ("model", "temperature", "distance", "distance_low", "distance_high", "unbiased")


def compare_walks(store: Store, study: Study) -> None:
    """Draw the atlas of a study of walks and its table."""
    rows = table(store, study)
    paths = store.paths(study.name, MOST_POINTS)
    st.caption(f"{progress(int(rows['answers'].sum()), study)}. {legend(study)}")
    atlas(study, rows, paths)
    _numbers(rows)


def progress(asked: int, study: Study) -> str:
    """How many questions were answered."""
    questions = counted(study.total_steps, "question")
    return f"{questions}, all answered" if asked >= study.total_steps else f"{asked:,} of {questions} answered"


def _numbers(rows: pd.DataFrame) -> None:
    """The same figures as a table that can be sorted, searched and taken away."""
    st.subheader("The same as numbers", anchor=False)
    distance, share = "%.2f", "%.1f%%"
    number = st.column_config.NumberColumn
    st.dataframe(
        rows.drop(columns="condition").assign(**100 * rows[list(DIRECTIONS)]),
        hide_index=True,
        column_config={
            "model": "Model",
            "temperature": number("Temperature", format="%g"),
            "simulated": st.column_config.CheckboxColumn("Simulation", help="The answers come from no language model."),
            "walks": number("Trajectories"),
            "distance": number("Distance", format=distance, help="Mean distance from the start, in cells."),
            "distance_low": number("95% from", format=distance, help="Student's interval over the walks."),
            "distance_high": number("95% to", format=distance, help="Student's interval over the walks."),
            "unbiased": number(
                "Unbiased", format=distance, help="The mean of unbiased walks of the same lengths, far from walls."
            ),
            **{name: number(name.capitalize(), format=share, help="Of the answers read.") for name in DIRECTIONS},
            "unread": number("Not read", help="Answers that name no single direction."),
            "answers": number("Answers"),
            "failed": number("Failed walks", help="Walks that ended early because a call failed for good."),
        },
        column_order=[*DISTANCES, *DIRECTIONS, "unread", "answers", "walks", "failed", "simulated"],
    )
