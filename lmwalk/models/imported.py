"""Models whose chains were made elsewhere: ``imported/NAME`` can be shown and measured, never asked."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from lmwalk.errors import InputError
from lmwalk.registry import backends
from lmwalk.types import HERE, Model, Offer

PREFIX = "imported/"


class ImportedBackend:
    """Backend of the names that start with ``imported/``."""

    forms: ClassVar[tuple[str, ...]] = ()

    def claims(self, name: str) -> bool:
        return name.startswith(PREFIX)

    def check(self, name: str) -> None:
        if not name.removeprefix(PREFIX).strip():
            raise InputError(f"{name!r} names no model. Accepted: {PREFIX}NAME.")

    def open(self, name: str, home: Path = HERE) -> Model:
        raise InputError(
            f"models: {name!r} cannot be asked; what it wrote was imported. Accepted: a model that answers, such as "
            f"ollama/{name.removeprefix(PREFIX)}."
        )

    def offers(self, home: Path = HERE) -> list[Offer]:
        return []


backends.register("imported")(ImportedBackend())
