"""What is to be said of how answers ended: cut off, refused by their server, to a question that was cut short."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pandas as pd

from lmwalk.number_format import counted, number, percent

LIMITS = ("max_tokens", "num_predict", "max_completion_tokens", "max_output_tokens", "maxOutputTokens")
"""Names under which servers are sent the longest answer."""
MOST_WORDS = 5
HANDED_ON = {
    "keep": "A text was handed on as far as it came, and a chain without one ended (on_cut: keep); on_cut: retry asks "
    "again with more room.",
    "stop": "Each of them ended its chain (on_cut: stop); on_cut: retry asks again with more room.",
    "retry": "They were cut off again with up to 16 times the room (on_cut: retry).",
}


def cut_sentence(counts: pd.DataFrame, *, thinking: str = "default", on_cut: str = "keep", chain: bool = False) -> str:
    """How many answers were cut off, by which limit, and what mends it; nothing where none was.

    Parameters
    ----------
    counts : DataFrame
        sent (JSON), answers, cut, thinking; one row a condition.
    thinking, on_cut : str
        The study's settings of these names.
    chain : bool
        Whether answers are texts that are handed on.
    """
    cut, answers, inside = (int(counts[name].sum()) for name in ("cut", "answers", "thinking"))
    if not cut:
        return ""
    while_thinking = ""
    if inside:
        those = "" if inside == cut == 1 else "all of them " if inside == cut else f"{inside:,} of them "
        while_thinking = f", {those}while the model was still thinking"
    mends = ["Give more room with max_tokens under sampler"]
    if inside and thinking != "off":
        mends.append("set thinking: off")
    handed = f" {HANDED_ON[on_cut]}" if chain or on_cut == "retry" else ""
    was = "was" if cut == 1 else "were"
    limit = _limit(counts[counts["cut"] > 0])
    happened = f"{cut:,} of {counted(answers, 'answer')} {was} cut off by {limit}{while_thinking}."
    return f"{happened} {', or '.join(mends)}.{handed}"


def _limit(counts: pd.DataFrame) -> str:
    known = sorted({limit for sent in counts["sent"] if (limit := sent_limit(json.loads(sent or "{}"))) is not None})
    if not known:
        return "a limit of the server's own"
    if len(known) == 1:
        return f"the limit of {counted(known[0], 'token')}"
    return f"limits of {known[0]:,} to {known[-1]:,} tokens"


def sent_limit(sent: Mapping[str, object]) -> int | None:
    """The longest answer, in tokens, that a server was told; None where it was told none."""
    return next((value for name in LIMITS if isinstance(value := sent.get(name), int) and value > 0), None)


def prompt_sentence(counts: pd.DataFrame) -> str:
    """How many questions a server read only a part of, and what mends it; nothing where it read all."""
    short, answers = int(counts["prompt_cut"].sum()), int(counts["answers"].sum())
    if not short:
        return ""
    fewest = counts["fewest"].min()
    tokens = f" (in one, only {counted(int(fewest), 'token')})" if pd.notna(fewest) else ""
    return (
        f"The server read less than the whole question in {short:,} of {counted(answers, 'answer')}{tokens}: question "
        "and answer do not fit into its window. Give it a larger one with context in the study, which Ollama calls "
        "num_ctx."
    )


def prompt_cut_at_once(model: str, tokens_in: int | None) -> str:
    """The same of one question of a model, as soon as it is known."""
    tokens = (
        "" if tokens_in is None else f": it counted {counted(tokens_in, 'token')}, fewer than the question has words"
    )
    return (
        f"{model}: the server read less than the whole question{tokens}. Give it a larger window with context in the "
        "study, which Ollama calls num_ctx."
    )


def refusal_sentence(refusals: pd.DataFrame, answers: int) -> str:
    """How many answers servers refused or filtered, in their own words; nothing where they did not."""
    total = int(refusals["count"].sum()) if len(refusals) else 0
    if not total:
        return ""
    words = [
        f"{_word(said) or finish} ({count:,})"
        for finish, said, count in refusals[["finish", "finish_said", "count"]].head(MOST_WORDS).itertuples(index=False)
    ]
    was = "was" if total == 1 else "were"
    happened = f"{total:,} of {counted(answers, 'answer')} {was} refused or filtered by the server."
    return f"{happened} Its word: {', '.join(words)}."


def _word(said: object) -> str:
    """A server's word as it can stand in a line."""
    return "".join(sign for sign in str(said)[:60] if sign.isprintable()) if isinstance(said, str) else ""


def thinking_sentence(thoughts: pd.DataFrame) -> str:
    """How long answers were thought about, apart from how long they were given; nothing where nothing was thought.

    Time is shared out as tokens are, or as letters are where tokens are not counted; so it is about that.

    Parameters
    ----------
    thoughts : DataFrame
        latency_s, tokens_out, thought_tokens, thought_letters, reply_letters, answers; one row an answer with a
        thought.
    """
    if thoughts.empty:
        return ""
    numbers = thoughts.astype("float64")
    by_tokens = numbers["thought_tokens"] / numbers["tokens_out"].where(numbers["tokens_out"] > 0)
    by_letters = numbers["thought_letters"] / (numbers["thought_letters"] + numbers["reply_letters"])
    share = by_tokens.where(by_tokens.notna(), by_letters).clip(upper=1.0)
    tokens = numbers["thought_tokens"].fillna((by_letters * numbers["tokens_out"]).round())
    of = int(numbers["answers"].iloc[0])
    parts = [f"Thought before {len(numbers):,} of {counted(of, 'answer')}"]
    if tokens.notna().any():
        about = "" if numbers["thought_tokens"].notna().all() else "about "
        parts.append(f"{about}{tokens.mean():,.0f} tokens each")
    if (time := numbers["latency_s"]).notna().any():
        thinking, answering = (float(np.nanmean(time * part)) for part in (share, 1 - share))
        whole = thinking + answering
        parts.append(
            f"about {number(thinking, 2)} s of thinking and {number(answering, 2)} s of answering"
            + (f" ({percent(thinking / whole)} of the time)" if whole else "")
        )
    return ", ".join(parts) + "."
