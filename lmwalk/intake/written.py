"""YAML, read with care: plain values, each key once, and no more of anything than can be meant.

Plain words mean what ``scalars`` says.
"""

from __future__ import annotations

from typing import Any

import yaml

from lmwalk.errors import InputError
from lmwalk.intake.scalars import Loader, Stored, Written
from lmwalk.intake.weight import DEEPEST, Scales, nested_too_deeply
from lmwalk.validation_messages import shown

MOST_BYTES = 20_000_000
MOST_DIRECTIVES = 100
LONGEST_PROBLEM = 200


def read_yaml(content: str | bytes, *, stored: bool = False) -> Any:
    """The value that YAML stands for, aliases and merged keys in it counted before they are written out.

    Parameters
    ----------
    stored : bool
        Whether a program wrote it, perhaps an older lmwalk that left a text such as 1e5 without quotes: read as YAML
        1.1, as then.

    Raises
    ------
    InputError
        It is no YAML in UTF-8, or holds more than is accepted.
    """
    try:
        packed = content.encode() if isinstance(content, str) else content
        packed.decode()
        return _read(packed, Stored if stored else Written)
    except UnicodeError as cause:
        raise InputError("It is not UTF-8 text. Accepted: YAML in UTF-8.") from cause
    except yaml.YAMLError as cause:
        where = getattr(cause, "problem_mark", None)
        line = f" at line {where.line + 1}" if where else ""
        problem = getattr(cause, "problem", None) or "it is not text that YAML allows"
        raise InputError(f"This is not YAML{line}: {problem[:LONGEST_PROBLEM]}.") from cause
    except (ValueError, RecursionError) as cause:  # a date that no calendar has, where a tag says that it is one
        raise InputError("This YAML holds a value that cannot be read. Accepted: plain text and numbers.") from cause


def plain_yaml(content: str | bytes, noun: str, accepted: str, *, stored: bool = False) -> dict[str, Any]:
    """The fields of a YAML file. Raises InputError in a sentence.

    Parameters
    ----------
    content : str or bytes
        What the file holds.
    noun : str
        What kind of file it is, such as ``study``.
    accepted : str
        The fields it may have.
    stored : bool
        As ``read_yaml`` takes it.
    """
    values = read_yaml(content, stored=stored)
    if not isinstance(values, dict):
        raise InputError(f"A {noun} file holds 'field: value' lines, but this one holds {shown(values)}.")
    unnamed = next((key for key in values if not isinstance(key, str)), None)
    if unnamed is not None:
        raise InputError(f"{shown(unnamed)} cannot be a field's name. Accepted: {accepted}.")
    return values


def _read(content: bytes, kind: type[Stored]) -> Any:
    try:
        _must_be_readable(content)
        loader = kind(content)
        try:
            node = loader.get_single_node()
            Scales().add(node)
            return None if node is None else loader.construct_document(node)
        finally:
            loader.dispose()
    except InputError as cause:
        raise InputError(f"This YAML cannot be used: {cause}") from cause


def _must_be_readable(content: bytes) -> None:
    """Raise InputError where what stands in the file, before any alias is followed, is too much to be composed."""
    if len(content) > MOST_BYTES:
        raise InputError(f"it is too long. Accepted: at most {MOST_BYTES / 1e6:g} MB.")
    if content.count(b"%TAG") > MOST_DIRECTIVES:  # each is compared with all before it
        raise InputError(f"it has too many directives. Accepted: at most {MOST_DIRECTIVES}.")
    scales, depth = Scales(), 0
    for event in yaml.parse(content, Loader=Loader):
        scales.values += 1
        scales.characters += len(event.value) if isinstance(event, yaml.ScalarEvent) else 0
        scales.must_fit()
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise nested_too_deeply()
