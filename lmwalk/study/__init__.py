"""A study: what is asked of whom, how often, with which settings. One form for files, the command line and the screen.

Reading checks everything that can be known without asking a server; every complaint is a sentence that names the
field, the value and what would be accepted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from lmwalk.errors import InputError
from lmwalk.intake import content_of, plain_yaml, with_lines, yaml_text
from lmwalk.intake.written import MOST_BYTES
from lmwalk.randomness import chance
from lmwalk.registry import backend_of, make_process, processes
from lmwalk.sampler import PipelineName
from lmwalk.study.branch import Branch
from lmwalk.study.condition import Condition, Measurement
from lmwalk.study.consistency import CHECKS
from lmwalk.study.extent import must_be_a_name, must_be_countable
from lmwalk.study.frozen import FrozenPlan
from lmwalk.study.judging import StopWhen, unit_noun
from lmwalk.study.model_pairs import MOST_PAIRS, guessed_pairs
from lmwalk.study.parts import ExplicitSampler, InlineTemplate, as_tuple
from lmwalk.templates import checked, current_name, kept_name, named_template
from lmwalk.types import (
    LARGEST_REPLY_MB,
    LOAD_TIMEOUT_S,
    LONGEST_WAIT_S,
    TIMEOUT_S,
    Held,
    Process,
    Sampling,
    State,
    Template,
    Thinking,
)
from lmwalk.validation_messages import Reader, complaint, sentences, shown

__all__ = [
    "Branch",
    "Condition",
    "ExplicitSampler",
    "InlineTemplate",
    "Measurement",
    "OnCut",
    "Study",
    "start_position",
]

USUAL_STEPS = 50
_SELDOM_SET = (
    *("branch", "order", "timeout_s", "load_timeout_s", "longest_wait_s", "largest_reply_mb"),
    *("thinking", "context", "answer", "on_cut", "primary", "stop_when", "plan", "imitate", "refresh"),
    *("attention", "pairs"),
)
"""Fields that a file holds only where they say something."""
Values = dict[str, Any]
Order = Literal["models", "rounds"]
Attended = Annotated[bool, Field(strict=True)] | Literal["each"]
OnCut = Literal["keep", "stop", "retry"]
Temperature = Annotated[float, Field(ge=0, le=5, allow_inf_nan=False, strict=True)]


def _bounded_whole(low: int, high: int, default: int, description: str) -> Any:
    return Field(default, ge=low, le=high, strict=True, description=description)


Sampler = Literal["temperature-only", "provider-default"] | ExplicitSampler


class Study(BaseModel):
    """A grid of conditions (models x temperatures), each repeated as trajectories of steps.

    Raises
    ------
    InputError
        One sentence a complaint: the field, the value, and what is accepted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    if not TYPE_CHECKING:  # type checkers go by the fields

        def __init__(self, /, **values: Any) -> None:
            try:
                super().__init__(**values)
            except ValidationError as cause:
                raise InputError("\n".join(sentences(cause, READER))) from cause

    name: str = Field(min_length=1, max_length=120, description="What the study is called; one name, one study.")
    process: str = Field("grid", description="What is asked: one of the registered processes.")
    params: dict[str, Any] = Field(default_factory=dict, description="The process's own parameters.")
    template: str | InlineTemplate = Field(
        "", description="A named template, or text and system inline. Left out: the process's usual one."
    )
    measurement: Measurement = Field(
        "replies",
        description="replies: answers are sampled and read. probabilities: the model's token probabilities of every "
        "outcome are asked for, at T = 1, before any sampler; temperatures and cuts are worked out from them.",
    )
    models: Annotated[tuple[str, ...], BeforeValidator(as_tuple)] = Field(min_length=1)
    temperatures: Annotated[tuple[Temperature, ...], BeforeValidator(as_tuple)] = Field((1.0,), min_length=1)
    sampler: Sampler = Field("temperature-only", description="Which cuts are sent beside the temperature.")
    imitate: PipelineName = Field(
        "temperature-only",
        description="With measurement: probabilities, whose order of temperature and cuts is imitated: openai (and "
        "vLLM), llama.cpp, ollama (models that it runs by llama.cpp), ollama-engine, or own: temperature first, then "
        "the cuts of sampler. A server's own cuts are made unless sampler names others.",
    )
    refresh: bool = Field(
        False,
        strict=True,
        description="With measurement: probabilities, ask again what earlier runs have asked already.",
    )
    attention: Attended = Field(
        False,
        description="true: what the position that answers attends to is kept for every result that a question shows, "
        "of models that tell it; each: for every layer and head by itself, too.",
    )
    pairs: Annotated[dict[str, str], Field(max_length=MOST_PAIRS)] | None = Field(
        None,
        description="Which models are the same before and after they were tuned to follow instructions: the base "
        "model's name to the other's. No part of what is asked. Left out: guessed from the names; {}: none.",
    )
    on_unsupported: Literal["error", "note"] = Field(
        "error", description="What to do with a setting the provider cannot take: refuse to run, or note it and go on."
    )
    trajectories: int = _bounded_whole(
        1, 100_000, 5, "Repeats of each condition; for draws, of each wording and each case of the experiment."
    )
    steps: int = _bounded_whole(
        1, 10_000_000, USUAL_STEPS, "Questions in each trajectory. Left out: as many as the experiment has, or 50."
    )
    seed: int = _bounded_whole(0, 2**63 - 1, 0, "Same seed, same draws.")
    concurrency: int = _bounded_whole(1, 1024, 8, "Questions in flight at once, for each model server.")
    order: Order = Field(
        "models",
        description="How models take turns where their server holds one at a time, as Ollama's does. models: each is "
        "asked to its end. rounds: one trajectory of each, then the next of each, so each is loaded once a round.",
    )
    timeout_s: float = Field(
        TIMEOUT_S, gt=0, le=86_400, description="Seconds that an answer may take. Also read under sampler."
    )
    load_timeout_s: float = Field(
        LOAD_TIMEOUT_S,
        gt=0,
        le=86_400,
        description="Seconds that a model's first answer may take, as its server may have to load it.",
    )
    longest_wait_s: float = Field(
        LONGEST_WAIT_S,
        ge=0,
        le=31_536_000,
        strict=True,
        description="A server that asks for more patience is not waited for.",
    )
    largest_reply_mb: float = Field(
        LARGEST_REPLY_MB,
        gt=0,
        le=100,
        strict=True,
        description="Megabytes of an answer that are read; a longer one is an error.",
    )
    thinking: Literal["default", Thinking] = Field(
        "default", description="Whether a model thinks before it answers. default: as the provider has it."
    )
    context: int | None = Field(
        None,
        ge=16,
        le=10_000_000,
        strict=True,
        description="Tokens of the window that question and answer share, where a server takes it. Left out: its own.",
    )
    answer: Literal["free", Held] = Field(
        "free",
        description="free: in the model's own words. one-word: the question ends with a request for one word. json, "
        "choice: the server is held to the outcomes, which spreads all probability over them.",
    )
    on_cut: OnCut = Field(
        "keep",
        description="What to do with an answer that a limit of tokens cut off. keep: go on, a text with a mark. stop: "
        "end the chain. retry: ask again with twice the room, up to four times.",
    )
    primary: str | None = Field(
        None,
        min_length=1,
        max_length=60,
        description="The measure that the study is judged by, said before it is run. Left out: none.",
    )
    stop_when: StopWhen | None = Field(
        None,
        description="When a condition needs no more trajectories: {width: 0.1} once the primary measure is known that "
        "well, {differs_from: 0.25} once it is known to differ. Left out: all are asked.",
    )
    plan: FrozenPlan | None = Field(
        None, description="The plan that was frozen before the study was run, as lmwalk freeze writes it."
    )
    branch: Branch | None = Field(None, description="Where the study branches off from another. Left out: it starts.")

    @model_validator(mode="before")
    @classmethod
    def _usual(cls, values: Any) -> Any:
        """Fill in what follows from the process, where there is one; what is wrong with it is said by ``CHECKS``."""
        if not isinstance(values, dict):
            return values
        must_be_countable(values)
        try:
            process = make_process(values.get("process", "grid"), dict(values.get("params") or {}))
        except (InputError, ValidationError, TypeError, ValueError):
            return values
        branch = values.get("branch")
        asked = branch.get("asked", 0) if isinstance(branch, dict) else getattr(branch, "asked", 0)
        left = process.length and max(1, process.length - (asked if isinstance(asked, int) else 0))
        steps = left or (1 if _repeats(process, values) else USUAL_STEPS)
        named = values.get("template", process.template)
        template = current_name(process.prompts, named) if isinstance(named, str) else named
        return {"steps": steps, **values, "template": template}

    @field_validator("name")
    @classmethod
    def _printable(cls, name: str) -> str:
        if not name.isprintable() or name != name.strip():
            raise ValueError("printable characters, with no space at either end")
        return name

    @field_validator("models", "temperatures")
    @classmethod
    def _distinct(cls, values: tuple[Any, ...]) -> tuple[Any, ...]:
        seen: set[Any] = set()
        for value in values:
            if value in seen:
                raise complaint(f"{shown(value)} stands there twice. Accepted: each only once.")
            seen.add(value)
        return values

    @field_validator("models")
    @classmethod
    def _known_forms(cls, models: tuple[str, ...]) -> tuple[str, ...]:
        for model in models:
            try:
                must_be_a_name(model)
                backend_of(model).check(model)
            except InputError as cause:
                raise complaint(str(cause)) from cause
        return models

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        for field, check in CHECKS:
            try:
                check(self)
            except ValidationError as cause:
                own = processes[self.process]
                raise complaint("\n".join(sentences(cause, Reader(own, prefix="params")))) from cause
            except InputError as cause:
                raise complaint(f"{field}: {cause}") from cause
        return self

    def at_once(self, concurrency: int) -> Self:
        """The same study with another concurrency. Raises InputError if that is out of range."""
        return self.of(**{**self.model_dump(), "concurrency": concurrency})

    def make_process(self) -> Process:
        """The process with this study's parameters."""
        return make_process(self.process, self.params)

    @property
    def model_pairs(self) -> dict[str, str]:
        """Base models to those that were made of them by instruction: as they were named, else as names suggest."""
        return guessed_pairs(self.models) if self.pairs is None else self.pairs

    def with_pairs(self, pairs: Mapping[str, str] | None) -> Self:
        """The same study with other pairs; None has them guessed. Raises InputError."""
        return self.of(**{**self.model_dump(), "pairs": None if pairs is None else dict(pairs)})

    @property
    def prompt_template(self) -> Template:
        """The template, whether named or inline."""
        if isinstance(self.template, InlineTemplate):
            return self.template.template()
        return named_template(processes[self.process].prompts, self.template)

    @cached_property
    def _own_process(self) -> Process:
        return self.make_process()

    @cached_property
    def _shape(self) -> tuple[int, int]:
        return self._own_process.cases, len(self.prompt_template.texts)

    @property
    def variants(self) -> int:
        """Trajectories of one repeat: every case of the experiment in every wording."""
        return self._shape[0] * self._shape[1]

    @property
    def unit(self) -> str:
        """What one trajectory is an observation of, such as ``walk``, ``text`` or ``wording``."""
        return unit_noun(self._own_process, self._shape[1])

    @property
    def trajectory_count(self) -> int:
        """Trajectories of each condition."""
        return len(self.numbers)

    @property
    def numbers(self) -> range:
        """The numbers of each condition's trajectories; a number says the case and the wording (``case``).

        All of a branch have its parent's case and wording, so they are every ``variants``-th.
        """
        if self.branch:
            first = self.branch.trajectory % self.variants
            return range(first, first + self.trajectories * self.variants, self.variants)
        return range(self.trajectories * self.variants)

    def case(self, trajectory: int) -> tuple[int, int]:
        """The case of the experiment and the wording that a trajectory has, both from 0."""
        cells, wordings = self._shape
        return trajectory % cells, trajectory // cells % wordings

    def start(self, trajectory: int) -> State:
        """The state at t = 0 of a trajectory: a case in a wording, which the state names where there are several.

        Trajectories run through the cases, then through the wordings, then begin again. A branch goes on from the state
        it holds.
        """
        if self.branch:
            return self.branch.state
        cell, wording = self.case(trajectory)
        state = self._own_process.start(chance(self.seed, trajectory, 0), cell)
        return {**state, "paraphrase": wording} if self._shape[1] > 1 else state

    def sampling(self, temperature: float) -> Sampling:
        """The sampler settings at one temperature."""
        explicit = self.sampler if isinstance(self.sampler, ExplicitSampler) else ExplicitSampler()
        imitated = self.imitate != "temperature-only" and not isinstance(self.sampler, ExplicitSampler)
        cuts = {} if self.sampler == "provider-default" or imitated else explicit.model_dump()
        return Sampling(
            temperature,
            **cuts,
            thinking=None if self.thinking == "default" else self.thinking,
            context=self.context,
            answer=None if self.answer == "free" else self.answer,
            largest_reply_mb=self.largest_reply_mb,
            longest_answer_s=None if self.timeout_s == TIMEOUT_S else self.timeout_s,
            load_timeout_s=self.load_timeout_s,
        )

    def conditions(self) -> list[Condition]:
        """Every cell of the grid, models first, then temperatures from low to high, however they were written."""
        template = checked(self.prompt_template, self.make_process().variables)
        params = self.make_process().model_dump()  # type: ignore[attr-defined]
        return [
            Condition(
                *(self.name, self.process, params, template, model),
                *(self.sampling(temperature), self.seed, self.measurement, self.branch, self.imitate),
            )
            for model in self.models
            for temperature in sorted(self.temperatures)
        ]

    @property
    def total_steps(self) -> int:
        """Questions in the whole study."""
        return len(self.models) * len(self.temperatures) * self.trajectory_count * self.steps

    def to_yaml(self) -> str:
        """The study as a file that ``from_yaml`` reads back to an equal study."""
        usual = {name for name in _SELDOM_SET if getattr(self, name) == type(self).model_fields[name].default}
        plain = json.loads(self.model_dump_json(exclude=usual))
        if isinstance(self.template, InlineTemplate):
            plain["template"] = {name: value for name, value in plain["template"].items() if value is not None}
        else:
            plain["template"] = kept_name(processes[self.process].prompts, self.template)
        # these line breaks are read back as another where they stand as they are
        escaped = any(mark in json.dumps(plain, ensure_ascii=False) for mark in "\x85\u2028\u2029")
        return yaml_text(plain, allow_unicode=not escaped, width=100)

    @classmethod
    def of(cls, **values: Any) -> Self:
        """The same as the constructor, for values that no type checker has seen. Raises InputError."""
        return cls(**values)

    @classmethod
    def from_yaml(cls, text: str | bytes, written_out: Callable[[Values], Values] = dict) -> Self:
        """A study from the text of a study file. Raises InputError, with the line of the field.

        Parameters
        ----------
        text : str or bytes
            YAML, in UTF-8.
        written_out : callable
            Puts the words of a user's own template into the fields, where they name one.
        """
        values = plain_yaml(text, "study", ", ".join(cls.model_fields))
        try:
            return cls.of(**written_out(values))
        except InputError as cause:
            raise InputError(with_lines(str(cause), text, values)) from cause

    @classmethod
    def from_stored(cls, text: str | bytes) -> Self:
        """A study from what ``to_yaml`` wrote, in this version or an older one. Raises InputError."""
        values = plain_yaml(text, "study", ", ".join(cls.model_fields), stored=True)
        named, process = values.get("template"), values.get("process", cls.model_fields["process"].default)
        if isinstance(named, str) and process in list(processes):
            values["template"] = current_name(processes[process].prompts, named, stored=True)
        return cls.of(**values)

    @classmethod
    def read(cls, path: Path | str, written_out: Callable[[Values], Values] = dict) -> Self:
        """A study from a file, as ``from_yaml`` reads it. Raises InputError naming the file."""
        content = content_of(Path(path), MOST_BYTES, "study file")
        try:
            content.decode()
        except UnicodeDecodeError as cause:
            raise InputError(f"The study file {str(path)!r} cannot be read: it is not UTF-8 text.") from cause
        return cls.from_yaml(content, written_out)


def _repeats(process: Process, values: Mapping[str, Any]) -> bool:
    """Whether token probabilities are asked for by a question that never changes, so that one says it all."""
    first = process.start(chance(0, 0, 0))
    outcomes = process.outcomes(first)
    if values.get("measurement") != "probabilities" or not outcomes:
        return False
    return process.view(first) == process.view(process.advance(first, outcomes[0], chance(0, 0, 1)))


def start_position(study: Study, trajectory: int) -> tuple[float, float] | None:
    """Where a trajectory is drawn at t = 0; derived, as a start is not a step."""
    return study._own_process.position(study.start(trajectory))


READER = Reader(
    Study,
    inside={
        "template": InlineTemplate,
        "sampler": ExplicitSampler,
        "branch": Branch,
        "stop_when": StopWhen,
        "plan": FrozenPlan,
    },
    words={
        "template": "the name of a template, or its text or texts (and system) inline",
        "sampler": "temperature-only, provider-default, or settings by name such as {top_p: 0.9}",
        "stop_when": "{width: 0.1} or {differs_from: 0.25}",
        "branch": "the parent's study, condition, trajectory and t, and the state there",
        "attention": "true, false or each",
        "pairs": "the names of models, {BASE: INSTRUCT}",
        "imitate": "temperature-only, own, openai, llama.cpp, ollama or ollama-engine",
        "temperatures": "a list of numbers from 0 to 5",
        "models": "a list of model names",
    },
)
