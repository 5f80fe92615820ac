"""What is set under More, said where it is not opened, and a button that sets it back."""

from __future__ import annotations

from functools import partial

import streamlit as st

from lmwalk.datasets.study_settings import differing, in_words
from lmwalk.errors import InputError
from lmwalk.study import ExplicitSampler, InlineTemplate, Study
from lmwalk.ui.families.family import record_of, view_of
from lmwalk.ui.parts.form.advanced import HOLD
from lmwalk.ui.parts.form.fill_form import fill_form
from lmwalk.ui.parts.form.place import asked_place, set_place_back
from lmwalk.ui.parts.form.sampler import is_long
from lmwalk.ui.shell.escape import plain

HELD = {"the first trajectory": "held"}


def as_it_comes(study: Study) -> Study:
    """The study with what its row of controls says, and everything under More as the form sets it up.

    Raises
    ------
    InputError
        The row makes no study by itself.
    """
    process, family = study.make_process(), record_of(study.process)
    in_row = {*view_of(study).row_parameters, *family.shared_keys}
    chosen = family.template_in_row and not (isinstance(study.template, InlineTemplate) and not study.template.name)
    names = ("name", "process", "models", "temperatures", "steps", "trajectories", "measurement")
    return Study.of(
        **{name: getattr(study, name) for name in names},
        params={name: value for name, value in study.params.items() if name in in_row},
        template=study.template if chosen else process.template,
        sampler=ExplicitSampler(max_tokens=process.room) if is_long(process) else "temperature-only",
    )


def changed_under_more(study: Study) -> dict[str, str]:
    """Each setting under More that is not as the form sets it up: its name to its value, in words."""
    try:
        usual = as_it_comes(study)
    except InputError:
        return {}
    return {label: value for label, (_, value) in differing([usual, study]).items()}


def changes_line(study: Study) -> None:
    """Say in a line what is set under More, where anything is."""
    changed = changed_under_more(study) | _of_the_run()
    if not changed:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content", key="changed"):
        st.caption(f":material/tune: Set under More: {plain(in_words(changed))}.", width="content")
        st.button(
            "Set back",
            type="tertiary",
            key="set-back",
            on_click=partial(_set_back, study),
            help="Put everything under More back to how it comes. What stands in the row stays.",
        )


def _of_the_run() -> dict[str, str]:
    """What is set of the run alone."""
    if asked_by := asked_place().words:
        return {"asked by": asked_by}
    return HELD if st.session_state.get(HOLD) else {}


def _set_back(study: Study) -> None:
    fill_form(as_it_comes(study))
    st.session_state[HOLD] = False
    set_place_back()
