"""The lists of tokens that a study's probabilities were worked out from, a line of JSON each."""

from __future__ import annotations

import json
from pathlib import Path

from lmwalk.store import Store
from lmwalk.store.distributions import IMPORTED, KeptLists
from lmwalk.study import Study

LISTS = "lists.jsonl"


def write_lists(store: Store, study: Study, out: Path) -> int:
    """Write what the steps of a study refer to; how many there are."""
    count = 0
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for kept in store.distributions.of_study(study.name):
            file.write(json.dumps(_plain(kept), separators=(",", ":"), ensure_ascii=True) + "\n")
            count += 1
    return count


def _plain(kept: KeptLists) -> dict[str, object]:
    """A row as JSON has it; of lists that were imported themselves the server is that which told them."""
    return kept._asdict() | {
        "server": kept.server.removeprefix(IMPORTED),
        "outcomes": json.loads(kept.outcomes),
        "lists": json.loads(kept.lists),
        "asked_at": kept.asked_at.isoformat(),
    }
