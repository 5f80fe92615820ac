"""On which line of a YAML file a complaint is to be mended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from lmwalk.intake.scalars import Written
from lmwalk.validation_messages import shown

Path = tuple[str | int, ...]
_FIELD = re.compile(r"([^\s:]{1,200}): ")


def with_lines(complaints: str, content: str | bytes, values: Mapping[str, Any]) -> str:
    """Sentences that begin with a field's name, such as ``params.of: ...``, each with the line of that field.

    Parameters
    ----------
    complaints : str
        One sentence a line.
    content : str or bytes
        The YAML, which could be read.
    values : mapping
        What was read from it.
    """
    lines = lines_of(content)
    return "\n".join(_with_line(sentence, lines, values) for sentence in complaints.split("\n"))


def lines_of(content: str | bytes) -> dict[Path, int]:
    """The line, from 1, of every field and every member of a list, by the names and places that lead there."""
    loader = Written(content if isinstance(content, bytes) else content.encode())
    try:
        node = loader.get_single_node()
    finally:
        loader.dispose()
    found: dict[Path, int] = {}
    if node is not None:
        _walk(node, (), found)
    return found


def _walk(node: yaml.Node, path: Path, found: dict[Path, int]) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                found[*path, key.value] = key.start_mark.line + 1
                _walk(value, (*path, key.value), found)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            found[*path, place] = value.start_mark.line + 1
            _walk(value, (*path, place), found)


def _with_line(sentence: str, lines: Mapping[Path, int], values: Mapping[str, Any]) -> str:
    field = _FIELD.match(sentence)
    if field is None:
        return sentence
    path: Path = tuple(field[1].split("."))
    while path and path not in lines:
        path = path[:-1]
    if not path:
        return sentence
    value: Any = values
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    members = enumerate(value) if isinstance(value, list) else ()
    # a list is complained about with the member that cannot be used
    meant = [(*path, place) for place, each in members if sentence.startswith(f"{field[0]}{shown(each)} ")]
    return f"{sentence} See line {lines.get(meant[0] if meant else path, lines[path])}."
