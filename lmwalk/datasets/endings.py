"""What is to be said of how the answers of a stored study ended, for the screen, the command line and reports."""

from __future__ import annotations

from lmwalk.analysis import endings
from lmwalk.registry import processes
from lmwalk.store import Store
from lmwalk.study import Study


def sentences(store: Store, study: Study) -> list[str]:
    """Plain sentences, none where all is well: what was cut off, what servers read in part, what they refused.

    They hold words of servers, which are untrusted.
    """
    counts = store.endings.counts(study.name)
    if counts.empty:
        return []
    cut = endings.cut_sentence(
        counts, thinking=study.thinking, on_cut=study.on_cut, chain=processes[study.process].passes_text
    )
    refused = endings.refusal_sentence(store.endings.refusals(study.name), int(counts["answers"].sum()))
    return [said for said in (cut, endings.prompt_sentence(counts), refused) if said]


def thinking(store: Store, study: Study, conditions: list[str] | None = None) -> str:
    """How long answers were thought about, as a sentence; nothing where nothing was thought."""
    return endings.thinking_sentence(store.endings.thoughts(study.name, conditions))
