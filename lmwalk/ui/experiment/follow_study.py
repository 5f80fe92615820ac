"""The controls show the settings of the study on the stage, until somebody changes them."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from lmwalk.models.imported import PREFIX
from lmwalk.study import Study
from lmwalk.ui.families.family import Family
from lmwalk.ui.parts.form.fill_form import BRANCHED, form_settings, not_representable
from lmwalk.ui.shell import link, session

_FORM = "_form"
NOT_SET = {"name", "plan", "branch", "concurrency"}
"""Fields of a study that say nothing of what the controls show."""


@dataclass
class Form:
    """What one session remembers of the controls of a page.

    Attributes
    ----------
    study : str
        The study on the stage when the controls were last drawn.
    first : str
        What the controls said when the page was opened and nothing set them; a question mark until they are drawn.
    untouched : bool
        Whether they said the same as that study, or as at first.
    """

    study: str = ""
    first: str = ""
    untouched: bool = True


def follow_study(family: Family, shown: str | None) -> None:
    """Put the settings of the study on the stage into the controls, before these are drawn.

    A page that is opened takes them where the address names a study and sets no control itself. Later a study that
    comes onto the stage brings its own, unless the controls were changed; a branch always does.
    """
    form = _form()
    study = session.find(shown) if shown else None
    if link.just_opened():
        form = st.session_state[_FORM] = Form(first="" if link.brings_values() else "?")
        wanted = study is not None and st.query_params.get(link.STUDY) == shown and form.first == "?"
        if any(key in st.query_params for key in form_settings(study or family.first_study(()))):
            form.first, wanted = "", False
    else:
        wanted = study is not None and shown != form.study and bool(form.untouched or study.branch)
    form.study = shown or ""
    if wanted and study and _fits(study):
        st.session_state.update(form_settings(study))


def remember(asked: Study | None) -> None:
    """Note what the controls say, once they are drawn."""
    form = _form()
    said = _settings(asked)
    if form.first == "?":
        form.first = said
    shown = session.find(form.study) if form.study in session.names() else None
    form.untouched = said in (form.first, _settings(shown))


def as_at_first(asked: Study | None) -> bool:
    """Whether the controls are as the page sets them up."""
    return _settings(asked) == _form().first


def _form() -> Form:
    form: Form = st.session_state.setdefault(_FORM, Form())
    return form


def _settings(study: Study | None) -> str:
    return study.model_dump_json(exclude=NOT_SET) if study else "none"


def _fits(study: Study) -> bool:
    """Whether the controls can take the settings; where a branch left its parent they leave out."""
    return set(not_representable(study)) <= {BRANCHED} and not any(model.startswith(PREFIX) for model in study.models)
