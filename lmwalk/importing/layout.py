"""Chains from the layout of jeremyperez2/TelephoneGameLLM: MODEL/TASK/TEXT/seed_K/*.json, as a folder or a .zip.

``stories`` are the generations from 1 on, whatever they say: a model may copy, and at temperature 0 all its chains may
begin with a copy. Only a file that says so, with ``first_generation`` 0, has the initial text among them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from lmwalk.errors import InputError
from lmwalk.importing.chain import IN_PARTS, Chain, Room, packed_room, whole
from lmwalk.importing.temperature import Named, alone, named, stated
from lmwalk.intake import Archive, ArchiveError, content_of, opened_archive, plain_json
from lmwalk.validation_messages import shown

MOST_OF_ONE = 20_000_000
"""Bytes of one file."""
MOST_FILES = 100_000
DEEPEST = 20
LEAST_DEEP = 3
"""Parts of a path within the folder of a task: TEXT/seed_K/output.json."""
MOST_NAMED = 3
"""Files that a note names."""
FIRST_GENERATION = "first_generation"
"""Which generation ``stories`` begins with, 1 where a file does not say; in files of our own it always stands."""
ACCEPTED = (
    "Accepted: an object with initial_story, a text, and stories, a list of at least one text or of lists of one text "
    "each."
)
_SEED = re.compile(r"seed_(.+)", re.DOTALL)


COPIES = (
    "Each first story is the initial text again; it is kept as generation 1, as where a model copies. Where stories "
    f"begin with the initial text itself, write '{FIRST_GENERATION}': 0 into the files and import them again."
)


class _Output(NamedTuple):
    """One file: its chain, and whether it says which generation its stories begin with."""

    chain: Chain
    marked: bool


class _Place(NamedTuple):
    """What the folders of a file say of its chain."""

    model: str
    task: str
    initial: str
    seed: str
    temperature: float | None


def from_folder(source: Path) -> list[Chain]:
    """The chains of a folder: of all models, of one, or of one of its tasks. Raises InputError."""
    paths = {path: PurePosixPath(path.relative_to(source).as_posix()) for path in _files(source)}
    deepest = max((len(path.parts) for path in paths.values()), default=0)
    above = source.resolve().parts[-2 if deepest == LEAST_DEEP else -1 :]
    found = {_whole_path(path, *above): file for file, path in paths.items()}
    read = ((path, content_of(found[path], MOST_OF_ONE)) for path in _outputs(found))
    return _chains(read, source.name, Room(source.name), _left_out(found))


def from_zip(source: Path) -> list[Chain]:
    """The chains of an archive, read in memory; paths that lead out of it are left alone. Raises InputError."""
    try:
        with opened_archive(source) as archive:
            found = {_whole_path(PurePosixPath(name), source.stem): name for name in archive.entries}
            return _chains(
                _packed(archive, found), source.name, Room(source.name, packed_room(archive.size)), _left_out(found)
            )
    except ArchiveError as cause:
        raise InputError(f"{source.name!r} cannot be read as a .zip file: {cause}.") from cause


def _packed(archive: Archive, found: Mapping[PurePosixPath, str]) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Every file that holds a chain, unpacked; but first whether all of them say that they can be."""
    wanted = _outputs(found)
    for path in wanted:
        if found[path] in archive.twice:
            raise ArchiveError(f"{shown(found[path])} is in it twice")
        archive.must_unpack_to(found[path], MOST_OF_ONE)
    return ((path, archive.content(found[path], MOST_OF_ONE)) for path in wanted)


def _whole_path(path: PurePosixPath, *above: str) -> PurePosixPath:
    """The path with the folders of its model and task, where one of them is the folder that was named."""
    missing = 5 - len(path.parts)
    return (
        PurePosixPath(*above[-missing:], *path.parts) if 1 <= missing <= len(above) and not path.is_absolute() else path
    )


def _files(source: Path) -> Iterator[Path]:
    """Every file in a folder that may hold a chain, and every link to a folder, which may lead in a circle."""
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
                elif entry.name.lower().endswith(".json") or entry.is_dir():
                    yield Path(entry.path)


def _outputs(paths: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """The files that hold a chain, by initial text, task, model and seed; numbers in the order of their values."""
    kept = [path for path in paths if _holds_a_chain(path)]
    return sorted(kept, key=lambda path: [_natural(path.parts[place]) for place in (-3, -4, -5, -2, -1)])


def _holds_a_chain(path: PurePosixPath) -> bool:
    inside = not path.is_absolute() and ".." not in path.parts and "__MACOSX" not in path.parts
    named = path.suffix.lower() == ".json" and not path.name.startswith(".")
    return inside and named and len(path.parts) >= 5 and _SEED.fullmatch(path.parts[-2]) is not None


def _left_out(found: Mapping[PurePosixPath, Path | str]) -> tuple[str, ...]:
    """A sentence on what looks as if it held a chain and is none: JSON files elsewhere, links to folders."""
    left = sorted(
        str(path)
        for path, held in found.items()
        if not (_holds_a_chain(path) or path.name.startswith(".") or "__MACOSX" in path.parts)
        and (isinstance(held, Path) or path.suffix.lower() == ".json")
    )
    if not left:
        return ()
    more = f" and {len(left) - MOST_NAMED:,} more" if len(left) > MOST_NAMED else ""
    return (f"Left out, as in no folder MODEL/TASK/TEXT/seed_K: {', '.join(map(shown, left[:MOST_NAMED]))}{more}.",)


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Sorts text_2 before text_10."""
    parts = re.split(r"([0-9]{1,18})", name)
    return [(0, int(part), "") if place % 2 else (1, 0, part) for place, part in enumerate(parts)]


def _chains(
    files: Iterable[tuple[PurePosixPath, bytes]], name: str, room: Room, left_out: tuple[str, ...]
) -> list[Chain]:
    found = []
    for path, content in files:
        found.append(_chain(path, content))
        room.take(*found[-1].chain.texts)
    if not found:
        raise InputError(f"{name!r} holds no chains. Accepted: MODEL/TASK/TEXT/seed_K/output.json in a folder or .zip.")
    unsaid = [output.chain for output in found if not output.marked]
    copies = (COPIES,) if unsaid and all(chain.texts[0] == chain.texts[1] for chain in unsaid) else ()
    return [
        output.chain._replace(notes=(*output.chain.notes, *(() if output.marked else copies), *left_out))
        for output in found
    ]


def _chain(path: PurePosixPath, content: bytes) -> _Output:
    which = shown(str(path))
    held = _object(which, content)
    stories = held.get("stories")
    if not isinstance(stories, list) or not stories:
        raise InputError(f"{which} has no list of stories. {ACCEPTED}")
    first, *texts = (_text(story, which) for story in [held.get("initial_story"), *stories])
    begins = held.get(FIRST_GENERATION, 1)
    if begins not in (0, 1) or isinstance(begins, bool):
        raise InputError(f"{which} says {FIRST_GENERATION}: {shown(begins)}. Accepted: 1, or 0.")
    if begins == 0 and texts[0] != first:
        raise InputError(
            f"{which} says {FIRST_GENERATION}: 0, but its first story is not its initial_story. Accepted with it: "
            "stories of which the first is the initial text."
        )
    temperature = stated(held.get("temperature"), which)
    model = whole(held["model"]) if isinstance(held.get("model"), str) else None
    place = _place(path, which, model, temperature)
    task = whole(held["task"]) if isinstance(held.get("task"), str) else place.task
    generations = (first, *texts[1 - begins :])
    about = _prompt(held), place.temperature, _notes(held)
    return _Output(Chain(place.model, task, place.initial, place.seed, generations, *about), FIRST_GENERATION in held)


def _object(which: str, content: bytes) -> dict[str, Any]:
    try:
        held = plain_json(content)
    except ValueError as cause:
        raise InputError(f"{which} is not JSON: {cause}. {ACCEPTED}") from cause
    if not isinstance(held, dict):
        raise InputError(f"{which} is a JSON {type(held).__name__}, no object. {ACCEPTED}")
    return held


def _place(path: PurePosixPath, which: str, model: str | None, temperature: float | None) -> _Place:
    """Model, task, text, seed and temperature: as the file says them, else as its folders do.

    A folder that names a temperature and nothing else is no model, task or text.
    """
    folders = path.parts[:-1]
    if model is not None and temperature is not None:
        return _Place(model, folders[-3], folders[-2], folders[-1].removeprefix("seed_"), temperature)
    levels = [folder for folder in folders if alone(folder) is None]
    *_, model_folder, task, initial, seed_folder = levels if len(levels) >= 4 else folders
    own, seed = (named(folder, which) for folder in (model_folder, seed_folder))
    by_file = Named(model_folder, None) if model is None else named(model, which)
    if temperature is None:
        told = {*map(alone, folders), own.temperature, seed.temperature, by_file.temperature}
        temperature = _one({value for value in told if value is not None}, which)
    by_folder = own.name or model_folder
    told_model = by_folder if model is None else by_file.name or model
    return _Place(told_model, task, initial, (seed.name or seed_folder).removeprefix("seed_"), temperature)


def _one(told: set[float], which: str) -> float | None:
    if len(told) > 1:
        listed = " and ".join(f"{value:g}" for value in sorted(told))
        raise InputError(f"The folders of {which} state the temperatures {listed}. Accepted: one for each chain.")
    return next(iter(told), None)


def _text(story: Any, which: str) -> str:
    alone = story[0] if isinstance(story, list) and len(story) == 1 else story
    if not isinstance(alone, str):
        raise InputError(f"{which} holds something else where a text belongs. {ACCEPTED}")
    return whole(alone)


def _prompts(held: Mapping[str, Any], *fields: str) -> set[str]:
    listed = (held.get(field) for field in fields)
    return {part for own in listed for part in (own if isinstance(own, list) else [own]) if isinstance(part, str)}


def _prompt(held: Mapping[str, Any]) -> str | None:
    """The prompt, where there is one or all agents share one."""
    asked = _prompts(held, "prompt_update")
    return whole(asked.pop()) if len(asked) == 1 else None


def _notes(held: Mapping[str, Any]) -> tuple[str, ...]:
    """What the original's files may hold that a chain does not."""
    notes = []
    if len(_prompts(held, "prompt_init", "prompt_update")) > 1:
        notes.append("Generations were asked for with several prompts; which was which is not kept.")
    if any(_prompts(held, "personality_list", "format_prompt") - {""}):
        notes.append("Personalities and formats that models were given (personality_list, format_prompt) are not kept.")
    return tuple(notes)
