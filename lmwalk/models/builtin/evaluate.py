"""Measure ``builtin/tiny`` against the laws it was taught: ``python -m lmwalk.models.builtin.evaluate``.

The walk, for every template and for its paraphrase that was never trained on, over all positions of the 51 x 51 grid:
the total variation distance between the T = 1 distribution and the policy, and the mass outside the four words. Time
and past moves are drawn at random for every position; they are distractors. The templates without a paraphrase were
never trained on themselves. Draws and marks: see ``evaluate_draws`` and ``evaluate_texts``.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lmwalk.models.builtin.examples import paraphrases
from lmwalk.models.builtin.model import Builtin
from lmwalk.models.builtin.policy import MOVES, policy
from lmwalk.registry import make_process
from lmwalk.templates import builtin_templates, compiled
from lmwalk.types import Prompt

Array = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int_]


@dataclass(frozen=True)
class Figures:
    """How far answers are from the policy.

    ``tvd`` is between the distribution normalised over the four words and the policy: its mean and largest over the
    positions. ``tvd_all`` is the mean where all other answers count as a fifth one that the policy never gives.
    """

    positions: int
    tvd: float
    tvd_largest: float
    tvd_all: float
    outside: float
    outside_largest: float


def grid(half_width: int = 25, every: int = 1) -> Positions:
    """Positions (n, 2) of a square grid, or of every so many columns and rows."""
    side = np.arange(-half_width, half_width + 1, every)
    pairs: Positions = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    return pairs


def questions(text: str, positions: Positions, seed: int = 0) -> list[Prompt]:
    """The question at each position, with a random time and random past moves."""
    process, fill = make_process("grid", {}), compiled(text)
    rng = np.random.default_rng(seed)
    asked = []
    for x, y in positions.tolist():
        t = int(rng.integers(0, 201))
        moves = [str(move) for move in rng.choice(MOVES, size=min(t, 10))]
        state = {"t": t, "x": int(x), "y": int(y), "moves": moves}
        asked.append(Prompt(fill(process.view(state)), None, process, state))
    return asked


async def distributions(model: Builtin, asked: Sequence[Prompt]) -> tuple[Array, Array]:
    """Probabilities (n, 4) of the moves and the mass (n,) outside them."""
    found = []
    for start in range(0, len(asked), 64):
        found += await asyncio.gather(
            *(model.distribution(prompt, MOVES, nullcontext()) for prompt in asked[start : start + 64])
        )
    inside = np.exp([[each.logprobs[move] for move in MOVES] for each in found])
    return inside, np.array([each.outside for each in found])


def measure(model: Builtin, text: str, positions: Positions) -> Figures:
    """The figures of one template text."""
    inside, outside = asyncio.run(distributions(model, questions(text, positions)))
    truth = policy(*positions.T)
    tvd = 0.5 * np.abs(inside / inside.sum(axis=1, keepdims=True) - truth).sum(axis=1)
    whole = 0.5 * (np.abs(inside - truth).sum(axis=1) + outside)
    return Figures(len(tvd), tvd.mean(), tvd.max(), whole.mean(), outside.mean(), outside.max())


def texts() -> Iterator[tuple[str, str]]:
    """Each walk template and its held-out paraphrase, where it has one, with the name of its line in the table."""
    for name, template in builtin_templates("grid").items():
        yield name, template.text
        if name in paraphrases():
            yield f"{name}, held out", paraphrases()[name]["held_out"]


def table(model: Builtin, positions: Positions) -> str:
    """The figures as a Markdown table."""
    lines = [
        "| question | mean TVD | largest | mean TVD, unnormalised | mean mass outside | largest |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, text in texts():
        f = measure(model, text, positions)
        tvd = f"{f.tvd:.4f} | {f.tvd_largest:.4f} | {f.tvd_all:.4f}"
        lines.append(f"| {name} | {tvd} | {f.outside:.2g} | {f.outside_largest:.2g} |")
    return "\n".join(lines)


def main() -> None:
    """Print all tables for the weights in this folder, or in the folder named on the command line."""
    from lmwalk.models.builtin.reports import draws_tables

    model = Builtin(Path(sys.argv[1])) if len(sys.argv) > 1 else Builtin()
    sys.stdout.write(table(model, grid()) + "\n")
    for part in draws_tables(model):
        sys.stdout.write(f"\n{part}\n")


if __name__ == "__main__":
    main()
