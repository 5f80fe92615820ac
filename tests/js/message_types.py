"""Write the types of the messages to the browser for TypeScript: python -m tests.js.message_types."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints

from lmwalk.ui import messages

FILE = Path(messages.__file__).parent / "parts" / "web" / "messages.d.ts"
SCALARS = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null", Any: "unknown"}


def records() -> dict[str, Any]:
    """Every record of a message, by name."""
    return {name: each for name, each in vars(messages).items() if typing.is_typeddict(each)}


def declarations() -> str:
    """All records as TypeScript declares them."""
    return "\n\n".join(["// Made from lmwalk/ui/messages.py by python -m tests.js.message_types.", *_declared()]) + "\n"


def _declared() -> Iterator[str]:
    yield f"export type Piece = {_type(messages.Piece)};"
    for name, record in records().items():
        bases = [base for base in getattr(record, "__orig_bases__", ()) if typing.is_typeddict(base)]
        shared = {key for base in bases for key in get_type_hints(base)}
        hints = get_type_hints(record, include_extras=True).items()
        fields = [_field(key, hint) for key, hint in hints if key not in shared]
        wider = f" extends {', '.join(base.__name__ for base in bases)}" if bases else ""
        yield "\n".join([f"export interface {name}{wider} {{", *fields, "}"])


def _field(key: str, hint: Any) -> str:
    if get_origin(hint) is NotRequired:
        return f"  {key}?: {_type(get_args(hint)[0])};"
    return f"  {key}: {_type(hint)};"


def _type(hint: Any) -> str:
    if typing.is_typeddict(hint):
        return str(hint.__name__)
    if hint in SCALARS:
        return SCALARS[hint]
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Literal:
        return " | ".join(f'"{part}"' for part in parts)
    if origin in (Union, types.UnionType):
        return " | ".join(map(_type, parts))
    if origin is tuple:
        return f"[{', '.join(map(_type, parts))}]"
    if origin is list:
        inner = _type(parts[0])
        return f"({inner})[]" if " " in inner and not inner.startswith("[") else f"{inner}[]"
    if origin is dict:
        return f"Record<{_type(parts[0])}, {_type(parts[1])}>"
    raise TypeError(f"no type of TypeScript is known for {hint}")


if __name__ == "__main__":
    FILE.write_text(declarations(), encoding="utf-8")
