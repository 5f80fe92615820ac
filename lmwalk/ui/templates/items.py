"""The templates of a kind: built-in ones, files of the user's own, and drafts that no file holds yet."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from lmwalk.registry import processes
from lmwalk.templates import builtin_templates
from lmwalk.types import Template
from lmwalk.ui.parts.multiline import joined_texts, separator_for, split_texts
from lmwalk.ui.shell import session
from lmwalk.user_templates import Entry, Version

_DRAFTS, _GO, _SHOWN, _RESETS = "_drafts", "_template_next", "_template_shown", "_template_resets"
NEW = "new:"
"""Begins the id of a draft that has no file; no template's name holds a colon."""
WORDS = ("text", "system", "prefill")


@dataclass
class Draft:
    """What was typed and not saved; it outlives the page. ``opened`` is the stamp of the file it began from."""

    name: str
    description: str
    words: dict[str, str]
    dashes: int
    opened: str | None = None

    @classmethod
    def of(cls, template: Template, opened: str | None = None) -> Draft:
        """A draft that holds a template's words."""
        dashes = separator_for(template.texts)
        words = {"text": joined_texts(template.texts, dashes), "system": template.system or ""}
        return cls(template.name, template.description, {**words, "prefill": template.prefill or ""}, dashes, opened)

    @property
    def template(self) -> Template:
        """The words as a template."""
        texts = split_texts(self.words["text"], self.dashes)
        given = (self.words["system"] or None, self.words["prefill"] or None)
        return Template(self.name.strip(), texts, *given, self.description.strip())


@dataclass(frozen=True)
class Item:
    """One line of the list. ``entry`` is its file, ``versions`` are the words that studies were asked with."""

    id: str
    name: str
    builtin: Template | None = None
    entry: Entry | None = None
    draft: Draft | None = None
    versions: list[Version] = field(default_factory=list)

    @property
    def template(self) -> Template | None:
        """The words it has without the draft; None where it has none that can be read."""
        return self.builtin or (self.entry.words if self.entry else None)

    @property
    def unreadable(self) -> bool:
        """Whether there is a file in which no words can be found."""
        return self.entry is not None and self.entry.words is None

    @property
    def shown(self) -> Template:
        """The words to show where nothing was typed: its own, else those that a study was last asked with."""
        kept = next((version.template for version in self.versions), Template(self.name, ("",)))
        return self.template or kept

    @property
    def stamp(self) -> str | None:
        return self.entry.stamp if self.entry else None

    @property
    def uses(self) -> int:
        """How many studies were asked with it."""
        return sum(len(version.studies) for version in self.versions)

    @property
    def changed(self) -> bool:
        """Whether the file is no longer the one that the draft began from."""
        return self.draft is not None and self.draft.opened != self.stamp

    @property
    def caption(self) -> str:
        """What it is, in few words."""
        kind = (
            "built in" if self.builtin else "your own" if self.entry else "not saved yet" if self.draft else "no file"
        )
        if self.entry and self.entry.template is None:
            kind = "cannot be used"
        unsaved = ["unsaved changes"] if self.draft and self.entry else []
        asked = [f"asked in {studies(self.uses)}"] if self.uses else []
        return ", ".join([kind, *unsaved, *asked])


def studies(count: int) -> str:
    """``1 study``, ``2 studies``."""
    return "1 study" if count == 1 else f"{count:,} studies"


def kinds() -> dict[str, str]:
    """Each folder of prompts, and the experiments that are asked from it."""
    found: dict[str, list[str]] = {}
    for process in processes.values():
        found.setdefault(process.prompts, []).append(process.title)
    return {prompts: ", ".join(titles) for prompts, titles in found.items()}


def items(prompts: str, versions: Mapping[tuple[str, str], list[Version]]) -> list[Item]:
    """Every template of a kind: drafts without a file, then the user's own by name, then built-in ones."""
    known, builtin = drafts(prompts), builtin_templates(prompts)
    asked = {name: found for (folder, name), found in versions.items() if folder == prompts}
    files = {entry.name: entry for entry in session.library().entries(prompts)}
    named = {*files, *asked, *known} - {name for name in known if name.startswith(NEW)} - set(builtin)
    return [
        *(Item(own, draft.name, draft=draft) for own, draft in known.items() if own.startswith(NEW)),
        # a file with the name of a built-in template cannot be used
        *(Item(f"{name}.yaml", f"{name}.yaml", entry=files[name]) for name in sorted(set(files) & set(builtin))),
        *(Item(name, name, None, files.get(name), known.get(name), asked.get(name, [])) for name in sorted(named)),
        *(Item(name, name, each, versions=asked.get(name, [])) for name, each in builtin.items()),
    ]


def drafts(prompts: str) -> dict[str, Draft]:
    """The unsaved words of a kind, by the id of their line."""
    every: dict[str, dict[str, Draft]] = st.session_state.setdefault(_DRAFTS, {})
    return every.setdefault(prompts, {})


def begin(prompts: str, template: Template) -> None:
    """Begin a draft that no file holds yet, and go to it."""
    known = drafts(prompts)
    own = next(name for number in itertools.count(1) if (name := f"{NEW}{number}") not in known)
    known[own] = Draft.of(replace(template, name=free_name(prompts, template.name)))
    go(prompts, own)


def free_name(prompts: str, stem: str) -> str:
    """A name like this one that no template has."""
    taken = {entry.name for entry in session.library().entries(prompts)} | set(builtin_templates(prompts))
    taken = {name.casefold() for name in taken | {draft.name for draft in drafts(prompts).values()}}
    tries = (f"{stem[:50]} {number}" for number in itertools.count(2))
    return next(name for name in itertools.chain([stem[:60]], tries) if name.casefold() not in taken)


def drop(prompts: str, own: str) -> None:
    """Forget what was typed."""
    drafts(prompts).pop(own, None)
    reset(prompts, own)


def reset(prompts: str, own: str) -> None:
    """Have the editor show the file or the draft, whatever was typed."""
    resets = st.session_state.setdefault(_RESETS, {})
    resets[prompts, own] = resets.get((prompts, own), 0) + 1


def revision(prompts: str, item: Item) -> str:
    """Another one wherever the editor has to take other words over."""
    resets: dict[Any, int] = st.session_state.get(_RESETS, {})
    return f"{resets.get((prompts, item.id), 0)} {item.draft.opened if item.draft else item.stamp}"


def show(prompts: str, own: str) -> None:
    """Remember what is shown, for whoever comes back from another page."""
    st.session_state[_SHOWN] = (prompts, own)


def last_shown() -> tuple[str | None, str | None]:
    """The kind and the template that were shown last."""
    shown: tuple[str | None, str | None] = st.session_state.get(_SHOWN, (None, None))
    return shown


def go(prompts: str, own: str) -> None:
    """Show this template in the next run."""
    st.session_state[_GO] = (prompts, own)


def arrive(prompts: str) -> str | None:
    """The template to be shown in this run, where one was named."""
    where, own = st.session_state.get(_GO, (None, None))
    if where != prompts:
        return None
    del st.session_state[_GO]
    return str(own)
