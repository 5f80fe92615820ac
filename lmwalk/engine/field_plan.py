"""What a field asks: the same question at every position of a walk, at one moment, of one model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from lmwalk.analysis.lattices import STRIDES, Lattice, Numbers, asking_order, lattice_of
from lmwalk.engine.distribution_cache import Question, question_of
from lmwalk.errors import InputError
from lmwalk.registry import make_process
from lmwalk.templates import builtin_templates, checked, compiled, fields_of, named_template
from lmwalk.types import PlacesWalkers, Process, Prompt, Template, Thinking

Fill = Callable[[Mapping[str, object]], str]
LATEST = 1_000_000
"""The latest moment that a field can be of."""
REPLIES, MOST_REPLIES, HOTTEST = 20, 10_000, 5
"""Replies a position that a field is sampled with, the most there can be, and the highest temperature."""


@dataclass(frozen=True)
class FieldPlan:
    """One field to be asked; ``FieldPlan.of`` makes one from names.

    Attributes
    ----------
    process : Process
        Whose walkers stand at the positions.
    template : Template
        The words; it may name no variable of the way that a walker came.
    model : str
        A model's name.
    t : int
        The moment: how many questions came before.
    stride : int
        1 asks every position, 2 those whose coordinates are even, and so on; the origin always.
    thinking : str or None
        None leaves it to the model; with ``off`` one that can is told not to think first.
    wording : int
        Which of the template's texts is asked, from 0.

    Raises
    ------
    InputError
        There is no field of that: in a sentence.
    """

    process: Process
    template: Template
    model: str
    t: int = 0
    stride: int = 1
    thinking: Thinking | None = None
    wording: int = 0

    def __post_init__(self) -> None:
        template = checked(self.template, self.process.variables)
        object.__setattr__(self, "template", template)
        if not 0 <= self.t <= LATEST:
            raise InputError(f"t: {self.t} cannot be used. Accepted: from 0 to {LATEST:,}.")
        if self.stride < 1:
            raise InputError(f"stride: {self.stride} cannot be used. Accepted: 1 for every position, 2, 5, and so on.")
        if not 0 <= self.wording < len(template.texts):
            raise InputError(f"wording: {self.wording} cannot be used. Accepted: below {len(template.texts)}.")
        if self.thinking not in (None, "off"):
            raise InputError(
                f"thinking: {self.thinking!r} cannot be used where token probabilities are measured. Accepted: off, or "
                "nothing."
            )
        _must_forget(self.process, template)
        assert self.lattice is not None  # made now, so that what has none is refused now

    @classmethod
    def of(
        cls,
        process: str | Process,
        template: str | Template,
        model: str,
        *,
        params: Mapping[str, Any] | None = None,
        **values: Any,
    ) -> Self:
        """A plan from names; ``params`` are the parameters of a process that is named.

        Raises
        ------
        InputError
            A name is unknown, or there is no field of that.
        ValidationError
            Pydantic's, where the parameters are not accepted.
        """
        made = make_process(process, dict(params or {})) if isinstance(process, str) else process
        words = named_template(made.prompts, template) if isinstance(template, str) else template
        return cls(made, words, model, **values)

    @cached_property
    def lattice(self) -> Lattice:
        """The positions."""
        return lattice_of(self.process.geometry, self.process.alphabet)

    @cached_property
    def order(self) -> Numbers:
        """The numbers of the positions that are asked, coarse to fine."""
        coarser = [stride for stride in STRIDES if stride > self.stride and stride % self.stride == 0]
        return asking_order(self.lattice, (*coarser, self.stride))

    @cached_property
    def key(self) -> str:
        """Equal for plans that ask the same; names of templates do not count."""
        process: Any = self.process
        words = (self.template.system, self.template.texts[self.wording], self.template.prefill)
        parts = [self.process.name, process.model_dump(mode="json"), *words, self.model]
        parts += [self.t, self.stride, self.thinking]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:20]

    @property
    def questions(self) -> int:
        """How many questions it asks where nothing is known."""
        return len(self.order)

    @cached_property
    def _fills(self) -> tuple[Fill | None, Fill, Fill | None]:
        words = self.template
        system, prefill = (compiled(part) if part else None for part in (words.system, words.prefill))
        return system, compiled(words.texts[self.wording]), prefill

    def prompt(self, position: int) -> Prompt:
        """What is asked at a position, by its number."""
        assert isinstance(self.process, PlacesWalkers)
        state = self.process.placed(self.lattice.numbers[position].tolist(), self.t)
        view = self.process.view(state)
        system, text, prefill = self._fills
        return Prompt(text(view), system and system(view), self.process, state, prefill and prefill(view))

    def question(self, position: int) -> Question:
        """What the model is asked for at a position: what is kept goes by it."""
        return question_of(self.prompt(position), self.process.alphabet)


@dataclass(frozen=True)
class SampledPlan(FieldPlan):
    """A field that is sampled, for a model that gives no probabilities: so many replies a position.

    Attributes
    ----------
    replies : int
        How many at each position.
    temperature : float
        The one they are asked at; the cuts are the server's own.
    """

    replies: int = REPLIES
    temperature: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.replies <= MOST_REPLIES:
            raise InputError(f"replies: {self.replies} cannot be used. Accepted: from 1 to {MOST_REPLIES:,}.")
        if not 0 <= self.temperature <= HOTTEST:
            raise InputError(f"temperature: {self.temperature:g} cannot be used. Accepted: from 0 to {HOTTEST}.")

    @cached_property
    def key(self) -> str:
        """Equal for plans that ask the same."""
        return f"{super().key}-{self.replies}-{self.temperature:g}"

    @property
    def questions(self) -> int:
        """How many questions it asks where nothing is known."""
        return self.replies * len(self.order)


def _must_forget(process: Process, template: Template) -> None:
    """Raise InputError where a position and a time do not say all that a template asks for."""
    if not isinstance(process, PlacesWalkers):
        raise InputError(f"{process.name} has no positions where a walker could be put, so there is no field of it.")
    remembers = sorted(template.fields & process.remembered)
    if not remembers:
        return
    others = [
        name for name, other in builtin_templates(process.prompts).items() if not fields_of(other) & process.remembered
    ]
    instead = f" Accepted: a template without it, such as {others[0]!r}." if others else ""
    raise InputError(
        f"Template {template.name!r} tells the model {{{remembers[0]}}}, which depends on the way that a walker came: "
        f"its policy is no field of positions.{instead}"
    )
