"""How simulations answer. Each recipe's fields are its parameters, and its distribution is known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from lmwalk.errors import PermanentError
from lmwalk.marked_text import marked
from lmwalk.sampler import Array, Order, draw, probabilities
from lmwalk.types import Outcome, Prompt, Sampling, State


@dataclass(frozen=True)
class Recipe:
    """How a simulation answers; its fields are its parameters. This one picks every outcome equally often."""

    about: ClassVar[str] = "picks every outcome equally often"
    note: ClassVar[str] = "A simulation without a sampler: temperature and cuts change nothing."
    families: ClassVar[tuple[str, ...]] = ("walk", "draw")
    """Of the processes that it can answer."""

    def chances(self, outcomes: Sequence[Outcome], state: State) -> Array:
        """Probabilities of the outcomes at T = 1, shape (outcomes,)."""
        return np.full(len(outcomes), 1 / len(outcomes))

    def sampled(self, chances: Array, sampling: Sampling) -> Array:
        """The distribution after the sampler's temperature and cuts; probabilities of the same shape."""
        return chances

    def text(self, prompt: Prompt, sampling: Sampling, rng: np.random.Generator) -> str:
        """One reply."""
        outcomes = outcomes_of(prompt)
        return outcomes[draw(self.sampled(self.chances(outcomes, prompt.state), sampling), rng.random())]


@dataclass(frozen=True)
class Biased(Recipe):
    """Independent draws, probabilities ``p`` in the outcomes' order; n, n - 1, ..., 1 shares where none are given."""

    about: ClassVar[str] = "independent draws, p = 0.4, 0.3, 0.2, 0.1 of four outcomes"
    p: tuple[float, ...] = ()

    def chances(self, outcomes: Sequence[Outcome], state: State) -> Array:
        shares = np.array(self.p or range(len(outcomes), 0, -1), dtype=np.float64)
        if len(shares) != len(outcomes):
            raise PermanentError(f"simulated/biased has {len(shares)} probabilities for {len(outcomes)} outcomes.")
        normalised: Array = shares / shares.sum()
        return normalised


@dataclass(frozen=True)
class Persistent(Recipe):
    """Repeats the latest move with probability ``stay``, and otherwise picks any other equally often."""

    about: ClassVar[str] = "repeats its latest move with probability 0.8"
    stay: float = 0.8

    def chances(self, outcomes: Sequence[Outcome], state: State) -> Array:
        moves = state.get("moves") or state.get("results") or [None]
        if moves[-1] not in outcomes or len(outcomes) == 1:
            return super().chances(outcomes, state)
        p = np.full(len(outcomes), (1 - self.stay) / (len(outcomes) - 1))
        p[outcomes.index(moves[-1])] = self.stay
        return p


@dataclass(frozen=True)
class Filter(Recipe):
    """Believes what a discounted Bayesian filter believes of the results shown.

    Pseudo-counts start at ``strength`` times the prior mean (``mean`` for the first of two outcomes, else even), and
    with every result are multiplied by ``gamma`` before that result is counted.
    """

    about: ClassVar[str] = "a Bayesian with prior mean 0.5, strength 2, that discounts by gamma = 0.9 a result"
    families: ClassVar[tuple[str, ...]] = ("draw",)
    mean: float = 0.5
    strength: float = 2.0
    gamma: float = 0.9
    attention: float = 1.0
    """What it attends to a result with, over what it gives the next one: by construction, whatever it believes."""

    def attended(self, results: int) -> Array:
        """Of two layers of two heads, shape (2, 2, results); the heads give all results .2, .4, .6 and .8 together."""
        weights = self.attention ** np.arange(results - 1, -1, -1.0)
        given = np.array([0.2, 0.4, 0.6, 0.8]).reshape(2, 2, 1)
        attended: Array = given * weights / weights.sum()
        return attended

    def chances(self, outcomes: Sequence[Outcome], state: State) -> Array:
        prior = [self.mean, 1 - self.mean] if len(outcomes) == 2 else [1 / len(outcomes)] * len(outcomes)
        results = [outcomes.index(result) for result in state.get("results") or () if result in outcomes]
        weights = self.gamma ** np.arange(len(results) - 1, -1, -1.0)
        counts = self.gamma ** len(results) * self.strength * np.array(prior)
        counts = counts + np.bincount(np.array(results, int), weights, minlength=len(outcomes))
        total = counts.sum()
        return counts / total if total else np.array(prior)


@dataclass(frozen=True)
class Marking(Recipe):
    """Writes words with a Poisson number of marks behind each, at ``scale`` times the true rate."""

    about: ClassVar[str] = "writes on with a Poisson number of marks behind every word, at the true rate"
    families: ClassVar[tuple[str, ...]] = ("draw",)
    scale: float = 1.0

    def text(self, prompt: Prompt, sampling: Sampling, rng: np.random.Generator) -> str:
        view, rate = prompt.process.view(prompt.state), prompt.state.get("rate")
        if rate is None:
            raise PermanentError(f"simulated/marking continues texts with marks, and {prompt.process.name} has none.")
        words = [_WORDS[place] for place in rng.integers(len(_WORDS), size=int(str(view["words"])))]
        return marked(words, rng.poisson(self.scale * rate, size=len(words)).tolist(), str(view["mark"]))


_WORDS = ("and", "the", "river", "goes", "on", "past", "fields", "where", "wind", "moves", "over", "grass")


@dataclass(frozen=True)
class Transmitter(Recipe):
    """Hands a text on as it came, ``latency_s`` seconds later: a chain without an attractor."""

    about: ClassVar[str] = "hands every text on as it came: a chain without an attractor"
    families: ClassVar[tuple[str, ...]] = ("chain",)
    latency_s: float = 0.0

    def text(self, prompt: Prompt, sampling: Sampling, rng: np.random.Generator) -> str:
        text = prompt.state.get("text")
        if text is None:
            raise PermanentError(f"{type(self).__name__} hands texts on, and {prompt.process.name} has no text.")
        return self.handed_on(str(text), rng)

    def handed_on(self, text: str, rng: np.random.Generator) -> str:
        """The next text of the chain."""
        return text


@dataclass(frozen=True)
class Mover(Transmitter):
    """Adds words to a text, or drops some, so that its length goes a share ``rate`` of the way to ``target``.

    ``noise`` is the standard deviation of the length around that, in characters. After g generations the length L has
    the mean target + (1 - rate)^g (L - target), so that the slope of the last on the first is (1 - rate)^g.
    """

    about: ClassVar[str] = "adds or drops words, so that a text's length goes 10% of the way to 600 characters"
    target: float = 600.0
    rate: float = 0.1
    noise: float = 0.0

    def handed_on(self, text: str, rng: np.random.Generator) -> str:
        wanted = len(text) + self.rate * (self.target - len(text)) + self.noise * rng.standard_normal()
        length = max(1, int(np.floor(wanted + rng.random())))  # rounded at random, or small steps would stand still
        words = text.split(" ")
        over = len(text) - length
        while over > 0 and len(words) > 1:
            over -= len(words.pop(int(rng.integers(len(words))))) + 1
        while over < -1:
            filler = _filler(-over - 1, rng)
            words.insert(int(rng.integers(len(words) + 1)), filler)
            over += len(filler) + 1
        if over < 0:
            words[int(rng.integers(len(words)))] += "s"
        return " ".join(words)


@dataclass(frozen=True)
class Swapper(Transmitter):
    """Puts the words of a text, and what stands between them, in the opposite order: an exact cycle of two texts."""

    about: ClassVar[str] = "turns the order of the words round: an exact cycle of two texts"

    def handed_on(self, text: str, rng: np.random.Generator) -> str:
        return "".join(reversed(re.split(r"(\s+)", text)))


def _filler(room: int, rng: np.random.Generator) -> str:
    """A word of at most that many letters."""
    fitting = [word for word in _WORDS if len(word) <= room] or ["o"]
    return fitting[int(rng.integers(len(fitting)))]


@dataclass(frozen=True)
class Honest(Recipe):
    """One outcome holds ``p`` at T = 1, the others share the rest; only the temperature acts."""

    about: ClassVar[str] = "one outcome holds p = 0.93 at T = 1; only the temperature acts"
    note: ClassVar[str] = "A simulation whose sampler has a temperature and makes no cuts."
    p: float = 0.93

    def chances(self, outcomes: Sequence[Outcome], state: State) -> Array:
        rest = (1 - self.p) / max(1, len(outcomes) - 1)
        return np.array([self.p, *[rest] * (len(outcomes) - 1)])

    def sampled(self, chances: Array, sampling: Sampling) -> Array:
        return _tempered(chances, Sampling(sampling.temperature))


@dataclass(frozen=True)
class Peaked(Honest):
    """As ``Honest``, behind cuts made before the temperature, which are on unless switched off: the Ollama effect."""

    about: ClassVar[str] = "p = 0.93 behind a provider's cut: by default it never varies, at any temperature"
    note: ClassVar[str] = "A simulation that cuts (top_p = 0.9, top_k = 40 unless sent) before it applies temperature."

    def sampled(self, chances: Array, sampling: Sampling) -> Array:
        top_p = 0.9 if sampling.top_p is None else sampling.top_p
        top_k = 40 if sampling.top_k is None else sampling.top_k
        return _tempered(chances, replace(sampling, top_p=top_p, top_k=top_k), "cuts-first")


@dataclass(frozen=True)
class Verbose(Recipe):
    """Talks about two outcomes, so that no reading of the reply is right."""

    about: ClassVar[str] = "names two outcomes: 'I think UP is nicer than DOWN.'"

    def text(self, prompt: Prompt, sampling: Sampling, rng: np.random.Generator) -> str:
        outcomes = outcomes_of(prompt)
        first, second = rng.permutation(len(outcomes))[[0, -1]]
        sentence = _SENTENCES[rng.integers(len(_SENTENCES))]
        return sentence.format(outcomes[first], outcomes[second])


_SENTENCES = (
    "I think {} is nicer than {}.",
    "Some would say {}, others {}. Both have their charm!",
    "Let me see: {} looks good, but so does {}.",
)


@dataclass(frozen=True)
class Refusing(Recipe):
    """Declines every time."""

    about: ClassVar[str] = "declines every question"

    def text(self, prompt: Prompt, sampling: Sampling, rng: np.random.Generator) -> str:
        return "I'm sorry, but I can't help with that."


@dataclass(frozen=True)
class Empty(Recipe):
    """Says nothing."""

    about: ClassVar[str] = "answers with an empty text"

    def text(self, prompt: Prompt, sampling: Sampling, rng: np.random.Generator) -> str:
        return ""


@dataclass(frozen=True)
class Slow(Recipe):
    """Picks evenly, after ``latency_s`` seconds on a server of its own."""

    about: ClassVar[str] = "answers after 0.2 s, on a server with slots"
    latency_s: float = 0.2


@dataclass(frozen=True)
class Failing(Recipe):
    """Picks evenly; a share ``rate`` of the calls fails, and after ``permanent_after`` answers all do, for good."""

    about: ClassVar[str] = "one call in ten fails and is worth asking again"
    rate: float = 0.1
    permanent_after: int = 0


RECIPES: Mapping[str, type[Recipe]] = {
    "biased": Biased,
    "persistent": Persistent,
    "filter": Filter,
    "marking": Marking,
    "copier": Transmitter,
    "mover": Mover,
    "swapper": Swapper,
    "honest": Honest,
    "peaked": Peaked,
    "verbose": Verbose,
    "refusing": Refusing,
    "empty": Empty,
    "slow": Slow,
    "failing": Failing,
}


def _tempered(chances: Array, sampling: Sampling, order: Order = "temperature-first") -> Array:
    with np.errstate(divide="ignore"):
        return probabilities(np.log(chances), sampling, order)


def outcomes_of(prompt: Prompt) -> tuple[Outcome, ...]:
    outcomes = prompt.process.outcomes(prompt.state)
    if not outcomes:
        raise PermanentError(f"Simulations choose from a list of outcomes, and {prompt.process.name} has none.")
    return outcomes
