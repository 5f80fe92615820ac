"""What one tab looks at of a study, and the messages that follow from it.

A script of Streamlit's notes what its widgets say (``Look.see``). Messages are made from that alone, and not from the
session: they are made in the script while it draws the stage, and between two scripts by the stream of the stage.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from lmwalk.jobs import Job, Jobs
from lmwalk.store import Store
from lmwalk.study import Condition, Study
from lmwalk.ui.experiment.live.progress import job_bar, stored_bar
from lmwalk.ui.experiment.step_by_step.panel import Hand, LastRead, by_hand
from lmwalk.ui.families.family import LiveFeed, Message, view_of
from lmwalk.ui.families.live_cells import LiveCells
from lmwalk.ui.parts.run_controls import WORTH_A_BUTTON_S
from lmwalk.ui.parts.selection import Selection
from lmwalk.ui.shell.session import active

BEGINS_S = 4.0
"""For so long a run that was begun here is told to begin: whoever comes back later sees how far it is."""


@dataclass(frozen=True)
class Seen:
    """What the widgets say.

    Attributes
    ----------
    shown : Selection
        What is on the stage; where the run is followed, what was on it then.
    follows : bool
        Whether the stage goes where the answers are.
    hand : Hand
        What is asked of the panel By hand.
    """

    shown: Selection
    follows: bool
    hand: Hand


@dataclass
class Look:
    """What one session looks at of a study.

    Attributes
    ----------
    followed : dict
        The condition that is followed in each study of the session.
    held : set
        The studies of the session something of which was held while it was looked at: their panel stays open, also for
        a look that begins once their run is over.
    key : str
        What the address of its stream ends in; known to nobody else.
    """

    study: Study
    followed: dict[str, str]
    begun_at: float | None = None
    held: set[str] = field(default_factory=set)
    key: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    _seen: Seen | None = None
    _changed: list[Callable[[], object]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def begins(self) -> bool:
        """Whether the run has just begun under the user's eyes."""
        return self.begun_at is not None and time.monotonic() - self.begun_at < BEGINS_S

    def see(self, seen: Seen) -> None:
        """Take what the widgets say now, and let whoever listens know."""
        with self._lock:
            self._seen, listeners = seen, list(self._changed)
        for changed in listeners:
            changed()

    def listen(self, changed: Callable[[], object]) -> Callable[[], None]:
        """Call that whenever the widgets have been read, until what is returned is called."""
        with self._lock:
            self._changed.append(changed)
        return lambda: self._changed.remove(changed)

    def seen(self, store: Store, job: Job | None) -> Seen:
        """What the widgets said last, where the run is followed with the condition that is answered now."""
        assert self._seen is not None, "nothing was drawn yet"
        seen = self._seen
        if not (seen.follows and job and active(job)):
            return seen
        self.follow(job)
        now = self.followed.get(self.study.name, seen.shown.ids[0])
        if seen.shown.ids == [now]:
            return seen
        shown = next((c,) for c in self.study.conditions() if c.id == now)
        turned = replace(seen.shown, conditions=shown, simulated=all_simulated(store, self.study, shown))
        return replace(seen, shown=turned)

    def follow(self, job: Job) -> None:
        """Look where the answers of a run come in."""
        watched = job.watched(self.followed.get(self.study.name))
        if watched:
            self.followed[self.study.name] = watched


def all_simulated(store: Store, study: Study, conditions: tuple[Condition, ...]) -> bool:
    """Whether all of these conditions of a study are simulations; where nothing is stored yet, as their models say."""
    known = store.conditions(study.name).set_index("condition")["simulated"]
    return all(bool(known.get(c.id, c.model == "ideal" or c.model.startswith("simulated/"))) for c in conditions)


class Teller:
    """One listener's place in what is told of a look; belongs to one thread at a time."""

    def __init__(self, look: Look) -> None:
        view = view_of(look.study)
        self._look = look
        self._feed, self._cells = view.feed(), LiveCells(view.cells())
        self._read = LastRead()

    def message(self, store: Store, jobs: Jobs) -> Message:
        """All there is the first time, afterwards what is new."""
        study, job = self._look.study, jobs.get(self._look.study.name)
        seen = self._look.seen(store, job)
        asked = {each.condition for each in job.asking()} if job else ()
        self._read.held |= study.name in self._look.held
        # before the picture, which then has the answer that the panel shows
        hand = by_hand(store, job, seen.hand, seen.shown, self._read)
        if self._read.held:
            self._look.held.add(study.name)
        bar = bar_of(store, jobs, study)
        return {
            **self._feed.delta(store, seen.shown),
            "bar": bar,
            "cells": self._cells.message(store, seen.shown, asked, follows=seen.follows),
            "begins": self._look.begins,
            "hand": hand,
            "stand": standing(jobs, study, bar),
        }

    def forget(self) -> None:
        """Make the next message a snapshot."""
        self._feed.view = self._cells.view = ""

    def go_back(self, stage: int, cells: int) -> None:
        """Tell again what came after these places, where the browser missed something; all of it, where that is -1."""
        pairs: tuple[tuple[LiveFeed | LiveCells, int], ...] = ((self._feed, stage), (self._cells, cells))
        for told, reached in pairs:
            if reached < 0:
                told.view = ""
            else:
                told.rewind(reached)


def bar_of(store: Store, jobs: Jobs, study: Study) -> Message:
    """The state of a study's run, in the words and numbers of the bar."""
    job = jobs.get(study.name)
    bar = job_bar(job) if job else stored_bar(store, study)
    if jobs.measuring(study.name) and not active(job):
        left = jobs.unmeasured(study.name)[0]
        return {**bar, "left": f"measuring texts, {left:,} left" if left else "measuring texts"}
    return bar


def standing(jobs: Jobs, study: Study, bar: Message) -> str:
    """What the buttons below the stage depend on: where it is another one, they have to be drawn anew."""
    job = jobs.get(study.name)
    waits = bool(job and active(job) and job.progress().wait_s >= WORTH_A_BUTTON_S)
    busy = active(job) or jobs.measuring(study.name)
    return " ".join(map(str, [job.state if job else "done", bar["share"] >= 1, waits, busy]))
