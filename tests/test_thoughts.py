"""Thoughts are told from answers, whatever marks a family of models puts around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmwalk.processes.grid import Grid
from lmwalk.processes.telephone import Telephone
from lmwalk.thoughts import blanked, split

MARKS = {
    "DeepSeek, Qwen": ("<think>", "</think>"),
    "capitals": ("<THINKING>", "</THINKING>"),
    "thought": ("<thought>", "</thought>"),
    "Seed": ("<seed:think>", "</seed:think>"),
    "Magistral": ("[THINK]", "[/THINK]"),
    "Kimi": ("\u25c1think\u25b7", "\u25c1/think\u25b7"),
    "Sky-T1": ("<|begin_of_thought|>", "<|end_of_thought|>"),
    "Command": ("<|START_THINKING|>", "<|END_THINKING|>"),
    "gpt-oss": (
        "<|channel|>analysis<|message|>",
        "<|end|><|start|>assistant<|channel|>final<|message|>",
    ),
    "gpt-oss, its end stripped": ("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),
    "gpt-oss, its beginning stripped": ("analysisWell, ", "<|end|><|start|>assistant<|channel|>final<|message|>"),
    "gpt-oss, stripped": ("analysisWell, ", "assistantfinal"),
    "Gemma": ("<|channel>thought\n", "<channel|>"),
    "MedGemma": ("<unused94>thought\n", "<unused95>"),
    "Granite": ("Here is my thought process:", "Here is my response:"),
}
UNOPENED = [name for name in MARKS if name != "Granite"]
WORDS = st.text("abc UPDOWN.,\n\u4e0a1", max_size=40)


def _said(mark: str) -> str:
    """What of a mark belongs to the thought: "analysis" is one only before a capital letter."""
    return "Well, " if mark.endswith("Well, ") else ""


@pytest.mark.parametrize("family", MARKS)
@given(thought=WORDS, answer=WORDS)
def test_a_thought_is_told_from_the_answer(family: str, thought: str, answer: str) -> None:
    """Whatever stands in either; the answer comes out letter for letter, and stands where it stood when blanked."""
    begin, end = MARKS[family]
    text = begin + thought + end + answer

    assert split(text) == ((_said(begin) + thought).strip() or None, answer)
    assert blanked(text) == " " * (len(text) - len(answer)) + answer


@pytest.mark.parametrize("family", MARKS)
def test_a_thought_that_is_cut_off_leaves_no_answer(family: str) -> None:
    """Everything behind the mark is thought."""
    text = MARKS[family][0] + "One could go DOWN, because"

    assert split(text) == (_said(MARKS[family][0]) + "One could go DOWN, because", "")
    assert Grid().parse(text).status == "empty"


@pytest.mark.parametrize("family", MARKS)
@given(thought=st.lists(st.sampled_from(["UP", "not DOWN", "LEFT!", "I go RIGHT.", "I can't", "\n"]), max_size=9))
def test_no_thought_changes_an_answer(family: str, thought: list[str]) -> None:
    """Whatever was thought of, wished or refused before it."""
    begin, end = MARKS[family]

    assert Grid().parse(f"{begin}{' '.join(thought)}{end}\n\n**LEFT**") == ("LEFT", "ok")


@pytest.mark.parametrize("family", UNOPENED)
def test_a_thought_whose_beginning_the_prompt_had_ends_at_its_mark(family: str) -> None:
    """Chat templates write the first mark themselves, so the answer has the second one only."""
    text = f"LEFT is dull.{MARKS[family][1]}\n\nUP"

    assert split(text) == ("LEFT is dull.", "\n\nUP")
    assert Grid().parse(text).outcome == "UP"


@given(WORDS)
def test_a_text_without_marks_is_an_answer(text: str) -> None:
    """Nothing is taken from it."""
    assert split(text) == (None, text)
    assert blanked(text) == text


def test_several_thoughts_are_kept_in_order() -> None:
    """Models think again between two parts of an answer."""
    assert split("<think>one</think>go <think>two</think>UP") == ("one\n\ntwo", "go UP")


def test_a_megabyte_of_marks_is_split_at_once() -> None:
    """Time grows with the length, not with its square."""
    text = "<think>a</think>b" * 60_000
    assert len(split(text).answer) == len(blanked(text).replace(" ", "")) == 60_000


def test_a_stored_reply_with_its_thought_is_read_without_it() -> None:
    """Replies of older studies hold both; what is marked as read stands behind the thought."""
    reply = "<think>Not UP: DOWN?</think>Let me go LEFT."
    grid, telephone = Grid(), Telephone()

    assert grid.parse(reply) == ("LEFT", "ok")
    assert [reply[begin:end] for begin, end in grid.spans(reply)] == ["LEFT"]
    assert telephone.parse(reply).outcome == "Let me go LEFT."
    assert [reply[begin:end] for begin, end in telephone.spans(reply)] == ["Let me go LEFT."]
