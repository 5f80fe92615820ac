"""Compare for walks: small pictures of paths, and the same as numbers."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lmwalk.analysis import walks
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.atlas import MOST_POINTS, atlas
from lmwalk.ui.ledger import ledger_below
from lmwalk.ui.plane import walls_matter
from lmwalk.ui.published_walks import published_columns
from lmwalk.ui.reread import reread_below
from lmwalk.ui.text import DASH, counted

DISTANCES = ("model", "temperature", "distance", "distance_low", "distance_high", "unbiased")
DIRECTIONS = ("up", "down", "left", "right")


def compare_walks(store: Store, study: Study) -> None:
    """Draw the atlas of a study of walks and its table."""
    rows = table(store, study)
    paths = store.paths(study.name, MOST_POINTS)
    st.caption(f"{progress(int(rows['answers'].sum()), study)}. {_legend(study)}")
    atlas(study, rows, paths)
    _numbers(rows, study)
    ledger_below(store, study)
    reread_below(store, study)


def progress(asked: int, study: Study) -> str:
    """How many questions were answered."""
    questions = counted(study.total_steps, "question")
    return f"{questions}, all answered" if asked >= study.total_steps else f"{asked:,} of {questions} answered"


def _legend(study: Study) -> str:
    steps = counted(study.steps, "step")
    where = ", here beyond the walls" if walls_matter(study) else ""
    circle = f"95% of unbiased walks of {steps} end inside the dashed circle{where}."
    thinned = f" At most {MOST_POINTS} points of each walk are drawn." if study.steps > MOST_POINTS else ""
    return f"From the green dot to the red diamond. {circle}{thinned}"


def table(store: Store, study: Study) -> pd.DataFrame:
    """One row a condition with its figures; NaN where there is no answer yet."""
    frame = pd.DataFrame(
        [(c.id, c.model, c.temperature) for c in study.conditions()], columns=["condition", "model", "temperature"]
    )
    known = store.conditions(study.name)[["condition", "simulated"]]
    ends = walks.mean_distances(walks.end_distances(store.paths(study.name, most_points=1)))
    tallies = store.tallies(study.name)
    shares = walks.direction_shares(tallies, study.make_process().outcomes({}) or ())
    wide = shares.pivot_table(index="condition", columns="outcome", values="share").rename(columns=str.lower)
    wide = wide.reindex(columns=list(DIRECTIONS)).reset_index()
    unread = walks.unread_shares(tallies)[["condition", "count", "n"]]
    names = {"n": "walks", "mean": "distance", "low": "distance_low", "high": "distance_high"}
    result = (
        frame.merge(known, how="left")
        .merge(ends.rename(columns=names).drop(columns="t"), how="left")
        .merge(wide, how="left")
        .merge(unread.rename(columns={"count": "unread", "n": "answers"}), how="left")
        .merge(_failed(tallies), how="left")
    )
    counts = ["walks", "unread", "answers", "failed"]
    result["simulated"] = result["simulated"].eq(True)
    return result.assign(**result[counts].fillna(0).astype("int64"))


def _failed(tallies: pd.DataFrame) -> pd.DataFrame:
    errors = tallies[tallies["status"] == "error"].groupby("condition")["count"].sum()
    return errors.rename("failed").reset_index()


def _numbers(rows: pd.DataFrame, study: Study) -> None:
    """The same figures as a table that can be sorted, searched and taken away."""
    st.subheader("The same as numbers", anchor=False)
    rows, published, names = published_columns(rows, study)
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
            **published,
        },
        column_order=[*DISTANCES, *names, *DIRECTIONS, "unread", "answers", "walks", "failed", "simulated"],
        placeholder=DASH,
    )
