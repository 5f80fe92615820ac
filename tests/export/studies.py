"""Small stored studies whose every step is known, with names and replies that are markup elsewhere."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from lmwalk.step import Step
from lmwalk.store import Store, StoredCondition
from lmwalk.study import Study
from lmwalk.types import Sent

MARKUP = "<script>x</script>$x^2$![](y)|z"
HOSTILE = f"ollama/{MARKUP}"
REPLY = f"{MARKUP}\n\u202e\u4e2d\U0001f600 'quoted' \"twice\""
MOVES = {"UP": (0, 1), "RIGHT": (1, 0)}


def walks(store: Store, steps: int = 12, **values: Any) -> Study:
    """Walks to the right and upwards by turns; the second of each condition's three ends in a failed call.

    The sixth reply of each cannot be read, and stays where it is.
    """
    plan = {"name": "a <b>walk</b> & $y$", "models": ["ollama/a:b", HOSTILE], "temperatures": [0.0, 0.5], **values}
    study = Study.of(**{"trajectories": 3, "steps": steps, **plan})
    cells = [
        StoredCondition(c, Sent({"temperature": c.temperature, "top_p": 1.0}, ("a note",)), True)
        for c in study.conditions()
    ]
    store.register(study, cells)
    for cell in cells:
        for trajectory in range(3):
            for step in _walk(cell.condition.id, trajectory, steps):
                store.append(step)
    store.flush()
    return study


def _walk(condition: str, trajectory: int, steps: int) -> list[Step]:
    x = y = 0
    found = []
    state = {"t": 0, "x": 0, "y": 0, "moves": []}
    for t in range(1, steps + 1):
        move = "RIGHT" if (t + trajectory) % 2 else "UP"
        failed, unread = trajectory == 1 and t == steps, t == 6
        before = json.dumps(state)
        if not failed and not unread:
            x, y = x + MOVES[move][0], y + MOVES[move][1]
        state = {"t": t, "x": x, "y": y, "moves": []}
        status: Any = "error" if failed else "ambiguous" if unread else "ok"
        found.append(
            Step(
                condition=condition,
                trajectory=trajectory,
                t=t,
                x=None if failed else float(x),
                y=None if failed else float(y),
                outcome=None if failed or unread else move,
                status=status,
                system="be <b>short</b>" if trajectory else None,
                prompt="where?",
                reply=None if failed else REPLY if unread else move.lower(),
                state_before=before,
                state_after=json.dumps(state),
                latency_s=0.1 * t,
                tokens_in=None if unread else 5,
                tokens_out=2,
                cost_usd=1e-7 if trajectory else None,
                attempts=1,
                seed=2**62 + t,
                asked_at=datetime(2025, 1, 2, 3, 4, 5, 6000 + t),
                error="500 <i>server</i>" if failed else None,
                finish=None if failed else "length" if unread else "stop",
                finish_said=None if failed else "MAX_TOKENS" if unread else "STOP",
                thought="<b>left</b>, or up?" if t == 2 else None,
                thought_tokens=7 if t == 2 else None,
                raw="<think><b>left</b>, or up?</think>" if t == 2 else None,
                why=None if failed else "two outcomes" if unread else "only word",
                prompt_cut=t == 3 if t > 1 else None,
            )
        )
    return found
