"""What Compare shows of a study of any family."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from lmwalk.ui.families.chains.compare import comparison as of_chains
from lmwalk.ui.families.comparison import Comparison
from lmwalk.ui.families.draws.compare import comparison as of_draws
from lmwalk.ui.families.family import family_of
from lmwalk.ui.families.walks.compare import comparison as of_walks
from lmwalk.ui.parts.snapshot import Snapshot


class Compare(Protocol):
    """What a family shows of a study while it is run or afterwards; may draw controls of its own."""

    def __call__(self, snapshot: Snapshot, running: bool, /) -> Comparison: ...


_FAMILIES: Mapping[str, Compare] = {"walk": of_walks, "draw": of_draws, "chain": of_chains}


def comparison_of(snapshot: Snapshot, *, running: bool) -> Comparison:
    """What Compare shows of a study; draws the controls that its family alone has."""
    return _FAMILIES[family_of(snapshot.study.process)](snapshot, running)
