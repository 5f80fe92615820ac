"""The rules on screen are the rules that read."""

from __future__ import annotations

from typing import Any

import pytest

from lmwalk.processes.readers import alphabet_of, rules_of
from lmwalk.registry import make_process
from lmwalk.ui.parts.parse_rules import UNREAD, WHYS, meanings, stated

ONE = [
    ("grid", {}),
    ("prior", {"of": "coin"}),
    ("prior", {"of": "die"}),
    ("in-context", {}),
    ("sequence", {}),
]
OTHERS: list[tuple[str, dict[str, Any]]] = [
    ("prior", {"reading": "first"}),
    ("prior", {"of": "number", "low": 1, "high": 100}),
]
CASES = [*ONE, *OTHERS]


@pytest.mark.parametrize(("name", "params"), CASES, ids=str)
def test_each_example_is_read_as_it_is_said(name: str, params: dict[str, Any]) -> None:
    """What stands on the screen is what becomes of a reply."""
    process = make_process(name, params)
    shown = stated(process)

    assert len(shown) > 5
    for rule in shown:
        for reply, said in rule.examples.items():
            outcome, status = process.parse(reply)
            assert said == (outcome if status == "ok" else UNREAD[status]), reply


@pytest.mark.parametrize(("name", "params"), [case for case in ONE if case != ("sequence", {})], ids=str)
def test_no_rule_and_no_example_is_left_out(name: str, params: dict[str, Any]) -> None:
    """Where an answer names one outcome, all rules that there are for the alphabet are shown, whole."""
    process = make_process(name, params)
    alphabet = alphabet_of(process)

    shown = {rule.name: len(rule.examples) for rule in stated(process)}

    assert shown == {rule.name: len(rule.examples(alphabet) or {}) for rule in rules_of(process)}


@pytest.mark.parametrize(("name", "params"), [("grid", {"rules": "legacy"}), ("telephone", {})], ids=str)
def test_what_has_no_rules_shows_none(name: str, params: dict[str, Any]) -> None:
    """The original's reading, and texts that count whole."""
    assert stated(make_process(name, params)) == []


def test_whatever_an_example_is_read_by_has_a_meaning() -> None:
    """No reason stands in the table of rules without its sentence."""
    process = make_process("grid", {})
    whys = {process.parse(reply).why for rule in stated(process) for reply in rule.examples}

    assert whys <= set(meanings(process))
    assert all(says.endswith(".") for says in WHYS.values())
