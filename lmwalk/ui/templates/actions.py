"""What can be done with a template: save, discard, duplicate, delete; each says what became of it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from lmwalk.errors import InputError
from lmwalk.ui.shell import access, session
from lmwalk.ui.shell.escape import plain
from lmwalk.ui.templates.items import NEW, Draft, Item, begin, drafts, drop, go, reset, studies

SAVE_HELP = "Write it to its file. Studies that were run keep the words they were asked with."
DISCARD_HELP = "Forget what was typed since it was saved."


def actions(prompts: str, item: Item, written: Draft) -> None:
    """The name, what can be done, and what became of it."""
    st.subheader(plain(written.name if item.id.startswith(NEW) else item.name), anchor=False)
    if access.read_only():
        return
    with st.container(horizontal=True, gap="small"):
        duplicate = replace(written.template, name=f"{written.name} copy")
        saved = not item.builtin and _save_button(item)
        if not item.builtin and st.button("Discard", disabled=item.draft is None, help=DISCARD_HELP):
            _discard(prompts, item)
        if st.button("Duplicate", icon=":material/content_copy:", help="Begin another one with these words."):
            begin(prompts, duplicate)
            st.rerun()
        if item.entry and st.button("Delete", icon=":material/delete:", help="Delete the file, once you confirm it."):
            _delete(prompts, item)
    if saved and item.draft:
        _save(prompts, item, item.draft)
    if item.entry and item.entry.complaint:
        end = " Change the file by hand, or delete it." if item.unreadable else ""
        st.error(plain(item.entry.complaint + end), title="The file cannot be used", icon=":material/edit:")
    if item.changed and not item.id.startswith(NEW):
        _changed(prompts, item, written)


def _save_button(item: Item) -> bool:
    nothing = item.draft is None
    return st.button("Save", type="primary", icon=":material/save:", disabled=nothing, help=SAVE_HELP)


def _save(prompts: str, item: Item, draft: Draft) -> None:
    try:
        session.library().save(prompts, draft.template, draft.opened)
    except InputError as error:
        st.error(plain(f"{error} What you typed is still here."), title="Not saved", icon=":material/edit:")
    else:
        drafts(prompts).pop(item.id, None)
        go(prompts, draft.template.name)
        st.toast(plain(f"{draft.template.name!r} is saved."), icon=":material/save:")
        st.rerun()


def _changed(prompts: str, item: Item, written: Draft) -> None:
    """The file is another than the one that the draft began from: which words are to be kept?"""
    gone = item.entry is None
    words = "The file was deleted" if gone else "The file was changed"
    st.warning(f"{words} since you began to type, perhaps in another tab or by hand.", icon=":material/difference:")
    with st.container(horizontal=True):
        if st.button("Overwrite it with what I typed", help="The file's words are lost; studies keep theirs."):
            _save(prompts, item, replace(written, opened=item.stamp))
        if not gone and st.button("Take over the file's words", help="What you typed is lost."):
            drop(prompts, item.id)
            st.rerun()


@st.dialog("Discard what you typed?")
def _discard(prompts: str, item: Item) -> None:
    st.write(
        "What was typed since it was saved is forgotten." if item.entry else "It was never saved: nothing is left."
    )
    if st.button("Discard it", type="primary"):
        drop(prompts, item.id)
        st.rerun()


@st.dialog("Delete this template?")
def _delete(prompts: str, item: Item) -> None:
    """Ask, and say what stays."""
    st.write(plain(f"The file of {item.name!r} is deleted, and it leaves the lists of templates."))
    if item.uses:
        st.write(f"{studies(item.uses).capitalize()} asked with it keep their words, which can be restored from there.")
    else:
        st.write("No study was asked with it: its words are lost.")
    if st.button("Delete it", type="primary", icon=":material/delete:"):
        try:
            session.library().delete(prompts, item.entry.name if item.entry else item.name, item.stamp)
        except InputError as error:
            st.error(plain(str(error)), icon=":material/edit:")
            return
        drop(prompts, item.id)
        reset(prompts, item.id)
        st.rerun()
