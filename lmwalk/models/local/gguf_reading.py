"""Opening a GGUF file once where transformers opens it three times, and without a bar on the terminal.

The library ``gguf`` reads the metadata field by field through a mapped array, whose slices are slow; a vocabulary has a
million of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import gguf
import numpy as np
from transformers import modeling_gguf_pytorch_utils


class _Quick(gguf.GGUFReader):  # type: ignore[misc, unused-ignore]
    def _get(self, offset: int, dtype: Any, count: int = 1, override_order: Any = None) -> Any:
        kind = np.dtype(dtype).newbyteorder(self.byte_order if override_order is None else override_order)
        if "_bytes" not in self.__dict__:
            self._bytes = self.data.view(np.ndarray)
        return self._bytes[offset : offset + kind.itemsize * int(count)].view(kind)


@contextmanager
def read_once() -> Iterator[None]:
    """Within this, transformers opens GGUF files so."""
    usual, bar = gguf.GGUFReader, modeling_gguf_pytorch_utils.tqdm
    gguf.GGUFReader = cache(_Quick)
    modeling_gguf_pytorch_utils.tqdm = _without_bar
    try:
        yield
    finally:
        gguf.GGUFReader, modeling_gguf_pytorch_utils.tqdm = usual, bar


def _without_bar(things: Any, **_: Any) -> Any:
    return things
