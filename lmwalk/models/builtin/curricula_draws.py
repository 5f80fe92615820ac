"""Draws as lessons: priors, stated biases, evidence in the question, and many results in one answer.

The evidence comes from rates drawn from the stated prior (for which the taught law is the perfect guess), from evenly
drawn and extreme rates, and from rates that change on the way. What is taught is always the posterior predictive under
the one prior, also before every result that a question shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from lmwalk.models.builtin.draws_law import STRENGTH, beliefs, prior_mean, stated_mean
from lmwalk.models.builtin.examples import Example, Target, chosen, paraphrases
from lmwalk.registry import make_process
from lmwalk.templates import builtin_templates, compiled
from lmwalk.types import Outcome

if TYPE_CHECKING:
    from lmwalk.processes.draws import DrawnSequence

Rng = np.random.Generator
Array = npt.NDArray[np.float64]

SIZES = (0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 50, 60, 80, 100)
"""How many results are shown in most questions."""

LARGEST = 20
"""Most outcomes for which all frequencies are taught."""

_HERE = "\0"
"""Stands for the results, to find where they are: outcomes stand elsewhere in a question too."""

_SYSTEMS = (
    "You are a helpful assistant.",
    "Answer with one word.",
    "Be brief. Do not explain.",
    "Reply with the result only.",
)


def thing(rng: Rng) -> dict[str, Any]:
    """What is drawn, as parameters of a process: mostly a coin."""
    of = str(rng.choice(["coin", "die", "number"], p=[0.4, 0.3, 0.3]))
    if of != "number" or rng.random() >= 0.5:
        return {"of": of}
    low = int(rng.integers(0, 60))
    return {"of": of, "low": low, "high": min(99, low + int(rng.integers(2, 70)))}


def event(drawn: dict[str, Any], rng: Rng) -> dict[str, Any]:
    """The event that a statement is about, as parameters; empty for the usual one."""
    if drawn["of"] == "die" and rng.random() < 0.5:
        return {"event": str(rng.integers(1, 7))}
    if drawn["of"] == "number" and rng.random() < 0.4:
        return {"event": str(rng.integers(drawn.get("low", 1), drawn.get("high", 10) + 1))}
    return {}


def statement(process: DrawnSequence, rng: Rng) -> dict[str, Any]:
    """What is stated, as a part of a state: a parity, or a percentage that is mostly whole."""
    if rng.random() < {"coin": 0.0, "die": 0.2, "number": 0.6}[process.of]:
        return {"stated": str(rng.choice(["even", "odd"]))}
    percent: float = int(rng.integers(0, 101)) if rng.random() < 0.5 else 10 * int(rng.integers(0, 11))
    if rng.random() < 0.05:
        percent = min(100.0, percent + int(rng.integers(10)) / 10)
    return {"stated": percent / 100}


def mean_of(process: DrawnSequence, stated: dict[str, Any]) -> Array:
    """The prior mean with or without a statement."""
    if not stated:
        return prior_mean(process.alphabet)
    said = stated["stated"]
    return stated_mean(process.alphabet, process.event_of(stated), 1.0 if isinstance(said, str) else said)


def wording(folder: str, name: str, rng: Rng) -> str:
    """A text of a template, or of the folder's paraphrases; a third of the stems are those of earlier studies."""
    if name != "batch" and rng.random() < 0.3:
        return chosen(str(rng.choice(paraphrases()[folder]["trained"])), rng)
    if name == "stems" and rng.random() < 1 / 3:
        name = "stems-1"
    return str(rng.choice(builtin_templates(folder)[name].texts))


def form(rng: Rng) -> str:
    """One of the two templates that all folders have."""
    return str(rng.choice(["stems", "messages"]))


def system(rng: Rng) -> str | None:
    """Now and then a system message."""
    return str(rng.choice(_SYSTEMS)) if rng.random() < 0.05 else None


def drawn_from(shares: dict[Outcome, float], rng: Rng) -> Outcome:
    """One outcome."""
    p = np.array(list(shares.values()))
    return str(rng.choice(list(shares), p=p / p.sum()))


def zero_shot(rng: Rng) -> Iterator[Example]:
    """Priors and stated biases."""
    while True:
        drawn = thing(rng)
        process = _sequence(drawn | event(drawn, rng))
        stated = statement(process, rng) if rng.random() < 0.6 else {}
        (shares,) = beliefs(process.alphabet, (), mean_of(process, stated))
        text = compiled(wording("draw", form(rng), rng))(process.view({"results": [], "n": 0, **stated}))
        yield Example(text, system(rng), drawn_from(shares, rng), (), (Target(0, shares),))


def evidence(rng: Rng) -> Iterator[Example]:
    """Results in the question; what is known before each of them is a target too."""
    while True:
        process = _sequence(thing(rng))
        if len(process.alphabet) > LARGEST and rng.random() < 0.8:
            continue
        stated = statement(process, rng) if rng.random() < 0.08 else {}
        mean = mean_of(process, stated)
        shown = results(process.alphabet, mean, _size(rng), rng)
        view = process.view({"results": shown, "n": len(shown), **stated})
        fill = compiled(wording("series", form(rng), rng))
        text, at = fill(view), fill({**view, "results": _HERE}).index(_HERE)
        *before, last = beliefs(process.alphabet, shown, mean)
        targets = _before_each(at, shown, before)
        yield Example(text, system(rng), drawn_from(last, rng), targets, (Target(0, last),))


def batch(rng: Rng) -> Iterator[Example]:
    """Many results in one answer, each drawn with what the earlier ones taught."""
    while True:
        often = rng.random() < 0.5
        flips = int(rng.choice([5, 10, 20, 20, 20, 30, 50])) if often else int(rng.integers(2, 51))
        process = _sequence(thing(rng) | {"way": "batch", "flips": flips})
        outcomes = process.alphabet
        if len(outcomes) > LARGEST:
            continue
        mean = prior_mean(outcomes)
        drawn = [str(o) for o in rng.choice(outcomes, size=flips, p=rng.dirichlet(STRENGTH * mean))]
        targets, at = [], 0
        for result, shares in zip(drawn, beliefs(outcomes, drawn, mean), strict=False):
            targets.append(Target(at, shares))
            at += len(result) + 2
        text = compiled(wording("series", "batch", rng))(process.view({"results": [], "n": 0}))
        yield Example(text, None, ", ".join(drawn), (), tuple(targets))


def results(outcomes: Sequence[Outcome], mean: Array, size: int, rng: Rng) -> list[Outcome]:
    """Results at rates that are drawn from the prior, evenly or extreme, and that change on the way in some.

    An outcome that the prior mean rules out comes in none.
    """
    kind = rng.random()
    flat = np.ones(len(outcomes))
    alpha = np.maximum(STRENGTH * mean, 1e-3) if kind < 0.5 else flat
    rates = [rng.dirichlet(alpha) for _ in range(2)]
    if kind > (0.85 if len(outcomes) > 2 else 0.95):
        rates = [rng.dirichlet(0.3 * flat) for _ in range(2)]
    possible = [np.where(mean > 0, each, 0.0) for each in rates]
    rates = [each / each.sum() for each in possible]
    at = int(rng.integers(0, size + 1)) if kind > 0.75 else size
    before, after = rng.choice(outcomes, size=at, p=rates[0]), rng.choice(outcomes, size=size - at, p=rates[1])
    return [str(result) for result in (*before, *after)]


def _sequence(params: dict[str, Any]) -> DrawnSequence:
    return cast("DrawnSequence", make_process("sequence", params | {"memory": 1000}))


def _size(rng: Rng) -> int:
    size = int(rng.choice(SIZES)) if rng.random() < 0.6 else int(rng.integers(0, 101))
    return int(rng.integers(100, 201)) if rng.random() < 0.05 else size


def _before_each(at: int, shown: list[Outcome], before: list[dict[Outcome, float]]) -> tuple[Target, ...]:
    """A target at every result that a text shows from the character ``at`` on."""
    at += 1  # each has a space before it
    targets = []
    for result, shares in zip(shown, before, strict=True):
        targets.append(Target(at, shares))
        at += len(result) + 2
    return tuple(targets)
