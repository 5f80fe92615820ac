"""The network under onnxruntime: reads token ids, keeps keys and values, gives the next token's logits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

Cache = list[Floats]
"""Keys and values of sequences of one length, an array of shape (rows, heads, length, head_width) each."""


class Runtime:
    """One ONNX session; any number of threads may use it at the same time, each on one core.

    The matrices are small: two threads on two batches do nearly twice as much as one, two on one batch hardly more.
    What is read together has one length. Padding would move a sequence in its sums, which then round otherwise; without
    it a row's logits are the same to the last bit, whatever is read beside it.

    Parameters
    ----------
    path : Path
        A graph written by ``graph.export``.
    """

    def __init__(self, path: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        shape = json.loads(self._session.get_modelmeta().custom_metadata_map["shape"])
        self.context: int = shape["context"]
        self._layers: int = shape["layers"]
        self._heads: int = shape["heads"]
        self._head_width: int = shape["width"] // shape["heads"]
        self._past = [f"past_{kind}_{layer}" for layer in range(self._layers) for kind in ("k", "v")]

    def prefill(self, rows: Sequence[Sequence[int]]) -> tuple[Floats, Cache]:
        """Read sequences of one length: logits of shape (rows, vocabulary) after each, and the cache to go on from."""
        nothing = np.zeros((len(rows), self._heads, 0, self._head_width), dtype=np.float32)
        return self._run(np.array(rows, dtype=np.int64), [nothing] * len(self._past))

    def extend(self, cache: Cache, tokens: Sequence[int]) -> tuple[Floats, Cache]:
        """Read one more token a row: the logits after it, and the cache with it."""
        return self._run(np.array(tokens, dtype=np.int64)[:, None], cache)

    def _run(self, ids: Ints, cache: Cache) -> tuple[Floats, Cache]:
        (rows, new), past = ids.shape, cache[0].shape[2]
        places = np.arange(past, past + new)
        feeds = {"ids": ids, "positions": np.tile(places, (rows, 1)), "bias": np.tile(_bias(places), (rows, 1, 1, 1))}
        logits, *cache = self._session.run(None, feeds | dict(zip(self._past, cache, strict=True)))
        return logits, cache


def _bias(places: Ints) -> Floats:
    """0 where a new position may see a position, else a large negative number; shape (new, past + new)."""
    future = np.arange(places[-1] + 1) > places[:, None]
    return np.where(future, np.float32(-1e9), np.float32(0))
