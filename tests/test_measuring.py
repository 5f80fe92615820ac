"""Texts are measured once, whoever wrote them and whenever, and chains that end early are asked no more."""

from __future__ import annotations

import math
import time

import pandas as pd
import pytest
from scripted import Scripted

from lmwalk.errors import StoreError
from lmwalk.jobs import Jobs
from lmwalk.measuring import Measuring, measure
from lmwalk.properties import Texts, available, properties
from lmwalk.properties import measure as values_of
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import Prompt

NAMES = [known.name for known in available()]


def chains(**values: object) -> Study:
    plan = {"name": "chains", "process": "telephone", "models": ["simulated/swapper"], "trajectories": 2, "steps": 4}
    return Study.of(**{**plan, "params": {"texts": ["a good day", "a very bad night in the mill"]}, **values})


def ran(jobs: Jobs, plan: Study) -> None:
    job = jobs.start(plan)
    job.wait(timeout_s=60)
    deadline = time.monotonic() + 60
    while jobs.measuring(plan.name) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert job.state == "done", job.error


def stored(store: Store) -> pd.DataFrame:
    return store.measures.values("chains")


def test_every_text_of_a_run_is_measured_once(store: Store, jobs: Jobs) -> None:
    """Each generation of each chain, the initial text included, has each property exactly once."""
    ran(jobs, chains())

    rows = stored(store)

    assert len(rows) == 2 * 2 * 5 * len(NAMES)
    assert not rows.duplicated(["condition", "trajectory", "t", "property"]).any()
    assert sorted(rows["property"].unique()) == sorted(NAMES)


@pytest.mark.parametrize("part", ["missing", "keep"])
def test_a_moment_in_which_the_store_cannot_be_used_leaves_nothing_out(
    store: Store, jobs: Jobs, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """Where it was out of memory for a while, what was not read or kept then is measured afterwards."""
    works, failures = getattr(store.measures, part), iter(range(3))

    def fails_at_first(*values: object) -> object:
        if next(failures, None) is not None:
            raise StoreError("The database r.duckdb could not be used: Out of Memory Error.")
        return works(*values)

    monkeypatch.setattr(store.measures, part, fails_at_first)
    ran(jobs, chains())

    assert len(stored(store)) == 2 * 2 * 5 * len(NAMES)


def test_the_values_are_those_of_the_texts(store: Store, jobs: Jobs) -> None:
    """What is stored of a generation is what its text, the one before and the initial one give."""
    ran(jobs, chains())
    first, turned = "a very bad night in the mill", "mill the in night bad very a"

    own = stored(store).query("trajectory == 1")
    found = own.pivot(index="t", columns="property", values="value")

    for t, texts in enumerate([Texts(first, None, first), Texts(turned, first, first), Texts(first, turned, first)]):
        for name, value in values_of(texts, NAMES).items():
            assert found.loc[t, name] == pytest.approx(value, nan_ok=True), (t, name)


def test_what_is_measured_already_is_left(store: Store, jobs: Jobs) -> None:
    """Measuring again finds nothing to do, and a run that goes on adds only what is new."""
    ran(jobs, chains())
    before = stored(store)

    assert measure(store, chains()) == 0
    ran(jobs, chains(steps=6))

    after = stored(store)
    assert after[: len(before)].equals(before)
    assert len(after) == 2 * 2 * 7 * len(NAMES)


def test_a_property_that_is_new_is_measured_of_old_texts(store: Store, jobs: Jobs) -> None:
    """Where some properties are there and one is not, that one alone is added, of initial texts too."""
    ran(jobs, chains())
    with store._cursor() as cursor:
        cursor.execute("DELETE FROM measured WHERE property = 'positivity'")
    before = stored(store)

    assert measure(store, chains()) == 2 * 2 * 4

    added = stored(store)[lambda rows: ~rows["id"].isin(before["id"])]
    assert set(added["property"]) == {"positivity"}
    assert sorted(added["t"].unique()) == [0, 1, 2, 3, 4]


def test_measuring_says_how_much_is_left(store: Store, jobs: Jobs) -> None:
    """What is left falls from batch to batch to nothing."""
    ran(jobs, chains(steps=60))
    with store._cursor() as cursor:
        cursor.execute("DELETE FROM measured")
    told: list[int] = []

    measure(store, chains(steps=60), told.append)

    assert told == [140, 40, 0]


def test_a_kill_between_batches_loses_no_text(store: Store, jobs: Jobs) -> None:
    """Whoever measures next begins with what has no values, wherever the one before stopped."""
    ran(jobs, chains(steps=60))
    with store._cursor() as cursor:
        cursor.execute("DELETE FROM measured WHERE t > 30")

    Measuring(store, chains(steps=60)).some()
    measure(store, chains(steps=60))

    assert len(stored(store)) == 2 * 2 * 61 * len(NAMES)


def test_a_chain_that_ended_early_is_asked_no_more(store: Store, jobs: Jobs) -> None:
    """Its reason is recorded, the study counts as done, and a later run leaves it alone."""
    params = {"texts": ["one", "two"], "stop": ["repeated"]}
    plan = chains(params=params, models=["simulated/copier"])
    ran(jobs, plan)

    progress = jobs.get("chains").progress()  # type: ignore[union-attr]
    assert (progress.done, progress.total) == (4, 4)
    assert progress.by_model == {"simulated/copier": (4, 4)}
    assert store.ends("chains")[["generation", "ended"]].values.tolist() == [[1, "repeated"]] * 4
    assert set(store.progress("chains")["state"]) == {"done"}
    assert store.studies()["total"].tolist() == [4]

    ran(jobs, chains(params=params, models=["simulated/copier"], steps=9))
    assert len(store.steps("chains")) == 4
    again = jobs.get("chains").progress()  # type: ignore[union-attr]
    assert (again.done, again.total) == (4, 4)


def test_an_empty_answer_is_kept_and_ends_the_chain(store: Store) -> None:
    """The row says empty, the text stays, and the reason stands in the row."""

    def silent(prompt: Prompt, seed: int) -> str:
        return "" if prompt.state["generation"] == 2 else "a text"

    jobs = Jobs(store, lambda _: Scripted(answer=silent))
    ran(jobs, chains(models=["simulated/copier"], trajectories=1, params={"texts": ["one"]}))

    rows = store.steps("chains")
    assert rows["status"].tolist() == ["ok", "ok", "empty"]
    assert rows["ended"].tolist()[2] == "empty"
    assert rows["state_after"].str.contains("a text").tolist() == [True, True, True]


def test_a_text_without_words_has_no_value_rather_than_nought(store: Store, jobs: Jobs) -> None:
    """The length of '...' is known; what needs words is not a number."""
    ran(jobs, chains(params={"texts": ["..."]}, models=["simulated/copier"]))

    by_name = stored(store).query("t == 1 and trajectory == 0").set_index("property")["value"]
    assert by_name["length"] == 3
    assert math.isnan(by_name["variety"])
    assert set(by_name.index) == set(NAMES) <= set(properties)


def test_looking_at_a_measured_study_measures_nothing_again(store: Store, jobs: Jobs) -> None:
    """A page that is opened asks for it every time; the texts are looked through once a process."""
    ran(jobs, chains())

    jobs.measure(chains())
    assert not jobs.measuring("chains")

    with store._cursor() as cursor:
        cursor.execute("DELETE FROM measured WHERE t > 2")
    later = Jobs(store)
    later.measure(chains())
    assert later.measuring("chains")
    while later.measuring("chains"):
        time.sleep(0.02)
    assert len(stored(store)) == 2 * 2 * 5 * len(NAMES)
