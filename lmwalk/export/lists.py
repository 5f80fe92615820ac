"""The lists of tokens that a study's probabilities were worked out from, a line of JSON each."""

from __future__ import annotations

import json
from pathlib import Path

from lmwalk.export.told_lines import words_of, write_lines
from lmwalk.store import Store
from lmwalk.store.distributions import KeptLists
from lmwalk.study import Study

LISTS = "lists.jsonl"


def write_lists(store: Store, study: Study, out: Path) -> int:
    """Write what the steps of a study refer to; how many there are."""
    return write_lines(store.distributions.of_study(study.name), _plain, out)


def _plain(kept: KeptLists) -> dict[str, object]:
    """A row as JSON has it."""
    return words_of(kept) | {
        "outcomes": json.loads(kept.outcomes),
        "lists": json.loads(kept.lists),
    }
