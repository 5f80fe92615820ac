"""The rules by which replies are read: each in a sentence with examples, and how many answers each of them decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st

from lmwalk.processes.readers import alphabet_of, reader_of, rules_of
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import STATUSES, Process
from lmwalk.ui.shell.escape import plain

UNREAD = {"unparsed": "not read", "ambiguous": "ambiguous", "refused": "refused", "empty": "empty"}
WHYS: Mapping[str, str] = {
    "only word": "One outcome is named, and nothing speaks against it.",
    "first of several": "The first outcome named counts.",
    "list": "Every outcome named counts, in order.",
    "whole text": "All of it is the answer.",
    "two outcomes": "Different outcomes are named, and no rule decides between them.",
    "no outcome": "No outcome is named.",
    "refused": "It says that the model cannot or will not.",
    "empty": "Nothing, or only space.",
    "only a thought": "The model thought, and said nothing.",
    "called a tool": "The model called a tool instead of answering.",
    "cut off": "A limit of tokens cut it off, and what is missing could change how it is read.",
    "cut while thinking": "A limit of tokens cut it off before the thought was over.",
    "refused by the server": "The server says that it was refused.",
    "filtered by the server": "The server's filter ended it.",
}
"""What decides beside the rules of a process."""
LEGACY = (
    "Read as the original experiment did: the first of the outcomes that stands anywhere in a reply, also inside "
    "another word. It has no other rule."
)
WHOLE = "Answers are free text here: all of a reply counts as it is."
ABOUT = "Rules are tried in this order. Each example was read just now, as this study reads it."


class RuleStatement(NamedTuple):
    """A rule, its sentence, and replies with what each is read as: an outcome, or in words why there is none."""

    name: str
    says: str
    examples: dict[str, str]


def stated(process: Process) -> list[RuleStatement]:
    """The rules by which a process reads, in their order, each with those of its examples that the process reads so.

    A rule without any is none of this process: where the first outcome counts, nothing decides between several.
    """
    alphabet = alphabet_of(process) or process.alphabet
    found = []
    for rule in rules_of(process):
        examples = {
            reply: UNREAD.get(read, read)
            for reply, read in (rule.examples(alphabet) or {}).items()
            if read == _read(process, reply)
        }
        if examples:
            found.append(RuleStatement(rule.name, rule.says, examples))
    return found


def _read(process: Process, reply: str) -> str:
    """The outcome, or the reason for none."""
    outcome, status = process.parse(reply)
    return outcome if outcome is not None else status


def rules(study: Study, *, key: str) -> None:
    """Draw the rules of a study, folded."""
    with st.expander("The rules by which replies are read", icon=":material/gavel:", key=key, on_change="rerun") as box:
        if not box.open:
            return
        process = study.make_process()
        known = stated(process)
        if not known:
            st.caption(LEGACY if reader_of(process) == "legacy" else WHOLE)
            return
        st.caption(ABOUT)
        st.markdown("\n\n".join(map(_written, known)))


def _written(rule: RuleStatement) -> str:
    lines = [f"- “{_line(reply)}” → **{plain(read)}**" for reply, read in rule.examples.items()]
    return "\n".join([f"**{plain(rule.name[0].upper() + rule.name[1:])}.** {plain(rule.says)}", *lines])


def _line(reply: str) -> str:
    return plain(reply.replace("\n", " ⏎ "))


def by_rule(store: Store, study: Study, condition: str | None = None) -> None:
    """Draw how many answers each rule decided, with an example; of one condition where it is named."""
    found = store.endings.rules(study.name, None if condition is None else [condition])
    if found.empty:
        st.caption("After the first replies, this table shows which rule parsed each of them.")
        return
    order = {status: place for place, status in enumerate(STATUSES)}
    rows = found.sort_values("status", key=lambda column: column.map(order), kind="stable")
    number = st.column_config.NumberColumn
    st.dataframe(
        rows.assign(
            share=100 * rows["count"] / rows["count"].sum(),
            why=rows["why"].fillna("not kept"),
            says=rows["why"].map(meanings(study.make_process())),
        ),
        hide_index=True,
        column_config={
            "status": st.column_config.TextColumn("Status", width="small"),
            "why": st.column_config.TextColumn("Rule", width=160, help="What decided how a reply was read."),
            "count": number("Answers", format="localized", width="small"),
            "share": number("Share", format="%.1f%%", width="small", help="Of all answers."),
            "example": st.column_config.TextColumn("The first such reply", width="medium", help="Cut at 200 letters."),
            "says": st.column_config.TextColumn("Means", width="large"),
        },
        column_order=["status", "why", "count", "share", "example", "says"],
    )


def meanings(process: Process) -> dict[str, str]:
    """What each rule says that a process can name, and each other reason."""
    return {rule.name: rule.says for rule in rules_of(process)} | dict(WHYS)


def rules_below(store: Store, study: Study) -> None:
    """Draw what belongs to the figure of readings: how many answers each rule decided, and the rules."""
    with st.expander(
        "Answers by the rule that decided", icon=":material/rule:", key="by-rule", on_change="rerun"
    ) as box:
        if box.open:
            by_rule(store, study)
    rules(study, key="reading-rules")
