"""From pydantic's complaints to sentences a user can act on; none repeats at length what came."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

_BRANCH = re.compile(
    r"(?:literal|list|tuple|dict|set|nullable|function-[a-z]+)\[|(?:constrained-[a-z]+|int|float|bool)\Z"
)
"""How pydantic names the members of a union on the way to a complaint, beside the records among them."""
MOST_SENTENCES = 10
LONGEST = 2000
LONG = 80
"""A longer list of what is accepted stands in the first sentence that it belongs to alone."""

_PLAIN = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "string_type": "text",
    "tuple_type": "a list",
    "dict_type": "'name: value' pairs",
    "too_short": "at least one",
    "string_too_short": "at least one character",
}


@dataclass(frozen=True)
class Reader:
    """Whose complaints are told: the record, the records inside it, and words for fields that need their own.

    Attributes
    ----------
    owner : type
        The pydantic model that complained.
    inside : mapping
        Field name -> the model that its value may be.
    words : mapping
        Field name -> what it accepts.
    prefix : str
        What stands before each field's name, such as ``params``.
    """

    owner: type[BaseModel]
    inside: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""


def complaint(sentence: str) -> PydanticCustomError:
    """An error that pydantic passes on with this sentence as it stands."""
    return PydanticCustomError("sentence", "{text}", {"text": sentence})


def sentences(error: ValidationError, reader: Reader) -> list[str]:
    """Each complaint as a sentence: the field, the value, what would be accepted."""
    details = error.errors(include_url=False)
    paths = [_path(detail["loc"], reader) for detail in details]
    # of the members of a union, the one that was read deepest is the one that was meant
    deepest: dict[str, int] = {}
    for path in filter(None, paths):
        deepest[path[0]] = max(len(path), deepest.get(path[0], 0))
    meant = [(d, p) for d, p in zip(details, paths, strict=True) if not p or len(p) == deepest[p[0]]]
    # a list whose members were all refused is reported as too short as well
    often = Counter(path for _, path in meant)
    meant = [(d, p) for d, p in meant if d["type"] != "too_short" or often[p] == 1]
    told = _told(meant, reader)
    more = [f"And {len(told) - MOST_SENTENCES:,} more like these."] if len(told) > MOST_SENTENCES else []
    return [_cut(each, LONGEST) for each in told[:MOST_SENTENCES]] + more


def _path(loc: tuple[Any, ...], reader: Reader) -> tuple[str, ...]:
    """The fields that lead to a complaint, without places in lists and without pydantic's names of union members."""
    branches = ("str", *(model.__name__ for model in reader.inside.values()))
    return tuple(part for part in loc if isinstance(part, str) and part not in branches and not _BRANCH.match(part))


def _told(meant: list[tuple[Any, tuple[str, ...]]], reader: Reader) -> list[str]:
    """The sentences, each once; those on one value that several forms refuse as one."""
    found: dict[str, list[str]] = {}
    for detail, path in meant:
        begins, accepted = _sentence(detail, path, reader)
        own = found.setdefault(begins, [])
        own += [accepted] if accepted not in own else []
    told, known = [], set[str]()
    for begins, own in found.items():
        accepted = ", or ".join(own) if all(own) else ""
        again = len(accepted) > LONG and accepted in known
        known.add(accepted)
        told.append(f"{begins} Accepted: {accepted}." if accepted and not again else begins)
    return told


def _sentence(detail: Any, path: tuple[str, ...], reader: Reader) -> tuple[str, str]:
    """What is wrong with which field, and what is accepted; empty where the sentence says it itself."""
    kind = detail["type"]
    where = _cut(".".join((reader.prefix, *path) if reader.prefix else path), 80)
    if kind == "sentence":
        return (f"{where}: {detail['msg']}" if where else str(detail["msg"])), ""
    owner = reader.inside.get(path[0], reader.owner) if len(path) > 1 else reader.owner
    accepted = _accepted(detail, path, owner, reader.words)
    if kind == "extra_forbidden":
        return f"{where}: there is no such field.", ", ".join(owner.model_fields)
    if kind == "missing":
        return f"{where}: nothing is given.", accepted
    return f"{where}: {shown(detail['input'])} cannot be used.", accepted


def _accepted(detail: Any, path: tuple[str, ...], owner: type[BaseModel], words: Mapping[str, str]) -> str:
    context = detail.get("ctx", {})
    if len(path) == 1 and path[0] in words and "error" not in context:
        return words[path[0]]
    if "error" in context:
        return str(context["error"])
    if detail["type"] == "too_long":
        return f"at most {context['max_length']:,}"
    if "expected" in context:
        return str(context["expected"])
    if path and (bounds := _bounds(owner.model_fields.get(path[-1]))):
        return bounds
    if detail["type"] == "string_type" and isinstance(detail["input"], int | float):
        written = str(detail["input"]).lower() if isinstance(detail["input"], bool) else str(detail["input"])
        return f"text, which stands in quotes where it looks like something else: '{written[:20]}'"
    plain: str = detail["msg"][:1].lower() + detail["msg"][1:]
    return _PLAIN.get(detail["type"], "a value for it" if detail["type"] == "missing" else plain)


def _bounds(field: Any) -> str:
    """What a bounded number may be, in words; empty where the field is no bounded number."""
    found = {key: getattr(item, key) for item in getattr(field, "metadata", ()) for key in _EDGES if hasattr(item, key)}
    kind = "a whole number" if "int" in str(getattr(field, "annotation", "")) else "a number"
    return f"{kind} {' and '.join(f'{_EDGES[key]} {value}' for key, value in found.items())}" if found else ""


_EDGES = {"ge": "of at least", "gt": "more than", "le": "at most", "lt": "less than"}


def shown(value: Any) -> str:
    """A value as the user may have written it, cut where it is long."""
    return _cut(repr(list(value) if isinstance(value, tuple) else value), 80)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."
