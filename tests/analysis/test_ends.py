"""What is said of how answers ended."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from lmwalk.analysis.endings import (
    cut_sentence,
    prompt_sentence,
    refusal_sentence,
    sent_limit,
    thinking_sentence,
)


def counts(answers: int = 40, cut: int = 3, thinking: int = 0, prompt_cut: int = 0, **sent: int) -> pd.DataFrame:
    row = {"sent": json.dumps(sent), "answers": answers, "cut": cut, "thinking": thinking, "prompt_cut": prompt_cut}
    return pd.DataFrame([{**row, "fewest": 20.0 if prompt_cut else np.nan}])


def test_the_limit_and_the_settings_are_named() -> None:
    """One sentence says how many, by what, and what mends it."""
    assert cut_sentence(counts(thinking=2, num_predict=20)) == (
        "3 of 40 answers were cut off by the limit of 20 tokens, 2 of them while the model was still thinking. "
        "Give more room with max_tokens under sampler, or set thinking: off."
    )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (cut_sentence(counts(cut=1, max_tokens=1)), "1 of 40 answers was cut off by the limit of 1 token. Give"),
        (cut_sentence(counts()), "by a limit of the server's own."),
        (cut_sentence(counts(thinking=3)), "all of them while the model was still thinking"),
        (cut_sentence(counts(thinking=3), chain=True), "was handed on as far as it came"),
        (cut_sentence(counts(), chain=True, on_cut="stop"), "Each of them ended its chain"),
        (cut_sentence(counts(), on_cut="retry"), "16 times the room"),
        (prompt_sentence(counts(prompt_cut=2)), "in 2 of 40 answers (in one, only 20 tokens)"),
        (prompt_sentence(counts(prompt_cut=2)), "context in the study, which Ollama calls num_ctx"),
    ],
)
def test_sentences_hold(said: str, words: str) -> None:
    """Whatever the case, the sentence names it."""
    assert words in said


def test_thinking_that_is_off_is_not_advised_again() -> None:
    """A setting that is set is not the one that mends."""
    assert "thinking: off" not in cut_sentence(counts(thinking=3), thinking="off")


def test_nothing_is_said_where_all_is_well() -> None:
    """No sentence, rather than one that says zero."""
    none = pd.DataFrame(columns=["finish", "finish_said", "count"])
    assert not cut_sentence(counts(cut=0))
    assert not prompt_sentence(counts())
    assert not refusal_sentence(none, 40)
    assert not thinking_sentence(pd.DataFrame())


def test_limits_that_differ_are_said_as_a_span() -> None:
    """Conditions need not have one limit."""
    both = pd.concat([counts(max_tokens=20), counts(num_predict=64)])
    assert "limits of 20 to 64 tokens" in cut_sentence(both)
    assert sent_limit({"temperature": 1.0}) is None


def test_a_servers_word_is_kept_to_a_line() -> None:
    """It is untrusted: no sign that steers a terminal passes, and no page of text."""
    told = pd.DataFrame({"finish": ["filter"], "finish_said": ["\x1b[31mSAFETY\n" + "x" * 500], "count": [2]})

    said = refusal_sentence(told, 5)

    assert said.startswith("2 of 5 answers were refused or filtered by the server. Its word: [31mSAFETY")
    assert said.isprintable()
    assert len(said) < 200


def test_time_is_shared_out_as_tokens_are_and_else_as_letters_are() -> None:
    """Three quarters of the tokens, or of the letters, are three quarters of the time."""
    known = {"latency_s": 4.0, "tokens_out": 100, "thought_letters": 0, "reply_letters": 9, "answers": 10}
    by_tokens = thinking_sentence(pd.DataFrame([{**known, "thought_tokens": 75}]))
    by_letters = thinking_sentence(pd.DataFrame([{**known, "thought_tokens": None, "thought_letters": 27}]))

    assert by_tokens == (
        "Thought before 1 of 10 answers, 75 tokens each, about 3.0 s of thinking and 1.0 s of answering "
        "(75% of the time)."
    )
    assert by_letters == by_tokens.replace("75 tokens", "about 75 tokens")
