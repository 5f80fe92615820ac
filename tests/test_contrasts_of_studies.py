"""Conditions of stored studies are told apart unit by unit, whichever kind of study they are of."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from scripted import finished
from typer.testing import CliRunner

from lmwalk.analysis.contrasts import Contrast
from lmwalk.analysis.motion import MEASURES
from lmwalk.analysis.outcome_contrasts import Distance
from lmwalk.cli import app
from lmwalk.datasets.contrast_text import sentence, verdict
from lmwalk.datasets.contrasts import compare, compare_all, find_side, measures_of, sides_of, units_of
from lmwalk.datasets.walks import table
from lmwalk.errors import InputError
from lmwalk.jobs import Jobs
from lmwalk.store import Store
from lmwalk.study import Study
from tests.figures.datasets import STUDIES

TWO = {"models": ["ideal", "simulated/biased"], "trajectories": 6, "steps": 20}


def stored(jobs: Jobs, store: Store, **values: object) -> Study:
    study = finished(jobs, **values)
    store.flush()
    while jobs.measuring(study.name):
        time.sleep(0.01)
    return study


@pytest.mark.parametrize("name", [*STUDIES, "telephone"])
def test_every_measure_has_a_value_for_each_unit(jobs: Jobs, store: Store, name: str) -> None:
    """One row a unit, named once, with a number or with shares that sum to 1."""
    chains = {"process": "telephone", "models": ["simulated/mover"], "trajectories": 1, "steps": 2}
    study = stored(jobs, store, **{"trajectories": 1, "steps": 1, **STUDIES.get(name, chains)})
    side = sides_of(study)[0]

    for known in measures_of(study).values():
        units = units_of(store, side, known)
        assert len(units)
        assert units["unit"].is_unique
        values = units["value"].dropna()
        if known.outcomes:
            assert np.allclose([each.sum(axis=-1) for each in values], 1)
        elif known.share:
            assert values.between(-1e-9, 1 + 1e-9).all()
        else:
            assert np.isfinite(values.to_numpy(float)).all()


def test_walks_are_compared_by_the_distances_that_the_page_shows(jobs: Jobs, store: Store) -> None:
    """The means of the two conditions are those of the table of Compare, and their difference theirs."""
    study = stored(jobs, store, name="walk", **TWO)
    told = compare(store, *sides_of(study))

    assert isinstance(told.found, Contrast)
    assert told.found.means == pytest.approx(table(store, study)["distance"].tolist())
    assert told.found.units == (6, 6)
    assert told.simulated == ("ideal", "simulated/biased")
    assert set(MEASURES) <= set(measures_of(study))


def test_copies_at_temperature_0_tell_nothing(jobs: Jobs, store: Store) -> None:
    """Six equal walks are one; the words say so."""
    study = stored(jobs, store, name="walk", **{**TWO, "models": ["builtin/tiny"], "temperatures": [0, 1.0]})
    told = compare(store, *sides_of(study))

    assert told.found.distinct == (1, 6)
    assert "One distinct walk on one side" in verdict(told)
    assert "6 walks (1 distinct)" in sentence(told)


def test_two_conditions_of_one_walk_each(jobs: Jobs, store: Store) -> None:
    """Nothing is made of one observation."""
    study = stored(jobs, store, name="walk", **{**TWO, "trajectories": 1})

    assert verdict(compare(store, *sides_of(study))) == "One observation each: nothing can be told apart."
    assert compare_all(store, study)["p_adjusted"].isna().all()


def test_chains_are_compared_text_by_text(jobs: Jobs, store: Store) -> None:
    """Also those of two studies, and of two tasks, as long as they begin with the same texts."""
    plan = {"process": "telephone", "models": ["simulated/mover"], "trajectories": 2, "steps": 2}
    one = stored(jobs, store, name="a", params={"tasks": ["rephrase", "continue"]}, **plan)
    other = stored(jobs, store, name="b", **{**plan, "models": ["simulated/copier"]})
    first, second = sides_of(one)

    told = compare(store, first, sides_of(other)[0])
    assert (told.found.paired, told.found.units[0], told.noun) == (True, 20, "text")
    assert "20 texts, each in both" in sentence(told)
    assert compare(store, first, second, "positivity").found.paired


def test_wordings_are_the_units_where_there_are_several(jobs: Jobs, store: Store) -> None:
    """Twenty answers in two wordings are two units, which can never be told apart."""
    plan = {"process": "prior", "params": {"of": "coin"}, "trajectories": 10, "steps": 1}
    study = stored(jobs, store, name="a", template={"texts": ["{action}", "{choices}"]}, **{**TWO, **plan})
    told = compare(store, *sides_of(study))

    assert (told.noun, told.found.units) == ("wording", (2, 2))
    assert "so few wordings" in verdict(told)
    apart = compare(store, *sides_of(study), "outcomes").found
    assert isinstance(apart, Distance)
    assert np.isnan(apart.low)


def test_a_name_means_one_condition_or_is_refused_with_what_there_is(jobs: Jobs, store: Store) -> None:
    """A study or a model is name enough where it has one condition; names may hold slashes and at-signs."""
    stored(jobs, store, name="a/b", **{**TWO, "models": ["ideal"]})
    stored(jobs, store, name="two", **{**TWO, "temperatures": [0.5, 1.0]})

    assert find_side(store, "a/b").name == "a/b/ideal@1"
    assert find_side(store, "a/b/ideal").name == find_side(store, "a/b/ideal@1").name == "a/b/ideal@1"
    assert find_side(store, "two/ideal@0.5").condition.temperature == 0.5
    with pytest.raises(InputError, match=r"'two/ideal' is 2 conditions.*'two/ideal@0.5', 'two/ideal@1'"):
        find_side(store, "two/ideal")
    with pytest.raises(InputError, match=r"no condition 'two/nobody'.*'two/ideal@0.5'"):
        find_side(store, "two/nobody")
    with pytest.raises(InputError, match=r"Studies: .*'two'"):
        find_side(store, "nothing")


def test_what_has_no_measure_in_common_is_refused_in_a_sentence(jobs: Jobs, store: Store) -> None:
    """Walks and draws; one condition with itself; a measure that there is not."""
    walks = sides_of(stored(jobs, store, name="walks", **TWO))
    flips = sides_of(stored(jobs, store, name="flips", process="sequence", **TWO))

    with pytest.raises(InputError, match="no measure in common"):
        compare(store, walks[0], flips[0])
    with pytest.raises(InputError, match="with itself"):
        compare(store, walks[0], walks[0])
    with pytest.raises(InputError, match=r"measure: 'luck' is no measure of grid. Accepted: distance"):
        compare(store, *walks, "luck")


def test_studies_with_other_steps_are_compared_and_said_to_differ(jobs: Jobs, store: Store, tmp_path) -> None:
    """The command prints the verdict, the numbers and what else differs, and writes one row."""
    stored(jobs, store, name="short", **{**TWO, "models": ["ideal"]})
    stored(jobs, store, name="long", **{**TWO, "models": ["ideal"], "steps": 25})
    out = tmp_path / "pair.csv"

    code, said = run("compare", "short", "long", "--within", "3", "--csv", out, "--db", store.path)

    assert code == 0, said
    assert "They also differ in steps" in said.replace("\n", " ")
    assert "No language model: ideal." in said
    row = pd.read_csv(out).iloc[0]
    assert (row["within"], row["units_a"], row["a"]) == (3, 6, "short/ideal@1")


def test_a_study_alone_is_compared_in_all_pairs(jobs: Jobs, store: Store, tmp_path) -> None:
    """With one condition there is none, which is bad input."""
    stored(jobs, store, name="grid", **{**TWO, "temperatures": [0.5, 1.0]})
    stored(jobs, store, name="one", **{**TWO, "models": ["ideal"]})
    out = tmp_path / "pairs.csv"

    code, said = run("compare", "grid", "--measure", "outcomes", "--csv", out, "--db", store.path)
    assert code == 0, said
    assert "of 6 pairs" in said
    assert len(pd.read_csv(out)) == 6
    assert run("compare", "one", "--db", store.path)[0] == 2
    assert run("compare", "grid", "nobody", "--db", store.path)[0] == 2
    assert run("compare", "a", "b", "--db", tmp_path / "none.duckdb")[0] == 2


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output
