"""Prompt templates: text with ``{variables}``, filled by name and nothing else.

A template cannot call, index or reach into a value, so one from a stranger's study file is safe to render.
Built-in templates are YAML files under ``prompts/<process>/``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from string import Formatter

import yaml

from lmwalk.errors import InputError
from lmwalk.types import Template


def variables_of(text: str) -> frozenset[str]:
    """Names of the variables in a template text. Raises InputError where the braces cannot be read."""
    return frozenset(name for _, name in _pieces(text) if name is not None)


def _pieces(text: str) -> list[tuple[str, str | None]]:
    """(literal, variable or None) pairs in order."""
    try:
        parsed = list(Formatter().parse(text))
    except ValueError as cause:
        raise InputError(
            f"The template's braces cannot be read ({cause}). Write {{x}} for a variable and {{{{ or }}}} for a brace."
        ) from cause
    for _, name, spec, conversion in parsed:
        if name is not None and (spec or conversion or not name.isidentifier()):
            raise InputError(
                f"The template asks for {{{name}}} with more than a plain name. Write only {{name}}, such as {{x}}."
            )
    return [(literal, name) for literal, name, _, _ in parsed]


def compiled(text: str) -> Callable[[Mapping[str, object]], str]:
    """A function that fills the template from a view; compiled once, called for every step."""
    pieces = _pieces(text)

    def fill(view: Mapping[str, object]) -> str:
        return "".join([literal if name is None else f"{literal}{view[name]}" for literal, name in pieces])

    return fill


def checked(template: Template, variables: Mapping[str, str]) -> Template:
    """The template, with its variables known to exist. Raises InputError naming the unknown one and what exists."""
    fields = variables_of(template.text) | variables_of(template.system or "")
    unknown = sorted(fields - set(variables))
    if unknown:
        known = ", ".join(sorted(variables))
        raise InputError(f"Template {template.name!r} uses {{{unknown[0]}}}, which is unknown here. Known: {known}.")
    if not template.text.strip():
        raise InputError(f"Template {template.name!r} has an empty text; a question needs at least one word.")
    return Template(template.name, template.text, template.system, template.description, fields)


@cache
def builtin_templates(process: str) -> Mapping[str, Template]:
    """The named templates of a process, by name."""
    folder = resources.files("lmwalk") / "prompts" / process
    if not folder.is_dir():
        return {}
    found = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".yaml"):
            name = file.name.removesuffix(".yaml")
            found[name] = Template(name=name, **yaml.safe_load(file.read_text(encoding="utf-8")))
    return found


def named_template(process: str, name: str) -> Template:
    """The built-in template of that name. Raises InputError naming what there is."""
    known = builtin_templates(process)
    if name not in known:
        raise InputError(f"There is no template called {name!r} for {process}. There is: {', '.join(known)}.")
    return known[name]
