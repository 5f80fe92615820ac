"""Reading without anything kept, for networks that cannot read in pieces: slower, and right for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from lmwalk.models.local.reader import eager

Floats = npt.NDArray[np.float32]
Ids = tuple[int, ...]


class PlainReader:
    """As ``reader.Reader``, but each sequence is read by itself, from its beginning.

    Attributes
    ----------
    tokens : int
        How many tokens the network has read.
    """

    def __init__(self, network: Any) -> None:
        self.tokens = 0
        self._network = network

    def logits(self, sequences: Sequence[Ids]) -> list[Floats]:
        """The logits after the last token of each sequence, shape (vocabulary,)."""
        found = {ids: self._pass(ids).logits[0, -1].float().cpu().numpy() for ids in dict.fromkeys(sequences)}
        return [found[ids] for ids in sequences]

    def attention(self, sequence: Ids) -> Floats:
        """What the last token gives to each token of a sequence, shape (layers, heads, tokens)."""
        with eager(self._network):
            told = self._pass(sequence, output_attentions=True)
        return np.stack([layer[0, :, -1].float().cpu().numpy() for layer in told.attentions])

    def _pass(self, ids: Ids, **more: Any) -> Any:
        self.tokens += len(ids)
        with torch.inference_mode():
            return self._network(input_ids=torch.tensor([ids], device=self._network.device), use_cache=False, **more)
