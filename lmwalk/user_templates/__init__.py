"""Templates of a user's own: plain YAML files in a folder beside the database, ``templates/<prompts>/<name>.yaml``.

They look like the built-in ones: ``text`` or ``texts``, and where wanted ``system``, ``prefill`` and ``description``.
A file is read anew at every look, so one edited by hand counts at once; one that cannot be used is listed with its
complaint and stands in nobody's way. The names of built-in templates are taken: a file under one of them is not used,
so that a name means the same words on every machine. A study keeps the words themselves, never the file.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lmwalk.access import refuse_if_read_only
from lmwalk.drafts import whole_file
from lmwalk.errors import ChangedError, InputError
from lmwalk.registry import processes
from lmwalk.study import InlineTemplate, Study
from lmwalk.templates import builtin_templates, checked, version_of
from lmwalk.types import Template
from lmwalk.user_templates.files import MOST_BYTES, Entry, checked_name, entry_of, variables_for, written
from lmwalk.validation_messages import shown

__all__ = ["Entry", "Library", "Version", "inline", "library_of", "variables_for", "versions_of"]

_WRITING = threading.Lock()


@dataclass(frozen=True)
class Version:
    """Words that studies were asked with, and the names of those studies."""

    template: Template
    studies: tuple[str, ...]

    @property
    def number(self) -> str:
        """The short hash of the words."""
        return version_of(self.template)


def library_of(database: Path) -> Library:
    """The templates beside a database."""
    return Library(database.expanduser().resolve().parent / "templates")


def inline(template: Template) -> dict[str, Any]:
    """A user's own template as a study holds it: the words, and what they are called."""
    words: dict[str, Any] = {"text": template.text} if len(template.texts) == 1 else {"texts": list(template.texts)}
    given = {"name": template.name, **words, "system": template.system, "prefill": template.prefill}
    return {name: value for name, value in given.items() if value is not None}


def versions_of(studies: Iterable[Study]) -> dict[tuple[str, str], list[Version]]:
    """The words that studies were asked with: (folder of prompts, name of the template) to its versions."""
    found: dict[tuple[str, str], dict[str, Version]] = {}
    for study in studies:
        name = study.template.name if isinstance(study.template, InlineTemplate) else study.template
        if not name:
            continue
        known = found.setdefault((processes[study.process].prompts, name), {})
        template = replace(study.prompt_template, name=name)
        before = known.get(version_of(template), Version(template, ()))
        known[before.number] = replace(before, studies=(*before.studies, study.name))
    return {key: list(known.values()) for key, known in found.items()}


class Library:
    """The templates of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, prompts: str, name: str) -> Path:
        """Where a template's file is. Raises InputError for a name that would lead elsewhere."""
        return self.folder / prompts / f"{checked_name(prompts, name)}.yaml"

    def entries(self, prompts: str) -> list[Entry]:
        """What the files of a folder of prompts hold, by name; none where there is no such folder."""
        try:
            files = sorted(file for file in (self.folder / prompts).glob("[!.]*.yaml") if file.is_file())
        except OSError:
            return []
        return [self._read(prompts, file) for file in files]

    def templates(self, prompts: str) -> dict[str, Template]:
        """The templates that can be used, by name."""
        return {entry.name: entry.template for entry in self.entries(prompts) if entry.template}

    def find(self, prompts: str, name: str) -> Entry | None:
        """What the file of that name holds, where there is one."""
        return next((entry for entry in self.entries(prompts) if entry.name == name), None)

    def save(self, prompts: str, template: Template, opened: str | None) -> Entry:
        """Write a template to its file, whole or not at all.

        Parameters
        ----------
        prompts : str
            The folder of prompts.
        template : Template
            Its name is that of the file.
        opened : str or None
            The stamp of the file that is to be written over; None for a file that is not to be there yet.

        Raises
        ------
        ChangedError
            The file is another by now, or gone, or there already.
        InputError
            The template could not be asked, its name cannot be a file's, or the folder cannot be written.
        """
        refuse_if_read_only("no template is saved")
        target = self.path(prompts, template.name)
        checked(template, variables_for(prompts))
        content = written(template)
        if len(content) > MOST_BYTES:
            raise InputError(f"The template is too long. Accepted: at most {MOST_BYTES:,} bytes.")
        with _WRITING:
            self._must_be(prompts, template.name, opened)
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                with whole_file(target) as draft:
                    draft.write_bytes(content)
            except OSError as cause:
                raise InputError(f"{str(target)!r} cannot be written: {cause.strerror}.") from cause
        return entry_of(prompts, template.name, content)

    def delete(self, prompts: str, name: str, opened: str | None) -> None:
        """Delete a template's file; studies keep its words. Raises as ``save``."""
        refuse_if_read_only("no template is deleted")
        with _WRITING:
            self._must_be(prompts, name, opened)
            try:
                (self.folder / prompts / f"{name}.yaml").unlink(missing_ok=True)
            except OSError as cause:
                raise InputError(f"The file of {name!r} cannot be deleted: {cause.strerror}.") from cause

    def written_out(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A study's fields with the words of the template that they name, where it is one of these.

        Raises
        ------
        InputError
            There is no such template, or its file cannot be used.
        """
        name, process = values.get("template"), values.get("process", Study.model_fields["process"].default)
        if not (isinstance(name, str) and isinstance(process, str) and process in list(processes)):
            return dict(values)
        prompts = processes[process].prompts
        builtin = builtin_templates(prompts)
        if name in builtin:
            return dict(values)
        entry = self.find(prompts, name)
        if entry is None:
            known = ", ".join([*builtin, *self.templates(prompts)])
            raise InputError(
                f"template: there is no template called {shown(name)} for {prompts}. There is: {known}. "
                f"One of your own would be {name[:60]}.yaml in {str(self.folder / prompts)!r}."
            )
        if entry.template is None:
            raise InputError(f"template: {shown(name)} cannot be used. {entry.complaint}")
        return {**values, "template": inline(entry.template)}

    def _must_be(self, prompts: str, name: str, opened: str | None) -> None:
        same = [entry for entry in self.entries(prompts) if entry.name.casefold() == name.casefold()]
        if other := next((entry.name for entry in same if entry.name != name), None):
            raise InputError(f"name: there is a template called {other!r}, which differs only in capital letters.")
        now = same[0].stamp if same else None
        if now != opened:
            gone = "was deleted" if now is None else "was changed" if opened else "is there already"
            raise ChangedError(f"The file of {name!r} {gone}, perhaps in another tab. Nothing was written.")

    def _read(self, prompts: str, file: Path) -> Entry:
        name = file.name.removesuffix(".yaml")
        try:
            with file.open("rb") as opened:
                return entry_of(prompts, name, opened.read(MOST_BYTES + 1))
        except OSError as cause:
            return Entry(name, None, None, f"It cannot be read: {cause.strerror}.", "unreadable")
