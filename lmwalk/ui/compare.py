"""The Compare page: every condition of a study side by side, its figures as a table, its steps as files."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from lmwalk.analysis import walks
from lmwalk.export import to_bytes
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui import state
from lmwalk.ui.atlas import MOST_POINTS, atlas
from lmwalk.ui.feed import walls_matter
from lmwalk.ui.forms import first_study
from lmwalk.ui.page import invitation
from lmwalk.ui.picker import pick_study
from lmwalk.ui.text import counted

INVITATION = (
    "Models stand below each other, temperatures side by side, every cell a picture of its walks. "
    "The built-in model fills the first row in a few seconds: no key, no server, no network."
)
FORMATS = {"csv": ("CSV", "text/csv"), "parquet": ("Parquet", "application/vnd.apache.parquet")}
POLL_S = 2.0
DISTANCES = ("model", "temperature", "distance", "distance_low", "distance_high", "unbiased")
DIRECTIONS = ("up", "down", "left", "right")


def compare() -> None:
    """Draw the page."""
    store = state.store()
    shown = state.chosen(state.names())
    if shown is None:
        if invitation("Nothing to compare yet", INVITATION, "Run the built-in model", key="first"):
            study = first_study("walk 1")
            state.jobs().start(study)
            state.choose(study.name)
            st.rerun()
        return
    name = _top(store, shown)
    running = state.active(state.jobs().get(name))
    st.fragment(_follow, run_every=POLL_S if running else None)(name, running)


def _top(store: Store, shown: str) -> str:
    """Which study, and its steps as files."""
    row = st.container(horizontal=True, vertical_alignment="bottom", key="top")
    with row:
        name = pick_study(shown, width=340)
        st.space("stretch")
        for file_format, (words, mime) in FORMATS.items():
            st.download_button(
                words,
                partial(to_bytes, store, name, file_format),
                file_name=f"steps.{file_format}",
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                help=f"Every question and answer of this study as {words}, one row each.",
                key=f"download-{file_format}",
            )
    state.choose(name)
    return name


def _follow(name: str, running: bool) -> None:
    store, study = state.store(), state.find(name)
    rows = table(store, study)
    paths = store.paths(name, MOST_POINTS)
    asked, total = int(rows["answers"].sum()), study.total_steps
    questions = counted(total, "question")
    count = f"{questions}, all answered" if asked >= total else f"{asked:,} of {questions} answered"
    st.caption(f"{count}. {_legend(study)}")
    atlas(study, rows, paths)
    _numbers(rows)
    if state.active(state.jobs().get(name)) != running:
        st.rerun()


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
