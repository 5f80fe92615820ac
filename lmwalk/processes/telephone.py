"""The telephone game: a text is handed on, and every answer is the next text.

Source of the experiment: "When LLMs Play the Telephone Game" (Perez et al., 2024, arXiv 2407.04503) and its code,
jeremyperez2/TelephoneGameLLM. The tasks are its three, in words of our own; so are the initial texts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

from lmwalk.initial_texts import initial_texts, short_name, text_of
from lmwalk.processes._reading import stripped
from lmwalk.registry import processes, properties
from lmwalk.thoughts import split
from lmwalk.types import Chance, Measures, Outcome, Parsed, Span, State


class Task(NamedTuple):
    """What a model is to do with a text: as an instruction, and as a line that the new text follows."""

    instruction: str
    lead: str


TASKS: Mapping[str, Task] = {
    "rephrase": Task("Say the text below anew in words of your own. Keep what it means.", "The same in other words:"),
    "inspiration": Task(
        "Let the text below inspire you, and write a new text of your own.", "Another text, inspired by the one above:"
    ),
    "continue": Task("Go on from where the text below ends. Write only what comes next.", "What comes next:"),
}
ALTERNATE = " + "
"""Between tasks that take turns."""
Stop = Literal["empty", "long", "repeated"]
Text = Annotated[str, Field(min_length=1, max_length=100_000)]


@processes.register("telephone")
class Telephone(BaseModel):
    """A text is handed on from generation to generation; what a model makes of it is what is asked about next."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str] = "telephone"
    title: ClassVar[str] = "Telephone"
    family: ClassVar[str] = "chain"
    prompts: ClassVar[str] = "telephone"
    template: ClassVar[str] = "chat"
    passes_text: ClassVar[bool] = True
    alphabet: ClassVar[tuple[Outcome, ...]] = ()
    answers_at_once: ClassVar[int] = 1
    geometry: ClassVar[None] = None
    length: ClassVar[None] = None
    room: ClassVar[int] = 2000
    variables: ClassVar[Mapping[str, str]] = {
        "text": "the text as it stands",
        "task": "what to do with it, as an instruction",
        "lead": "the same as a line that the new text follows, for models that complete a text",
        "generation": "the number of the text asked for, from 1",
    }

    tasks: tuple[str, ...] = Field(
        ("rephrase",),
        min_length=1,
        max_length=1000,
        description="Each a task that is compared with the others: rephrase, inspiration, continue, or an instruction "
        f"of your own. Tasks with '{ALTERNATE}' between them take turns, generation by generation.",
    )
    texts: tuple[Text, ...] = Field(
        (),
        max_length=1000,
        description="The initial texts: names of those that lmwalk brings, or whole texts. Left out: all that it "
        "brings.",
    )
    most_characters: int = Field(
        20_000, ge=1, le=1_000_000, strict=True, description="A text longer than this ends its chain, if 'long' does."
    )
    stop: tuple[Stop, ...] = Field(
        ("empty", "long"),
        description="What ends a chain early: empty, an answer without a text; long, one beyond the limit; repeated, a "
        "text that the chain has held before.",
    )

    @field_validator("tasks")
    @classmethod
    def _asks_something(cls, tasks: tuple[str, ...]) -> tuple[str, ...]:
        if not all(part.strip() for task in tasks for part in task.split(ALTERNATE)):
            raise ValueError("rephrase, inspiration, continue, or an instruction of at least one word")
        return tasks

    @cached_property
    def initial(self) -> tuple[str, ...]:
        """The initial texts as they were named."""
        return self.texts or tuple(initial_texts())

    @property
    def cases(self) -> int:
        """Every initial text under every task."""
        return len(self.tasks) * len(self.initial)

    @property
    def case_labels(self) -> tuple[str, ...]:
        """The initial text, and the task where there are several."""
        names = [short_name(text) for text in self.initial]
        if len(self.tasks) == 1:
            return tuple(names)
        return tuple(f"{name}, {task}" for task in self.tasks for name in names)

    def case(self, case: int) -> tuple[int, int]:
        """The number of the task and of the initial text of a case."""
        return divmod(case, len(self.initial))

    def task(self, case: int, generation: int) -> Task:
        """What is asked for a generation, from 1; a task that is none of ours is an instruction itself."""
        turns = self.tasks[self.case(case)[0]].split(ALTERNATE)
        asked = turns[(generation - 1) % len(turns)]
        return TASKS.get(asked, Task(asked, asked))

    def start(self, chance: Chance, case: int = 0) -> State:
        state: State = {"cell": case, "generation": 0, "text": text_of(self.initial[self.case(case)[1]])}
        return self._watched(state, ())

    def view(self, state: State) -> Mapping[str, object]:
        generation = state["generation"] + 1
        task = self.task(state["cell"], generation)
        return {"text": state["text"], "task": task.instruction, "lead": task.lead, "generation": generation}

    def parse(self, reply: str) -> Parsed:
        """The reply without thoughts and space around it. A refusal is a text as any other, and is handed on."""
        text = split(reply).answer.strip()
        return Parsed(text, "ok", "whole text") if text else Parsed(None, "empty", "empty")

    def spans(self, reply: str) -> tuple[Span, ...]:
        return stripped(reply)

    def advance(self, state: State, outcome: Outcome | None, chance: Chance) -> State:
        text = state["text"] if outcome is None else outcome
        after = {"cell": state["cell"], "generation": state["generation"] + 1, "text": text}
        reason = self._reason(state, outcome)
        return self._watched({**after, "ended": reason} if reason else after, state.get("seen", ()))

    def over(self, state: State) -> str | None:
        ended: str | None = state.get("ended")
        return ended

    def outcomes(self, state: State) -> None:
        return None

    def ideal(self, state: State) -> None:
        return None

    def measures(self, steps: int) -> Measures:
        """Every property, of the last text of a chain; bounds where one task is asked and the property has some."""
        alone = len(self.tasks) == 1
        return {each.name: _bounds(each.low, each.high) if alone else None for each in properties.values()}

    def position(
        self, state: State, asked: State | None = None, answer: Mapping[Outcome, float] | None = None
    ) -> tuple[float, float]:
        """The generation, and the length of its text in characters."""
        return state["generation"], len(state["text"])

    def _reason(self, state: State, outcome: Outcome | None) -> Stop | None:
        """Why a chain ends with this answer."""
        found: dict[Stop, bool] = {
            "empty": outcome is None,
            "long": len(outcome or "") > self.most_characters,
            "repeated": outcome is not None and _mark(outcome) in state.get("seen", ()),
        }
        return next((reason for reason in self.stop if found[reason]), None)

    def _watched(self, state: State, seen: tuple[str, ...] | list[str]) -> State:
        """The state with marks of all its texts so far, where a repeated one ends the chain."""
        return {**state, "seen": [*seen, _mark(state["text"])]} if "repeated" in self.stop else state


def _bounds(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)


def _mark(text: str) -> str:
    """What tells a text from any other, in few letters."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
