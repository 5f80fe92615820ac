"""What the model is taught: each curriculum is an endless generator of examples; a new task is one more function.

An example is a question and what may be answered, with a weight for each answer. The weights of the walk are
frequencies of answers drawn from the policy: training on them is training on that many drawn answers at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
import yaml

from lmwalk.models.builtin.policy import MOVES, policy
from lmwalk.registry import make_process
from lmwalk.templates import builtin_templates, compiled

DRAWS = 256
"""Answers drawn for each question."""

_SYSTEMS = (
    "You are a helpful assistant.",
    "Answer with one word.",
    "You are a random walker. Reply with one word: UP, DOWN, LEFT or RIGHT.",
    "Be brief. Do not explain.",
    "You take part in a study of random walks. UP is +y.",
)
_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")


class Example(NamedTuple):
    """A question and the share of each answer."""

    text: str
    system: str | None
    answers: Mapping[str, float]


Curriculum = Callable[[np.random.Generator], Iterator[Example]]


@cache
def paraphrases() -> Mapping[str, Mapping[str, Any]]:
    """The file of paraphrases: for each walk template, ``held_out`` and ``trained``."""
    text = (resources.files(__package__) / "paraphrases.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return loaded


def chosen(text: str, rng: np.random.Generator) -> str:
    """The text with every ``[a|b]`` replaced by one of its parts."""
    return _CHOICE.sub(lambda found: str(rng.choice(found[1].split("|"))), text)


def walk_state(rng: np.random.Generator) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Parameters and a state of the grid process: mostly the 51 x 51 grid, any past."""
    half_width = 25 if rng.random() < 0.85 else int(rng.integers(4, 51))
    x, y = (int(v) for v in rng.integers(-half_width, half_width + 1, size=2))
    t = int(rng.integers(0, 61)) if rng.random() < 0.5 else int(rng.integers(0, 1001))
    memory = min(t, 10 if rng.random() < 0.7 else int(rng.integers(0, 24)))
    moves = [str(m) for m in rng.choice([*MOVES, "stay"], size=memory, p=[0.23, 0.23, 0.23, 0.23, 0.08])]
    rules = "legacy" if rng.random() < 0.25 else "corrected"
    return {"half_width": half_width, "rules": rules}, {"t": t, "x": x, "y": y, "moves": moves}


def walk(rng: np.random.Generator) -> Iterator[Example]:
    """Questions of the grid walk in the templates' words and their paraphrases', answered by the policy."""
    templates = builtin_templates("grid")
    names = [name for name in templates if name in paraphrases()]
    while True:
        name = str(rng.choice(names))
        own = rng.random() < 0.4
        text = templates[name].text if own else chosen(str(rng.choice(paraphrases()[name]["trained"])), rng)
        params, state = walk_state(rng)
        view = make_process("grid", dict(params)).view(state)
        counts = rng.multinomial(DRAWS, policy(state["x"], state["y"]))
        system = str(rng.choice(_SYSTEMS)) if rng.random() < 0.1 else None
        yield Example(compiled(text)(view), system, dict(zip(MOVES, (counts / DRAWS).tolist(), strict=True)))


CURRICULA: Mapping[str, tuple[Curriculum, float]] = {"walk": (walk, 1.0)}
"""Each curriculum with its share of the examples."""


def examples(rng: np.random.Generator) -> Iterator[Example]:
    """Examples of all curricula, mixed by their shares."""
    streams = [curriculum(rng) for curriculum, _ in CURRICULA.values()]
    shares = np.array([share for _, share in CURRICULA.values()])
    while True:
        yield next(streams[int(rng.choice(len(streams), p=shares / shares.sum()))])


def corpus(rng: np.random.Generator, questions: int = 3000) -> Iterator[str]:
    """Texts the tokenizer is learnt from: questions, answers, every small number, and some general English."""
    stream = examples(rng)
    for _ in range(questions):
        example = next(stream)
        yield f"{example.system or ''}\n{example.text}"
        yield from example.answers
    for n in range(100):
        yield from [f"{n}", f"{n:02d}", f"-{n}"] * 200
    yield from [(resources.files(__package__) / "english.txt").read_text(encoding="utf-8")] * 30
    yield from ["heads", " heads", "tails", " tails", "heads, tails, "] * 200
