"""The trajectory that is looked at answer by answer, and how its questions stand on the page."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from lmwalk.jobs import Job
from lmwalk.store.history import Reached
from lmwalk.study import Condition, Study
from lmwalk.ui.shell import session

LONG_TEXT = 900
"""Characters from which a text scrolls in a box of its own."""
BOX = 240


@dataclass(frozen=True)
class SelectedTrajectory:
    """The selected trajectory and its state."""

    study: Study
    condition: Condition
    number: int
    job: Job | None
    reached: Reached

    @property
    def key(self) -> str:
        """Names this trajectory among the keys of widgets."""
        return f"{self.condition.id}-{self.number}"

    @property
    def complete(self) -> bool:
        """Whether there is nothing left to ask."""
        return self.reached.answered >= self.study.steps or self.reached.ended is not None

    @property
    def held(self) -> bool:
        """Whether it is held."""
        return self.active and bool(self.job and self.job.holds(self.condition.id, self.number))

    @property
    def active(self) -> bool:
        """Whether the study is under way."""
        return session.active(self.job)


def parts(system: str | None, text: str, prefill: str | None) -> list[tuple[str, str]]:
    """A question in its parts, each with its name; the message alone needs none."""
    message = "Message" if system is not None else ""
    every = (("System message", system), (message, text), ("The answer begins with", prefill))
    return [(title, part) for title, part in every if part is not None]


def show_prompt(system: str | None, text: str, prefill: str | None) -> None:
    """A question in its parts, as plain text."""
    for title, part in parts(system, text, prefill):
        if title:
            st.caption(title)
        st.code(part, language=None, wrap_lines=True, height=BOX if len(part) > LONG_TEXT else "content")
