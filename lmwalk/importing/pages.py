"""The pages of a table in Parquet: how large each unpacks to, read from its header before it is unpacked.

A header is a struct in Thrift's compact protocol; its second and third fields are the sizes of the page unpacked and
packed. Whoever unpacks it allots what the header says and takes no more, so that a header that lies is an error there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from lmwalk.errors import InputError

MOST_OF_PAGE = 130_000_000
"""Bytes of a page, unpacked; DuckDB writes up to 100 MB."""
MOST_IN_GROUP = 400_000_000
"""Bytes of the largest pages of all columns together: of each one is in memory at a time."""
LONGEST_HEADER = 2**16
_TRUE, _FALSE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 7, 8, 9, 10, 12
_WHOLE = (3, 4, 5, 6)


def must_fit(table: Path, held: Any, names: Sequence[str]) -> None:
    """Raise InputError where a page, or pages that are in memory together, unpack to too much.

    ``held`` is the table's metadata. ValueError: a header cannot be read.
    """
    with table.open("rb") as file:
        for place in range(held.num_row_groups):
            group = held.row_group(place)
            columns = (group.column(number) for number in range(group.num_columns))
            largest = [_largest(file, each) for each in columns if each.path_in_schema in names]
            if sum(largest) > MOST_IN_GROUP or max(largest, default=0) > MOST_OF_PAGE:
                raise InputError(
                    f"The steps unpack to {sum(largest) / 1e6:,.0f} MB at once, which is too much. "
                    "Accepted: the steps of a study as 'lmwalk export' writes them."
                )


def _largest(file: BinaryIO, column: Any) -> int:
    """Bytes of the largest page of a part of a column: two of them where a dictionary stays beside it."""
    begin = column.data_page_offset
    if column.dictionary_page_offset:
        begin = min(begin, column.dictionary_page_offset)
    end, sizes = begin + column.total_compressed_size, [0, 0]
    while begin < end:
        file.seek(begin)
        header = _Header(file.read(min(LONGEST_HEADER, end - begin)))
        sizes.append(header.unpacked)
        begin += header.length + header.packed
    sizes.sort()
    return sizes[-1] + sizes[-2] if column.dictionary_page_offset else sizes[-1]


class _Header:
    """A page's header: its length, and the sizes of the page, unpacked and packed."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0
        fields = self._struct()
        self.length = self._at
        self.unpacked, self.packed = fields.get(2, -1), fields.get(3, -1)
        if self.unpacked < 0 or self.packed < 0:
            raise ValueError("the header of a page says no sizes")

    def _byte(self) -> int:
        if self._at >= len(self._content):
            raise ValueError("the header of a page is cut off")
        self._at += 1
        return self._content[self._at - 1]

    def _number(self) -> int:
        """A whole number of 7 bits a byte."""
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def _struct(self, depth: int = 0) -> dict[int, int]:
        """The whole numbers among the fields of a struct; the others are passed over."""
        if depth > 8:
            raise ValueError("the header of a page is nested too deeply")
        fields: dict[int, int] = {}
        field = 0
        while (head := self._byte()) != 0:
            field = field + (head >> 4) if head >> 4 else self._zigzag()
            fields[field] = self._value(head & 0x0F, depth)
        return fields

    def _zigzag(self) -> int:
        value = self._number()
        return (value >> 1) ^ -(value & 1)

    def _value(self, kind: int, depth: int) -> int:
        """A whole number; 0 for any other value, which is passed over."""
        if kind in (_TRUE, _FALSE):
            return 0
        if kind in _WHOLE:
            return self._zigzag() if kind != 3 else self._byte()
        if kind == _DOUBLE:
            self._at += 8
        elif kind == _BINARY:
            length = self._number()  # which moves on itself
            self._at += length
        elif kind == _STRUCT:
            self._struct(depth + 1)
        else:
            raise ValueError("the header of a page holds what none does")
        return 0
