"""How a model on this machine is named: ``local/PLACE`` with options behind a colon."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Literal

from lmwalk.errors import InputError

PREFIX = "local/"
FORMS = ("local/NAME-OR-FOLDER", "local/NAME-OR-FOLDER:device=cpu,dtype=f32")
Kind = Literal["hub", "folder", "gguf"]

_OPTIONS = re.compile(r":(?=\w+=)")
_REPOSITORY = re.compile(r"[\w-][\w.-]*(?:/[\w-][\w.-]*)?")
_DEVICE = re.compile(r"auto|cpu|mps|cuda(?::\d+)?")
_REVISION = re.compile(r"[\w][\w./-]*")
_ACCEPTED = {
    "device": "auto, cpu, cuda, cuda:1 (the second one), mps",
    "dtype": "auto, f32, bf16, f16, 4bit",
    "chat": "auto, true, false",
    "revision": "a branch, a tag or a hash",
}
_DTYPES = ("auto", "f32", "bf16", "f16", "4bit")


@dataclass(frozen=True)
class Wanted:
    """What a name asks for.

    Attributes
    ----------
    place : str
        A repository of Hugging Face, which may be followed by the name of a GGUF file in it, a folder, or a GGUF file.
    device, dtype : str
        Where it runs and in which numbers; ``auto`` takes what is best here.
    chat : str
        Whether questions are put as a chat; ``auto``: where the tokenizer has a template for it.
    revision : str
        Of a repository.
    """

    place: str
    device: str = "auto"
    dtype: str = "auto"
    chat: str = "auto"
    revision: str = ""

    @property
    def kind(self) -> Kind:
        """What kind of place it is."""
        path = self.path
        if path.suffix.lower() == ".gguf" and (_is_path(self.place) or path.is_file() or self.place.count("/") != 2):
            return "gguf"
        return "folder" if _is_path(self.place) or path.is_dir() else "hub"

    @property
    def path(self) -> Path:
        """The place as a path of this machine."""
        return Path(self.place).expanduser()

    @property
    def repository(self) -> str:
        """The repository of a place on Hugging Face."""
        return "/".join(self.place.split("/")[:2])

    @property
    def file(self) -> str:
        """The GGUF file in a repository; empty where none is named."""
        return "/".join(self.place.split("/")[2:])


def wanted(name: str) -> Wanted:
    """What a full model name asks for. Raises InputError naming what is wrong and what is accepted."""
    place, *more = _OPTIONS.split(name.removeprefix(PREFIX), maxsplit=1)
    if not place.strip() or not place.isprintable():
        raise InputError(f"{name!r} names no model. Accepted: {', '.join(FORMS)}.")
    found = Wanted(place)
    for part in more[0].split(",") if more else ():
        found = _with(found, name, *part.partition("=")[::2])
    if found.kind == "hub" and not _REPOSITORY.fullmatch(found.repository):
        raise InputError(
            f"{name!r} cannot be used. Accepted behind {PREFIX}: a name on Hugging Face such as google/gemma-3-270m, a "
            "folder, or a file that ends in .gguf."
        )
    return found


def _with(found: Wanted, name: str, key: str, value: str) -> Wanted:
    known = [field.name for field in fields(Wanted)[1:]]
    if key not in known:
        raise InputError(f"{name!r}: {key!r} is no option of a local model. Accepted: {', '.join(known)}.")
    good = {
        "device": _DEVICE.fullmatch(value),
        "dtype": value in _DTYPES,
        "chat": value in ("auto", "true", "false"),
        "revision": _REVISION.fullmatch(value),
    }
    if not good[key]:
        raise InputError(f"{name!r}: {key}={value} cannot be used. Accepted: {_ACCEPTED[key]}.")
    return replace(found, **{key: value})


def _is_path(place: str) -> bool:
    return place.startswith(("/", "./", "../", "~")) or place in (".", "..") or "\\" in place or place[1:2] == ":"
