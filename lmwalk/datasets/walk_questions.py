"""The questions of a study's walks at every position and moment, as a model reads them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from lmwalk.analysis.lattices import Lattice, lattice_of
from lmwalk.engine.closing import closed
from lmwalk.errors import InputError
from lmwalk.study import Condition, Study, start_position
from lmwalk.templates import checked, compiled
from lmwalk.types import PlacesWalkers, Prompt

Words = tuple[str | None, str, str | None]
"""System message, question, and how the answer begins."""


class WalkQuestions:
    """The questions of a study at every position.

    Raises
    ------
    InputError
        A position and a time do not say what is asked, or positions are not known: in a sentence.
    """

    def __init__(self, study: Study) -> None:
        self.process: Any = study.make_process()
        template = checked(study.prompt_template, self.process.variables)
        if not isinstance(self.process, PlacesWalkers):
            raise InputError("The positions of this process are not known.")
        if remembers := sorted(template.fields & self.process.remembered):
            raise InputError(f"The question tells {{{remembers[0]}}}, which depends on the way that a walk came.")
        if len(template.texts) > 1:
            raise InputError("The walks are asked in several wordings, each of which has a policy of its own.")
        if study.answer in ("json", "choice"):
            raise InputError("The answers are held to the moves by their server, which changes the probabilities.")
        self.lattice: Lattice = lattice_of(self.process.geometry, self.process.alphabet)
        self.template, self._held = template, None if study.answer == "free" else study.answer
        self.begins = study.branch.t if study.branch else 0
        self.steps = study.steps
        self.sampled = study.measurement == "replies"
        self.start = int(self.lattice.at(*(start_position(study, study.numbers[0]) or (0.0, 0.0))))
        texts = (template.system, template.texts[0], template.prefill)
        self._fills = tuple(compiled(text) if text else None for text in texts)
        self._views: list[dict[str, object]] = []
        self._at: dict[int, list[Words]] = {}

    @property
    def timed(self) -> bool:
        """Whether a question depends on t."""
        return bool(self.template.fields & self._changing)

    @cached_property
    def _changing(self) -> set[str]:
        """The variables that change with t."""
        one, other = (self.process.view(self._state(self.lattice.origin, t)) for t in (1, 2))
        return {name for name, value in one.items() if value != other[name]}

    def _state(self, position: int, t: int) -> Any:
        return self.process.placed(self.lattice.numbers[position].tolist(), t)

    def prompt(self, position: int) -> Prompt:
        """The first question, put at a position."""
        system, text, prefill = self.one(position, self.begins)
        return Prompt(text, system, self.process, self._state(position, self.begins), prefill)

    def one(self, position: int, t: int) -> Words:
        """The question at a position and moment."""
        return self._filled(dict(self.process.view(self._state(position, t))))

    def at(self, t: int) -> list[Words]:
        """The questions at all positions; where they do not depend on t, of any moment the same."""
        moment = t if self.timed else self.begins
        if not self._views:
            self._views = [dict(self.process.view(self._state(place, moment))) for place in range(len(self.lattice))]
        if self._changing - {"t"}:  # another variable goes with t, and only the process knows how
            return [self.one(place, moment) for place in range(len(self.lattice))]
        return [self._filled({**view, "t": moment}) for view in self._views]

    def _filled(self, view: dict[str, object]) -> Words:
        system, text, prefill = (fill and fill(view) for fill in self._fills)
        return system, closed(text or "", self._held, self.process.alphabet), prefill


def same_words(questions: WalkQuestions, condition: Condition, plan: Any) -> bool:
    """Whether a field that was asked elsewhere asks the very questions of a condition at its moment."""
    words = (plan.template.system, plan.template.texts[plan.wording], plan.template.prefill)
    own = (questions.template.system, questions.template.texts[0], questions.template.prefill)
    thinking = condition.sampling.thinking
    return words == own and plan.process == questions.process and (plan.thinking == "off") == (thinking == "off")
