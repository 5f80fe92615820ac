"""Chains from the layout of jeremyperez2/TelephoneGameLLM: MODEL/TASK/TEXT/seed_K/*.json, as a folder or a .zip."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from lmwalk.errors import InputError
from lmwalk.importing.chain import Chain, whole

MOST_BYTES = 2 * 10**9
"""Of everything in an archive, unpacked."""
FIRST_GENERATION = "first_generation"
"""In files of our own: which generation ``stories`` begins with."""
ACCEPTED = (
    "Accepted: an object with initial_story, a text, and stories, a list of at least one text or of lists of one text "
    "each."
)
_SEED = re.compile(r"seed_(.+)", re.DOTALL)


class _Output(NamedTuple):
    """One file: the chain with generation 0 from ``initial_story``, and whether the file says where stories begin."""

    chain: Chain
    marked: bool


def from_folder(source: Path) -> list[Chain]:
    """The chains of a folder. Raises InputError."""
    found = {PurePosixPath(path.relative_to(source).as_posix()): path for path in source.rglob("*.json")}
    return _chains(((path, found[path].read_bytes()) for path in _outputs(found)), source.name)


def from_zip(source: Path) -> list[Chain]:
    """The chains of an archive, read in memory; paths that lead out of it are left alone. Raises InputError."""
    try:
        with zipfile.ZipFile(source) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            if size > MOST_BYTES:
                raise InputError(f"{source.name!r} unpacks to {size / 1e9:,.1f} GB. Accepted: at most 2 GB.")
            found = {PurePosixPath(entry.filename): entry for entry in archive.infolist() if not entry.is_dir()}
            return _chains(((path, archive.read(found[path])) for path in _outputs(found)), source.name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as cause:
        raise InputError(f"{source.name!r} cannot be read as a .zip file: {cause}") from cause


def _outputs(paths: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """The files that hold a chain, by initial text, task, model and seed; numbers in the order of their values."""
    kept = [path for path in paths if _holds_a_chain(path)]
    return sorted(kept, key=lambda path: [_natural(path.parts[place]) for place in (-3, -4, -5, -2, -1)])


def _holds_a_chain(path: PurePosixPath) -> bool:
    inside = not path.is_absolute() and ".." not in path.parts and "__MACOSX" not in path.parts
    named = path.suffix.lower() == ".json" and not path.name.startswith(".")
    return inside and named and len(path.parts) >= 5 and _SEED.fullmatch(path.parts[-2]) is not None


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Sorts text_2 before text_10."""
    parts = re.split(r"([0-9]{1,18})", name)
    return [(0, int(part), "") if place % 2 else (1, 0, part) for place, part in enumerate(parts)]


def _chains(files: Iterable[tuple[PurePosixPath, bytes]], name: str) -> list[Chain]:
    """All chains. Where every file's first story is its initial one, stories begin with generation 0.

    A single such file may be a model that copied, so all of them are asked.
    """
    found = [_output(path, content) for path, content in files]
    if not found:
        raise InputError(f"{name!r} holds no chains. Accepted: MODEL/TASK/TEXT/seed_K/output.json in a folder or .zip.")
    unmarked = [output.chain.texts for output in found if not output.marked]
    doubled = all(texts[0] == texts[1] for texts in unmarked)
    return [
        output.chain._replace(texts=output.chain.texts[1:]) if doubled and not output.marked else output.chain
        for output in found
    ]


def _output(path: PurePosixPath, content: bytes) -> _Output:
    try:
        held = json.loads(content)
    except (ValueError, RecursionError) as cause:
        raise InputError(f"{str(path)!r} is not JSON: {cause}. {ACCEPTED}") from cause
    if not isinstance(held, dict):
        raise InputError(f"{str(path)!r} is a JSON {type(held).__name__}, no object. {ACCEPTED}")
    stories = held.get("stories")
    if not isinstance(stories, list) or not stories:
        raise InputError(f"{str(path)!r} has no list of stories. {ACCEPTED}")
    texts = tuple(_text(story, path) for story in [held.get("initial_story"), *stories])
    model, task = (_named(held.get(key), path.parts[place]) for key, place in (("model", -5), ("task", -4)))
    seed = path.parts[-2].removeprefix("seed_")
    chain = Chain(model, task, path.parts[-3], seed, texts, _prompt(held.get("prompt_update")))
    return _Output(chain, held.get(FIRST_GENERATION) == 1)


def _text(story: Any, path: PurePosixPath) -> str:
    alone = story[0] if isinstance(story, list) and len(story) == 1 else story
    if not isinstance(alone, str):
        raise InputError(f"{str(path)!r} holds something else where a text belongs. {ACCEPTED}")
    return whole(alone)


def _named(held: Any, folder: str) -> str:
    return whole(held if isinstance(held, str) else folder)


def _prompt(held: Any) -> str | None:
    """The prompt, where there is one or all agents share one."""
    asked = {part for part in (held if isinstance(held, list) else [held]) if isinstance(part, str)}
    return whole(asked.pop()) if len(asked) == 1 else None
