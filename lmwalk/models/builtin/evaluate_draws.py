"""How far ``builtin/tiny`` is from Bayes' rule: on evidence, on priors and stated biases, in batches, in marked texts.

All distances are total variation distances at T = 1 between the distribution, normalised over the outcomes, and the
taught law.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lmwalk.models.builtin.draws_law import STRENGTH, belief, prior_mean, stated_mean
from lmwalk.models.builtin.examples import paraphrases
from lmwalk.models.builtin.model import Builtin
from lmwalk.registry import make_process
from lmwalk.templates import builtin_templates, compiled
from lmwalk.types import Outcome, Process, Prompt, State

Array = npt.NDArray[np.float64]

SIZES = (0, 1, 3, 5, 10, 20, 50, 100)
"""How many results the questions show."""

THINGS = ("coin", "die", "number")


class Question(NamedTuple):
    """A question with the law's answer; ``wording`` names a template or says that it was held out."""

    prompt: Prompt
    truth: Mapping[Outcome, float]
    wording: str


@dataclass(frozen=True)
class Found:
    """What the model answered: per question the distance, the mass outside, and the probabilities of the outcomes."""

    questions: Sequence[Question]
    tvd: Array
    outside: Array
    answers: Sequence[Mapping[Outcome, float]]

    def mean(self, n: int, *, held_out: bool = False) -> float:
        """The mean distance of the questions that show ``n`` results."""
        wanted = [q.prompt.state["n"] == n and (q.wording == "held out") == held_out for q in self.questions]
        return float(self.tvd[wanted].mean())


def no_chance() -> np.random.Generator:
    """For processes that ask for none: what they show depends on the evidence seed alone."""
    return np.random.default_rng(0)


def texts(folder: str) -> Iterator[tuple[str, str]]:
    """Each text of a folder's stems and messages with the name of its template, and the one that was held out."""
    for name in ("stems", "messages"):
        yield from ((name, text) for text in builtin_templates(folder)[name].texts)
    yield "held out", paraphrases()[folder]["held_out"]


def priors(of: str) -> list[Question]:
    """The question without evidence in all wordings."""
    process = make_process("prior", {"of": of})
    alphabet = process.outcomes({}) or ()
    truth = dict(zip(alphabet, prior_mean(alphabet).tolist(), strict=True))
    return _asked(process, "draw", [(process.start(no_chance), truth)])


def stated(of: str, statements: Sequence[float | str] | None = None) -> list[Question]:
    """Every statement in all wordings."""
    process: Any = make_process("stated-bias", {"of": of} | ({"stated": statements} if statements else {}))
    states = [process.start(no_chance, cell) for cell in range(process.cases)]
    truths = []
    for state in states:
        said = 1.0 if isinstance(state["stated"], str) else state["stated"]
        mean = stated_mean(process.alphabet, process.event_of(state), said)
        truths.append(dict(zip(process.alphabet, mean.tolist(), strict=True)))
    return _asked(process, "draw", list(zip(states, truths, strict=True)))


def evidence(of: str, sizes: Sequence[int] = SIZES) -> list[Question]:
    """Tosses at rates 0, 0.1, ..., 1 of the event, in all wordings."""
    return _shown(make_process("in-context", {"of": of, "examples": sizes}))


def switching(every: int = 5, sequences: int = 2) -> list[Question]:
    """A coin that is exchanged after 50 of 100 tosses, for every so many tosses."""
    process = make_process("switching", {"sequences": sequences})
    return [q for q in _shown(process) if q.prompt.state["n"] % every == 0 and q.wording != "stems"]


def _shown(process: Any) -> list[Question]:
    cases = []
    for cell in range(process.cases):
        state = process.start(no_chance, cell)
        for _ in process.sizes:
            cases.append((state, belief(process.alphabet, state["results"])))
            state = process.advance(state, None, no_chance)
    return _asked(process, "series", cases)


def _asked(process: Process, folder: str, cases: Sequence[tuple[State, dict[Outcome, float]]]) -> list[Question]:
    fills = [(wording, compiled(text)) for wording, text in texts(folder)]
    return [
        Question(Prompt(fill(process.view(state)), None, process, state), truth, wording)
        for state, truth in cases
        for wording, fill in fills
    ]


def measure(model: Builtin, questions: Sequence[Question]) -> Found:
    """Ask all questions."""
    return asyncio.run(_measured(model, questions))


async def _measured(model: Builtin, questions: Sequence[Question]) -> Found:
    tvd, outside, answers = [], [], []
    for start in range(0, len(questions), 64):
        part = questions[start : start + 64]
        asked = (model.distribution(q.prompt, list(q.truth), nullcontext()) for q in part)
        for question, found in zip(part, await asyncio.gather(*asked), strict=True):
            answer = found.normalised()
            tvd.append(0.5 * sum(abs(answer[outcome] - p) for outcome, p in question.truth.items()))
            outside.append(found.outside)
            answers.append(answer)
    return Found(questions, np.array(tvd), np.array(outside), answers)


class Learner(NamedTuple):
    """The filter that answers best fit: p = (strength m + discounted hits) / (strength + discounted n)."""

    mean: float
    strength: float
    discount: float


def fitted(found: Found, event: Outcome = "heads") -> Learner:
    """Prior mean, strength and discount by least squares over all questions, with a toss's weight discount^age."""
    from scipy.optimize import least_squares

    shown = [np.array([r == event for r in q.prompt.state["results"]], float)[::-1] for q in found.questions]
    answers = np.array([answer[event] for answer in found.answers])

    def misses(guess: Array) -> Array:
        mean, strength, discount = guess
        weights = discount ** np.arange(max(map(len, shown)))
        hits = np.array([weights[: len(each)] @ each for each in shown])
        total = np.array([weights[: len(each)].sum() for each in shown])
        result: Array = (strength * mean + hits) / (strength + total) - answers
        return result

    fit = least_squares(misses, (0.5, STRENGTH / 2, 0.9), bounds=((0, 0.01, 0.1), (1, 1000, 1)))
    return Learner(*(float(v) for v in fit.x))
