"""A template as a model reads it: filled in the state that a process, or a stored trajectory, has come to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from lmwalk.errors import InputError
from lmwalk.randomness import chance, generator
from lmwalk.registry import make_process, processes
from lmwalk.study import Study
from lmwalk.templates import compiled, fields_of
from lmwalk.types import Process, State, Template
from lmwalk.ui.parts.selection import label
from lmwalk.ui.shell import session
from lmwalk.ui.shell.escape import plain

MOST_T = 1000
_MODEL_STREAM = 1
STATE_HELP = (
    "Whose state fills the variables: an experiment with its usual settings, or a study that was run, where it stood."
)
T_HELP = "How many questions came before this one. The answers to them are drawn from the ideal observer, where there "
T_HELP += "is one; else every answer repeats the text."
View = Mapping[str, object]


class _Filled(dict[str, object]):
    """A view in which a variable that does not exist stands as it was written."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def pick_view(prompts: str, template: Template, studies: Sequence[Study]) -> View:
    """Draw the choice of a state; the values of the variables there."""
    titles = {name: processes[name].title for name in _fillers(prompts, template)}
    fitting = {f"study {study.name}": study for study in studies if study.process in titles}
    chosen: str = st.selectbox(
        "State of",
        [*titles, *fitting],
        format_func=lambda name: titles.get(name, name),
        key=f"state_of_{prompts}",
        help=STATE_HELP,
    )
    if chosen in titles:
        return _walked(chosen)
    return _stored(fitting[chosen])


def _fillers(prompts: str, template: Template) -> list[str]:
    """The experiments that give most of the variables that a template names."""
    own = {name: set(processes[name].variables) for name in processes if processes[name].prompts == prompts}
    try:
        fields = fields_of(template)
    except InputError:
        return list(own)
    most = max(len(fields & variables) for variables in own.values())
    return [name for name, variables in own.items() if len(fields & variables) == most]


def _walked(name: str) -> View:
    process = make_process(name, {})
    places = st.columns(3)
    most = MOST_T if process.length is None else process.length - 1
    t = places[0].number_input("t", 0, most, 0, key=f"t_{name}", help=T_HELP)
    seed = places[1].number_input("Seed", 0, 2**31 - 1, 0, key=f"seed_{name}", help="Another seed, other answers.")
    cell = 1
    if process.cases > 1:
        cell = places[2].number_input("Case", 1, process.cases, 1, key=f"case_{name}", help="Of the experiment.")
    return process.view(stood(process, int(t), int(seed), int(cell) - 1))


def stood(process: Process, t: int, seed: int, cell: int = 0) -> State:
    """The state at time t of a trajectory without a model: answers come from the ideal observer, or repeat the text."""
    current = process.start(chance(seed, 0, 0), cell)
    for step in range(1, t + 1):
        if process.over(current):
            break
        current = process.advance(current, _answer(process, current, seed, step), chance(seed, 0, step))
    return current


def _answer(process: Process, current: State, seed: int, step: int) -> str | None:
    ideal = process.ideal(current)
    if not ideal:
        return current.get("text")
    return str(generator(seed, 0, step, _MODEL_STREAM).choice(list(ideal), p=list(ideal.values())))


def _stored(study: Study) -> View:
    """Where a stored trajectory stood."""
    process = study.make_process()
    cells = {condition.id: label(condition) for condition in study.conditions()}
    condition = st.selectbox(
        "Condition", list(cells), format_func=cells.__getitem__, key="preview_condition", help="Of the study."
    )
    left, right = st.columns(2)
    trajectory = int(
        left.number_input("Trajectory", 0, study.trajectory_count - 1, 0, key="preview_trajectory", help="From 0.")
    )
    states = session.store().states(study.name, [str(condition)], trajectory)
    known = dict(zip(states["t"].tolist(), states["state"], strict=True))
    last = max(known, default=0)
    t = int(right.number_input("t", 0, last, 0, key=f"preview_t_{last}", help="Questions before this one."))
    if t in known:
        return process.view(json.loads(known[t]))
    return process.view(process.start(chance(study.seed, trajectory, 0), study.case(trajectory)[0]))


def preview(template: Template, view: View) -> None:
    """Draw what a model would read; variables that do not exist stand as they were written."""
    wording = 1
    if len(template.texts) > 1:
        count = len(template.texts)
        wording = int(st.number_input(f"Wording, 1 to {count}", 1, count, 1, key=f"wording_{count}", help="Which one."))
    parts = [
        ("System message", template.system),
        ("The model reads", template.texts[wording - 1]),
        ("Its answer begins with", template.prefill),
    ]
    for title, text in parts:
        if text is not None:
            st.caption(title)
            _filled(text, view)


def _filled(text: str, view: View) -> None:
    try:
        words = compiled(text)(_Filled(view))
    except InputError as error:
        st.info(plain(str(error)), icon=":material/edit:")
        return
    st.code(words, language=None, wrap_lines=True, height="content" if len(words) < 1500 else 420)


def values_of(variables: Mapping[str, str], view: View) -> dict[str, tuple[str, str]]:
    """Each variable with what it is and what it holds in this state."""
    held: Any = view
    return {name: (about, str(held.get(name, ""))) for name, about in variables.items()}
