"""Prompt templates: text with ``{variables}``, filled by name and nothing else.

A template cannot call, index or reach into a value, so one from a stranger's study file is safe to render.
Built-in templates are YAML files under ``prompts/<folder>/``; processes may share a folder. A process that is no part
of lmwalk brings its own, as a mapping or a folder called ``templates``. A template's version is a short hash of its
words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import count, islice
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from lmwalk.errors import InputError
from lmwalk.registry import processes
from lmwalk.types import Template
from lmwalk.validation_messages import shown

MOST_VARIABLES = 200
MOST_PIECES = 10_000
"""A question is as long as what it asks for taken together, so that a text of ten pages could ask for a gigabyte."""


def variables_of(text: str) -> frozenset[str]:
    """Names of the variables in a template text. Raises InputError where the braces cannot be read."""
    return frozenset(name for _, name in _pieces(text) if name is not None)


def _pieces(text: str) -> list[tuple[str, str | None]]:
    """(literal, variable or None) pairs in order."""
    try:
        parsed = list(islice(Formatter().parse(text), MOST_PIECES + 1))
    except ValueError as cause:
        raise InputError(
            f"The template's braces cannot be read ({cause}). Write {{x}} for a variable and {{{{ or }}}} for a brace."
        ) from cause
    for _, name, spec, conversion in parsed:
        if name is not None and (spec or conversion or not name.isidentifier()):
            raise InputError(
                f"The template asks for {{{name[:80]}}} with more than a plain name. "
                "Write only {name}, such as {x}; a brace that is text, as in JSON, is written {{ or }}."
            )
    if len(parsed) > MOST_PIECES or sum(name is not None for _, name, _, _ in parsed) > MOST_VARIABLES:
        raise InputError(
            f"The template asks for too many variables. Accepted: {MOST_VARIABLES} in a text, each counted as often as "
            f"it stands there, and {MOST_PIECES:,} braces."
        )
    return [(literal, name) for literal, name, _, _ in parsed]


def compiled(text: str) -> Callable[[Mapping[str, object]], str]:
    """A function that fills in the template: from a view (variable to value) to text. Compiled once per run.

    Raises
    ------
    InputError
        The braces of the text cannot be read.
    """
    pieces = _pieces(text)

    def fill(view: Mapping[str, object]) -> str:
        return "".join([literal if name is None else f"{literal}{view[name]}" for literal, name in pieces])

    return fill


def checked(template: Template, variables: Mapping[str, str]) -> Template:
    """The template with ``fields`` filled in, after a check of its texts against the process's ``variables``.

    Raises
    ------
    InputError
        It has no text or an empty one, its braces cannot be read, or it names a variable that does not exist.
    """
    if not template.texts:
        raise InputError(f"Template {template.name!r} has no text; a question needs at least one word.")
    fields = fields_of(template)
    for unknown, close in unknown_in(template, variables).items():
        meant = f" Did you mean {{{close}}}?" if close else ""
        known = ", ".join(sorted(variables))
        raise InputError(
            f"Template {template.name!r} uses {{{unknown[:80]}}}, which is unknown here.{meant} Known: {known}. "
            "A brace that is text is written {{ or }}."
        )
    if not all(text.strip() for text in template.texts):
        raise InputError(f"Template {template.name!r} has an empty text; a question needs at least one word.")
    return replace(template, fields=fields)


def fields_of(template: Template) -> frozenset[str]:
    """Every variable that a template names. Raises InputError where its braces cannot be read."""
    parts = [*template.texts, template.system or "", template.prefill or ""]
    return frozenset[str]().union(*map(variables_of, parts))


def unknown_in(template: Template, variables: Mapping[str, str]) -> dict[str, str]:
    """The variables that a template names and that do not exist, each with the closest known name, or ``""``.

    Raises
    ------
    InputError
        The braces cannot be read.
    """
    unknown = sorted(fields_of(template) - set(variables))
    return {name: next(iter(get_close_matches(name, list(variables), 1)), "") for name in unknown}


def version_of(template: Template) -> str:
    """Six hexadecimal digits that identify system message, wordings and prefill; name and description do not count."""
    words = json.dumps([template.system, list(template.texts), template.prefill])
    return hashlib.sha256(words.encode()).hexdigest()[:6]


def builtin_templates(prompts: str) -> Mapping[str, Template]:
    """The named templates in a folder of prompts, and those that processes of other packages bring, by name.

    Raises
    ------
    InputError
        What a process brings cannot be read.
    """
    found = dict(_shipped(prompts))
    for process in list[Any](processes.values()):
        if process.prompts == prompts and hasattr(process, "templates"):
            found |= _brought(process)
    return found


@cache
def _shipped(prompts: str) -> Mapping[str, Template]:
    return _in_folder(resources.files("lmwalk") / "prompts" / prompts)


def _in_folder(folder: Traversable) -> Mapping[str, Template]:
    if not folder.is_dir():
        return {}
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    texts = {file.name.removesuffix(".yaml"): file.read_text(encoding="utf-8") for file in files}
    return {name: _read(name, yaml.safe_load(text)) for name, text in texts.items()}


@cache
def _brought(process: Any) -> Mapping[str, Template]:
    """The templates of a process that holds them, or says in which folder they are."""
    try:
        if isinstance(process.templates, Mapping):
            return {name: _read(name, written) for name, written in process.templates.items()}
        return _in_folder(Path(process.templates))
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, OSError) as cause:
        raise InputError(
            f"The templates of the process {process.name!r} cannot be read: {cause}. Accepted: a text a name, or "
            "'text' or 'texts' and where wanted 'system', 'prefill' and 'description'; in a folder as NAME.yaml."
        ) from cause


def _read(name: str, written: str | Mapping[str, Any]) -> Template:
    if isinstance(written, str):
        return Template(name, (written,))
    texts = tuple(written.get("texts") or [written["text"]])
    return Template(name, texts, written.get("system"), written.get("prefill"), written.get("description", ""))


def kept_name(prompts: str, name: str) -> str:
    """What a built-in template is called where it is kept: ``stems`` is ``stems-3`` beside ``stems-1`` and ``stems-2``.

    So words that are written anew later take a name from no study that was asked with these.
    """
    known = builtin_templates(prompts)
    older = next(number for number in count(1) if f"{name}-{number}" not in known) - 1
    return f"{name}-{older + 1}" if older and name in known else name


def current_name(prompts: str, kept: str, *, stored: bool = False) -> str:
    """The name today of a template that a study names.

    Parameters
    ----------
    kept : str
        As ``kept_name`` gave it, or without a number: the newest words.
    stored : bool
        It was kept by lmwalk, where a name without a number is of a time that had no second words: it is the first's.
    """
    if stored and kept_name(prompts, kept) != kept:
        return f"{kept}-1"
    name = kept.rpartition("-")[0]
    return name if name and kept_name(prompts, name) == kept else kept


def named_template(prompts: str, name: str) -> Template:
    """The built-in template of that name. Raises InputError naming what there is."""
    known = builtin_templates(prompts)
    if name not in known:
        raise InputError(f"There is no template called {shown(name)} for {prompts}. There is: {', '.join(known)}.")
    return known[name]
