"""Where weights lie on this machine, what tells them from others, and how large they are. Imports nothing heavy."""

from __future__ import annotations

import hashlib
import json
import math
import os
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from lmwalk.models.local.gguf_header import header_of
from lmwalk.models.local.naming import Wanted

_SHOWN = 12
_WHOLE = 1 << 20
"""Bytes up to which a file is part of a digest as a whole; of a larger one both ends are, and its size."""
_WEIGHTS = (".safetensors", ".bin", ".gguf")


def cache_folder() -> Path:
    """The folder in which Hugging Face keeps what was downloaded, as its own library finds it."""
    if own := os.environ.get("HF_HUB_CACHE"):
        return Path(own).expanduser()
    general = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("HF_HOME") or f"{general}/huggingface"
    return Path(home).expanduser() / "hub"


def downloaded() -> list[str]:
    """The repositories in that folder which hold a language model, by name."""
    found = []
    for folder in sorted(cache_folder().glob("models--*")):
        repository = folder.name.removeprefix("models--").replace("--", "/", 1)
        snapshot = snapshot_of(Wanted(repository))
        if snapshot and _writes(snapshot) and any(True for _ in weights_in(snapshot)):
            found.append(repository)
    return found


def _writes(snapshot: Path) -> bool:
    """Whether a model goes on with texts, by its own description."""
    try:
        told = json.loads((snapshot / "config.json").read_text(encoding="utf-8"))["architectures"]
    except (OSError, ValueError, LookupError, TypeError):
        return False
    return any(str(name).endswith(("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")) for name in told)


def snapshot_of(wanted: Wanted) -> Path | None:
    """The folder of a repository's revision (its main one where none is named); None where it is not here."""
    folder = cache_folder() / f"models--{wanted.repository.replace('/', '--')}"
    asked = wanted.revision or "main"
    with suppress(OSError):  # a hash has no file of its own
        asked = (folder / "refs" / asked).read_text(encoding="utf-8").strip() or asked
    snapshot = folder / "snapshots" / asked
    return snapshot if snapshot.is_dir() else None


def folder_of(wanted: Wanted) -> Path | None:
    """The folder that holds the weights; None where they are still to be downloaded."""
    if wanted.kind == "hub":
        return snapshot_of(wanted)
    return wanted.path.parent if wanted.kind == "gguf" else wanted.path


def weights_in(folder: Path, file: str = "") -> Iterator[Path]:
    """The files of weights in a folder: the one that is named, else safetensors, else others."""
    if file:
        yield folder / file
        return
    for suffix in _WEIGHTS:
        found = sorted(folder.glob(f"*{suffix}"))
        yield from found
        if found:
            return


def gguf_in(wanted: Wanted, folder: Path) -> str:
    """The name of the GGUF file that is to be opened, where one is."""
    if wanted.kind == "gguf":
        return wanted.path.name
    only = [path.name for path in weights_in(folder)] if not wanted.file else [wanted.file]
    return only[0] if len(only) == 1 and only[0].lower().endswith(".gguf") else ""


def digest_of(wanted: Wanted, folder: Path) -> str:
    """What tells these weights from others: the hash of a revision, else a digest of headers, ends and sizes."""
    if wanted.kind == "hub":
        return folder.name[:_SHOWN]
    digest = hashlib.sha256()
    files = [wanted.path] if wanted.kind == "gguf" else sorted(path for path in folder.iterdir() if path.is_file())
    for path in files:
        size = path.stat().st_size
        digest.update(f"{path.name}\0{size}\0".encode())
        with path.open("rb") as file:
            digest.update(file.read(_WHOLE))
            if size > _WHOLE:
                file.seek(max(_WHOLE, size - _WHOLE))
                digest.update(file.read(_WHOLE))
    return digest.hexdigest()[:_SHOWN]


def weight_count(folder: Path, file: str = "") -> int:
    """How many numbers the weights are; 0 where that cannot be told before they are opened."""
    try:
        return sum(map(_count, weights_in(folder, file)))
    except (OSError, ValueError, LookupError, TypeError, struct.error):
        return 0


def _count(path: Path) -> int:
    if path.suffix == ".gguf":
        return header_of(path).weights
    if path.suffix != ".safetensors":
        return path.stat().st_size // 2
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        told = json.loads(file.read(length))
    return sum(math.prod(entry["shape"]) for name, entry in told.items() if name != "__metadata__")


def chat_template_of(wanted: Wanted) -> str | None:
    """The template for chats among the model's files, empty where there is none; None where they are not here yet."""
    folder = folder_of(wanted)
    if folder is None or not folder.is_dir():
        return None
    try:
        if file := gguf_in(wanted, folder):
            return str(header_of(folder / file).values.get("tokenizer.chat_template", ""))
        for name in ("chat_template.jinja", "chat_template.json"):
            if (folder / name).is_file():
                return (folder / name).read_text(encoding="utf-8")
        told = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(told.get("chat_template") or "")
