# mypy: disallow-subclassing-any=False
"""The transformer in torch, for training: pre-norm blocks, rotary positions, squared-ReLU, tied embeddings."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name


@dataclass(frozen=True)
class Shape:
    """Sizes of the network. ``context`` is the longest sequence, question and answer together."""

    vocabulary: int = 1280
    width: int = 128
    layers: int = 4
    heads: int = 4
    context: int = 1024

    @property
    def head_width(self) -> int:
        """Numbers in one head's query."""
        return self.width // self.heads


def rotary(shape: Shape) -> tuple[Tensor, Tensor]:
    """Cosines and sines of the rotary angles, each of shape (context, head_width / 2)."""
    half = shape.head_width // 2
    angles = torch.outer(torch.arange(shape.context).float(), 10_000.0 ** (-torch.arange(half).float() / half))
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """``x`` of shape (batch, heads, length, head_width), turned by its positions' angles."""
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cosine - b * sine, a * sine + b * cosine], dim=-1)


class Block(nn.Module):
    """Attention and a two-layer network, each behind a norm and added to its input."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.norm1 = nn.LayerNorm(shape.width, bias=False)
        self.qkv = nn.Linear(shape.width, 3 * shape.width, bias=False)
        self.out = nn.Linear(shape.width, shape.width, bias=False)
        self.norm2 = nn.LayerNorm(shape.width, bias=False)
        self.up = nn.Linear(shape.width, 4 * shape.width, bias=False)
        self.down = nn.Linear(4 * shape.width, shape.width, bias=False)

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor, bias: Tensor, last: int) -> Tensor:
        """The block's output at the ``last`` positions of ``x``; ``bias`` is -inf where a query may not look."""
        batch, length, width = x.shape
        heads = self.qkv(self.norm1(x)).view(batch, length, 3, self.shape.heads, self.shape.head_width)
        q, k, v = heads.permute(2, 0, 3, 1, 4)
        q, k = rotate(q, cosine, sine)[:, :, -last:], rotate(k, cosine, sine)
        # written out: torch's fused attention is four times slower backwards on a processor
        scores = (q * self.shape.head_width**-0.5) @ k.transpose(-1, -2) + bias[:, :, -last:]
        seen = scores.softmax(dim=-1) @ v
        x = x[:, -last:] + self.out(seen.transpose(1, 2).reshape(batch, -1, width))
        hidden: Tensor = x + self.down(F.relu(self.up(self.norm2(x))).square())
        return hidden


class Network(nn.Module):
    """Logits of the next token at the last positions of left-padded sequences."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width, bias=False)
        cosine, sine = rotary(shape)
        self.register_buffer("cosine", cosine, persistent=False)
        self.register_buffer("sine", sine, persistent=False)
        self._start()

    def _start(self) -> None:
        """Small first weights; what is added to the residual stream is smaller the more layers add to it."""
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                added = name.endswith(("out.weight", "down.weight"))
                nn.init.normal_(weight, std=0.02 / (2 * self.shape.layers) ** 0.5 if added else 0.02)

    def forward(self, ids: Tensor, pads: Tensor, last: int) -> Tensor:
        """Logits at the ``last`` positions; see ``hidden``."""
        return self.logits(self.hidden(ids, pads, last))

    def logits(self, hidden: Tensor) -> Tensor:
        """Logits of the next token, from what ``hidden`` gives."""
        return F.linear(hidden, self.embedding.weight)

    def hidden(self, ids: Tensor, pads: Tensor, last: int) -> Tensor:
        """What the network knows at the ``last`` positions, shape (batch, last, width).

        Parameters
        ----------
        ids : Tensor, shape (batch, length)
        pads : Tensor, shape (batch,)
            How many tokens at the left of each sequence are padding.
        last : int
            How many positions, from the right, are needed; the last block computes no others.
        """
        length = ids.shape[1]
        index = torch.arange(length)
        positions = (index - pads[:, None]).clamp(min=0)
        cosine, sine = self.get_buffer("cosine")[positions], self.get_buffer("sine")[positions]
        real = index >= pads[:, None]
        # a padding query must see something, or its softmax is 0/0: it sees itself
        allowed = (real[:, None, :] & (index[:, None] >= index)) | torch.eye(length, dtype=torch.bool)
        bias = torch.zeros(allowed.shape).masked_fill(~allowed, -torch.inf)[:, None]
        x = self.embedding(ids)
        for number, block in enumerate(self.blocks, 1):
            needed = last if number == len(self.blocks) else length
            x = block(x, cosine[:, None], sine[:, None], bias, needed)
        normed: Tensor = self.norm(x)
        return normed
