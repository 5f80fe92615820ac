"""What all draws share: the thing that is drawn, its outcomes, the event, and how a reply is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lmwalk.processes._reading import Reader, Reading
from lmwalk.types import Chance, Measures, Outcome, Parsed, Span, State

Thing = Literal["coin", "die", "number"]
Picture = Literal["belief", "stated", "prior", "share", "marks", "transitions", "followed"]
"""The event's probability against evidence, against what was stated, or for each wording; its share; marks a word; how
far what is expected next is from the truth; the event's probability against what it has become."""
Stated = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | Literal["even", "odd"]
"""A percentage, or a parity."""

_EVENTS: Mapping[Thing, Outcome] = {"coin": "heads", "die": "6", "number": "7"}
_ACTIONS: Mapping[Thing, tuple[str, str]] = {
    "coin": ("flip", "a coin"),
    "die": ("roll", "a six-sided die"),
    "number": ("pick", "a whole number from {low} to {high} at random"),
}
_PAST = {"flip": "flipped", "roll": "rolled", "pick": "picked"}
_CAME: Mapping[Thing, str] = {"coin": "it {landed} on", "die": "it {landed} on the number", "number": "it {was} number"}
_LANDS: Mapping[Thing, str] = {"coin": "coin lands on", "die": "die shows", "number": "number is"}


class Draws(BaseModel):
    """What all draws share: the thing that is drawn, its outcomes, the event, and how a reply is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str]
    title: ClassVar[str]
    family: ClassVar[str] = "draw"
    prompts: ClassVar[str] = "draw"
    passes_text: ClassVar[bool] = False
    geometry: ClassVar[None] = None
    picture: ClassVar[Picture] = "share"
    """What its answers are drawn as."""
    variables: ClassVar[Mapping[str, str]] = {
        "action": "what is done: flip a coin, roll a six-sided die, pick a whole number",
        "acted": "the same of the past: flipped a coin, rolled a six-sided die, picked a whole number",
        "acts": "the same of him, her or it: flips a coin",
        "landed": "what came of it, up to the outcome: it landed on, it landed on the number, it was number",
        "lands": "the same of today: it lands on, it lands on the number, it is number",
        "choices": "every answer there is, such as heads or tails",
        "stated": "a sentence that states a bias, with a space behind it; empty where none is stated",
        "results": "the results shown, each with a space before and a comma behind; empty where there is none",
        "n": "how many results are shown",
    }

    of: Thing = Field("coin", description="What is drawn: a coin, a six-sided die, or a whole number.")
    low: int = Field(1, ge=0, le=10_000, strict=True, description="The smallest number, where numbers are drawn.")
    high: int = Field(10, ge=1, le=10_000, strict=True, description="The largest number, where numbers are drawn.")
    event: str | None = Field(
        None, description="The outcome whose probability is followed. Left out: heads, 6 of a die, 7 of numbers."
    )
    reading: Reading = Field(
        "one",
        description="one: a reply has to name a single outcome. first: the first one named counts, for models that "
        "complete a text and go on.",
    )

    @property
    def cases(self) -> int:
        """How many different starts the experiment has."""
        return 1

    @property
    def case_labels(self) -> tuple[str, ...]:
        """Each case in a few words."""
        return tuple(f"sequence {case + 1}" for case in range(self.cases))

    @property
    def answers_at_once(self) -> int:
        """How many outcomes one reply holds."""
        return 1

    @property
    def length(self) -> int | None:
        """Questions after which the experiment is over; None where it has no end."""
        return None

    @property
    def room(self) -> int:
        """Tokens that an answer may take where nothing else is asked for."""
        return 64

    @property
    def template(self) -> str:
        """The template asked where none is named."""
        return "messages"

    @cached_property
    def alphabet(self) -> tuple[Outcome, ...]:
        """Every outcome."""
        if self.of == "coin":
            return ("heads", "tails")
        low, high = (1, 6) if self.of == "die" else (self.low, self.high)
        return tuple(str(number) for number in range(low, high + 1))

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.high <= self.low or self.high - self.low >= 1000:
            raise ValueError("a high greater than low, by less than 1,000")
        if self.followed not in self.alphabet:
            raise ValueError(f"an event from {self.alphabet[0]} to {self.alphabet[-1]}")
        return self

    @property
    def followed(self) -> Outcome:
        """The outcome whose probability is followed."""
        usual = _EVENTS[self.of]
        return self.event or (usual if usual in self.alphabet else self.alphabet[-1])

    def event_of(self, state: State) -> tuple[Outcome, ...]:
        """The outcomes whose probability is followed in this state."""
        stated = state.get("stated")
        if stated in ("even", "odd"):
            return tuple(number for number in self.alphabet if int(number) % 2 == (stated == "odd"))
        return (self.followed,)

    def start(self, chance: Chance, case: int = 0) -> State:
        return {"cell": case, "results": [], "n": 0, "answers": 0, "events": 0}

    def view(self, state: State) -> Mapping[str, object]:
        verb, what = _ACTIONS[self.of]
        what = what.format(low=self.low, high=self.high)
        return {
            "action": f"{verb} {what}",
            "acted": f"{_PAST[verb]} {what}",
            "acts": f"{verb}s {what}",
            "landed": _CAME[self.of].format(landed="landed", was="was"),
            "lands": _CAME[self.of].format(landed="lands", was="is"),
            "choices": self._choices(),
            "stated": self._sentence(state.get("stated")),
            "results": "".join(f" {result}," for result in self.shown(state)),
            "n": len(self.shown(state)),
        }

    def shown(self, state: State) -> Sequence[Outcome]:
        """The results that the question shows."""
        return list(state["results"])

    @cached_property
    def reader(self) -> Reader:
        """What reads its replies."""
        return Reader(self.alphabet, first=self.reading == "first")

    def parse(self, reply: str) -> Parsed:
        return self.reader(reply).parsed

    def spans(self, reply: str) -> tuple[Span, ...]:
        return self.reader(reply).spans

    def advance(self, state: State, outcome: Outcome | None, chance: Chance) -> State:
        if outcome is None:
            return state
        hit = outcome in self.event_of(state)
        return {**state, "answers": state["answers"] + 1, "events": state["events"] + hit}

    def outcomes(self, state: State) -> tuple[Outcome, ...] | None:
        return self.alphabet

    def over(self, state: State) -> None:
        return None

    def ideal(self, state: State) -> Mapping[Outcome, float] | None:
        return dict.fromkeys(self.alphabet, 1 / len(self.alphabet))

    def measures(self, steps: int) -> Measures:
        """The numbers that Compare has below the pictures of this experiment."""
        return {"distance": None, "spread": None}

    def position(
        self, state: State, asked: State | None = None, answer: Mapping[Outcome, float] | None = None
    ) -> tuple[float, float] | None:
        """Answers so far and the share of the event among them."""
        return (state["answers"], state["events"] / state["answers"]) if state["answers"] else None

    def _probability(self, state: State, answer: Mapping[Outcome, float]) -> float:
        return float(sum(answer.get(outcome, 0.0) for outcome in self.event_of(state)))

    def _choices(self) -> str:
        if self.of == "number":
            return f"a whole number from {self.low} to {self.high}"
        return f"{', '.join(self.alphabet[:-1])} or {self.alphabet[-1]}"

    def _sentence(self, stated: float | str | None) -> str:
        """A stated bias in words, with a space behind them."""
        if stated is None:
            return ""
        if isinstance(stated, str):
            return f"The number is always {stated}. "
        return f"The {_LANDS[self.of]} {self.followed} with a probability of {100 * stated:g}%. "

    def _biased(self, stated: float | str) -> dict[Outcome, float]:
        """The distribution that a stated bias asks for: what it leaves open is shared evenly."""
        event = self.event_of({"stated": stated})
        inside = 1.0 if isinstance(stated, str) else float(stated)
        others = len(self.alphabet) - len(event)
        return {o: inside / len(event) if o in event else (1 - inside) / max(others, 1) for o in self.alphabet}
