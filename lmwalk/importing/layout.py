"""Chains from the layout of jeremyperez2/TelephoneGameLLM: MODEL/TASK/TEXT/seed_K/*.json, as a folder or a .zip."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from lmwalk.errors import InputError
from lmwalk.importing.chain import IN_PARTS, MOST_BYTES, Chain, Room, whole
from lmwalk.intake import Archive, ArchiveError, content_of, opened_archive, plain_json
from lmwalk.sentences import shown

MOST_OF_ONE = 20_000_000
"""Bytes of one file."""
ALWAYS = 100_000_000
"""Bytes of memory that the chains of an archive may take however small it is."""
MOST_RATIO = 30
"""How many times the size of a larger archive its chains may take."""
MOST_FILES = 100_000
DEEPEST = 20
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
    found = {PurePosixPath(path.relative_to(source).as_posix()): path for path in _files(source)}
    read = ((path, content_of(found[path], MOST_OF_ONE)) for path in _outputs(found))
    return _chains(read, source.name, Room(source.name))


def from_zip(source: Path) -> list[Chain]:
    """The chains of an archive, read in memory; paths that lead out of it are left alone. Raises InputError."""
    try:
        with opened_archive(source) as archive:
            most = min(MOST_BYTES, max(ALWAYS, MOST_RATIO * archive.size))
            return _chains(_packed(archive), source.name, Room(source.name, most))
    except ArchiveError as cause:
        raise InputError(f"{source.name!r} cannot be read as a .zip file: {cause}.") from cause


def _packed(archive: Archive) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Every file that holds a chain, unpacked; but first whether all of them say that they can be."""
    found = {PurePosixPath(name): name for name in archive.entries}
    wanted = _outputs(found)
    for path in wanted:
        archive.must_unpack_to(found[path], MOST_OF_ONE)
    return ((path, archive.content(found[path], MOST_OF_ONE)) for path in wanted)


def _files(source: Path) -> Iterator[Path]:
    """Every file in a folder that may hold a chain. Links to folders are not followed, as they may lead in a circle."""
    folders, count = [(source, 0)], 0
    while folders:
        folder, depth = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                count += 1
                if count > MOST_FILES or depth > DEEPEST:
                    raise InputError(
                        f"{source.name!r} holds too many files, or folders too deep in each other. Accepted: at most "
                        f"{MOST_FILES:,} files, {DEEPEST} folders deep. {IN_PARTS}"
                    )
                if entry.is_dir(follow_symlinks=False):
                    folders.append((Path(entry.path), depth + 1))
                elif entry.name.lower().endswith(".json"):
                    yield Path(entry.path)


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


def _chains(files: Iterable[tuple[PurePosixPath, bytes]], name: str, room: Room) -> list[Chain]:
    """All chains. Where every file's first story is its initial one, stories begin with generation 0.

    A single such file may be a model that copied, so all of them are asked.
    """
    found = []
    for path, content in files:
        found.append(_output(path, content))
        room.take(*found[-1].chain.texts)
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
        held = plain_json(content)
    except ValueError as cause:
        raise InputError(f"{shown(str(path))} is not JSON: {cause}. {ACCEPTED}") from cause
    if not isinstance(held, dict):
        raise InputError(f"{shown(str(path))} is a JSON {type(held).__name__}, no object. {ACCEPTED}")
    stories = held.get("stories")
    if not isinstance(stories, list) or not stories:
        raise InputError(f"{shown(str(path))} has no list of stories. {ACCEPTED}")
    texts = tuple(_text(story, path) for story in [held.get("initial_story"), *stories])
    model, task = (_named(held.get(key), path.parts[place]) for key, place in (("model", -5), ("task", -4)))
    seed = path.parts[-2].removeprefix("seed_")
    chain = Chain(model, task, path.parts[-3], seed, texts, _prompt(held.get("prompt_update")))
    return _Output(chain, held.get(FIRST_GENERATION) == 1)


def _text(story: Any, path: PurePosixPath) -> str:
    alone = story[0] if isinstance(story, list) and len(story) == 1 else story
    if not isinstance(alone, str):
        raise InputError(f"{shown(str(path))} holds something else where a text belongs. {ACCEPTED}")
    return whole(alone)


def _named(held: Any, folder: str) -> str:
    return whole(held if isinstance(held, str) else folder)


def _prompt(held: Any) -> str | None:
    """The prompt, where there is one or all agents share one."""
    asked = {part for part in (held if isinstance(held, list) else [held]) if isinstance(part, str)}
    return whole(asked.pop()) if len(asked) == 1 else None
