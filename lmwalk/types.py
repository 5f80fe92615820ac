"""The records that travel between the floors, and the protocols a process, a model and a backend keep.

Vocabulary: a *study* is a grid of *conditions*; a condition (process, template, model, temperature, sampler) is
repeated as *trajectories*; a trajectory is a sequence of *steps*, one question and its answer each. Step ``t`` leads
from the state at ``t - 1`` to the state at ``t``; ``t = 0`` is the start.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple, Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt

from lmwalk.geometry import Geometry

Outcome = str
State = Mapping[str, Any]
HERE = Path()
"""The working folder."""
Measures = Mapping[str, tuple[float, float] | None]
"""What a study can be judged by, by name. With the least and the most that one trajectory can give where the measure is
a mean over trajectories; None where it is none, or where no bound is known."""
Status = Literal["ok", "unparsed", "ambiguous", "refused", "empty", "cut", "error"]
Finish = Literal["stop", "length", "filter", "refusal", "tool", "error"]
"""Why an answer ended: by itself, at a limit of tokens, by a filter, as a refusal, for a tool, by a fault."""
Thinking = Literal["off", "on", "low", "medium", "high"]
"""Whether a model is to think before it answers, and how much."""
Held = Literal["one-word", "json", "choice"]
"""How an answer is held to the alphabet: by a sentence in the question, by a form the server keeps, by its sampler."""

LARGEST_REPLY_MB = 2.0
"""How much of an answer is read where nothing else is asked for; a megabyte is a million bytes."""

SCANT = 0.1
"""Mass of all outcomes together below which a belief says little of what a model would answer."""

LONGEST_WAIT_S = 86_400.0
"""How long a wait that a server asks for is kept to where nothing else is asked for: a day, as daily limits need."""

TIMEOUT_S = 60.0
"""How long an answer may take where nothing else is asked for."""

LOAD_TIMEOUT_S = 900.0
"""How long the first one may take of a model that its server may have to load: a quarter of an hour, as large weights
need on a slow disk."""

REFUSED = "Refused by the server: "
"""How a note begins on what was learnt from a server's refusals while it was asked."""

DECIDED = "Stopped: decided "
"""How a note begins on a condition that needed no more trajectories, as its study's rule has it."""

STATUSES: tuple[Status, ...] = ("ok", "unparsed", "ambiguous", "refused", "empty", "cut", "error")


class _Read(NamedTuple):
    outcome: Outcome | None
    status: Status


class Parsed(_Read):
    """How a reply was read: the outcome, or None with the named reason in ``status``.

    ``why`` is the rule that decided, in a plain phrase. It is no part of the pair: what is read alike is equal.
    """

    why: str

    def __new__(cls, outcome: Outcome | None, status: Status, why: str = "") -> Self:
        self = super().__new__(cls, outcome, status)
        self.why = why
        return self


Span = tuple[int, int]
"""Where a piece of a text begins, and where the text goes on behind it."""


class Prompt(NamedTuple):
    """One question.

    ``process`` and ``state`` are for models that know the truth (the ideal observer, simulations); a language model
    reads ``system``, ``text`` and ``prefill`` only. ``prefill`` is how its answer begins, written for it.
    """

    text: str
    system: str | None
    process: Process
    state: State
    prefill: str | None = None


@dataclass(frozen=True, slots=True)
class Sampling:
    """Sampler settings of one question. None means: not sent, the provider's own default holds.

    The neutral values are ``top_p=1``, ``top_k=0``, ``min_p=0``, ``repeat_penalty=1``: they cut nothing.
    """

    temperature: float = 1.0
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    max_tokens: int | None = None
    timeout_s: float = TIMEOUT_S
    """Where older study files say how long an answer may take; a part of what is asked, for their sake."""
    thinking: Thinking | None = None
    context: int | None = None
    """Tokens of the window that question and answer share."""
    answer: Held | None = None
    largest_reply_mb: float = field(default=LARGEST_REPLY_MB, compare=False)
    """No part of the question: a limit on what is read of the answer. So are the two that follow."""
    longest_answer_s: float | None = field(default=None, compare=False)
    load_timeout_s: float = field(default=LOAD_TIMEOUT_S, compare=False)

    NEUTRAL: ClassVar[Mapping[str, float]] = {"top_p": 1.0, "top_k": 0, "min_p": 0.0, "repeat_penalty": 1.0}

    @property
    def answer_s(self) -> float:
        """How many seconds an answer may take."""
        return self.timeout_s if self.longest_answer_s is None else self.longest_answer_s


@dataclass(frozen=True, slots=True)
class Sent:
    """What a model will really be sent, and in plain sentences what differs from what was asked."""

    parameters: Mapping[str, Any]
    notes: tuple[str, ...] = ()


class Reply(NamedTuple):
    """An answer: what was said, seconds the server worked, token counts and US dollars where known.

    Attributes
    ----------
    text : str
        What the model said, word for word, without what it thought; the words of a refusal where it refused.
    tokens_out : int or None
        Tokens of the answer and of the thought together.
    logprobs : tuple of float or None
        The log-probability of each sampled token at T = 1, where the model gives them.
    finish, finish_said : str or None
        Why it ended, and the server's own word for it.
    thought : str or None
        What the model thought before it answered.
    thought_tokens : int or None
        Tokens of the thought, where the server counts them.
    raw : str or None
        The content as it came, where it is neither ``text`` nor ``thought`` as they stand.
    prompt_cut : bool or None
        Whether the model read less than the whole question; None where it does not say.
    """

    text: str
    latency_s: float
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost_usd: float | None = None
    logprobs: tuple[float, ...] | None = None
    finish: Finish | None = None
    finish_said: str | None = None
    thought: str | None = None
    thought_tokens: int | None = None
    raw: str | None = None
    prompt_cut: bool | None = None


@dataclass(frozen=True)
class Distribution:
    """Probabilities of whole outcomes, at T = 1 or under a sampler, not normalised over them.

    Attributes
    ----------
    logprobs : mapping
        Natural logarithm of the mass that is known to be each outcome's.
    outside : float
        Mass that is known to be no outcome's.
    unseen : float
        Mass of which the server says nothing, or which two outcomes share: any outcome's, or none's.
    upper : mapping
        The most that each outcome can hold, as a probability; an outcome that is absent is known exactly.
    spellings : mapping
        What was added up for each outcome: how it was written, and the probability of that.
    instead : mapping
        At most five likeliest beginnings of an answer that are no outcome's, and the probability of each; untrusted
        text, cut where it is long. Empty: the end of the answer.
    source : str or None
        The name under which the token lists are kept that it was read from.
    """

    logprobs: Mapping[Outcome, float]
    outside: float
    unseen: float = 0.0
    upper: Mapping[Outcome, float] = field(default_factory=dict)
    spellings: Mapping[Outcome, Mapping[str, float]] = field(default_factory=dict)
    instead: Mapping[str, float] = field(default_factory=dict)
    source: str | None = field(default=None, compare=False)

    def masses(self) -> dict[Outcome, float]:
        """The mass that is known to be each outcome's."""
        return {outcome: math.exp(log) for outcome, log in self.logprobs.items()}

    def stored(self) -> dict[str, Any]:
        """As plain JSON: masses ``p``, ``outside``, ``unseen``, and where there are any ``upper`` and ``spellings``.

        ``instead`` is kept where the outcomes are known to hold less than ``SCANT``.
        """
        plain: dict[str, Any] = {"p": self.masses(), "outside": self.outside, "unseen": self.unseen}
        scant = math.fsum(plain["p"].values()) < SCANT
        parts = {"upper": self.upper, "spellings": self.spellings, "instead": self.instead if scant else {}}
        return plain | {name: dict(part) for name, part in parts.items() if part}

    def normalised(self) -> dict[Outcome, float]:
        """Probabilities that sum to 1 over the outcomes (NaN where they hold no mass at all)."""
        logs = np.array(list(self.logprobs.values()))
        top = logs.max()
        weights = np.exp(logs - top) if np.isfinite(top) else np.full(len(logs), np.nan)
        return dict(zip(self.logprobs, (weights / weights.sum()).tolist(), strict=True))

    def bounds(self) -> dict[Outcome, tuple[float, float]]:
        """The least and the most that ``normalised`` can truly be for each outcome; 0 and 1 where nothing is known.

        What is unseen can go to any outcome, up to its upper bound, but not to two at once.
        """
        low = self.masses()
        spare = {o: max(0.0, self.upper.get(o, mass) - mass) for o, mass in low.items()}
        known, free = math.fsum(low.values()), math.fsum(spare.values())
        bounds = {}
        for outcome, mass in low.items():
            most = known + min(free - spare[outcome], max(self.unseen, 0.0))
            high = mass + spare[outcome]
            least = known - mass + high
            bounds[outcome] = (mass / most if most > 0 else 0.0, high / least if least > 0 else 1.0)
        return bounds


Chance = Callable[[], np.random.Generator]
"""Gives the generator of one step of the world; making one costs 12 µs, so a process that draws nothing makes none."""


class Process(Protocol):
    """What is asked and what an answer does to the state. Pure: no network, clock, disk or global randomness.

    A process is a frozen pydantic model whose fields are its parameters; forms and study files are checked by them.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    family: ClassVar[str]
    """Which page it belongs to: ``walk``, ``draw`` or ``chain``. The state of a chain holds a ``text``."""
    prompts: ClassVar[str]
    """The folder of its templates. A process that is no part of lmwalk holds them itself: a class attribute
    ``templates``, a mapping of names to texts (or to what a file of a template holds) or the path of a folder."""
    variables: ClassVar[Mapping[str, str]]
    """Every name a template may use, with one line on what it holds."""

    @property
    def template(self) -> str:
        """The template asked where none is named."""

    passes_text: ClassVar[bool]
    """Whether each outcome is a whole text, which the next question is about."""

    @property
    def cases(self) -> int:
        """How many different starts it has; trajectories share them out."""

    @property
    def case_labels(self) -> tuple[str, ...]:
        """Each case in a few words, in order; of one that has no name of its own, an empty text."""

    @property
    def alphabet(self) -> tuple[Outcome, ...]:
        """Every outcome that any of its questions can have; empty where answers are free text."""

    @property
    def answers_at_once(self) -> int:
        """How many outcomes one reply holds, ``", "`` between them."""

    @property
    def geometry(self) -> Geometry | None:
        """Where its trajectories go in the plane, for pictures of walks; None where it has no such picture."""

    @property
    def length(self) -> int | None:
        """Questions after which a trajectory is over; None where it has no end."""

    @property
    def room(self) -> int:
        """Tokens that an answer may take where the study names no ``max_tokens`` and the model needs a limit."""

    def start(self, chance: Chance, case: int = 0) -> State:
        """The state at t = 0."""

    def view(self, state: State) -> Mapping[str, object]:
        """Values of ``variables`` in this state."""

    def parse(self, reply: str) -> Parsed:
        """Read a reply. Any text gives an outcome or a named reason; never raises."""

    def spans(self, reply: str) -> tuple[Span, ...]:
        """Where in a reply stands what ``parse`` went by, in order and apart; nothing where it found nothing.

        The words that name the outcome; of an ambiguous reply all that name one; of a refusal the words that refuse.
        """

    def advance(self, state: State, outcome: Outcome | None, chance: Chance) -> State:
        """The next state; None (an answer that could not be read) advances too."""

    def outcomes(self, state: State) -> tuple[Outcome, ...] | None:
        """The finite alphabet, or None where answers are free text."""

    def over(self, state: State) -> str | None:
        """Why a trajectory that has come to this state asks no more, in a word; None where it goes on."""

    def ideal(self, state: State) -> Mapping[Outcome, float] | None:
        """The ideal observer's distribution over the outcomes, or None where there is none."""

    def measures(self, steps: int) -> Measures:
        """What its studies of trajectories of so many steps can be judged by."""

    def position(
        self, state: State, asked: State | None = None, answer: Mapping[Outcome, float] | None = None
    ) -> tuple[float, float] | None:
        """Where this state is drawn in the plane, or None where it has no place.

        ``asked`` is the state that the latest question was put in, ``answer`` the probabilities it found (one outcome
        with probability 1 for a reply that could be read).
        """


@runtime_checkable
class PlacesWalkers(Protocol):
    """A process whose walkers can be put anywhere, as ``analysis.lattices`` numbers its positions."""

    remembered: ClassVar[frozenset[str]]
    """Variables of the way that a walker came, which a position and a time do not give."""

    def placed(self, numbers: Sequence[int], t: int) -> State:
        """The state of a walker that stands at these whole coordinates at a time and remembers no moves.

        Raises InputError where there is no such position.
        """


@runtime_checkable
class ShowsEvidence(Protocol):
    """A process whose questions show results, one after the other."""

    evidence: ClassVar[str]
    """The variable of a template that holds them."""

    def shown(self, state: State) -> Sequence[Outcome]:
        """The results that the question shows, in the order in which they stand there."""

    def switch(self, case: int) -> int | None:
        """How many results of a case come before their probabilities change; None where they do not."""


class DrawProcess(Process, Protocol):
    """What processes of the family ``draw`` have besides."""

    @property
    def of(self) -> str:
        """What is drawn: ``coin``, ``die`` or ``number``; empty where answers are free text."""

    @property
    def followed(self) -> Outcome:
        """The outcome whose probability is followed; empty where none is."""

    def event_of(self, state: State) -> tuple[Outcome, ...]:
        """The outcomes whose probability is followed in this state."""

    def model_dump(self) -> dict[str, Any]:
        """The process's parameters, defaults included."""


class ChainProcess(Process, Protocol):
    """What processes of the family ``chain`` have besides."""

    @property
    def tasks(self) -> tuple[str, ...]:
        """What is asked of each text; a case is an initial text under a task, all texts of the first task first."""

    @property
    def initial(self) -> tuple[str, ...]:
        """The initial texts as they were named."""


Gate = AbstractAsyncContextManager[Any]
"""Held by a model exactly while its server works on a question; the engine sets how many fit through at once."""


@runtime_checkable
class Model(Protocol):
    """Something that answers. Async, and it says what it can do."""

    name: str
    server: str
    """Models that name the same server share its slots; an empty string means no limit."""
    exclusive: bool
    """True where the server holds one model at a time, so that models on it are asked one after the other."""
    simulated: bool
    """True where the answers do not come from a language model."""

    def accepts(self, sampling: Sampling, *, drop: bool, prefill: bool = False) -> Sent:
        """What will be sent. Raises UnsupportedError for what cannot be, unless ``drop`` turns that into a note.

        ``prefill`` asks for an answer that is begun for the model, which is never dropped.
        """

    async def reply(self, prompt: Prompt, sampling: Sampling, seed: int, gate: Gate) -> Reply:
        """One sampled answer. Raises TransientError or PermanentError."""

    async def distribution(self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate) -> Distribution:
        """Probabilities of whole outcomes. Raises UnsupportedError where the model gives none; else as ``reply``."""

    async def close(self) -> None:
        """Give back connections and threads."""


@runtime_checkable
class TellsTokens(Protocol):
    """A model that can also list the tokens an answer may begin with."""

    async def first_tokens(self, prompt: Prompt, gate: Gate) -> Sequence[tuple[str, float]]:
        """Text and natural log-probability at T = 1 of the likeliest first tokens. Raises as ``distribution``."""


@runtime_checkable
class LeavesThought(Protocol):
    """A model that can also give the probabilities that it has where it does not think first."""

    async def distribution_without_thought(
        self, prompt: Prompt, outcomes: Sequence[Outcome], gate: Gate
    ) -> Distribution:
        """As ``distribution``, with the model told not to think."""


@runtime_checkable
class NeedsRoom(Protocol):
    """A model that goes on until a limit where it is told none, or whose server then sets a limit of its own."""

    def needs_room(self, process: Process) -> bool:
        """Whether ``max_tokens`` has to go with each question of a process."""


@runtime_checkable
class TellsServer(Protocol):
    """A model that can also say how its server is doing. Both may be read from any thread."""

    @property
    def loading_s(self) -> float | None:
        """Seconds for which a question has waited that the server may be loading the model for; None: there is none."""

    @property
    def lessons(self) -> int:
        """How many refusals of the server were learnt so far; ``accepts`` tells what became of them."""


@runtime_checkable
class TellsFingerprint(Protocol):
    """A model that can also say what tells it from another that has its name."""

    async def fingerprint(self) -> str | None:
        """What its server tells it from others by, such as a digest of its weights; None where nothing is said."""


@dataclass(frozen=True, slots=True)
class Attention:
    """What the position that answers gives to spans of the question.

    Attributes
    ----------
    weights : array
        Shape (layers, heads, spans): the sum over the tokens of each span. All tokens together have 1; NaN for a span
        of which no token was fed.
    tokens : int
        How many tokens were fed.
    """

    weights: npt.NDArray[np.float64]
    tokens: int


@runtime_checkable
class TellsAttention(Protocol):
    """A model that can also say what it attends to at the position where its answer begins."""

    async def attention(self, prompt: Prompt, spans: Sequence[Span], gate: Gate) -> Attention:
        """Attention to spans of ``prompt.text``; a token on the edge counts where it begins. Raises as ``reply``."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of what can be asked now: a model name, or a provider, and why not where it cannot.

    Attributes
    ----------
    families : tuple of str
        The families of processes that it can answer; empty where it answers any text.
    """

    name: str
    available: bool
    detail: str = ""
    group: str = ""
    families: tuple[str, ...] = ()

    def suits(self, family: str) -> bool:
        """Whether it can answer the processes of a family."""
        return not self.families or family in self.families


class Backend(Protocol):
    """A family of models behind one name form."""

    @property
    def forms(self) -> tuple[str, ...]:
        """Name forms for the user, such as ``ollama/NAME``."""

    def claims(self, name: str) -> bool:
        """Whether this backend answers to the name."""

    def check(self, name: str) -> None:
        """Raise InputError where the name's form cannot be used. Touches no network and no heavy import."""

    def open(self, name: str, home: Path = HERE) -> Model:
        """The model. Raises InputError in a sentence where it cannot be had.

        ``home`` is the folder of the user's own files, such as the list of endpoints.
        """

    def offers(self, home: Path = HERE) -> list[Offer]:
        """What this backend has now; may ask servers on this machine, with a short time-out."""


@dataclass(frozen=True)
class Template:
    """A prompt template: a name and its wordings, texts with ``{variables}``; the trajectories share them out.

    ``system`` is a message before each, ``prefill`` how the answer begins; ``fields`` are the variables that they use.
    """

    name: str
    texts: tuple[str, ...]
    system: str | None = None
    prefill: str | None = None
    description: str = ""
    fields: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def text(self) -> str:
        """The first wording."""
        return self.texts[0]
