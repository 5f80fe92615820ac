"""What a word in YAML means: one rule, YAML 1.2's core schema, for what people write.

Older readers turn 010 into 8, 1:30 into 90, no into false, 1_000 into 1000, a date into a date, and leave 1e-3 a text.
Here a plain word is ``null``, ``true`` or ``false``, a number as it is written (010 is ten, 1e-3 a thousandth, 0o17 and
0x1F octal and hexadecimal), or else text; what a field cannot use is refused by the field.

What lmwalk writes means the same by either rule, so that files go between versions and to any other reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML built without libyaml reads the same, twenty times as slowly
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

from lmwalk.validation_messages import shown

__all__ = ["Loader", "Stored", "Writer", "Written", "yaml_text"]

TAG = "tag:yaml.org,2002:"
CORE: dict[str, tuple[re.Pattern[str], str]] = {
    "null": (re.compile(r"(?:~|null|Null|NULL|)\Z"), "~nN"),
    "bool": (re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), "tTfF"),
    "int": (re.compile(r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z"), "-+0123456789"),
    "float": (
        re.compile(
            r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
            r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"
        ),
        "-+.0123456789",
    ),
}
"""Tags of the core schema: what a plain word of each looks like, and what it may begin with."""


class Stored(Loader):
    """Reads plain values as YAML 1.1 does, for what a program wrote; refuses a mapping that names a key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                name = key.value if key.tag == f"{TAG}merge" else self.construct_object(key)
                if name in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"{shown(key.value)} stands there twice", key.start_mark
                    )
                seen.add(name)
        return super().construct_mapping(node, deep)


class Written(Stored):
    """Reads plain values by the core schema of YAML 1.2, for what people write."""


class Writer(yaml.SafeDumper):
    """Puts every text between quotes that a reader of YAML 1.1 or 1.2 would take for something else."""


def _core(kind: str, value: Callable[[str], Any]) -> Callable[[Written, yaml.ScalarNode], Any]:
    """Makes a value of a word that looks like one of its kind, also where a tag says which kind it is."""

    def construct(_: Written, node: yaml.ScalarNode) -> Any:
        if not isinstance(node, yaml.ScalarNode) or not CORE[kind][0].match(node.value):
            written = shown(node.value) if isinstance(node, yaml.ScalarNode) else "a list or pairs"
            raise yaml.constructor.ConstructorError(None, None, f"{written} is no {kind}", node.start_mark)
        return value(node.value)

    return construct


def _whole(word: str) -> int:
    return int(word, {"0o": 8, "0x": 16}.get(word[:2], 10))


def _number(word: str) -> float:
    return float(word.lower().replace(".inf", "inf").replace(".nan", "nan"))


Written.yaml_implicit_resolvers = {}  # none of those of YAML 1.1
for _kind, (_pattern, _begins) in CORE.items():
    for _class in (Written, Writer):
        _class.add_implicit_resolver(f"{TAG}{_kind}", _pattern, [*_begins, *([""] if _kind == "null" else [])])
Written.add_implicit_resolver(f"{TAG}merge", re.compile(r"<<\Z"), ["<"])
Written.add_constructor(f"{TAG}null", _core("null", lambda _: None))
Written.add_constructor(f"{TAG}bool", _core("bool", lambda word: word.lower() == "true"))
Written.add_constructor(f"{TAG}int", _core("int", _whole))
Written.add_constructor(f"{TAG}float", _core("float", _number))


def yaml_text(values: Any, **options: Any) -> str:
    """Plain values as YAML, in the order in which they come; options as ``yaml.dump`` takes them."""
    return str(yaml.dump(values, Dumper=Writer, sort_keys=False, **options))
