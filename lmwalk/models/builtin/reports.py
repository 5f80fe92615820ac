"""The figures of draws and marks as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lmwalk.models.builtin.evaluate_draws import (
    SIZES,
    THINGS,
    Found,
    evidence,
    fitted,
    measure,
    priors,
    stated,
    switching,
)
from lmwalk.models.builtin.evaluate_texts import lists, marked_texts
from lmwalk.models.builtin.model import Builtin

RATES = (0.1, 0.3, 0.5, 0.7, 0.9)


def draws_tables(model: Builtin) -> Iterator[str]:
    """One table after the other, as they are measured."""
    found = {of: measure(model, evidence(of)) for of in THINGS}
    yield by_size(found)
    yield f"Filter that fits the coin best: {fitted(found['coin'])}"
    changed = measure(model, switching())
    yield f"Switching coin: mean TVD {changed.tvd.mean():.4f}, largest {changed.tvd.max():.4f}"
    yield zero_shot(model)
    yield list_lengths(model)
    yield mark_rates(model)


def by_size(found: dict[str, Found]) -> str:
    """Mean distance by the number of results shown."""
    rows = []
    for of, each in found.items():
        for name, held_out in ((of, False), (f"{of}, held out", True)):
            rows.append([name, *(f"{each.mean(n, held_out=held_out):.4f}" for n in SIZES), f"{each.outside.max():.2g}"])
    return _table(["mean TVD after n results", *map(str, SIZES), "largest mass outside"], rows)


def zero_shot(model: Builtin) -> str:
    """Distance to the prior and to what is stated."""
    rows = []
    for of in THINGS:
        for name, questions in ((f"prior of a {of}", priors(of)), (f"stated bias of a {of}", stated(of))):
            found = measure(model, questions)
            out = found.tvd[[question.wording == "held out" for question in questions]]
            figures = (found.tvd.mean(), found.tvd.max(), out.mean())
            rows.append([name, *(f"{value:.4f}" for value in figures), f"{found.outside.max():.2g}"])
    return _table(["without evidence", "mean TVD", "largest", "held out", "largest mass outside"], rows)


def list_lengths(model: Builtin) -> str:
    """How often a list has the length that was asked for."""
    found = [lists(model, flips) for flips in (5, 10, 20, 30, 50)]
    rows = [[f"{each.flips}", f"{each.right:.0%}", f"{each.off:.2f}", f"{each.heads:.3f}"] for each in found]
    return _table(["flips in one answer", "right length", "mean error", "share of heads"], rows)


def mark_rates(model: Builtin) -> str:
    """Marks for each word against the rate."""
    rows = []
    for mode in ("explicit", "in-context"):
        for rate in RATES:
            found = marked_texts(model, mode, rate)
            words = sum(found.words) / len(found.words)
            rows.append([f"{mode}, {rate:g}", f"{found.estimate:.3f}", f"{words:.1f}", f"{found.right:.0%}"])
    return _table(["marks, rate", "marks a word", "words of 40", "right words"], rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
