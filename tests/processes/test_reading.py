"""The corrected rules: their examples, what changes nothing, and the labelled replies."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmwalk.processes.draws import DrawnSequence, Prior
from lmwalk.processes.grid import Grid
from lmwalk.processes.readers import rules_of
from lmwalk.processes.telephone import Telephone
from lmwalk.registry import make_process
from lmwalk.types import STATUSES, Process
from tests.replies import ENDLESS, HELD_OUT, cases, read

WALK, STAYING, COIN, DIE, NUMBER = Grid(), Grid(stay=True), Prior(), Prior(of="die"), Prior(of="number")
SINGLE = (WALK, STAYING, COIN, DIE, NUMBER)
EXAMPLES = [
    (process, rule.name, reply, expected)
    for process in (WALK, COIN, DIE)
    for rule in rules_of(process)
    for reply, expected in (rule.examples(process.alphabet) or {}).items()
]
NEUTRAL = (
    "Thank you for the question.",
    "Everything is quiet here.",
    "Let me think about it for a moment.",
    "The weather is fine today.",
    "I hope that this helps!",
    "Chance decides, as always.",
    "Danke sehr.",
    "Merci beaucoup.",
)
MARKED = (
    "Final answer: {}",
    "**Answer:** {}",
    "\\boxed{{{}}}",
    '{{"answer": "{}"}}',
    "<answer>{}</answer>",
    "My final answer is {}.",
)


@pytest.fixture(scope="module")
def labelled() -> pd.DataFrame:
    return read(cases())


def test_replies_are_read_as_a_human_labelled_them(labelled: pd.DataFrame) -> None:
    """Of replies that are read .995 are read right, and of clear answers .97 are found."""
    taken, clear = labelled[labelled["status"] == "ok"], labelled[labelled["clear"]]

    assert len(labelled) >= 600
    assert taken["right"].mean() >= 0.995
    assert clear["right"].mean() >= 0.97


def test_a_part_of_the_labelled_replies_is_held_out(labelled: pd.DataFrame) -> None:
    """They are of every process, and no reply stands in both parts with different labels."""
    held_out = labelled["part"] == HELD_OUT

    assert held_out.sum() > 150
    assert set(labelled[held_out]["process"]) >= {"grid", "prior", "sequence", "in-context"}
    keys = labelled.assign(key=[f"{row.process}{json.dumps(row.params)}{row.reply}" for row in labelled.itertuples()])
    assert keys.groupby("key")["label"].nunique().max() == 1


@pytest.mark.parametrize(("process", "name", "reply", "expected"), EXAMPLES)
def test_every_example_of_a_rule_is_read_as_it_says(process: Process, name: str, reply: str, expected: str) -> None:
    """An outcome, or the reason for none; this is what the screen shows."""
    parsed = process.parse(reply)

    assert (parsed.outcome or parsed.status) == expected


@pytest.mark.parametrize("process", SINGLE)
def test_rules_have_names_sentences_and_examples(process: Process) -> None:
    """No two share a name, each sentence ends, and each has an example."""
    rules = rules_of(process)

    assert len({rule.name for rule in rules}) == len(rules) > 8
    assert all(rule.says.endswith(".") and rule.examples(process.alphabet) for rule in rules)


def test_free_text_and_legacy_have_no_rules() -> None:
    """There is nothing to list where a text is taken whole or searched as the original did."""
    assert rules_of(Telephone()) == rules_of(Grid(rules="legacy")) == ()


@pytest.mark.parametrize(
    ("process", "reply", "why"),
    [
        (WALK, "UP", "only word"),
        (WALK, "", "empty"),
        (WALK, "somewhere", "no outcome"),
        (WALK, "I can't go UP or LEFT.", "refused"),
        (WALK, "never LEFT", "negated"),
        (WALK, "UP and LEFT", "two outcomes"),
        (WALK, "UP or LEFT? Final answer: UP", "choices"),
        (WALK, "UP has charm. LEFT has, too. Final answer: UP", "final answer"),
        (DIE, "3.5", "part of a number"),
        (DrawnSequence(way="batch"), "H, T", "list"),
        (Telephone(), "a text", "whole text"),
    ],
)
def test_every_reading_says_why(process: Process, reply: str, why: str) -> None:
    """The rule that decided, in a phrase."""
    assert process.parse(reply).why == why


@settings(deadline=None)
@given(st.sampled_from(SINGLE), st.sampled_from(MARKED), st.lists(st.sampled_from(NEUTRAL), max_size=3), st.data())
def test_talk_around_a_marked_answer_changes_nothing(process: Grid | Prior, mark: str, talk: list[str], data) -> None:
    """Sentences without outcome words before or behind it, in any order."""
    outcome = data.draw(st.sampled_from(process.alphabet))
    place = data.draw(st.integers(0, len(talk)))

    reply = "\n".join([*talk[:place], mark.format(outcome), *talk[place:]])

    assert process.parse(reply) == (outcome, "ok")


@settings(deadline=None)
@given(st.sampled_from(SINGLE), st.sampled_from(MARKED), st.data())
def test_a_final_answer_decides_among_outcomes_in_talk(process: Grid | Prior, mark: str, data) -> None:
    """Whatever else was thought of before it."""
    outcome, other, third = (data.draw(st.sampled_from(process.alphabet)) for _ in range(3))
    reply = f"I thought about {other} at first. Then {third} came to my mind.\n\n{mark.format(outcome)}"

    assert process.parse(reply) == (outcome, "ok")


@settings(deadline=None)
@given(st.sampled_from(list(cases())), st.sampled_from([" ", "  ", "\t", "\u00a0 "]), st.text(" \n\t", max_size=4))
def test_white_space_changes_nothing(case, space: str, around: str) -> None:
    """How wide the space is between words, before and behind."""
    process = make_process(case.process, case.params)

    assert process.parse(around + case.reply.replace(" ", space) + around) == process.parse(case.reply)


@settings(deadline=None)
@given(st.sampled_from(SINGLE), st.sampled_from(MARKED), st.data())
def test_case_of_a_marked_answer_changes_nothing(process: Grid | Prior, mark: str, data) -> None:
    """Small letters, capitals or a capital first."""
    outcome = data.draw(st.sampled_from(process.alphabet))
    said = data.draw(st.sampled_from([outcome.lower(), outcome.upper(), outcome.title()]))

    assert process.parse(mark.format(said)) == (outcome, "ok")


@settings(deadline=None)
@given(st.sampled_from(list(cases())))
def test_the_marked_pieces_name_what_was_read(case) -> None:
    """Pieces lie in order and apart; each of a single answer names it; a batch has one for each result."""
    process = make_process(case.process, case.params)
    parsed, spans = process.parse(case.reply), process.spans(case.reply)

    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert bool(spans) == (parsed.status in ("ok", "ambiguous", "refused"))
    if parsed.status == "ok" and case.process == "sequence":
        assert len(spans) == len(parsed.outcome.split(", "))
    elif parsed.status == "ok":
        assert all(process.parse(case.reply[begin:end]) == parsed for begin, end in spans)


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(SINGLE), st.lists(st.sampled_from(ENDLESS), min_size=1, max_size=3), st.integers(1, 1000))
def test_endless_replies_are_read(process: Process, pieces: list[str], times: int) -> None:
    """Whatever is repeated: no reply is too much, and reading never raises."""
    assert process.parse("".join(pieces) * times).status in STATUSES


@pytest.mark.parametrize("process", SINGLE)
@pytest.mark.parametrize("piece", ENDLESS)
def test_long_replies_end(process: Process, piece: str) -> None:
    """No rule takes more than time that grows as the reply does; a test that does not end has failed."""
    assert process.parse(piece * (20_000 // len(piece))).status in STATUSES


def test_staying_is_an_answer_where_it_is_offered() -> None:
    """With ``stay`` STAY is an outcome that moves nobody; without it neither outcome nor condition knows of it."""
    state = STAYING.start(lambda: None)

    assert STAYING.outcomes(state) == ("UP", "DOWN", "LEFT", "RIGHT", "STAY")
    assert STAYING.parse("I stay put.") == ("STAY", "ok")
    assert STAYING.position(STAYING.advance(state, "STAY", lambda: None)) == (0, 0)
    assert sum(STAYING.ideal(state).values()) == pytest.approx(1)
    assert WALK.parse("STAY") == (None, "unparsed")
    assert "stay" not in WALK.model_dump()
    assert STAYING.model_dump()["stay"] is True
