"""One file of a template: what it may be called, how it is written and how it is read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from pydantic import ValidationError

from lmwalk.errors import InputError
from lmwalk.intake import Writer, plain_yaml, with_lines, yaml_text
from lmwalk.registry import processes
from lmwalk.study.parts import Words
from lmwalk.templates import builtin_templates, checked
from lmwalk.types import Template
from lmwalk.validation_messages import Reader, sentences

MOST_BYTES = 1_000_000
_NAME = re.compile(r"[^\W_](?:[\w -]{0,58}[\w-])?")
_DEVICES = re.compile(r"(?i)con|prn|aux|nul|(?:com|lpt)\d")


class _File(Words):
    description: str = ""


_READER = Reader(_File, words={"texts": "a list of texts"})


@dataclass(frozen=True)
class Entry:
    """A template's file.

    Attributes
    ----------
    name : str
        The file's, without its ending.
    template : Template or None
        What can be asked; None where there is a complaint.
    words : Template or None
        What the file holds, whether or not it can be asked; None where it cannot be read.
    complaint : str
        Why it cannot be used.
    stamp : str
        Changes with every change of the file.
    """

    name: str
    template: Template | None
    words: Template | None
    complaint: str
    stamp: str


def variables_for(prompts: str) -> Mapping[str, str]:
    """Every name that a template of this folder of prompts may use, with one line on what it holds."""
    return {
        name: about for own in processes.values() if own.prompts == prompts for name, about in own.variables.items()
    }


def checked_name(prompts: str, name: str) -> str:
    """The name, where a template can be called so. Raises InputError."""
    if not _NAME.fullmatch(name) or _DEVICES.fullmatch(name):
        raise InputError(
            f"name: {name[:80]!r} cannot be the name of a template. Accepted: up to 60 letters, digits, spaces, - and "
            "_, beginning with a letter or digit, such as 'my walk'."
        )
    if name.casefold() in map(str.casefold, builtin_templates(prompts)):
        raise InputError(f"name: {name!r} is a built-in template. Accepted: another name.")
    return name


def written(template: Template) -> bytes:
    """The file of a template. Raises InputError for text that no file can hold."""
    words = {"text": template.text} if len(template.texts) == 1 else {"texts": list(template.texts)}
    given = {"description": template.description, "system": template.system, **words, "prefill": template.prefill}
    kept = {name: value for name, value in given.items() if value}
    try:
        "".join([*template.texts, template.system or "", template.prefill or "", template.description]).encode()
    except UnicodeEncodeError as cause:
        raise InputError("The text holds half a character, which no model can read. Accepted: Unicode text.") from cause
    # blocks are for people to read; the few texts that they cannot hold are written as YAML quotes them
    blocks = yaml.dump(kept, Dumper=_Blocks, sort_keys=False, allow_unicode=True, width=100)
    return (blocks if _reads(blocks, kept) else yaml_text(kept)).encode()


def _reads(text: str, values: Mapping[str, Any]) -> bool:
    try:
        return bool(yaml.safe_load(text) == values)
    except yaml.YAMLError:
        return False


class _Blocks(Writer):
    """Writes texts of several lines as blocks."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Blocks.add_representer(str, _block)


def parsed(name: str, content: bytes) -> Template:
    """The words that a file holds. Raises InputError in a sentence."""
    if len(content) > MOST_BYTES:
        raise InputError(f"It is too long. Accepted: at most {MOST_BYTES:,} bytes.")
    values = plain_yaml(content, "template", ", ".join(_File.model_fields))
    try:
        file = _File(**values)
    except ValidationError as cause:
        told = with_lines("\n".join(sentences(cause, _READER)), content, values)
        raise InputError(told.replace("\n", " ")) from cause
    return Template(name, file.wordings, file.system or None, file.prefill, file.description)


@lru_cache(maxsize=512)
def entry_of(prompts: str, name: str, content: bytes) -> Entry:
    """What a file that holds this is, with its complaint where it cannot be used."""
    stamp = hashlib.sha256(content).hexdigest()
    words = None
    try:
        words = parsed(name, content)
        template = checked(words, variables_for(prompts))
        checked_name(prompts, name)
    except InputError as cause:
        return Entry(name, None, words, str(cause), stamp)
    return Entry(name, template, words, "", stamp)
