"""The trajectory that is looked at step by step, and how its questions stand on the page."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from lmwalk.engine.manual_stepping import Question
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

    @property
    def question(self) -> Question | None:
        """The question that waits to be sent."""
        waiting = self.job.held() if self.job else ()
        return next((each for each in waiting if each.key == (self.condition.id, self.number)), None)


def show_prompt(system: str | None, text: str, prefill: str | None) -> None:
    """A question in its parts, as plain text."""
    message = "Message" if system is not None else ""
    for title, part in (("System message", system), (message, text), ("The answer begins with", prefill)):
        if part is not None:
            if title:
                st.caption(title)
            st.code(part, language=None, wrap_lines=True, height=BOX if len(part) > LONG_TEXT else "content")
