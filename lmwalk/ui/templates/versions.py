"""The words that stored studies were asked with: each version, whatever its template's file holds by now."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from lmwalk.templates import version_of
from lmwalk.ui.shell import access
from lmwalk.ui.shell.escape import plain
from lmwalk.ui.templates.items import Draft, Item, drafts, reset, studies
from lmwalk.user_templates import Version

MOST_NAMED = 5


def versions_kept(prompts: str, item: Item) -> None:
    """Draw the versions; nothing where no study was asked with the template."""
    if not item.versions:
        return
    current = version_of(item.template) if item.template else ""
    with st.expander(f"Asked in {studies(item.uses)}, {_count(item.versions)} of its words", icon=":material/history:"):
        st.caption("A version is named by a short hash of its words. Studies keep the words themselves.")
        for version in item.versions:
            _version(prompts, item, version, version.number == current)


def _count(versions: list[Version]) -> str:
    return "1 version" if len(versions) == 1 else f"{len(versions)} versions"


def _version(prompts: str, item: Item, version: Version, current: bool) -> None:
    named = ", ".join(version.studies[:MOST_NAMED]) + (", …" if len(version.studies) > MOST_NAMED else "")
    now = ", as the template is now" if current else ""
    st.markdown(plain(f"Version {version.number}{now}: {studies(len(version.studies))} ({named})"))
    draft = Draft.of(version.template, item.stamp)
    for text in (version.template.system, draft.words["text"], version.template.prefill):
        if text:
            st.code(text, language=None, wrap_lines=True, height="content" if len(text) < 1500 else 300)
    if current or item.builtin or access.read_only():
        return
    if st.button(
        "Put these words into the editor",
        icon=":material/restore:",
        key=f"restore_{prompts}_{item.id}_{version.number}",
        help="They become the template's once you save.",
    ):
        description = item.template.description if item.template else ""
        drafts(prompts)[item.id] = replace(draft, name=item.name, description=description)
        reset(prompts, item.id)
        st.rerun()
