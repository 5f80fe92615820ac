"""The controls of an experiment: one row, and everything rarer behind More. Every value lives in the address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from lmwalk.datasets.planning import found_in_words, planned
from lmwalk.errors import InputError
from lmwalk.study import Study
from lmwalk.study.copies import copies_expected
from lmwalk.ui.families.family import Family, Values
from lmwalk.ui.parts.control_row import row
from lmwalk.ui.parts.form.conditions import temperature
from lmwalk.ui.parts.form.extent import how_many


@dataclass(frozen=True)
class FormResult:
    """What the controls ask for: the study, or why there is none, and whether Run was pressed."""

    study: Study | None
    complaint: str
    run: bool


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
    *places, below = row("controls", (*family.view.widths, "content"))
    values, complaint = family.view.form_row(places)
    values["name"] = values["name"] or family.suggestion(values["process"], taken)
    study, complaint = (None, complaint) if complaint else _study(values)
    kind: Literal["primary", "secondary"] = "secondary" if quiet else "primary"
    run = places[-1].button(
        "Run",
        type=kind,
        width="stretch",
        key=f"run-{family.name}",  # or Streamlit would show the one before beneath it for a moment
        help="Start asking. It goes on without this tab.",
    )
    with below:
        st.caption(_told(study, family) if study else "")
    return FormResult(study, complaint, run)


def _told(study: Study, family: Family) -> str:
    """In a line: how many questions a run asks, and what it can find, or that it will find copies."""
    asks = f"Run asks {how_many(study)}." if family.tells_questions else ""
    copied = copies_expected(study)
    finds = f":material/content_copy: {copied}" if copied else found_in_words(planned(study))
    return " ".join(filter(None, [asks, finds]))


def _study(values: Values) -> tuple[Study | None, str]:
    """The study that the values make, or a sentence on why they make none."""
    try:
        temperatures = [temperature(text) for text in values["temperatures"]]
        return Study.of(**{**values, "temperatures": temperatures}), ""
    except InputError as error:
        return None, str(error)
