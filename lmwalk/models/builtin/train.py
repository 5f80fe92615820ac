"""Train ``builtin/tiny`` from scratch: ``python -m lmwalk.models.builtin.train --out DIR --seed 0``.

Needs the extra ``train`` (torch and onnx) and about fifty minutes on one core. Writes ``tokenizer.json`` and
``tiny.onnx``, which belong in this folder. ``--start DIR --seed 1 --steps 1700`` goes on from there.

The weights that ship were made in six parts, seeds 0 to 5: 5,650 steps, 1,698 further ones, and some 1,400, 570, 780
and 600. The fourth and the fifth were made with ``--learning-rate 0.002``, the last with 0.0015. In the first part the
shares of the curricula were 0.35, 0.12, 0.33, 0.08 and 0.12, and 60% of the things drawn were coins. In the third the
walk's share was 0.6, three of five walks were terse, a quarter of all walks stood in the templates' own words, and the
three last of the terse paraphrases were new. The last two came with the newest stems of draws, with the shares 0.25,
0.25, 0.4, 0.04 and 0.06, then 0.2, 0.2, 0.5, 0.04 and 0.06.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its usual name

from lmwalk.models.builtin.chat import Chat, train_tokenizer
from lmwalk.models.builtin.curricula import corpus
from lmwalk.models.builtin.material import Batch, Material
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
    steps: int = 5650
    minutes: float | None = None
    learning_rate: float = 4e-3
    warm_up: float = 0.01
    cool_down: float = 0.5
    weight_decay: float = 0.01
    short_first: float = 0.05
    short: int = 40
    exact_last: float = 0.15
    threads: int = 1

    def further(self) -> Recipe:
        """For a network that has been trained before."""
        return replace(
            self, learning_rate=self.learning_rate / 2, warm_up=0.05, cool_down=0.95, short_first=0.0, exact_last=0.25
        )


def loss_of(network: Network, batch: Batch) -> Tensor:
    """Weighted excess of the cross-entropy over the targets' own entropy, for one question on average."""
    first = int(batch.places.min())
    hidden = network.hidden(batch.ids, batch.pads, batch.ids.shape[1] - first)
    logits = network.logits(hidden[batch.rows, batch.places - first])
    logs = F.log_softmax(logits.float(), dim=-1)
    excess = -(batch.targets * logs).sum(-1) - torch.special.entr(batch.targets).sum(-1)
    mean: Tensor = (excess * batch.weights).sum() / len(batch.ids)
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


def train(network: Network, chat: Chat, recipe: Recipe, say: Callable[[str], object]) -> None:
    """Train a network; ``say`` gets a line of progress every hundred steps."""
    optimizers = optimizers_of(network, recipe)
    stream = Material(chat, network.shape.context).batches(np.random.default_rng([recipe.seed, 1]))
    started, mean, progress, step = time.monotonic(), math.nan, 0.0, 0
    while progress < 1:
        batch = next(b for b in stream if progress > recipe.short_first or b.ids.shape[1] <= recipe.short)
        rough = progress < 1 - recipe.exact_last
        with torch.autocast("cpu", torch.bfloat16, enabled=rough):
            loss = loss_of(network, batch)
        update(network, optimizers, loss, rate(progress, recipe))
        mean = loss.item() if math.isnan(mean) else 0.98 * mean + 0.02 * loss.item()
        elapsed = (time.monotonic() - started) / 60
        if step % 100 == 0:
            say(f"step {step}  {progress:6.1%}  {elapsed:.1f} min  excess {mean:.5f} nats")
        step += 1
        progress = elapsed / recipe.minutes if recipe.minutes else step / recipe.steps
    network.eval()


def update(network: Network, optimizers: list[torch.optim.Optimizer], loss: Tensor, learning_rate: float) -> None:
    """One step down the gradient."""
    network.zero_grad()
    torch.autograd.backward(loss)
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate
        optimizer.step()


def begun(given: argparse.Namespace) -> tuple[Network, Chat, Recipe]:
    """A new network and tokenizer, or those of the folder to go on from, and how to train them."""
    from lmwalk.models.builtin.graph import imported

    settings = {name: getattr(given, name) for name in ("seed", "steps", "minutes", "learning_rate", "threads")}
    recipe = Recipe(**settings)
    torch.manual_seed(recipe.seed)
    if given.start:
        return imported(given.start / "tiny.onnx"), Chat.load(given.start), recipe.further()
    shape = Shape()
    tokenizer = train_tokenizer(corpus(np.random.default_rng([recipe.seed, 0])), shape.vocabulary)
    return Network(shape), Chat(tokenizer), recipe


def main() -> None:
    """Train and write the files."""
    from lmwalk.models.builtin.graph import export

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="a folder that an earlier training wrote, to go on from")
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--steps", type=int, default=Recipe.steps)
    parser.add_argument("--minutes", type=float, help="spread the schedule over a time instead of --steps")
    parser.add_argument("--learning-rate", type=float, default=Recipe.learning_rate, help="halved with --start")
    parser.add_argument("--threads", type=int, default=Recipe.threads)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    network, chat, recipe = begun(given)
    given.out.mkdir(parents=True, exist_ok=True)
    chat.save(given.out)
    train(network, chat, recipe, lambda line: sys.stderr.write(line + "\n"))
    export(network, given.out / "tiny.onnx")


if __name__ == "__main__":
    main()
