"""``local/PLACE``: models of Hugging Face, of a folder or of a GGUF file, which run in this process.

They need the extra ``local`` (torch, transformers). Nothing of that is imported before a model is opened.
"""

from __future__ import annotations

import re
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from lmwalk.errors import InputError
from lmwalk.models.local.naming import FORMS, PREFIX, wanted
from lmwalk.models.local.places import downloaded, folder_of
from lmwalk.registry import backends
from lmwalk.types import HERE, Model, Offer

INSTALL = 'pip install "lmwalk[local]"'
_NEEDED = {"torch": (2, 9), "transformers": (5, 20), "accelerate": (1, 12), "gguf": (0, 17)}
"""With the oldest version of each. Older transformers forget what was read of a text, and so answer nonsense."""
GROUP = "this machine"
HOSTED = "providers"
"""The group of what is no model yet, but becomes one when it is named."""
UNNAMED = f"{PREFIX}..."
"""How the list of models says that any may be named."""


class LocalBackend:
    """Backend of the names that start with ``local/``."""

    forms: ClassVar[tuple[str, ...]] = FORMS

    def claims(self, name: str) -> bool:
        return name.startswith(PREFIX)

    def check(self, name: str) -> None:
        if name != UNNAMED:
            wanted(name)

    def open(self, name: str, home: Path = HERE) -> Model:
        asked = wanted(name)
        if missing := _missing():
            raise InputError(f"{name} needs the Python package {missing}. Install what local models need: {INSTALL}")
        folder = folder_of(asked)
        if (
            asked.kind == "folder"
            and not (asked.path / "config.json").is_file()
            and not list(asked.path.glob("*.gguf"))
        ):
            raise InputError(f"{name!r}: {folder} holds no model. Accepted: a folder with config.json and weights.")
        if asked.kind == "gguf" and not asked.path.is_file():
            raise InputError(f"{name!r}: there is no file {asked.path}. Accepted: a GGUF file of this machine.")
        from lmwalk.models.local.device import device_of, dtype_of
        from lmwalk.models.local.model import Local
        from lmwalk.models.local.shelf import weights_of

        device = device_of(name, asked)
        return Local(name, weights_of(name, asked, device, dtype_of(name, asked, device)))

    def offers(self, home: Path = HERE) -> list[Offer]:
        if missing := _missing():
            return [Offer(UNNAMED, False, f"needs the Python package {missing}: {INSTALL}", HOSTED)]
        found = [Offer(PREFIX + name, True, "downloaded from Hugging Face", GROUP) for name in downloaded()]
        detail = "write a name on Hugging Face, a folder or a GGUF file after local/"
        return [*found, Offer(UNNAMED, True, detail, HOSTED)]


def _missing() -> str:
    """The first package that local models need and that is not installed, or too old."""
    for package, oldest in _NEEDED.items():
        if not find_spec(package):
            return package
        found = version(package)
        if tuple(map(int, re.findall(r"\d+", found)[:2])) < oldest:
            return f"{package} {oldest[0]}.{oldest[1]} or newer ({found} is installed)"
    return ""


backends.register("local")(LocalBackend())
