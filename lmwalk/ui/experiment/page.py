"""A page of experiments: controls, the stage or an invitation, what was found, and the study file."""

from __future__ import annotations

import json
from functools import partial

import streamlit as st

from lmwalk.datasets.provenance import followed_plan
from lmwalk.study import Study
from lmwalk.ui.experiment.follow_study import as_at_first, follow_study, remember
from lmwalk.ui.experiment.form import NOTHING_ASKED, FormResult, controls
from lmwalk.ui.experiment.live.stage import stage
from lmwalk.ui.experiment.step_by_step.section import step_by_step
from lmwalk.ui.families.family import Family
from lmwalk.ui.parts.figure_tabs import results
from lmwalk.ui.parts.form.extent import how_many
from lmwalk.ui.parts.form.fill_form import fill_form, not_representable
from lmwalk.ui.parts.form.start import invite, offer_published, start
from lmwalk.ui.parts.run_controls import file_button
from lmwalk.ui.parts.selection import asked_with
from lmwalk.ui.shell import access, session
from lmwalk.ui.shell.escape import plain
from lmwalk.ui.shell.page import invitation

FILE_OPEN = "file_open"


def experiment(family: Family) -> None:
    """Draw the page of a family of experiments."""
    taken = session.names()
    shown = session.chosen(session.names(family.name))
    asked = _asked(family, shown, taken) if access.may_change() else NOTHING_ASKED
    # always there: an element that comes and goes would make Streamlit build the stage anew
    with st.container():
        if asked.run:
            shown = _run(asked, taken) or shown
        elif asked.complaint and not asked.offered:
            st.warning(plain(asked.complaint), icon=":material/edit:")
    if shown is None:
        _invite(family, asked, taken)
        family.view.more_below(taken)
        return
    study = session.find(shown)
    stage(study)
    step_by_step(study)
    session.jobs().measure(study)
    results(study)
    _study_file(study)
    _sent(study)
    family.view.more_below(taken)


def _asked(family: Family, shown: str | None, taken: list[str]) -> FormResult:
    """What the controls say, which show the study on the stage until they are changed."""
    follow_study(family, shown)
    asked = controls(family, taken, quiet=shown is None)
    remember(asked.study)
    return asked


def _invite(family: Family, asked: FormResult, taken: list[str]) -> None:
    """An empty page: a first study, or what the controls say once they were changed."""
    if not access.may_change() or (as_at_first(asked.study) and not (asked.place or asked.complaint)):
        invite(family.empty, family.invitation, family)
        return
    words = f"Run asks {how_many(asked.study)}." if asked.study else "What is set above makes no study yet."
    if invitation(family.empty, words, "Run what is set above", key="first") and _run(asked, taken):
        st.rerun()
    offer_published()


def _run(asked: FormResult, taken: list[str]) -> str | None:
    if asked.study is None or asked.complaint:
        st.error(plain(asked.complaint), title="Nothing was started", icon=":material/edit:")
        return None
    if asked.study.name in taken:
        # above the page, so that the study on the stage stays where it is
        st.toast(plain(_refusal(asked.study.name)), icon=":material/edit:", duration="long")
        return None
    start(asked.study, asked.place)
    return asked.study.name


def _refusal(name: str) -> str:
    return f"Nothing was started: there is a study called {name!r}. Choose another name under More, Run."


def _sent(study: Study) -> None:
    """What was asked of each sampler, what it was really sent, and what differs."""
    cells = session.store().conditions(study.name)
    if cells.empty:
        return
    notes = cells["notes"].map(lambda text: " ".join(json.loads(text)))
    with st.expander("What the samplers were asked and sent", icon=":material/tune:"):
        st.dataframe(
            cells[["model", "temperature", "requested", "sent"]].assign(notes=notes),
            hide_index=True,
            column_config={
                "model": "Model",
                "temperature": st.column_config.NumberColumn("Temperature", format="%g"),
                "requested": "Asked for",
                "sent": "Sent",
                "notes": st.column_config.TextColumn("What differs", width="large"),
            },
        )


def _study_file(study: Study) -> None:
    """What is on the stage as a file that the command line runs too."""
    with st.expander("Study file", icon=":material/description:", key=FILE_OPEN, on_change="rerun") as box:
        st.caption(plain(f"Template: {asked_with(study)}"))
        if told := followed_plan(session.store(), study):
            st.caption(plain(told))
        if box.open:  # colouring words takes Streamlit a script of 1.5 MB, for which the stage would wait
            st.code(study.to_yaml(), language="yaml")
        with st.container(horizontal=True):
            if access.may_change():
                _reuse(study)
            file_button(study)


def _reuse(study: Study) -> None:
    lost = ", ".join(not_representable(study))
    st.button(
        "Use these settings",
        icon=":material/input:",
        disabled=bool(lost),
        on_click=partial(fill_form, study),
        help=f"The form cannot represent {lost}. Use the study file."
        if lost
        else "Put these settings into the controls above, under a new name.",
    )
