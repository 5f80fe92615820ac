"""The words of the question: a named template or custom wording, with what the model reads at the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from lmwalk.errors import InputError
from lmwalk.registry import processes
from lmwalk.templates import builtin_templates, checked, compiled, fields_of, version_of
from lmwalk.types import Process, Template
from lmwalk.ui.families.family import record_of
from lmwalk.ui.parts.multiline import joined_texts, separator_for, split_texts
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import counted, plain
from lmwalk.user_templates import inline

BATCH = "batch"
TEXT_HELP = (
    "Changed words are kept with the study; the page Templates keeps words for other studies, too. Several wordings "
    "stand below each other, with a line {line} between them; trajectories share them out. Variables: {variables}."
)
PREFILL_HELP = "How the model's answer begins, written for it; it goes on from there. Empty: it begins by itself."


@dataclass(frozen=True)
class Keys:
    """Where the controls of the words keep their values."""

    template: str
    text: str
    system: str
    prefill: str


def keys_of(process: Process, template: str) -> Keys:
    """The keys for a process and the template that its words started from; others once that template has changed."""
    folder = process.prompts
    stem = template if _bare(process) else f"{folder}_{template}"
    if template not in builtin_templates(folder):
        stem = f"{stem}_{version_of(templates_of(process)[template])}"
    return Keys(template_key(process), f"prompt_{stem}", f"system_{stem}", f"prefill_{stem}")


def template_key(process: Process) -> str:
    """The key of the list of templates; another one for each list."""
    if _bare(process):
        return "template"
    return f"template_{process.prompts}{'_batch' if process.template == BATCH else ''}"


def _bare(process: Process) -> bool:
    """Whether the address names the list by no more than ``template``."""
    family = record_of(process.name)
    return family.bare_keys and process.prompts == processes[family.process].prompts


def templates_of(process: Process) -> Mapping[str, Template]:
    """The named templates that ask what the process asks, and those of the user's own that it can fill."""
    known = builtin_templates(process.prompts)
    batch = process.template == BATCH
    asking = {name: each for name, each in known.items() if (name == BATCH) == batch}
    own = session.library().templates(process.prompts)
    return asking | {name: each for name, each in own.items() if fields_of(each) <= set(process.variables)}


def pick_template(place: Any, process: Process) -> str:
    """The list of templates."""
    templates = templates_of(process)
    described = {name: known.description or "your own" for name, known in templates.items()}
    each = " ".join(f"**{plain(name)}**: {plain(about)}" for name, about in described.items())
    chosen: str = place.selectbox(
        "Template",
        list(templates),
        index=list(templates).index(process.template),
        key=template_key(process),
        bind="query-params",
        help=f"The words of the question. {each} Read or change them under More.",
    )
    return chosen


def prompt(process: Process, name: str) -> Any:
    """Draw the words of the question; the template's name, or custom wording where it was changed."""
    known, keys = templates_of(process)[name], keys_of(process, name)
    dashes = separator_for(known.texts)
    text = st.text_area(
        "Words of the question",
        joined_texts(known.texts, dashes),
        key=keys.text,
        height=190,
        bind="query-params",
        help=TEXT_HELP.format(
            line=f"`{'-' * dashes}`", variables=", ".join(f"{{{variable}}}" for variable in process.variables)
        ),
    )
    left, right = st.columns(2)
    system = _line(left, "System message", known.system, keys.system, "Sent before the question. Empty: none is sent.")
    prefill = _line(right, "Answer begins with", known.prefill, keys.prefill, PREFILL_HELP)
    own = Template("inline", split_texts(text, dashes), system, prefill)
    _preview(own, process)
    if name not in builtin_templates(process.prompts):
        return inline(replace(own, name=name))
    if version_of(own) == version_of(known):
        return name
    return {field: value for field, value in inline(own).items() if field != "name"}


def _line(place: Any, label: str, value: str | None, key: str, meaning: str) -> str | None:
    return place.text_input(label, value or "", key=key, bind="query-params", help=meaning) or None


def _preview(template: Template, process: Process) -> None:
    """The question as the model reads it at the start, or why it cannot be asked."""
    try:
        checked(template, process.variables)
        first = compiled(template.text)(process.view(process.start(partial(np.random.default_rng, 0))))
    except InputError as error:
        st.error(plain(str(error)))
        return
    several = len(template.texts)
    st.caption("At t = 0 the model reads" if several == 1 else f"{counted(several, 'wording')}. The first one at t = 0")
    st.code(first, language=None, wrap_lines=True)
