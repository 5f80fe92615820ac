"""What the browser is told has the fields and types that ``lmwalk.ui.messages`` declares."""

from __future__ import annotations

import json
import types
import typing
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints

import pytest
from scripted import finished
from streamlit.testing.v1 import AppTest

from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.ui import messages
from lmwalk.ui.experiment.step_by_step.section import OPEN
from lmwalk.ui.families.walks.selection import WalkSelection
from lmwalk.ui.families.walks.view import VIEW
from tests.ui.conftest import Page


def faults(value: Any, wanted: Any, at: str = "") -> list[str]:
    """Where a value is not of a type; the same kinds of types as tests/js/message_types.py knows."""
    if wanted is Any:
        return []
    if typing.is_typeddict(wanted):
        return _faults_of_record(value, wanted, at)
    origin, parts = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        found = [faults(value, part, at) for part in parts]
        return [] if [] in found else min(found, key=len)
    if origin is Literal:
        return [] if value in parts else [f"{at}: {value!r} is none of {parts}"]
    if origin is dict:
        return [fault for key, each in value.items() for fault in faults(each, parts[1], f"{at}.{key}")]
    if origin in (list, tuple):
        if not isinstance(value, list | tuple) or (origin is tuple and len(value) != len(parts)):
            return [f"{at}: {value!r} is no {wanted}"]
        each = parts if origin is tuple else parts * len(value)
        return [fault for i, pair in enumerate(zip(value, each, strict=True)) for fault in faults(*pair, f"{at}[{i}]")]
    allowed = (int, float) if wanted is float else wanted
    right = isinstance(value, allowed) and (wanted is bool or not isinstance(value, bool))
    return [] if right else [f"{at}: {value!r} is no {wanted.__name__}"]


def _faults_of_record(value: Any, wanted: Any, at: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{at}: {value!r} is no {wanted.__name__}"]
    hints = get_type_hints(wanted, include_extras=True)
    needed = {key for key, hint in hints.items() if get_origin(hint) is not NotRequired}
    found = [f"{at} lacks {key}" for key in sorted(needed - set(value))]
    found += [f"{at} has {key}, which nobody declared" for key in sorted(set(value) - set(hints))]
    for key in set(value) & set(hints):
        hint = hints[key]
        found += faults(value[key], get_args(hint)[0] if get_origin(hint) is NotRequired else hint, f"{at}.{key}")
    return found


def test_a_record_with_a_field_too_few_too_many_or_of_another_type_is_found() -> None:
    """The looking itself is looked at."""
    right = {"name": "a", "simulation": True}

    assert faults(right, messages.Model) == []
    assert faults({"name": "a"}, messages.Model) == [" lacks simulation"]
    assert faults({**right, "more": 1}, messages.Model) == [" has more, which nobody declared"]
    assert faults({**right, "name": 1}, messages.Model) == [".name: 1 is no str"]
    assert faults([1.0, None], list[float | None]) == []
    assert faults([True], list[float]) == ["[0]: True is no float"]


RECORDS: dict[str, list[Any]] = {
    "lmwalk_stage": [messages.Stage, messages.Told, messages.Snapshot],
    "lmwalk_atlas": [messages.Grid],
    "lmwalk_studies": [messages.StudyList],
    "lmwalk_editor": [messages.Editor],
    "lmwalk_reading": [messages.Reading],
}
STUDIES: list[tuple[str, dict[str, Any]]] = [
    ("walk", {"trajectories": 2}),
    ("draws", {"process": "in-context", "measurement": "probabilities", "trajectories": 4}),
    ("draws", {"process": "in-context", "measurement": "replies", "trajectories": 4}),
    ("draws", {"process": "prior", "measurement": "probabilities", "trajectories": 2, "steps": 1}),
    ("draws", {"process": "stated-bias", "measurement": "probabilities", "trajectories": 30, "steps": 1}),
    ("draws", {"process": "markov", "params": {"sequences": 4}, "measurement": "probabilities", "trajectories": 1}),
    ("draws", {"process": "sequence", "measurement": "probabilities", "trajectories": 2}),
    (
        "telephone",
        {
            "process": "telephone",
            "params": {"texts": ["one two", "six"]},
            "models": ["simulated/swapper"],
            "temperatures": [1.0],
        },
    ),
]


def told(app: AppTest) -> dict[str, list[str]]:
    """By component that a page holds, where its message is not as it is declared."""
    found = {}
    for node in app.get("bidi_component"):
        data, hints = json.loads(node.proto.json), RECORDS[node.proto.component_name]
        fields = [set(get_type_hints(hint)) for hint in hints]
        parts = [{key: value for key, value in data.items() if key in own} for own in fields]
        extra = [f"{key}, which nobody declared" for key in sorted(set(data).difference(*fields))]
        found[node.proto.component_name] = [
            *extra,
            *(f for pair in zip(parts, hints, strict=True) for f in faults(*pair)),
        ]
    return found


@pytest.mark.parametrize(
    ("name", "plan"), STUDIES, ids=lambda each: each.get("process", "") if isinstance(each, dict) else each
)
def test_pages_tell_the_browser_what_is_declared(
    jobs: Jobs, store: Store, page: Page, name: str, plan: dict[str, Any]
) -> None:
    """The stage with its replies, one reply with how it was read, and Compare's grid."""
    finished(jobs, **{"steps": 3, **plan})
    app = page(name, study="walk")
    app.session_state[OPEN] = True

    assert told(app.run()) == {"lmwalk_stage": [], "lmwalk_reading": []}
    assert told(page("compare", study="walk")) == {"lmwalk_atlas": []}


def test_lists_and_editors_are_told_what_is_declared(jobs: Jobs, store: Store, page: Page) -> None:
    """The list of studies, and the editor of a template."""
    finished(jobs, steps=3)

    assert told(page("studies")) == {"lmwalk_studies": []}
    assert told(page("templates")) == {"lmwalk_editor": []}


def test_what_is_new_in_a_view_is_told_as_declared(jobs: Jobs, store: Store) -> None:
    """A page sends it once a run goes on under its eyes."""
    study = finished(jobs, steps=3)
    shown, source = WalkSelection(study, tuple(study.conditions())), VIEW.feed()
    source.snapshot(store, shown)

    assert faults(source.delta(store, shown), messages.Delta) == []
