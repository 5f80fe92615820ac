"""The parse ledger on screen: how many replies could be read, why others could not, and what those said."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lmwalk.analysis.parse_status import ledger_of, status_counts
from lmwalk.number_format import quoted
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import STATUSES
from lmwalk.ui.parts.parse_rules import by_rule, rules
from lmwalk.ui.shell.escape import counted

STATUS, RULE = "Status", "Rule"
MOST_EXAMPLES = 5
SHOWN_CHARACTERS = 200
MEANINGS = {
    "ok": "An outcome was read.",
    "unparsed": "There is a reply, but it names no outcome.",
    "ambiguous": "It names different outcomes.",
    "refused": "The model or its server said that it cannot or will not.",
    "empty": "Nothing, only space, or only a thought.",
    "cut": "A limit of tokens cut it off before it was whole.",
    "error": "The call failed for good, and the trajectory stopped.",
}


def parse_status_counts(store: Store, study: Study) -> pd.DataFrame:
    """How often each status came: condition, and a column for each status; a row for every condition of the study."""
    known = pd.DataFrame({"condition": [condition.id for condition in study.conditions()]})
    counts = status_counts(store.tallies(study.name))
    return known.merge(counts, how="left").fillna(0).astype(dict.fromkeys(STATUSES, "int64"))


def parse_status(store: Store, study: Study, condition: str | None = None) -> None:
    """Draw the ledger.

    Parameters
    ----------
    condition : str, optional
        The id of the one condition it is about; all of the study where it is left out.
    """
    counts = parse_status_counts(store, study)
    own = counts if condition is None else counts[counts["condition"] == condition]
    table = ledger_of(own.drop(columns="condition").sum())
    questions = int(table["n"].iloc[0])
    if not questions:
        st.caption(
            "After the first replies, this table shows how many were parsed, with examples of those that were not."
        )
        return
    st.caption(f"How {counted(questions, 'question')} ended. Intervals take the questions as independent.")
    place = condition or "all"
    grouped = st.segmented_control(
        "Grouped by",
        [STATUS, RULE],
        default=STATUS,
        required=True,
        key=f"ledger-by-{place}",
        help="Status: what became of a reply. Rule: why it was read as it was.",
    )
    if grouped == RULE:
        by_rule(store, study, condition)
    else:
        _counts(table)
    rules(study, key=f"ledger-rules-{place}")
    _examples(store, study, condition)


def parse_status_below(store: Store, study: Study) -> None:
    """Draw the ledger of a whole study, closed until it is asked for."""
    with st.expander(
        "How the replies were read", icon=":material/rule:", key="ledger-whole", on_change="rerun"
    ) as below:
        if below.open:
            parse_status(store, study)


def _counts(table: pd.DataFrame) -> None:
    number = st.column_config.NumberColumn
    shares = ["share", "low", "high"]
    st.dataframe(
        table.assign(**100 * table[shares], meaning=table["status"].map(MEANINGS)),
        hide_index=True,
        column_config={
            "status": st.column_config.TextColumn("Status", width="small"),
            "count": number("Questions", format="localized", width="small"),
            "share": number("Share", format="%.1f%%", help="Of all questions."),
            "low": number("95% from", format="%.1f%%", help="Wilson's interval, lower end."),
            "high": number("95% to", format="%.1f%%", help="Wilson's interval, upper end."),
            "meaning": st.column_config.TextColumn("Means", width="large"),
        },
        column_order=["status", "count", *shares, "meaning"],
    )


def _examples(store: Store, study: Study, condition: str | None) -> None:
    """The commonest replies of each status; one can be read whole."""
    found = store.replies.commonest(study.name, None if condition is None else [condition], MOST_EXAMPLES)
    found = found.merge(store.replies.texts(found["id"], SHOWN_CHARACTERS), on="id").dropna(subset="text")
    if found.empty:
        st.caption("No reply is stored: token probabilities were asked for.")
        return
    order = {status: place for place, status in enumerate(STATUSES)}
    rows = found.sort_values("status", key=lambda column: column.map(order), kind="stable", ignore_index=True)
    st.caption(
        f"The {MOST_EXAMPLES} commonest replies of each status, cut at {SHOWN_CHARACTERS} characters; of failed calls "
        "the complaint. Mark a row to read it whole."
    )
    place = condition or "all"
    number = st.column_config.NumberColumn
    # replies may differ in blanks alone; a failed call has a message instead
    shown = rows["text"].map(quoted).where(rows["status"] != "error", rows["text"])
    left_out = (rows["length"] - SHOWN_CHARACTERS).clip(lower=0)
    chosen = st.dataframe(
        rows.assign(left_out=left_out, text=shown),
        hide_index=True,
        column_config={
            "status": st.column_config.TextColumn("Status", width="small"),
            "count": number("Times", format="localized", width="small", help="How often this very reply came."),
            "text": st.column_config.TextColumn("Reply", width="large"),
            "left_out": number(
                "Left out", format="localized", width="small", help="Characters of the reply that are not shown."
            ),
        },
        column_order=["status", "count", "text", *(["left_out"] if left_out.any() else [])],
        on_select="rerun",
        selection_mode="single-row",
        key=f"ledger-{place}",
    )
    marked = [number for number in chosen["selection"]["rows"] if number < len(rows)]
    if marked:
        _whole(store, int(rows["id"].iloc[marked[0]]))


def _whole(store: Store, step: int) -> None:
    """One text, all of it."""
    text = store.replies.texts([step]).iloc[0]
    st.caption(f"The whole reply, {counted(int(text['length']), 'character')}:")
    with st.container(height=240):
        st.text(str(text["text"]))
