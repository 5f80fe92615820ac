"""The page of templates: the list of a kind, the editor, and what a model would read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import streamlit as st

from lmwalk.errors import InputError
from lmwalk.registry import processes
from lmwalk.study import Study
from lmwalk.templates import unknown_in
from lmwalk.types import Template
from lmwalk.ui.families.family import first_family
from lmwalk.ui.shell import access, session
from lmwalk.ui.shell.escape import plain
from lmwalk.ui.templates.actions import actions
from lmwalk.ui.templates.editor import editor
from lmwalk.ui.templates.items import Draft, Item, arrive, begin, drafts, items, kinds, last_shown, revision, show
from lmwalk.ui.templates.preview import pick_view, preview, values_of
from lmwalk.ui.templates.versions import versions_kept
from lmwalk.user_templates import Version, variables_for, versions_of

KIND, CALLED = "kind", "called"
NEW_NAME = "my template"
NAME_HELP = (
    "What the template is called in the lists of Walk, Draws and Telephone, and in study files; the file's name."
)
DESCRIPTION_HELP = "One line on what it is for. It is shown where a template is chosen, and never asked."


def templates() -> None:
    """Draw the page."""
    every = session.studies()
    prompts = _kind()
    left, right = st.columns((1, 3.4), gap="medium")
    with left:
        listed = items(prompts, versions_of(every))
        item = _pick(prompts, listed)
        if access.may_change():
            _new(prompts)
    with right:
        _workbench(prompts, item.id, item.versions, every)


def _new(prompts: str) -> None:
    st.button(
        "New template",
        icon=":material/add:",
        width="stretch",
        on_click=partial(begin, prompts, Template(NEW_NAME, ("",))),
        help="Begin with no words. Nothing is kept before you save it.",
    )
    st.caption(plain(f"Your own are files in {session.library().folder / prompts}. Edit them anywhere."))


def _kind() -> str:
    """Draw the choice of a kind; its folder of prompts."""
    titles = kinds()
    wanted = (
        st.session_state.get(KIND),
        st.query_params.get(KIND),
        last_shown()[0],
        processes[first_family().process].prompts,
    )
    st.session_state[KIND] = next(prompts for prompts in wanted if prompts in titles)
    chosen = st.pills(
        "Asked in",
        list(titles),
        format_func=titles.__getitem__,
        key=KIND,
        required=True,
        help="The experiments that the questions belong to. Experiments listed together share their templates.",
    )
    st.query_params[KIND] = str(chosen)
    return str(chosen)


def _pick(prompts: str, listed: list[Item]) -> Item:
    """Draw the list; the template that is shown."""
    known = {item.id: item for item in listed}
    key = f"template_of_{prompts}"
    wanted = (arrive(prompts), st.session_state.get(key), st.query_params.get(CALLED), last_shown()[1])
    st.session_state[key] = next((own for own in wanted if own in known), listed[0].id)
    chosen = st.radio(
        "Templates",
        list(known),
        format_func=lambda own: plain(known[own].name),
        captions=[plain(item.caption) for item in listed],
        key=key,
        help="Built-in ones cannot be changed; duplicate one to begin from it.",
    )
    st.query_params[CALLED] = chosen
    show(prompts, chosen)
    return known[chosen]


@st.fragment
def _workbench(prompts: str, own: str, versions: list[Version], every: list[Study]) -> None:
    """The editor and the preview; what is typed draws these two alone."""
    item = _now(prompts, own, versions)
    written = item.draft or Draft.of(item.shown, item.stamp)
    if item.unreadable:
        actions(prompts, item, written)
        versions_kept(prompts, item)
        return
    left, right = st.columns(2, gap="medium")
    with right:
        view = pick_view(prompts, written.template, every)
        reading = st.container()
    with left:
        with st.container():
            actions(prompts, item, written)
        with st.container():
            _labels(prompts, item, written)
        with st.container():
            editor(
                written.words,
                revision(prompts, item),
                written.dashes,
                values_of(variables_for(prompts), view),
                None if item.builtin or access.read_only() else partial(_typed, prompts, item, written),
                key=f"editor_{prompts}_{item.id}",
            )
    with reading:
        _hints(prompts, written.template)
        preview(written.template, view)
    versions_kept(prompts, item)


def _now(prompts: str, own: str, versions: list[Version]) -> Item:
    """The template as it stands at this moment, whatever was saved or typed since the list was drawn."""
    listed = items(prompts, {(prompts, own): versions})
    return next((item for item in listed if item.id == own), Item(own, own, versions=versions))


def _typed(prompts: str, item: Item, written: Draft, words: Mapping[str, str]) -> None:
    """Keep what was typed, unless the editor held other words by then."""
    if words["revision"] == revision(prompts, item):
        _keep(prompts, item, replace(written, words={name: words[name] for name in written.words}))


def _keep(prompts: str, item: Item, draft: Draft) -> None:
    """Keep a draft; one that says what the file says is none."""
    if draft.template == item.template and not item.changed:
        drafts(prompts).pop(item.id, None)
    else:
        drafts(prompts)[item.id] = draft


def _labels(prompts: str, item: Item, written: Draft) -> None:
    """What it is called, until it is saved, and what it is for."""
    if item.builtin:
        st.caption(plain(f"Built in. {item.builtin.description}"))
        return
    if access.read_only():
        st.caption(plain(written.description))
        return
    name = written.name
    if item.entry is None and not item.versions:
        name = st.text_input("Name", written.name, key=f"name_{prompts}_{item.id}", max_chars=60, help=NAME_HELP)
    description = st.text_input(
        "What it is for",
        written.description,
        key=f"description_{prompts}_{revision(prompts, item)}_{item.id}",
        max_chars=300,
        help=DESCRIPTION_HELP,
    )
    # space at the ends is not kept, so it is no change: it would be one again in every run
    if (name.strip(), description.strip()) != (written.name.strip(), written.description.strip()):
        written.name, written.description = name, description
        _keep(prompts, item, written)
        st.rerun()


def _hints(prompts: str, template: Template) -> None:
    """Variables that do not exist, each with what was meant perhaps, and what there is."""
    variables = variables_for(prompts)
    try:
        unknown = unknown_in(template, variables)
    except InputError as error:
        st.warning(plain(str(error)), icon=":material/edit:")
        return
    each = [
        f"There is no {{{name}}}." + (f" Did you mean {{{close}}}?" if close else "") for name, close in unknown.items()
    ]
    if each:
        exists = ", ".join(f"{{{name}}}" for name in variables)
        st.warning(plain("\n".join([*each[:10], f"There is: {exists}."])), icon=":material/edit:")
