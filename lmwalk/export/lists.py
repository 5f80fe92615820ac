"""The lists of tokens that a study's probabilities were worked out from, a line of JSON each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from lmwalk.export.told_lines import words_of, write_lines
from lmwalk.store.distributions import KeptLists

LISTS = "lists.jsonl"


def write_lists(rows: Iterable[KeptLists], out: Path) -> int:
    """Write rows, such as what the steps of a study refer to; how many there are."""
    return write_lines(rows, _plain, out)


def _plain(kept: KeptLists) -> dict[str, object]:
    """A row as JSON has it."""
    return words_of(kept) | {
        "outcomes": json.loads(kept.outcomes),
        "lists": json.loads(kept.lists),
    }
