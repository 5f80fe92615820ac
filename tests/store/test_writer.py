"""One row is never the end of a store: what cannot be is null, and what cannot be kept is an error in its place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store.test_store import CONDITION, registered, step

from lmwalk.errors import StoreError
from lmwalk.store import Store, open_store

NUMBERS = ("tokens_in", "tokens_out", "cost_usd", "latency_s", "x", "y")
WHOLE = ("tokens_in", "tokens_out")


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [2**64, -(2**70), 10**400, "many", [1], True])
def test_a_number_that_cannot_be_is_null(store: Store, name: str, value: object) -> None:
    """A count beyond every column, a word or a list where a number belongs: the answer is kept without it."""
    registered(store)
    for t in (1, 2, 3):
        store.append(step(t, **({name: value} if t == 2 else {})))
    store.flush()

    rows = store.steps("walk")
    assert rows["reply"].tolist() == ["UP"] * 3
    assert rows["status"].tolist() == ["ok"] * 3
    if name in WHOLE or value is not True:
        assert rows[name].isna().tolist() == [False, True, False]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store for many examples; each has a trajectory of its own."""
    with open_store(tmp_path_factory.mktemp("shared") / "r.duckdb") as opened:
        yield registered(opened)


FRESH = count()


@settings(max_examples=20)
@given(st.lists(st.integers(), min_size=1, max_size=8))
def test_counts_come_back_as_they_were_or_not_at_all(shared: Store, counts: list[int]) -> None:
    """Any whole number is stored exactly where it fits into 32 bits, and is null where it does not."""
    number = next(FRESH)
    for t, tokens in enumerate(counts, start=1):
        shared.append(step(t, number, tokens_in=tokens))
    shared.flush()
    found = shared.steps("walk").query("trajectory == @number")["tokens_in"]

    kept = [None if missing else int(value) for value, missing in zip(found, found.isna(), strict=True)]
    assert kept == [each if -(2**31) <= each < 2**31 else None for each in counts]


def test_a_step_that_cannot_be_stored_becomes_an_error_and_no_other_is_lost(store: Store) -> None:
    """Among 60 steps of three trajectories one has no prompt: it is an error, its trajectory ends, all else is kept."""
    registered(store)
    for t in range(1, 21):
        for trajectory in range(3):
            store.append(step(t, trajectory, **({"prompt": None} if (trajectory, t) == (1, 8) else {})))
    store.flush()

    rows = store.steps("walk")
    counts = rows.groupby(["trajectory", "status"])["t"].agg(["count", "max"])
    assert counts.to_dict("index") == {
        (0, "ok"): {"count": 20, "max": 20},
        (1, "error"): {"count": 1, "max": 8},
        (1, "ok"): {"count": 7, "max": 7},
        (2, "ok"): {"count": 20, "max": 20},
    }
    assert "could not be stored" in rows.loc[rows["status"] == "error", "error"].item()
    assert rows["id"].is_unique


def test_a_trajectory_that_ended_so_is_asked_again(store: Store) -> None:
    """It takes no further step and says why, until it is begun again; then the answer takes the error's place."""
    registered(store).append(step(1))
    store.append(step(2, state_before=None))
    store.flush()
    assert "could not be stored" in str(store.append(step(3)))

    standing = store.standings([CONDITION.id])[CONDITION.id, 0]
    assert (standing.t, standing.failed) == (1, True)
    assert store.append(step(2)) is None
    store.flush()
    assert store.steps("walk")[["t", "status"]].values.tolist() == [[1, "ok"], [2, "ok"]]


def test_a_step_of_no_study_is_refused_where_it_is_handed_over(store: Store) -> None:
    """Whoever hands it over is told, and the steps of others are kept."""
    registered(store).append(step(1))
    with pytest.raises(StoreError, match="not in the database"):
        store.append(step(1, condition="unknown"))
    store.append(step(2))
    store.flush()

    assert len(store.steps("walk")) == 2
