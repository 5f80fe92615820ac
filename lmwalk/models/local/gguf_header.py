"""What stands at the beginning of a GGUF file: its metadata, and how many weights it holds.

Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Lists are passed over: those of a tokenizer are long.
"""

from __future__ import annotations

import math
import mmap
import struct
from pathlib import Path
from typing import Any, NamedTuple

_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _LIST = 8, 9


class Header(NamedTuple):
    """Values by name, without lists; ``weights`` is how many numbers the tensors hold."""

    values: dict[str, Any]
    weights: int


class _Cursor:
    def __init__(self, data: mmap.mmap) -> None:
        self.data, self.at = data, 4

    def number(self, code: str) -> Any:
        (value,) = struct.unpack_from(f"<{code}", self.data, self.at)
        self.at += struct.calcsize(f"<{code}")
        return value

    def text(self) -> str:
        length = self.number("Q")
        self.at += length
        return self.data[self.at - length : self.at].decode(errors="replace")

    def value(self, kind: int) -> Any:
        if kind in _NUMBERS:
            return self.number(_NUMBERS[kind])
        return self.text() if kind == _STRING else self._passed_over()

    def _passed_over(self) -> None:
        kind, count = self.number("I"), self.number("Q")
        if kind in _NUMBERS:
            self.at += count * struct.calcsize(f"<{_NUMBERS[kind]}")
            return
        for _ in range(count):
            self.value(kind)


def header_of(path: Path) -> Header:
    """The header of a file. Raises ValueError where it is no GGUF file, OSError where it cannot be read."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:4] != b"GGUF":
            raise ValueError(f"{path.name} is no GGUF file.")
        try:
            return _header(_Cursor(data))
        except (struct.error, KeyError) as problem:
            raise ValueError(f"{path.name} is damaged: {problem}") from None


def _header(cursor: _Cursor) -> Header:
    cursor.number("I")
    tensors, count = cursor.number("Q"), cursor.number("Q")
    values = {}
    for _ in range(count):
        name = cursor.text()
        values[name] = cursor.value(cursor.number("I"))
    weights = 0
    for _ in range(tensors):
        cursor.text()
        shape = [cursor.number("Q") for _ in range(cursor.number("I"))]
        weights += math.prod(shape)
        cursor.at += 4 + 8
    return Header({name: value for name, value in values.items() if value is not None}, weights)
