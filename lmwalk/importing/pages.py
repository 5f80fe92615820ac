"""The parts and pages of a table in Parquet: how large each unpacks to, read from the headers before it is unpacked.

Whoever unpacks a page allots what its header says and takes no more, so that a header that lies is an error there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from lmwalk.errors import InputError
from lmwalk.importing.compact import Compact

MOST_FOOTER = 4_000_000
MOST_PAGES = 50_000
MOST_OF_PAGE = 130_000_000
"""Bytes of a page, unpacked; DuckDB writes up to 100 MB."""
MOST_IN_GROUP = 400_000_000
"""Bytes of the largest pages of all columns together: of each one is in memory at a time."""
SMALL = 16_000_000
MOST_OF_VALUE = 1_000_000
"""Bytes of a value of a page that is not small, on average."""
LONGEST_HEADER = 2**14
CODECS = {0: "nothing", 1: "SNAPPY", 2: "GZIP", 3: "LZO", 4: "BROTLI", 5: "LZ4", 6: "ZSTD", 7: "LZ4_RAW"}
_DICTIONARY = 2


class About(NamedTuple):
    """What a table is called in sentences, and what is accepted in its place."""

    noun: str
    accepted: str


STEPS = About("The steps", "Accepted: the steps of a study as 'lmwalk export' writes them.")


class Part(NamedTuple):
    """A column of a group of rows: its name, how it is packed, and where its pages begin and end."""

    name: str
    codec: int
    begin: int
    end: int


@dataclass
class Pages:
    """What the pages of a table hold.

    Attributes
    ----------
    rows : int
        Rows, as the table says.
    shared : set
        Columns in which rows may share values.
    row_bytes : float
        Bytes of a row, unpacked, where values are largest on average.
    names : set
        Every column that holds rows.
    """

    rows: int
    shared: set[str] = field(default_factory=set)
    row_bytes: float = 1.0
    count: int = 0
    names: set[str] = field(default_factory=set)


def pages_of(table: Path, names: Sequence[str], about: About = STEPS) -> Pages:
    """Look at the pages of some columns.

    Raises
    ------
    InputError
        A page, or pages that are in memory together, unpack to too much, or how much is not known before.
    ValueError
        A header cannot be read.
    """
    with table.open("rb") as file:
        footer = _footer(file, table.stat().st_size, about)
        found = Pages(footer[3])
        for group in footer[4]:
            every = list(_parts(group))
            found.names |= {part.name for part in every}
            parts = [part for part in every if part.name in names]
            if other := next((part.codec for part in parts if part.codec > 1), None):
                packed = CODECS.get(other, "something unknown")
                raise InputError(f"{about.noun} are packed with {packed}. {about.accepted}")
            looked = [_column(file, part, found, about) for part in parts]
            if (size := sum(most for most, _ in looked)) > MOST_IN_GROUP:
                raise _too_much(size, about)
            found.row_bytes = max(found.row_bytes, sum(each for _, each in looked))
    return found


def _footer(file: BinaryIO, size: int, about: About) -> dict[int, Any]:
    """The table's own header, which stands at its end with its length behind it."""
    file.seek(max(0, size - 8))
    length = int.from_bytes(file.read(4), "little")
    if file.read(4) != b"PAR1" or length > size - 12:
        raise ValueError("it is no table in Parquet, or cut off")
    if length > MOST_FOOTER:
        raise InputError(f"{about.noun} are split into too many parts. {about.accepted}")
    file.seek(size - 8 - length)
    footer = Compact(file.read(length)).struct()
    if not isinstance(footer.get(3), int) or not isinstance(footer.get(4), list):
        raise ValueError("its header does not say what it holds")
    return footer


def _parts(group: Any) -> Iterator[Part]:
    try:
        for column in group[1]:
            held = column[3]
            begin = min(offset for offset in (held[9], held.get(11) or held[9]))
            yield Part(b".".join(held[3]).decode(), held[4], begin, begin + held[7])
    except (AttributeError, LookupError, TypeError) as cause:
        raise ValueError("its header does not say where its columns are") from cause


def _column(file: BinaryIO, part: Part, found: Pages, about: About) -> tuple[int, float]:
    """Bytes of a part of a column that are in memory together, and bytes of its values, on average at most."""
    begin, dictionary, largest, average = part.begin, 0, 0, 0.0
    while begin < part.end:
        file.seek(begin)
        page = _Page(file.read(min(LONGEST_HEADER, part.end - begin)))
        begin += page.length
        found.count += 1
        _must_fit(page, found.count, about)
        if page.kind == _DICTIONARY:
            found.shared.add(part.name)
            dictionary = max(dictionary, page.unpacked)
        else:
            largest, average = max(largest, page.unpacked), max(average, page.unpacked / max(1, page.values))
    return dictionary + largest, average


class _Page:
    """A page as its header says: its kind, its length with its header, its size unpacked, its number of values."""

    def __init__(self, content: bytes) -> None:
        reading = Compact(content)
        fields = reading.struct()
        self.kind, self.unpacked, packed = (_whole(fields.get(number)) for number in (1, 2, 3))
        self.length = reading.at + packed
        told = [fields[number] for number in (5, 7, 8) if isinstance(fields.get(number), dict)]
        self.values = max((_whole(each.get(1)) for each in told), default=0)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or value < 0:
        raise ValueError("the header of a page does not say how large it is")
    return value


def _must_fit(page: _Page, count: int, about: About) -> None:
    if count > MOST_PAGES:
        raise InputError(f"{about.noun} are split into too many parts. {about.accepted}")
    if page.unpacked > MOST_OF_PAGE or page.unpacked > max(SMALL, page.values * MOST_OF_VALUE):
        raise _too_much(page.unpacked, about)


def _too_much(size: int, about: About) -> InputError:
    return InputError(f"{about.noun} unpack to {size / 1e6:,.0f} MB at once, which is too much. {about.accepted}")
