"""What the page of fields tells its browsers."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from lmwalk.analysis.lattices import lattice_of
from lmwalk.engine.field_plan import FieldPlan, SampledPlan
from lmwalk.errors import InputError
from lmwalk.jobs import Jobs
from lmwalk.processes.grid import Grid
from lmwalk.registry import processes
from lmwalk.templates import named_template
from lmwalk.token_tree import TokenTree
from lmwalk.types import Template
from lmwalk.ui.field.feed import AT_ONCE, Feed, Shown
from lmwalk.ui.field.form import columns_of, laid_out
from lmwalk.ui.field.room import room_of
from lmwalk.ui.field.uses import uses

TREE = TokenTree({"": (("UP", -0.1), ("DOWN", -3.0)), "UP": (("", 0.0),), "DOWN": (("", 0.0),)}, 2)
PLAN = FieldPlan.of("grid", "memoryless", "builtin/tiny", stride=1)


class Asking(SimpleNamespace):
    """As much of an asking as a feed looks at."""

    __hash__ = object.__hash__

    def since(self, n: int) -> list[tuple[int, TokenTree]]:
        return [(int(position), TREE) for position in PLAN.order[n : self.come]]


def shown(come: int) -> Shown:
    told: Any = Asking(
        plan=PLAN, lattice=PLAN.lattice, total=len(PLAN.order), come=come, state="running", asked=come, spared=0,
        has_sampler=True,
    )  # fmt: skip
    return Shown(0, PLAN.model, told)


def test_every_arrival_is_told_once_and_in_order() -> None:
    """Each message goes on where the one before it ended; only the first brings the room."""
    one, feed = shown(2 * AT_ONCE + 7), Feed()

    told = []
    while not told or feed.behind([one]):
        told.append(feed.message([one]))

    parts = [message["fields"][0] for message in told]
    assert [part["after"] for part in parts] == [0, AT_ONCE, 2 * AT_ONCE]
    assert parts[-1]["to"] == one.asking.come
    assert ["room" in message for message in told] == [True, False, False]


def test_a_browser_that_missed_something_is_told_again_what_others_were_told() -> None:
    """In the same pieces, which are packed once."""
    one, feed = shown(AT_ONCE + 1), Feed()
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


def test_two_models_or_two_templates_are_two_columns_with_every_moment_in_each() -> None:
    """Moments come in order, each once; both pairs at once, and a moment that is none, are sentences."""
    words = [named_template("grid", name) for name in ("memoryless", "terse")]
    columns = columns_of(Grid(), words, ["builtin/tiny"], ["50", "0", "50"], 5)
    assert [column.name for column in columns] == ["memoryless", "terse"]
    assert [[plan.t for plan in column.plans] for column in columns] == [[0, 50], [0, 50]]
    models = ["builtin/tiny", "simulated/peaked"]
    assert [column.name for column in columns_of(Grid(), words[:1], models, ["0"], 5)] == models
    with pytest.raises(InputError, match="not both"):
        columns_of(Grid(), words, models, ["0"], 5)
    with pytest.raises(InputError, match="Moment t"):
        columns_of(Grid(), words[:1], models, ["soon"], 5)


def test_a_position_is_told_of_in_every_field_that_is_shown() -> None:
    """Where their questions differ each is named, by its moment or by its column."""
    later = shown(1)
    later.asking.plan = FieldPlan.of("grid", "memoryless", "builtin/tiny", t=50)
    both, feed = [shown(1), later], Feed()
    feed.message(both)
    feed.open(PLAN.lattice.origin, [0, 1])

    opened = feed.message(both)["opened"]

    assert opened is not None
    assert [part["title"] for part in opened["parts"]] == ["The question: t = 0", "The question: t = 50"]
    assert {name for name, *_ in opened["spellings"]} == {"t = 0", "t = 50"}


def test_whether_t_or_the_words_matter_is_said_of_what_was_asked(jobs: Jobs) -> None:
    """A template without t cannot use it; two equal laws under two templates differ by nothing; replies have a p."""
    terse = Template("placed", ("x = {x}, y = {y}. UP, DOWN, LEFT or RIGHT?",))
    small = partial(FieldPlan.of, "grid", model="simulated/biased", params={"half_width": 1})

    def told(*plans: FieldPlan) -> list[Shown]:
        askings = [jobs.ask_field(plan) for plan in plans]
        for asking in askings:
            asking.wait(60)
        return [Shown(0, asking.plan.template.name, asking) for asking in askings]

    assert "do not name t" in uses(told(small(template=terse), small(template=terse, t=9)), "")[0]
    pair = told(small(template=terse), small(template="memoryless"))
    same = [each._replace(column=number) for number, each in enumerate(pair)]
    assert "does not use the wording" in " ".join(uses(same, "template"))
    sampled = partial(SampledPlan.of, "grid", "memoryless", "simulated/biased", params={"half_width": 1})
    assert "Nothing shows that the model uses t" in uses(told(sampled(t=0), sampled(t=50)), "")[0]
