"""The texts that chains begin with: twenty that ship, and those that a user brings in a file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from itertools import chain, islice
from pathlib import PurePath
from typing import Any, NamedTuple

import yaml

from lmwalk.errors import InputError
from lmwalk.intake import plain_json, records

MOST_TEXTS = 1000
MOST_CHARACTERS = 100_000
MOST_BYTES = 10_000_000
SHORT = 32
ACCEPTED = (
    "Accepted: a .txt file with one text, or several with a line --- between them; a .csv file with a column text; a "
    ".json file with a list of texts, or an object of names and texts. All in UTF-8."
)
NAMES = frozenset({"text", "story"})
_BETWEEN = re.compile(r"(?m)^-{3,}[ \t]*(?:\r?\n|\Z)")


class InitialText(NamedTuple):
    """A text that ships: its name, the property that its family is spread over, and the text."""

    name: str
    family: str
    text: str


@cache
def initial_texts() -> Mapping[str, InitialText]:
    """The texts that ship, by name: five each of four families."""
    written = yaml.safe_load((resources.files("lmwalk") / "initial_texts.yaml").read_text(encoding="utf-8"))
    return {name: InitialText(name, family, text) for family, own in written.items() for name, text in own.items()}


def text_of(written: str) -> str:
    """The text of that name, or the text itself where it is none of our names."""
    known = initial_texts().get(written)
    return known.text if known else written


def short_name(written: str) -> str:
    """The name of a text that ships, else the beginning of the text in one line."""
    if written in initial_texts():
        return written
    line = " ".join(written[: 4 * SHORT].split())
    return line if len(line) <= SHORT else f"{line[: SHORT - 1].rstrip()}…"


def read_texts(name: str, content: bytes) -> list[str]:
    """The texts in a file. No character of a text is lost.

    Raises
    ------
    InputError
        The file cannot be read as texts; the sentence names it and says what is accepted.
    """
    readers = {".txt": _from_txt, ".csv": _from_csv, ".json": _from_json}
    reader = readers.get(PurePath(name).suffix.lower())
    if reader is None:
        raise InputError(f"{name!r} is no file of texts. {ACCEPTED}")
    if len(content) > MOST_BYTES:
        raise InputError(f"{name!r} is too long. Accepted: at most {MOST_BYTES / 1e6:g} MB.")
    try:
        texts = reader(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(f"{name!r} is not UTF-8 text. {ACCEPTED}") from None
    except (ValueError, csv.Error) as cause:
        raise InputError(f"{name!r} cannot be read: {cause}. {ACCEPTED}") from cause
    _check(name, texts)
    return texts


def _check(name: str, texts: list[str]) -> None:
    if not texts:
        raise InputError(f"{name!r} holds no text. {ACCEPTED}")
    if len(texts) > MOST_TEXTS:
        raise InputError(f"{name!r} holds more than {MOST_TEXTS:,} texts. Accepted: at most as many.")
    for place, text in enumerate(texts, start=1):
        if not text.strip():
            raise InputError(f"Text {place} in {name!r} is empty. Accepted: texts with at least one word.")
        if any("\ud800" <= sign <= "\udfff" for sign in text):
            raise InputError(f"Text {place} in {name!r} holds half a character (a lone surrogate). {ACCEPTED}")
        if len(text) > MOST_CHARACTERS:
            raise InputError(
                f"Text {place} in {name!r} has {len(text):,} characters. Accepted: at most {MOST_CHARACTERS:,}."
            )


def _from_txt(text: str) -> list[str]:
    """One text, or several between lines of dashes; the line break before such a line, or at the end, is no text's."""
    pieces = [re.sub(r"\r?\n\Z", "", piece) for piece in _BETWEEN.split(text, MOST_TEXTS + 1)]
    return pieces[:-1] if len(pieces) > 1 and not pieces[-1] else pieces


def _from_csv(text: str) -> list[str]:
    rows = filter(None, records(io.StringIO(text, newline=""), NAMES))
    first = next(rows, None)
    if first is None:
        return []
    head = [cell.strip().lower() for cell in first]
    named = next((head.index(column) for column in ("text", "story") if column in head), None)
    if named is None and len(head) > 1:
        raise ValueError("it has several columns and none is called text")
    body = rows if named is not None else chain([first], rows)
    return [_cell(row, named or 0, place) for place, row in enumerate(islice(body, MOST_TEXTS + 1), start=1)]


def _cell(row: list[str], column: int, place: int) -> str:
    if len(row) <= column:
        raise ValueError(f"row {place} has no text")
    return row[column]


def _from_json(text: str) -> list[str]:
    found = plain_json(text)
    items = list(found.values()) if isinstance(found, dict) else found
    if not isinstance(items, list):
        raise ValueError("it is neither a list nor an object")
    return [_text_in(item) for item in items]


def _text_in(item: Any) -> str:
    text = next((item[key] for key in ("text", "story") if key in item), None) if isinstance(item, dict) else item
    if not isinstance(text, str):
        raise ValueError("a text is missing or is no text")
    return text
