"""Every stored reply parsed again by the current rules: how much would change, by rule and by study."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import pandas as pd
import streamlit as st

from lmwalk.datasets.reparsing import Reparsed, by_rule, reparse_study, steps_otherwise
from lmwalk.processes.readers import rules_of
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import DASH, counted

ABOUT = (
    "Newer versions of lmwalk have better rules. Here every stored reply is parsed again by the current ones. "
    "No model is asked, and nothing that is stored changes: figures stay as they are."
)
FOUND = "_read_again"
MOST_SHOWN = 1_000
FILE_CHARACTERS = 2_000
MEANINGS = {
    "only word": "One outcome is named, and nothing speaks against it.",
    "no outcome": "No outcome is named.",
    "two outcomes": "Several outcomes are named, and nothing decides between them.",
    "first of several": "The first outcome that is named counts.",
    "list": "Every result of a list counts.",
    "empty": "Nothing, or only space.",
}
"""Of reasons that are no rule's."""


def reparse_stored() -> None:
    """Draw the tab."""
    st.caption(ABOUT)
    with st.container(horizontal=True, vertical_alignment="bottom", key="read-again-bar"):
        chosen = st.multiselect(
            "Studies", session.names(), key="read-again-studies", placeholder="all", help="None selected: all."
        )
        pressed = st.button(
            "Re-parse",
            type="primary",
            icon=":material/find_replace:",
            key="read-again",
            help="Some thousand different replies take a second.",
        )
    if pressed:
        wanted = [study for study in session.store().all() if not chosen or study.name in chosen]
        st.session_state[FOUND] = _read(session.store(), wanted)
    found: list[Reparsed] | None = st.session_state.get(FOUND)
    if found is not None:
        _tell(session.store(), found)


def _read(store: Store, studies: list[Study]) -> list[Reparsed]:
    bar = st.progress(0.0, "Reading")
    found = []
    for place, study in enumerate(studies, start=1):
        found.append(reparse_study(store, study))
        bar.progress(place / len(studies), f"Reading: {place:,} of {len(studies):,} studies")
    bar.empty()
    return found


def _tell(store: Store, found: list[Reparsed]) -> None:
    answers, differing, moved = (
        sum(getattr(each, name) for each in found) for name in ("answers", "differing", "moved")
    )
    changed = sum(1 for each in found if each.differing)
    if not differing:
        st.markdown(f"None of {counted(answers, 'answer')} would be parsed differently.")
    else:
        st.markdown(
            f"**{differing:,} of {counted(answers, 'answer')}** would be parsed differently, in **{changed:,} of "
            f"{len(found):,} {'study' if len(found) == 1 else 'studies'}**. {moved:,} would have another outcome."
        )
        _rules(found)
    _studies(found)
    if differing:
        st.download_button(
            "CSV",
            partial(_csv, store, found),
            file_name="read-again.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
            key="read-again-csv",
            help=f"Every step that would be parsed differently; replies cut at {FILE_CHARACTERS:,} characters.",
        )


def _rules(found: list[Reparsed]) -> None:
    """Which rule makes which reading into which other one."""
    table = by_rule(found)
    if len(table) > MOST_SHOWN:
        st.caption(f"The {MOST_SHOWN:,} commonest of {len(table):,} kinds of change.")
    number = st.column_config.NumberColumn
    st.dataframe(
        table.head(MOST_SHOWN).assign(says=table["why"].map(_meanings(found))),
        hide_index=True,
        column_config={
            "why": st.column_config.TextColumn("Rule", help="Which rule decides on the new reading."),
            "was": "Read as",
            "would": "Would be read as",
            "count": number("Answers", format="localized"),
            "studies": number("Studies", format="localized"),
            "says": st.column_config.TextColumn("What the rule says", width="large"),
        },
        key="read-again-rules",
    )


def _meanings(found: Iterable[Reparsed]) -> dict[str, str]:
    """What each rule says, by its name."""
    changed = {each.study for each in found if each.differing}
    own = [study for study in session.store().all() if study.name in changed]
    return MEANINGS | {rule.name: rule.says for study in own for rule in rules_of(study.make_process())}


def _studies(found: list[Reparsed]) -> None:
    """How much of each study would change, the most first, and why some have nothing to read."""
    number = st.column_config.NumberColumn
    rows = pd.DataFrame(
        {
            "study": each.study,
            "answers": None if each.why_not else each.answers,
            "differing": None if each.why_not else each.differing,
            "moved": None if each.why_not else each.moved,
            "trajectories": "" if each.why_not else f"{each.trajectories:,} of {each.begun:,}",
            "note": each.why_not,
        }
        for each in sorted(found, key=lambda each: -each.differing)
    )
    st.dataframe(
        rows.astype(dict.fromkeys(("answers", "differing", "moved"), "Int64")) if len(rows) else rows,
        hide_index=True,
        column_config={
            "study": st.column_config.TextColumn("Study", width="medium"),
            "answers": number("Answers", format="localized"),
            "differing": number("Parsed differently", format="localized"),
            "moved": number("Other outcome", format="localized"),
            "trajectories": st.column_config.TextColumn("Trajectories", help="With another outcome at any step."),
            "note": st.column_config.TextColumn("Note", width="large"),
        },
        key="read-again-each",
        placeholder=DASH,
    )


def _csv(store: Store, found: list[Reparsed]) -> bytes:
    return pd.concat(steps_otherwise(store, found, FILE_CHARACTERS), ignore_index=True).to_csv(index=False).encode()
