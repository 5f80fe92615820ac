"""What of chains is shown: the property that is drawn and the chain that is read, kept in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import streamlit as st

from lmwalk.properties import available, missing, properties
from lmwalk.study import Condition, Study
from lmwalk.ui.parts.selection import Selection, conditions_shown
from lmwalk.ui.shell.link import choose, looked_at

CURVE, CHAIN = "curve", "chain"


@dataclass(frozen=True)
class ChainSelection(Selection):
    """What the stage shows of chains.

    Attributes
    ----------
    chain : int
        The trajectory whose texts are read.
    curve : str
        The property of texts that is drawn.
    """

    chain: int = 0
    curve: str = ""

    most_lines: ClassVar[int] = 100

    @property
    def view(self) -> str:
        """Changes with the chain and the property, too."""
        return f"{super().view} {self.chain} {self.curve}"


def chain_names(study: Study) -> dict[int, str]:
    """Every chain's number, and the chain in few words: its initial text, its task where several, its seed."""
    names = study.make_process().case_labels
    return {number: _named(names, number) for number in study.numbers}


def chain_name(study: Study, number: int) -> str:
    """One chain in few words, also one of a study that this one branched off from."""
    return _named(study.make_process().case_labels, number)


def _named(names: Sequence[str], number: int) -> str:
    return f"{names[number % len(names)]}, chain {number // len(names) + 1}"


def curve_shown() -> str:
    """The property that is drawn."""
    titles = {known.title: known.name for known in available()}
    named = st.session_state.get(CURVE, titles.get(st.query_params.get(CURVE, "")))
    return str(named) if named in properties else "length"


def pick_curve() -> None:
    """Choose which property of texts is drawn."""
    known = {known.name: known.title for known in available()}
    lacking = " ".join(missing().values())
    st.selectbox(
        "Property",
        list(known),
        format_func=known.__getitem__,
        key=CURVE,
        bind="query-params",
        help=f"Which property of the texts the picture and the figures below it show. {lacking}",
        label_visibility="collapsed",
        width=160,
    )


def chain_on_stage(study: Study) -> tuple[Condition, int]:
    """The chain that is read: its condition, the first of those shown, and its number."""
    numbers = {name: number for number, name in chain_names(study).items()}
    return conditions_shown(study)[0], numbers[looked_at(CHAIN, list(numbers))]


def pick_chain(study: Study) -> None:
    """Choose which chain's texts are read."""
    words = "Whose texts are shown beside the picture. A click on a line picks its chain, too."
    choose("Chain", CHAIN, list(chain_names(study).values()), words, 200, label_visibility="collapsed")


def read_chain(study: Study, number: int) -> None:
    """Read the chain of that number."""
    st.session_state[CHAIN] = chain_names(study)[number]
