"""What the model is taught: each curriculum is an endless generator of examples; a new task is one more function.

The weights of the walk's answers are frequencies of answers drawn from the policy: training on them is training on that
many drawn answers at once. Draws and marks have the law's own probabilities as their targets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

import numpy as np

from lmwalk.models.builtin.curricula_draws import batch, evidence, zero_shot
from lmwalk.models.builtin.curricula_marks import WORDS, marks
from lmwalk.models.builtin.examples import Curriculum, Example, Target, chosen, paraphrases
from lmwalk.models.builtin.policy import MOVES, policy
from lmwalk.registry import make_process
from lmwalk.templates import builtin_templates, compiled

DRAWS = 256
"""Answers drawn for each question of the walk."""

_SYSTEMS = (
    "You are a helpful assistant.",
    "Answer with one word.",
    "You are a random walker. Reply with one word: UP, DOWN, LEFT or RIGHT.",
    "Be brief. Do not explain.",
    "You take part in a study of random walks. UP is +y.",
)


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
        counts = rng.multinomial(DRAWS, policy(state["x"], state["y"])) / DRAWS
        system = str(rng.choice(_SYSTEMS)) if rng.random() < 0.1 else None
        target = Target(0, dict(zip(MOVES, counts.tolist(), strict=True)))
        yield Example(compiled(text)(view), system, str(rng.choice(MOVES, p=counts)), (), (target,))


CURRICULA: Mapping[str, tuple[Curriculum, float]] = {
    "walk": (walk, 0.4),
    "zero-shot": (zero_shot, 0.12),
    "evidence": (evidence, 0.34),
    "batch": (batch, 0.05),
    "marks": (marks, 0.09),
}
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
        yield example.answer
    yield from [f"{word} " for word in WORDS] * 30
    yield from [" ".join(WORDS)] * 60
    yield from [*MOVES] * 300
    for n in range(100):
        yield from [f"{n}", f"{n:02d}", f"-{n}"] * 200
    yield from [(resources.files(__package__) / "english.txt").read_text(encoding="utf-8")] * 30
    yield from ["heads", " heads", "tails", " tails", "heads, tails, "] * 200
