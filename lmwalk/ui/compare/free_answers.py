"""What a study's answers were held to, and the same study with free answers beside it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lmwalk.analysis.held import beside
from lmwalk.datasets.labels import held_words
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import plain

MOST_ROWS = 200
HELD = (
    "Answers were held to the outcomes by the server (answer: {form}). It spread all probability over them, which "
    "renormalises: what a free answer would have refused, hedged or left open is shared out among the outcomes, so "
    "none is unread, and shares are not those of free answers."
)
FREE = "The same study was also asked with answers held to the outcomes (answer: {form})."
ALONE = "To see what that changes, run the same study with answer: free under another name."


def free_answers(store: Store, study: Study) -> None:
    """Draw what is to be said of held answers, and the other study beside this one; nothing where all is free."""
    other = counterpart(study)
    if not held_words(study) and other is None:
        return
    with st.container(border=True, key="held"):
        form = study.answer if held_words(study) else other.answer if other else ""
        st.markdown(plain((HELD if held_words(study) else FREE).format(form=form)))
        if other is None:
            st.caption(ALONE)
            return
        free, bound = (other, study) if held_words(study) else (study, other)
        _table(store, free, bound)
        st.caption(f"Free: {plain(free.name)}. Held: {plain(bound.name)}. They differ in nothing else.")
        st.button(
            "Open the held one" if other is bound else "Open the free one",
            icon=":material/compare_arrows:",
            on_click=session.choose,
            args=(other.name,),
            help="Show the other study on this page.",
        )


def counterpart(study: Study) -> Study | None:
    """The newest other study that differs from this one in name and answer alone, one held and the other free."""
    own, is_held = _apart_from_answer(study), bool(held_words(study))
    for other in session.studies():
        fits = other.answer == "free" if is_held else study.answer == "free" and held_words(other)
        if fits and other.process == study.process and _apart_from_answer(other) == own:
            return other
    return None


def _apart_from_answer(study: Study) -> dict[str, object]:
    """All that is asked, without what a study is called and how its answers and its run are held."""
    return study.model_dump(
        exclude={"name", "plan", "answer", "concurrency", "on_cut", "longest_wait_s", "largest_reply_mb"}
    )


def _table(store: Store, free: Study, bound: Study) -> None:
    """Shares of each outcome with free answers and with held ones, in each condition."""
    rows = beside(_counts(store, free), _counts(store, bound))
    if rows.empty:
        st.caption("Shares appear side by side once both studies have answers.")
        return
    number = st.column_config.NumberColumn
    shares = ["free", "held", "difference"]
    st.dataframe(
        rows.head(MOST_ROWS).assign(**100 * rows[shares]),
        hide_index=True,
        column_config={
            "model": "Model",
            "temperature": number("Temperature", format="%g"),
            "outcome": "Outcome",
            "free": number("Free", format="%.1f%%", help="Of all answers, those not read included."),
            "held": number("Held", format="%.1f%%", help="Of all answers, those not read included."),
            "difference": number("Difference", format="%+.1f%%", help="In percentage points: held less free."),
            "n_free": number("Free answers", format="localized"),
            "n_held": number("Held answers", format="localized"),
        },
        column_order=["model", "temperature", "outcome", *shares, "n_free", "n_held"],
    )


def _counts(store: Store, study: Study) -> pd.DataFrame:
    settings = store.conditions(study.name)[["condition", "model", "temperature"]]
    return store.tallies(study.name).merge(settings, on="condition")
