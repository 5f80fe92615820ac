"""The stream of the stage: who is told what, and when."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Awaitable, Callable
from typing import Any, get_type_hints

import pytest
from scripted import finished

from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui import messages
from lmwalk.ui.experiment.live import stream
from lmwalk.ui.experiment.live.looking import Look, Seen
from lmwalk.ui.experiment.live.stream import UNKNOWN, News, answer, offer
from lmwalk.ui.experiment.step_by_step.panel import Hand
from lmwalk.ui.families.family import view_of
from tests.ui.test_live_cells import GRID, grown, points, shown_of
from tests.ui.test_messages import faults

PATIENCE_S = 30


class Tab:
    """The browser's end of a websocket."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.says: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        self.hears: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.say("websocket.connect")
        self.answered = asyncio.create_task(answer({"key": key}, self.says.get, self.hears.put))

    def say(self, kind: str, text: str = "") -> None:
        self.says.put_nowait({"type": kind, "text": text})

    async def next(self) -> dict[str, Any]:
        """The next message of the server's."""
        return await asyncio.wait_for(self.hears.get(), PATIENCE_S)

    async def told(self) -> dict[str, Any]:
        """The next message about the study."""
        found: dict[str, Any] = json.loads((await self.next())["text"])
        return found

    async def closed(self) -> None:
        self.say("websocket.disconnect")
        await asyncio.wait_for(self.answered, PATIENCE_S)


def look_at(study: Study) -> Look:
    """What a session looks at whose script has drawn the stage."""
    look = Look(study, {})
    shown = shown_of(study)
    look.see(
        Seen(shown, follows=False, hand=Hand(None, presenting=False, who=None, first=view_of(study).on_stage(study)))
    )
    return look


@pytest.fixture
def run(store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[[Awaitable[None]], None]:
    """Run what a test does on a loop, on the test's store."""
    monkeypatch.setenv("LMWALK_DB", str(store.path))
    return lambda act: asyncio.run(asyncio.wait_for(act, 4 * PATIENCE_S))


def test_each_point_is_told_once_and_a_hidden_tab_is_told_in_one_message_what_came(
    jobs: Jobs, run: Callable[[Awaitable[None]], None]
) -> None:
    """A connection begins with everything."""
    look = look_at(grown(jobs, 3))

    async def act() -> None:
        tab = Tab(offer(look))
        assert (await tab.next())["type"] == "websocket.accept"
        told = [await tab.told()]
        own = set(get_type_hints(messages.Told))
        for declared, part in ((messages.Told, own), (messages.Snapshot, set(told[0]) - own)):
            assert faults({name: told[0][name] for name in part}, declared) == []
        tab.say("websocket.receive", "hidden")
        for steps in (5, 8):
            await asyncio.to_thread(grown, jobs, steps)
        assert tab.hears.empty()
        tab.say("websocket.receive", "seen")
        told.append(await tab.told())
        await asyncio.to_thread(grown, jobs, 12)
        while told[-1]["to"] < 4 * 2 * 12:
            told.append(await tab.told())
        await tab.closed()

        every = [point for message in told for point in points(message["cells"])]
        assert len(every) == len(set(every)) == 4 * 2 * 13
        assert [message["kind"] for message in told[:2]] == ["snapshot", "delta"]
        assert (told[1]["from"], told[1]["to"]) == (told[0]["to"], 4 * 2 * 8)

        again = Tab(look.key)
        await again.next()
        assert len(points((await again.told())["cells"])) == len(every)
        await again.closed()

    run(act())


def test_a_turn_of_the_session_is_told_at_once_and_a_tab_that_is_gone_holds_nothing(
    jobs: Jobs, run: Callable[[Awaitable[None]], None]
) -> None:
    """Another condition on the stage; a key that no session has is refused."""
    study = finished(jobs, **GRID, steps=2)
    look: Look | None = look_at(study)
    assert look is not None
    key = offer(look)

    async def act() -> None:
        nonlocal look
        assert look is not None
        tab = Tab(key)
        await tab.next()
        await tab.told()
        other = view_of(study).selection(study, (study.conditions()[3],), simulated=True)
        first = Hand(None, presenting=False, who=None, first=view_of(study).on_stage(study))
        look.see(Seen(other, follows=True, hand=first))
        told = await tab.told()
        assert (told["kind"], told["view"], told["cells"]["shown"]) == ("snapshot", other.view, [3])
        await tab.closed()
        assert look._changed == []
        look = None
        while key in stream._LOOKS:  # what was being read when the tab went is read to its end
            gc.collect()
            await asyncio.sleep(0.01)
        nobodys = Tab(key)
        assert [(await nobodys.next()).get("code") for _ in range(2)] == [None, UNKNOWN]

    run(act())


def test_nothing_is_told_while_nothing_is_new() -> None:
    """Neither the panel that the browser has, nor a clock that runs on by itself."""
    bar = {"state": "running", "asked_s": None}
    quiet = {"kind": "delta", "view": "a", "to": 4, "points": [], "replies": [], "cells": None, "begins": False}
    message = {**quiet, "bar": bar, "hand": {"open": True}, "stand": "running"}
    news = News()

    assert news.of(message) == message
    assert news.of(message) is None
    assert news.of({**message, "to": 5}) == {name: value for name, value in message.items() if name != "hand"} | {
        "to": 5
    }
    assert news.of({**message, "to": 5, "hand": None})["hand"] is None  # type: ignore[index]
