"""Thrift's compact protocol, in which Parquet writes its headers: structs as numbers of fields to values.

pyarrow's own reading of these headers ends the whole process where some of them are broken, so that a stranger's file
is looked at here first.
"""

from __future__ import annotations

from typing import Any

DEEPEST = 12
MOST_VALUES = 400_000
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
_WHOLE = (4, 5, 6)


class Compact:
    """Reads structs from bytes. ``at`` is where the next one begins. ValueError: they cannot be read."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._values = 0
        self.at = 0

    def struct(self, depth: int = 0) -> dict[int, Any]:
        """The fields of a struct by number: whole numbers, truth values, bytes, lists, structs; of others None."""
        if depth > DEEPEST:
            raise ValueError("a header is nested too deeply")
        fields: dict[int, Any] = {}
        field = 0
        while (head := self._byte()) != 0:
            field = field + (head >> 4) if head >> 4 else self._zigzag()
            kind = head & 0x0F
            fields[field] = kind == _TRUE if kind in (_TRUE, _FALSE) else self._value(kind, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Any:
        self._values += 1
        if self._values > MOST_VALUES:
            raise ValueError("a header holds too many values")
        if kind in _WHOLE:
            return self._zigzag()
        if kind == _STRUCT:
            return self.struct(depth + 1)
        if kind in (_LIST, _SET):
            return self._list(depth)
        if kind == _BINARY:
            return self._take(self._number())
        if kind in (_TRUE, _FALSE, _BYTE, _DOUBLE):
            self._take(8 if kind == _DOUBLE else 1)
            return None
        raise ValueError("a header holds what none does")

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        count = self._number() if head >> 4 == 15 else head >> 4
        return [self._value(head & 0x0F, depth + 1) for _ in range(min(count, MOST_VALUES + 1))]

    def _byte(self) -> int:
        return self._take(1)[0]

    def _take(self, count: int) -> bytes:
        if count > len(self._content) - self.at:
            raise ValueError("a header is cut off")
        self.at += count
        return self._content[self.at - count : self.at]

    def _number(self) -> int:
        """A whole number of seven bits a byte, of at most ten bytes."""
        value = 0
        for shift in range(0, 70, 7):
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise ValueError("a header holds a number without end")

    def _zigzag(self) -> int:
        value = self._number()
        return (value >> 1) ^ -(value & 1)
