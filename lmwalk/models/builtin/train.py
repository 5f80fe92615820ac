"""Train ``builtin/tiny`` from scratch: ``python -m lmwalk.models.builtin.train --out DIR --seed 0``.

Needs the extra ``train`` (torch and onnx) and about twenty minutes on one core. Writes ``tokenizer.json`` and
``tiny.onnx``, which belong in this folder.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from lmwalk.models.builtin.chat import Chat, train_tokenizer
from lmwalk.models.builtin.curricula import Example, corpus, examples
from lmwalk.models.builtin.network import Network, Shape


@dataclass(frozen=True)
class Recipe:
    """How to train.

    ``minutes`` spreads the schedule over a time instead of over ``steps``. The first share ``short_first`` of it sees
    only questions of up to ``short`` tokens: where to look is found five times sooner there. ``warm_up`` and
    ``cool_down`` are the shares in which the learning rate rises from and falls to zero. Matrix products are in
    bfloat16, which has its own units on current processors, but for the last share ``exact_last``.
    """

    seed: int = 0
    steps: int = 3000
    minutes: float | None = None
    batch: int = 64
    pool: int = 2048
    learning_rate: float = 4e-3
    warm_up: float = 0.01
    cool_down: float = 0.5
    weight_decay: float = 0.01
    short_first: float = 0.1
    short: int = 40
    exact_last: float = 0.15
    threads: int = 2


class Batch(NamedTuple):
    """Questions with one drawn answer each, left-padded; ``targets`` are the answers' shares at the answer's place."""

    ids: Tensor
    pads: Tensor
    targets: Tensor


def batches(chat: Chat, recipe: Recipe, shape: Shape, rng: np.random.Generator) -> Iterator[Batch]:
    """Batches of questions of like length, so that little is padding, in random order."""
    stream = examples(rng)
    while True:
        pool = list(islice(stream, recipe.pool))
        rows = [chat.prompt_ids(e.text, e.system, shape.context - 2) for e in pool]
        order = sorted(range(len(pool)), key=lambda i: len(rows[i]))
        groups = [order[i : i + recipe.batch] for i in range(0, len(order), recipe.batch)]
        for g in rng.permutation(len(groups)):
            yield _batch([pool[i] for i in groups[g]], [rows[i] for i in groups[g]], chat, rng)


def _batch(asked: list[Example], rows: list[list[int]], chat: Chat, rng: np.random.Generator) -> Batch:
    """Rows end with one answer drawn from the shares; the target after it is the end mark."""
    length = 1 + max(map(len, rows))
    ids = np.full((len(rows), length), chat.end)
    targets = np.zeros((len(rows), chat.size), dtype=np.float32)
    for i, (example, row) in enumerate(zip(asked, rows, strict=True)):
        tokens = [_single(chat, answer) for answer in example.answers]
        shares = np.array(list(example.answers.values()))
        targets[i, tokens] = shares
        ids[i, length - 1 - len(row) :] = [*row, int(rng.choice(tokens, p=shares))]
    pads = [length - 1 - len(row) for row in rows]
    return Batch(torch.from_numpy(ids), torch.tensor(pads), torch.from_numpy(targets))


def _single(chat: Chat, answer: str) -> int:
    """The one token of an answer. Raises ValueError where it has several: shares are targets at one place only."""
    tokens = chat.text_ids(answer)
    if len(tokens) != 1:
        raise ValueError(f"The answer {answer!r} has {len(tokens)} tokens; put it into the tokenizer's corpus.")
    return tokens[0]


def loss_of(network: Network, batch: Batch, end: int) -> Tensor:
    """Mean excess of the answer's cross-entropy over the shares' entropy, plus the end mark's surprise."""
    logs = F.log_softmax(network(batch.ids, batch.pads, 2), dim=-1)
    entropy = -torch.special.entr(batch.targets).sum(-1)
    answer = -(batch.targets * logs[:, 0]).sum(-1) + entropy
    mean: Tensor = (answer - logs[:, 1, end]).mean()
    return mean


def rate(progress: float, recipe: Recipe) -> float:
    """The learning rate when a share ``progress`` of the training is done: up, flat, and down to zero."""
    up = max(progress, 1e-3) / recipe.warm_up
    down = max(0.0, 1 - progress) / recipe.cool_down
    return recipe.learning_rate * min(1.0, up, down)


def optimizers_of(network: Network, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of the blocks, Adam for embeddings and norms.

    Muon leaves the plateau where the answer does not depend on the position yet ten times sooner than Adam alone.
    """
    matrices = [w for w in network.blocks.parameters() if w.dim() == 2]
    others = [w for n, w in network.named_parameters() if w.dim() != 2 or not n.startswith("blocks")]
    muon = torch.optim.Muon(matrices, weight_decay=recipe.weight_decay, adjust_lr_fn="match_rms_adamw")
    return [muon, torch.optim.Adam(others, betas=(0.9, 0.98))]


def train(chat: Chat, shape: Shape, recipe: Recipe, say: Callable[[str], object]) -> Network:
    """A trained network; ``say`` gets a line of progress every few hundred steps."""
    torch.manual_seed(recipe.seed)
    network = Network(shape)
    optimizers = optimizers_of(network, recipe)
    stream = batches(chat, recipe, shape, np.random.default_rng([recipe.seed, 1]))
    started, mean, progress, step = time.monotonic(), math.nan, 0.0, 0
    while progress < 1:
        batch = next(b for b in stream if progress > recipe.short_first or b.ids.shape[1] <= recipe.short)
        rough = progress < 1 - recipe.exact_last
        with torch.autocast("cpu", torch.bfloat16, enabled=rough):
            loss = loss_of(network, batch, chat.end)
        update(network, optimizers, loss, rate(progress, recipe))
        mean = loss.item() if math.isnan(mean) else 0.98 * mean + 0.02 * loss.item()
        elapsed = (time.monotonic() - started) / 60
        if step % 100 == 0:
            say(f"step {step}  {progress:6.1%}  {elapsed:.1f} min  excess {mean:.5f} nats")
        step += 1
        progress = elapsed / recipe.minutes if recipe.minutes else step / recipe.steps
    network.eval()
    return network


def update(network: Network, optimizers: list[torch.optim.Optimizer], loss: Tensor, learning_rate: float) -> None:
    """One step down the gradient."""
    network.zero_grad()
    torch.autograd.backward(loss)
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate
        optimizer.step()


def main() -> None:
    """Train and write the files."""
    from lmwalk.models.builtin.graph import export

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--steps", type=int, default=Recipe.steps)
    parser.add_argument("--minutes", type=float, help="spread the schedule over a time instead of --steps")
    parser.add_argument("--threads", type=int, default=Recipe.threads)
    given = parser.parse_args()
    recipe = Recipe(seed=given.seed, steps=given.steps, minutes=given.minutes, threads=given.threads)
    torch.set_num_threads(recipe.threads)
    given.out.mkdir(parents=True, exist_ok=True)
    shape = Shape()
    tokenizer = train_tokenizer(corpus(np.random.default_rng([recipe.seed, 0])), shape.vocabulary)
    tokenizer.save(str(given.out / "tokenizer.json"))
    network = train(Chat(tokenizer), shape, recipe, lambda line: sys.stderr.write(line + "\n"))
    export(network, given.out / "tiny.onnx")


if __name__ == "__main__":
    main()
