"""What models told besides their answers, a line of JSON each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from lmwalk.store.distributions import IMPORTED

T = TypeVar("T")


def write_lines(rows: Iterable[T], plain: Callable[[T], dict[str, Any]], out: Path) -> int:
    """Write rows, as ``plain`` gives them; how many there are."""
    count = 0
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(plain(row), separators=(",", ":"), ensure_ascii=True) + "\n")
            count += 1
    return count


def words_of(kept: Any) -> dict[str, Any]:
    """The fields of a row; of what was imported itself the server is that which told it."""
    own: dict[str, Any] = kept._asdict()
    return own | {"server": kept.server.removeprefix(IMPORTED), "asked_at": kept.asked_at.isoformat()}
