"""What the live stage is told, replayed against a stage that merges as the browser does."""

from __future__ import annotations

from typing import Any

import pytest
from scripted import finished

from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.families import feed
from lmwalk.ui.families.walks.selection import WalkSelection
from lmwalk.ui.families.walks.view import VIEW


class Stage:
    """Keeps points by (walk, t) and replies by id, and sees gaps, by the rules of live.js."""

    def __init__(self) -> None:
        self.view, self.cursor = "", -1
        self.points: dict[tuple[str, int], tuple[float, float]] = {}
        self.replies: dict[int, str] = {}

    def accept(self, message: dict[str, Any]) -> bool:
        """False where the stage would ask for a snapshot."""
        if message["kind"] == "delta" and (message["view"] != self.view or message["from"] > self.cursor):
            return False
        if message["view"] != self.view:
            self.__init__()  # type: ignore[misc]
            self.view = message["view"]
        self.cursor = max(self.cursor, message["to"])
        for piece in message["points"]:
            places = zip(piece["x"], piece["y"], strict=True)
            self.points |= {(piece["key"], t): place for t, place in zip(piece["t"], places, strict=True)}
        self.replies |= {reply["id"]: reply["text"] for reply in message["replies"]}
        return True


def grown(jobs: Jobs, steps: int) -> Study:
    return finished(jobs, trajectories=3, steps=steps)


def shown(study: Study) -> WalkSelection:
    return WalkSelection(study, tuple(study.conditions()))


def frozen(study: Study) -> WalkSelection:
    """The view of a study whose length is announced from the start."""
    return shown(study.model_copy(update={"steps": 40}))


def test_every_walk_has_its_start_before_the_first_answer(jobs: Jobs, store: Store) -> None:
    """The view that opens on an unanswered study shows all walks at t = 0, and what follows is added to that."""
    source, stage = VIEW.feed(), Stage()
    store.register(plan := Study.of(name="walk", models=["ideal"], trajectories=3, steps=40), [])
    stage.accept(source.delta(store, shown(plan)))
    assert stage.points == {(key, 0): (0, 0) for key in "012"}

    grown(jobs, 40)
    stage.accept(source.delta(store, shown(plan)))

    assert {key: place for key, place in stage.points.items() if key[1] == 0} == {(key, 0): (0, 0) for key in "012"}
    assert len(stage.points) == 3 * 41


@pytest.mark.parametrize("lost", [{2}, {1, 2, 3}])
def test_a_stage_that_loses_messages_is_told_them_again(jobs: Jobs, store: Store, lost: set[int]) -> None:
    """It sees the gap, says how far it has come, and gets from there on what it lacks, and no more."""
    source, stage, told = VIEW.feed(), Stage(), 0
    for place, steps in enumerate((5, 12, 20, 31, 40)):
        message = source.delta(store, frozen(grown(jobs, steps)))
        if place not in lost and not stage.accept(message):
            source.rewind(stage.cursor)
            message = source.delta(store, frozen(grown(jobs, steps)))
            assert message["kind"] == "delta"
            assert stage.accept(message)
        told += 0 if place in lost else len(message["replies"])

    assert len(stage.points) == 3 * 41
    assert len(stage.replies) == told == 3 * 40


def test_a_stage_that_has_nothing_is_told_everything(jobs: Jobs, store: Store) -> None:
    """Where not even the first message came, a snapshot does."""
    source, view = VIEW.feed(), frozen(grown(jobs, 5))
    source.delta(store, view)

    source.rewind(-1)

    assert source.delta(store, view)["kind"] == "snapshot"


def test_everything_is_told_once(jobs: Jobs, store: Store) -> None:
    """Messages hold each step once, and once all are told they hold none."""
    source = VIEW.feed()
    messages = [source.delta(store, frozen(grown(jobs, steps))) for steps in (5, 12, 20)]
    messages.append(source.delta(store, frozen(grown(jobs, 20))))

    ids = [reply["id"] for message in messages for reply in message["replies"]]
    times = [(piece["key"], t) for message in messages for piece in message["points"] for t in piece["t"] if t]
    assert len(ids) == len(set(ids)) == len(times) == len(set(times)) == 3 * 20
    assert (messages[-1]["kind"], messages[-1]["points"], messages[-1]["replies"]) == ("delta", [], [])


def test_a_long_backlog_becomes_a_snapshot(jobs: Jobs, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than thousands of rows, the stage gets thinned paths."""
    monkeypatch.setattr(feed, "MOST_ROWS", 20)
    source, view = VIEW.feed(), frozen(grown(jobs, 5))
    source.delta(store, view)

    message = source.delta(store, frozen(grown(jobs, 40)))

    assert message["kind"] == "snapshot"


def test_another_condition_is_another_view(jobs: Jobs, store: Store) -> None:
    """Choosing another temperature starts with a snapshot that holds that condition alone."""
    study = finished(jobs, temperatures=[0.5, 1.0], trajectories=2, steps=6)
    first, second = (WalkSelection(study, (condition,)) for condition in study.conditions())
    source = VIEW.feed()
    source.delta(store, first)

    message = source.delta(store, second)

    assert message["kind"] == "snapshot"
    assert (message["heading"], message["degrees"]) == ("ideal", "T = 1")
    stage = Stage()
    stage.accept(message)
    assert len(stage.points) == 2 * 7
    assert len(message["replies"]) == 2 * 6


def test_at_most_sixty_walks_are_drawn_and_the_rest_is_said(jobs: Jobs, store: Store) -> None:
    """A picture of a hundred walks says that it shows sixty."""
    study = finished(jobs, trajectories=100, steps=2)

    message = VIEW.feed().snapshot(store, shown(study))

    assert len(message["walks"]) == 60
    assert message["remark"] == "60 of 100 walks drawn"
