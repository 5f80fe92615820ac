"""What a study is judged by, and how it stops once that is decided."""

from __future__ import annotations

import asyncio
import time

import pandas as pd
import pytest
from scripted import Scripted

from lmwalk.analysis.motion import MEASURES
from lmwalk.analysis.unit_values import SHARES, of_sequences
from lmwalk.datasets.overview import OVERVIEWS
from lmwalk.datasets.units import Units, decisions, undecided, unit_table, verdicts_of
from lmwalk.errors import InputError
from lmwalk.jobs import ENDED, Jobs
from lmwalk.registry import make_process, processes, properties
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.types import DECIDED, Prompt

WALKS = {"models": ["ideal"], "steps": 20, "trajectories": 60, "concurrency": 4, "primary": "distance"}
ROWS = ["condition", "trajectory", "t", "outcome", "seed", "state_after"]


def walks(**values: object) -> Study:
    return Study.of(**{"name": "walk", **WALKS, "stop_when": {"width": 7.0}, **values})


def run(store: Store, study: Study) -> pd.DataFrame:
    """The rows of a study that was run, in order."""
    job = Jobs(store).start(study)
    job.wait(60)
    assert job.state == "done", job.error
    return store.steps(study.name)[ROWS].sort_values(ROWS[:3], ignore_index=True)


@pytest.mark.parametrize("name", list(processes))
def test_every_process_names_the_measures_that_its_figures_show(name: str) -> None:
    """Those of walks, the numbers below the pictures of draws, the properties of texts."""
    process = make_process(name, {})
    shown = {number.column for number in OVERVIEWS[name].shown} if name in OVERVIEWS else set()
    elsewhere = {"distance", *(f"{outcome.lower()}-share" for outcome in process.alphabet)}
    walks = {*MEASURES, *SHARES} if name == "grid" else elsewhere
    shown |= {"walk": walks, "chain": set(properties)}.get(process.family, set())

    assert set(process.measures(10)) == shown


def test_a_primary_measure_is_kept_and_changes_no_draw(store: Store) -> None:
    """It comes back from the file; conditions keep their ids, and so their draws."""
    study = walks()
    plain = Study.of(name="walk", models=["ideal"], steps=20, trajectories=60)

    assert Study.from_yaml(study.to_yaml()) == study
    assert "primary: distance" in study.to_yaml()
    assert [each.id for each in study.conditions()] == [each.id for each in plain.conditions()]
    assert "primary" not in plain.to_yaml() and "stop_when" not in plain.to_yaml()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"primary": "distanse"}, "The nearest: distance"),
        ({"primary": None}, "it needs a primary measure"),
        ({"primary": "exponent"}, "exponent is no mean of values in known bounds"),
        ({"stop_when": {"width": 20}}, "lies from 0 to 20 anyway"),
        ({"stop_when": {"differs_from": 21}}, "lies from 0 to 20"),
        ({"stop_when": {}}, "either width"),
        ({"stop_when": {"width": 1, "differs_from": 2}}, "either width"),
        ({"process": "poisson", "primary": "ratio"}, "cannot stop early"),
        ({"process": "telephone", "primary": "positivity", "stop_when": {"width": 0.5}}, "no independent observations"),
        ({"process": "prior", "primary": "share", "stop_when": {"width": 0.5}}, "60 trajectories of one wording"),
    ],
)
def test_what_cannot_be_judged_so_is_said_as_the_study_is_read(values: dict[str, object], sentence: str) -> None:
    """With what is accepted instead."""
    with pytest.raises(InputError, match=r"primary|stop_when") as told:
        walks(**values)

    assert sentence in str(told.value)


def test_a_study_that_stops_has_the_rows_that_it_would_have_without_its_rule(store: Store) -> None:
    """Whole walks, the first ones, at most as many more as are under way at once; and it says why."""
    whole = run(store, walks(name="walk", stop_when=None))
    Jobs(store).delete("walk")
    rows = run(store, walks())
    found = next(iter(verdicts_of(store, walks()).values()))
    begun = rows["trajectory"].nunique()

    assert found.decided and found.units <= begun < found.units + WALKS["concurrency"] < 60  # type: ignore[operator]
    assert len(rows) == 20 * begun
    pd.testing.assert_frame_equal(rows, whole[whole["trajectory"] < begun])
    assert decisions(store, store.study("walk"))[0].startswith(f"ideal: {DECIDED}after {found.units} of 60 walks")
    row = store.studies().iloc[0]
    assert row["steps"] == row["total"] == len(rows)


def test_what_is_decided_is_decided_again_and_in_a_study_that_grew(store: Store) -> None:
    """A later run asks nothing, and finds the same; without the rule the rest is asked."""
    rows = run(store, walks())
    again = run(store, walks(trajectories=80))

    pd.testing.assert_frame_equal(rows, again)
    assert store.studies().iloc[0]["total"] == len(rows)
    assert " of 80 walks" in decisions(store, store.study("walk"))[0]
    assert len(run(store, walks(trajectories=80, stop_when=None))) == 80 * 20
    assert decisions(store, store.study("walk")) == []


def test_a_run_that_was_broken_off_decides_as_one_that_was_not(store: Store) -> None:
    """Whatever was under way when it was stopped; what was begun is asked to its end."""

    async def moved(prompt: Prompt, seed: int) -> str:
        await asyncio.sleep(0.002)
        return ("UP", "DOWN", "LEFT", "RIGHT")[seed % 4]

    jobs = Jobs(store, lambda name: Scripted(name, moved))
    jobs.start(walks()).wait(60)
    whole = verdicts_of(store, walks())
    jobs.delete("walk")

    job = jobs.start(walks())
    while job.progress().done < 130:
        time.sleep(0.002)
    job.stop()
    job.wait(30)
    store.flush()
    assert "open" in set(store.progress("walk")["state"])

    jobs.start(walks()).wait(60)
    assert verdicts_of(store, walks()) == whole
    assert set(store.progress("walk")["state"]) == {"done"}
    assert next(iter(whole.values())).decided


def test_a_condition_that_is_decided_leaves_the_others_alone(store: Store) -> None:
    """Copies, as at T = 0, never decide, so that they are asked to the end."""
    names = {"ideal": lambda prompt, seed: ("UP", "DOWN", "LEFT", "RIGHT")[seed % 4], "builtin/tiny": lambda *_: "UP"}
    study = walks(models=list(names), trajectories=30)
    Jobs(store, lambda name: Scripted(name, names[name])).start(study).wait(60)
    asked = store.progress("walk").groupby("condition")["trajectory"].nunique()
    moving, copied = (condition.id for condition in study.conditions())

    assert asked[copied] == 30 > asked[moving]
    assert verdicts_of(store, study)[copied]._replace(mean=0, low=0, high=0) == (30, 1, 0, 0, 0, False)


def test_a_unit_is_a_whole_trajectory(store: Store) -> None:
    """Its value is that of its own answers alone."""
    study = Study.of(name="coins", process="sequence", models=["ideal"], trajectories=3, steps=7, template="messages")
    run(store, study)
    rows = store.steps("coins").sort_values(["trajectory", "t"])
    table = unit_table(store, study, "share").set_index("trajectory")["value"]

    shares = rows.assign(hit=rows["outcome"] == "heads").groupby("trajectory")["hit"].mean()
    pd.testing.assert_series_equal(table, shares, check_names=False, check_index_type=False)


def test_neighbours_are_of_one_answer_where_an_answer_holds_many() -> None:
    """Two answers of a trajectory are two sequences: what ends one and what begins the other are no neighbours."""
    rows = pd.DataFrame(
        {"condition": "c", "trajectory": [0, 0, 1], "t": [1, 2, 1], "outcome": ["h, h", "t, t", "h, t, h"]}
    )

    assert of_sequences(rows, "alternation", "h").tolist() == [0.0, 1.0]
    assert of_sequences(rows, "share", "h").tolist() == [0.5, 2 / 3]


def test_what_was_read_once_is_not_read_again_and_comes_to_the_same(store: Store) -> None:
    """Unit by unit as they end, or all at once; and what the rule did not stop is said with its interval."""
    study = walks(stop_when={"width": 0.1}, trajectories=12)
    units = Units(store, study, "distance")
    job = Jobs(store).start(study)
    while job.state not in ENDED:
        if len(store.studies()):
            units.upto(store.progress("walk"))
    store.flush()

    pd.testing.assert_frame_equal(units.upto(store.progress("walk")), unit_table(store, study, "distance"))
    assert undecided(store, study)[0].startswith("ideal: Not decided after 12 of 12 walks: distance is ")
