"""What models told of questions for token probabilities is kept, found again, and on disk before what rests on it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from store.test_store import registered, step

from lmwalk.store import Store
from lmwalk.store.distributions import KeptLists

NOW = datetime(2024, 12, 22, tzinfo=UTC).replace(tzinfo=None)


def lists(name: str, **values: Any) -> KeptLists:
    """One question, and what was told of it."""
    told = {"": [["UP", -0.5], ["DOWN", -1.0]]}
    usual = KeptLists(
        *(name, f"question {name}", "openai/tiny", "http://server", None, None, "Where?", None, '["UP", "DOWN"]'),
        *(False, 20, json.dumps(told), NOW),
    )
    return usual._replace(**values)


def test_no_step_is_on_disk_without_the_lists_it_was_read_from(store: Store) -> None:
    """Whenever one looks, every source of a step that is there has its row: a kill at any moment leaves both."""
    registered(store)
    missing = []
    for t in range(1, 41):
        store.keep(lists(f"list {t}"))
        store.append(step(t, source=f"list {t}"))
        if not t % 8:
            found = store._frame(
                "SELECT count(*) AS lost FROM records WHERE source NOT IN (SELECT name FROM distributions)"
            )
            missing.append(int(found["lost"][0]))
    store.flush()

    assert set(missing) == {0}
    assert len(store._frame("SELECT name FROM distributions")) == len(store.steps("walk")) == 40


def test_the_latest_lists_of_the_very_same_model_are_found(store: Store) -> None:
    """Another fingerprint, another server, or none said: another model."""
    later = NOW.replace(year=2025)
    for told in (
        lists("old", question="q", fingerprint="a"),
        lists("new", question="q", fingerprint="a", asked_at=later),
        lists("other", question="q", fingerprint="b", server="http://elsewhere"),
        lists("unsaid", question="q"),
    ):
        store.keep(told)
    store.flush()

    asked = ("openai/tiny", "http://server")
    assert store.distributions.questions(*asked, "a") == {"q": "new"}
    assert store.distributions.questions(*asked, None) == {"q": "unsaid"}
    assert store.distributions.questions(*asked, "b") == {}
    assert store.distributions.other_fingerprint(*asked, "b") == "a"
    assert store.distributions.other_fingerprint(*asked, "a") is None


def test_lists_that_no_table_can_hold_end_nothing(store: Store) -> None:
    """A row without a prompt is left out; half a surrogate pair is kept as what stands for it."""
    for told in (lists("a"), lists("b", prompt=None), lists("c", prompt="\ud800"), lists("d")):
        store.keep(told)
    store.flush()

    found = store._frame("SELECT name, prompt FROM distributions ORDER BY name")
    assert found["name"].tolist() == ["a", "c", "d"]
    assert found["prompt"].tolist()[1] == "\ufffd"
