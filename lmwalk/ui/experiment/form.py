"""The controls of an experiment: one row, and everything rarer behind More. Every value lives in the address."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from lmwalk.cluster.place import Place
from lmwalk.datasets.planning import found_in_words, planned
from lmwalk.errors import InputError
from lmwalk.study import Study
from lmwalk.study.copies import copies_expected
from lmwalk.ui.families.family import Family, Values
from lmwalk.ui.parts.available_models import available_models
from lmwalk.ui.parts.control_row import row
from lmwalk.ui.parts.form.conditions import offer_names, temperature, unanswered, unsuited
from lmwalk.ui.parts.form.departures import changes_line
from lmwalk.ui.parts.form.extent import how_many
from lmwalk.ui.parts.form.place import Asked, asked_place, complaint_of
from lmwalk.ui.shell.escape import plain


@dataclass(frozen=True)
class FormResult:
    """What the controls ask for: the study, why it cannot be started, and whether Run was pressed."""

    study: Study | None
    complaint: str
    run: bool
    offered: bool = False
    """Whether the controls themselves say what to do."""
    place: Place | None = None
    """Where it is to run; None: in this process."""


ALONE = "It goes on without this tab."
NOTHING_ASKED = FormResult(None, "", run=False)


def controls(family: Family, taken: Collection[str], *, quiet: bool) -> FormResult:
    """The row of controls.

    Parameters
    ----------
    family : Family
        Whose experiments are offered.
    taken : collection of str
        Names of studies that there are.
    quiet : bool
        Whether another button on the page is the first choice.
    """
    with st.container(gap="xsmall"):
        places, below = row("controls", family.view.widths, together=4), st.container()
    values, complaint = family.view.form_row(places)
    values["name"] = values["name"] or family.suggestion(values["process"], taken)
    study, complaint = (None, complaint) if complaint else _study(values)
    asked = asked_place()
    kind: Literal["primary", "secondary"] = "secondary" if quiet else "primary"
    run = places[-1].button(
        "Run",
        type=kind,
        width="stretch",
        key=f"run-{family.name}",  # or Streamlit would show the one before beneath it for a moment
    )
    with below:
        _told(study, values["models"], family, asked)
        offered = offer_names(values["models"])
    offered = offered or bool(study and asked.complaint)
    return FormResult(study, complaint or asked.complaint, run, offered, asked.place)


def _told(study: Study | None, models: Sequence[str], family: Family, asked: Asked) -> None:
    """How many questions a run asks and what it can find, what is set under More, which servers are silent, copies."""
    known = available_models()[0]
    with st.container(horizontal=True, gap="small", key="told"):
        if study:
            # not on the button itself, where it would lie over the row above
            finds = " ".join(part for part in (ALONE, found_in_words(planned(study))) if part)
            st.caption(f"Run asks {how_many(study)}.", width="content", help=finds)
            changes_line(study)
            if complaint := complaint_of(asked):
                st.caption(complaint, width="content")
        for silent in unanswered(known, models):
            st.caption(f":material/cloud_off: {plain(silent)}.", width="content")
        if strangers := unsuited(known, models, family):
            not_made = f"{plain(', '.join(strangers))}: not made for the questions of this page."
            st.caption(f":material/info: {not_made}", width="content")
        if study and (copied := copies_expected(study)):
            st.caption(f":material/content_copy: {copied}", width="content")


def _study(values: Values) -> tuple[Study | None, str]:
    """The study that the values make, or a sentence on why they make none."""
    try:
        temperatures = sorted(temperature(text) for text in values["temperatures"])
        return Study.of(**{**values, "temperatures": temperatures}), ""
    except InputError as error:
        return None, str(error)
