"""``builtin/tiny``: a small transformer that ships with lmwalk and runs in this process.

It was trained from scratch to answer by known laws: the grid walk's questions by a law of the position (see
``policy``), coins, dice, numbers and marks by Bayes' rule with known priors (see ``draws_law``). So a newcomer sees
real sampling at once and every estimate can be checked against the truth. Heavy imports wait until the model is first
opened.
"""

from __future__ import annotations

import threading
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from lmwalk.errors import InputError
from lmwalk.registry import backends
from lmwalk.types import HERE, Model, Offer

NAME = "builtin/tiny"
FAMILIES = ("walk", "draw")
"""Of the processes that it was taught."""


class BuiltinBackend:
    """Backend of the one model that ships with lmwalk; everyone who opens it shares it."""

    forms: ClassVar[tuple[str, ...]] = (NAME,)

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Model | None = None

    def claims(self, name: str) -> bool:
        return name.startswith("builtin/")

    def check(self, name: str) -> None:
        if name != NAME:
            raise InputError(f"{name!r} is no built-in model. There is one: {NAME!r}.")

    def open(self, name: str, home: Path = HERE) -> Model:
        self.check(name)
        with self._lock:
            if self._model is None:
                if missing := _missing():
                    raise InputError(f"{NAME} needs the Python package {missing}. Install it: pip install {missing}")
                from lmwalk.models.builtin.model import Builtin

                self._model = Builtin()
            return self._model

    def offers(self, home: Path = HERE) -> list[Offer]:
        missing = _missing()
        detail = (
            f"needs the Python package {missing}" if missing else "a small transformer that runs here, without a key"
        )
        return [Offer(NAME, not missing, detail, "built in", FAMILIES)]


def _missing() -> str:
    """The first package the model needs that is not installed."""
    return next((package for package in ("onnxruntime", "tokenizers") if not find_spec(package)), "")


backends.register("builtin")(BuiltinBackend())
