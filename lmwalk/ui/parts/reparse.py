"""Stored replies read by other rules: what would differ, and where a trajectory would have gone another way."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from lmwalk.analysis import reparsing
from lmwalk.datasets.labels import labels
from lmwalk.errors import InputError
from lmwalk.processes.readers import alphabet_of, reader_of, readers_of, usual_words
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.families.family import noun_of
from lmwalk.ui.parts.reparse_cache import WORDS, Reparsed, RuleChoice, reparsed
from lmwalk.ui.parts.reparse_tables import draw_changes, draw_conditions, draw_end_points, draw_steps
from lmwalk.ui.parts.snapshot import Snapshot
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import counted, plain

NAMES = {"one": "A single outcome", "first": "The first named", WORDS: "Own words"}
OWN = " (this study's)"
MOST_WHILE_RUNNING = 50_000
ABOUT = "Other rules applied to the replies that are stored. No model is asked, and nothing that is stored changes."
RULES_HELP = (
    "The study's own rules are those of today; an older lmwalk may have read by others. "
    "Corrected: what a reply answers; what it rules out, offers or refuses does not count. Legacy: as the original "
    "experiment, which finds UP in any reply that contains it. A single outcome: a reply has to name one only. "
    "The first named: the first of several counts. Own words: a list of yours."
)
WORDS_HELP = (
    "A line for each outcome, such as 'UP: up, north, nach oben, ↑'. Words count in any case and not inside other "
    "words, except in scripts without spaces such as Chinese, and signs such as arrows, which count anywhere. Words of "
    "two outcomes in one reply are ambiguous."
)


def reparse_below(snapshot: Snapshot) -> None:
    """Draw the section for a whole study, closed until it is asked for."""
    words = "Re-parse replies"
    with st.expander(words, icon=":material/find_replace:", key="reparse-whole", on_change="rerun") as below:
        if below.open:
            reparse(snapshot)


def reparse(snapshot: Snapshot, condition: str | None = None) -> None:
    """Draw the section.

    Parameters
    ----------
    condition : str, optional
        The id of the one condition whose replies are read; all of the study where it is left out.
    """
    st.caption(ABOUT)
    store, study = snapshot.store, snapshot.study
    complaint = _no_replies(study)
    if complaint:
        st.caption(complaint)
        return
    chosen = _choose(study, condition or "all")
    if chosen is None:
        return
    named = None if condition is None else (condition,)
    newest = store.replies.newest(study.name, named)
    if not newest:
        st.caption("After the first replies, this table shows which would be parsed differently.")
        return
    with st.spinner("Reading", show_time=True):
        # answers of other conditions change nothing here
        found = reparsed(replace(snapshot, cursor=newest), named, chosen)
    _tell(store, study, found, condition)


def _no_replies(study: Study) -> str | None:
    """Why there is nothing to read, in a sentence; None where there is."""
    process = study.make_process()
    if study.measurement == "probabilities":
        return "Token probabilities were asked for here, so there is no reply to read."
    if process.answers_at_once > 1:
        return "An answer holds many results here. Answers that name one outcome each can be parsed differently."
    if not alphabet_of(process):
        return "Answers are free text here: all of it counts as it is, and there is no other way to read it."
    if session.busy(study.name) and study.total_steps > MOST_WHILE_RUNNING:
        return "This study is large. Its replies can be parsed differently once the run is over."
    return None


def _choose(study: Study, place: str) -> RuleChoice | None:
    """The chosen rules; None where a list of words cannot be used."""
    process = study.make_process()
    own, options = reader_of(process), [*readers_of(process), WORDS]
    chosen = st.segmented_control(
        "Rules",
        options,
        default=next(name for name in options if name != own),
        format_func=lambda name: NAMES.get(name, name.capitalize()) + (OWN if name == own else ""),
        required=True,
        key=f"reparse-rules-{place}",
        help=RULES_HELP,
    )
    if chosen != WORDS:
        return RuleChoice(str(chosen))
    text = st.text_area(
        "Words", usual_words(process), max_chars=50_000, height=150, key=f"reparse-words-{place}", help=WORDS_HELP
    )
    rules = RuleChoice(WORDS, str(text))
    try:
        rules.reader(process)
    except InputError as error:
        st.error(plain(str(error)), icon=":material/error:", title="These words cannot be used")
        return None
    return rules


def _tell(store: Store, study: Study, found: Reparsed, condition: str | None) -> None:
    begun = store.progress(study.name)["condition"]
    whole = len(begun) if condition is None else int(begun.eq(condition).sum())
    every = counted(found.answers, "answer")
    if found.read.empty:
        st.markdown(f"None of {every} would be parsed differently.")
        return
    moved = int(found.read.loc[found.read["moved"], "count"].sum())
    st.markdown(
        f"**{int(found.read['count'].sum()):,} of {every}** would be parsed differently. {moved:,} would have another "
        f"outcome, in **{len(found.firsts):,} of {noun_of(study).counted(whole)}**."
    )
    if moved:
        st.info(_consequence(study), icon=":material/alt_route:")
    names = labels(study)
    with st.container(horizontal=True):
        draw_changes(reparsing.changes(found.read))
        if len(names) > 1 and condition is None:
            draw_conditions(reparsing.by_condition(found.read, found.firsts), names, study)
    draw_steps(store, found.steps, names, condition or "all", study.name)
    if len(found.ends):
        draw_end_points(found.ends, names, followed=_answers_shown(study))


def _consequence(study: Study) -> str:
    """What a different outcome means for the questions after it."""
    if not _answers_shown(study):
        return "No answer changes a later question here. The model would have been asked the same."
    return (
        "An answer changes the questions after it. "
        f"From the first step at which a {noun_of(study).one} differs, all its later prompts would have been "
        "different, and what the model would have replied to them is not known."
    )


def _answers_shown(study: Study) -> bool:
    return reparsing.answers_are_shown(study.make_process(), study.conditions()[0].template.fields)
