"""A raw reply with what it was read from marked, and in a sentence how it was read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from lmwalk.number_format import rather
from lmwalk.types import Process, Span
from lmwalk.ui.parts.thoughts import thought_below
from lmwalk.ui.shell.assets import script, styles
from lmwalk.ui.shell.escape import counted, plain

MOST_CHARACTERS = 200_000
"""Of a reply that is shown."""
MOST_OUTCOMES = 200
LONGEST_OUTCOME = 60
"""Letters of an outcome that the sentence repeats; a longer one is a text, and is the marked part itself."""
FOUND_NOTHING = {
    "unparsed": "Not read: nothing in it names an answer.",
    "ambiguous": "Ambiguous: the marked words name more than one answer, so none was read.",
    "refused": "Refused: the marked words say so, and no answer is given.",
    "empty": "Empty: there is no word in it.",
    "cut": "Cut off by the token limit before it was whole, so it was not read.",
}
BY_RULE = {
    "cut while thinking": "Cut off by the token limit while the model was still thinking, so there is no answer.",
    "only a thought": "Empty: the model thought, and said nothing.",
    "called a tool": "Not read: the model called a tool instead of answering.",
    "refused by the server": "Refused by the server.",
    "filtered by the server": "Filtered by the server.",
}
"""What is said where a rule says more than the status."""

_component = st.components.v2.component(
    "lmwalk_reading",
    css=styles("parts/web/reading.css"),
    js=script("parts/web/reading.js"),
    isolate_styles=False,
)


def reading(process: Process, step: Mapping[str, Any], *, key: str) -> None:
    """Show the answer of a step.

    Parameters
    ----------
    step : mapping
        A record of ``store.history``.
    """
    _component(key=key, data=message(process, step), height="content")
    thought_below(step, key=f"{key}-thought")
    if isinstance(step["distribution"], str):
        _probabilities(step["distribution"])


def message(process: Process, step: Mapping[str, Any], most: int = MOST_CHARACTERS) -> dict[str, Any]:
    """What the component is told: pieces of the text, each with whether it is marked; the status; the sentence.

    ``beside`` is the rule that decided, and what else there is to say of the answer. ``most`` characters are shown.
    """
    reply = step["reply"] or ""
    cut = reply[:most]
    spans = [(a, min(b, len(cut))) for a, b in process.spans(reply) if a < len(cut)] if reply else []
    how = _sentence(step)
    if len(cut) < len(reply):
        how += f" The first {most:,} of {counted(len(reply), 'character')} are shown."
    return {
        "pieces": pieces(cut, spans),
        "status": step["status"],
        "how": how,
        "beside": " ".join(filter(None, (_because(step), _beside(step)))),
    }


def pieces(text: str, spans: Sequence[Span]) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is inside a span; spans are in order and apart."""
    found, at = [], 0
    for begin, end in spans:
        found += [(text[at:begin], False), (text[begin:end], True)]
        at = end
    return [piece for piece in [*found, (text[at:], False)] if piece[0]]


def _sentence(step: Mapping[str, Any]) -> str:
    status, outcome = step["status"], step["outcome"]
    if status == "error":
        return f"The call failed: {step['error']}"
    if status == "cut" and outcome:
        return "Cut off by the token limit. The marked text was handed on as far as it came."
    if status != "ok":
        return BY_RULE.get(step["why"] or "", FOUND_NOTHING[status])
    if isinstance(step["distribution"], str):
        return f"Drawn from the probabilities: {outcome}"
    if len(outcome) > LONGEST_OUTCOME or (outcome == (step["reply"] or "").strip() and " " in outcome):
        return "Taken whole: the marked text is the answer."
    return f"Read as {outcome}"


def _because(step: Mapping[str, Any]) -> str:
    """The rule that decided, and a server's own word for why it ended an answer."""
    why, said = step["why"], step["finish_said"]
    rule = f"Rule: {why}." if why and why not in BY_RULE and why != step["status"] and step["status"] != "error" else ""
    if said and step["finish"] in ("refusal", "filter", "tool"):
        return f"{rule} The server's word: {said}.".strip()
    return rule


def _beside(step: Mapping[str, Any]) -> str:
    """That the server read less than the question."""
    if not step["prompt_cut"]:
        return ""
    tokens = "" if step["tokens_in"] is None else f", {counted(int(step['tokens_in']), 'token')} of it"
    return f"The server read less than the whole question{tokens}."


def likeliest(stored: str) -> list[tuple[str, float]]:
    """What a model's tokens said, the likeliest outcome first, and what lies on none, where there is any."""
    found = json.loads(stored)
    beside = (("no outcome", found["outside"]), ("not seen", found["unseen"]))
    masses = [*found["p"].items(), *(pair for pair in beside if pair[1] > 0)]
    return sorted(masses, key=lambda pair: -pair[1])


def _probabilities(stored: str) -> None:
    found = json.loads(stored)
    st.dataframe(
        pd.DataFrame(likeliest(stored)[:MOST_OUTCOMES], columns=["outcome", "p"]),
        hide_index=True,
        column_config={
            "outcome": "Outcome",
            "p": st.column_config.ProgressColumn("Probability at T = 1", format="%.4f", min_value=0.0, max_value=1.0),
        },
    )
    if said := rather(found.get("instead", {}).items()):
        st.caption(plain(said.strip()))
