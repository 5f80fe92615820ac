"""The network under onnxruntime: reads token ids, keeps keys and values, gives the next token's logits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_UNSEEN = np.float32(-1e9)


@dataclass
class Cache:
    """Keys and values of a batch of left-padded sequences; ``pads`` counts each one's padding."""

    pads: Ints
    arrays: list[Floats]

    @property
    def length(self) -> int:
        """Positions held, padding included."""
        return int(self.arrays[0].shape[2])

    def take(self, rows: Sequence[int]) -> Cache:
        """The cache of some rows; a row may be taken more than once."""
        return Cache(self.pads[list(rows)], [array[list(rows)] for array in self.arrays])


class Runtime:
    """One ONNX session; any number of threads may use it at the same time, each on one core.

    The matrices are small: two threads on two batches do nearly twice as much as one, two on one batch hardly more.

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
        """Read sequences: logits of shape (rows, vocabulary) after each, and the cache to go on from."""
        length = max(map(len, rows))
        ids = np.zeros((len(rows), length), dtype=np.int64)
        for i, row in enumerate(rows):
            ids[i, length - len(row) :] = row
        pads = np.array([length - len(row) for row in rows], dtype=np.int64)
        nothing = np.zeros((len(rows), self._heads, 0, self._head_width), dtype=np.float32)
        cache = Cache(pads, [nothing] * len(self._past))
        return self._run(ids, cache), cache

    def extend(self, cache: Cache, tokens: Sequence[int]) -> Floats:
        """Read one more token a row: the logits after it. The cache grows by one position."""
        return self._run(np.array(tokens, dtype=np.int64)[:, None], cache)

    def _run(self, ids: Ints, cache: Cache) -> Floats:
        new, past = ids.shape[1], cache.length
        index = np.arange(past, past + new)
        feeds = {"ids": ids, "positions": np.maximum(index - cache.pads[:, None], 0)}
        feeds["bias"] = _bias(cache.pads, past, new)
        feeds |= dict(zip(self._past, cache.arrays, strict=True))
        logits, *cache.arrays = self._session.run(None, feeds)
        result: Floats = logits
        return result


def _bias(pads: Ints, past: int, new: int) -> Floats:
    """0 where a new position may see a position, else a large negative number; shape (rows, 1, new, past + new)."""
    keys = np.arange(past + new)
    future = keys > np.arange(past, past + new)[:, None]
    padding = keys < pads[:, None]
    return np.where(future[None, None] | padding[:, None, None], _UNSEEN, np.float32(0))
