"""What the page of fields tells its browsers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from lmwalk.analysis.lattices import lattice_of
from lmwalk.jobs.fields import FieldPlan
from lmwalk.processes.grid import Grid
from lmwalk.registry import processes
from lmwalk.token_tree import TokenTree
from lmwalk.ui.field.feed import AT_ONCE, Feed, room_of
from lmwalk.ui.field.form import laid_out

TREE = TokenTree({"": (("UP", -0.1), ("DOWN", -3.0)), "UP": (("", 0.0),), "DOWN": (("", 0.0),)}, 2)
PLAN = FieldPlan.of("grid", "memoryless", "builtin/tiny", stride=1)


class Asking(SimpleNamespace):
    """As much of an asking as a feed looks at."""

    __hash__ = object.__hash__

    def since(self, n: int) -> list[tuple[int, TokenTree]]:
        return [(int(position), TREE) for position in PLAN.order[n : self.come]]


def asking(come: int) -> Any:
    return Asking(
        plan=PLAN, lattice=PLAN.lattice, total=len(PLAN.order), come=come, state="running", asked=come, spared=0,
        has_sampler=True,
    )  # fmt: skip


def test_every_arrival_is_told_once_and_in_order() -> None:
    """Each message goes on where the one before it ended; only the first brings the room."""
    one, feed = asking(2 * AT_ONCE + 7), Feed()

    told = []
    while not told or feed.behind([one]):
        told.append(feed.message([one]))

    parts = [message["fields"][0] for message in told]
    assert [part["from"] for part in parts] == [0, AT_ONCE, 2 * AT_ONCE]
    assert parts[-1]["to"] == one.come
    assert ["room" in message for message in told] == [True, False, False]


def test_a_browser_that_missed_something_is_told_again_what_others_were_told() -> None:
    """In the same pieces, which are packed once."""
    one, feed = asking(AT_ONCE + 1), Feed()
    first, second = feed.message([one]), feed.message([one])

    feed.rewind([0])
    again = feed.message([one])

    assert "room" in again
    assert again["fields"][0]["lists"] == first["fields"][0]["lists"] + second["fields"][0]["lists"]


def test_the_room_says_where_each_move_leads() -> None:
    """On a grid moves have one direction everywhere, walls stop them; a ring has directions of each site."""
    grid = room_of(lattice_of(Grid(half_width=1).geometry, Grid().alphabet))
    corner = grid["points"].index((1.0, 1.0))
    assert grid["leads"][corner][grid["moves"].index("UP")] == corner
    assert grid["steps"] == [(0.0, 1.0), (0.0, -1.0), (-1.0, 0.0), (1.0, 0.0)]
    assert "numbers" not in grid
    ring: Any = processes["ring"]()
    told = room_of(lattice_of(ring.geometry, ring.alphabet))
    assert "steps" not in told
    assert len(told["numbers"]) == len(told["points"])


def test_processes_whose_positions_are_known_are_offered() -> None:
    """The usual one of its page first."""
    assert laid_out()[0] == "grid"
    assert {"ring", "cube"} <= {*laid_out()}
