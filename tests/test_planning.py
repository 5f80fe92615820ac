"""What a study can find, before it is run and after."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripted import Scripted
from typer.testing import CliRunner
from validity.stopping import mean_distance

from lmwalk.analysis.power import smallest_detectable
from lmwalk.cli import app
from lmwalk.datasets.draws import draw_data
from lmwalk.datasets.overview import OVERVIEWS
from lmwalk.datasets.planning import effort, found_in_words, looked_back, planned, sentences, unit_count, units_of
from lmwalk.errors import InputError
from lmwalk.jobs import Jobs
from lmwalk.models.providers import price_of
from lmwalk.registry import make_process, processes
from lmwalk.store import Store, open_store
from lmwalk.study import Study
from lmwalk.types import Gate, Prompt, Reply, Sampling

MOVES = ("UP", "DOWN", "LEFT", "RIGHT")


def walks(**values: object) -> Study:
    return Study.of(**{"name": "walk", "models": ["ideal"], "trajectories": 20, "steps": 30, **values})


@pytest.mark.parametrize(
    ("values", "units", "noun"),
    [
        ({}, 20, "walk"),
        ({"process": "sequence", "template": {"text": "Toss."}}, 20, "sequence"),
        ({"process": "prior", "template": {"texts": ["Toss.", "Flip."]}}, 2, "wording"),
        ({"process": "telephone", "params": {"tasks": ["rephrase", "continue"], "texts": ["a", "b", "c"]}}, 3, "text"),
    ],
)
def test_a_unit_is_what_was_sampled_as_a_whole(values: dict[str, object], units: int, noun: str) -> None:
    """Walks, sequences of one wording, wordings however often each is asked, texts however many chains each has."""
    study = walks(**({"models": ["builtin/tiny"]} | values))

    assert (unit_count(study), study.unit) == (units, noun)


def test_before_a_run_the_process_itself_says_how_far_units_differ() -> None:
    """Of a measure that nothing is known of, nothing is said but how to know it."""
    sd = (30 - mean_distance(30) ** 2) ** 0.5
    assert planned(walks()).detectable == pytest.approx(0.909 * sd, rel=0.05)
    assert found_in_words(planned(walks())).startswith("20 walks: differences of 2.")
    unknown = walks(process="in-context", steps=8)

    assert found_in_words(planned(unknown)) == ""
    assert "--pilot" in " ".join(sentences(planned(unknown), effort(None, unknown), width=1))


def test_after_a_run_its_own_units_say_it(store: Store) -> None:
    """And a pilot's the same of a larger study; the larger the study, the smaller the difference."""
    study = walks()
    Jobs(store).start(study).wait(60)
    values = units_of(store, study, "distance")["value"]
    back, larger = looked_back(store, study), planned(walks(trajectories=80), (store, study))

    assert back.detectable == pytest.approx(smallest_detectable(values.std(), 20))
    assert larger.detectable == pytest.approx(smallest_detectable(values.std(), 80))
    assert larger.detectable < back.detectable
    assert "would have been found" in " ".join(sentences(back, effort(store, study)))
    with pytest.raises(InputError, match="Accepted: one of prior"):
        planned(walks(process="prior"), (store, study))


def test_copies_find_nothing(store: Store) -> None:
    """Twenty equal walks are one: no spread is known, and no difference can be found."""
    Jobs(store, lambda name: Scripted(name)).start(walks()).wait(60)
    plan = looked_back(store, walks())

    assert plan.units == 1 and found_in_words(plan) == ""
    assert "20 walks (1 distinct)" in plan.spread.source


def test_the_effort_is_known_once_a_model_has_answered(store: Store) -> None:
    """Models in this process are free; of others nothing is known before they have answered such questions."""
    study = walks(models=["ideal", "openai/other"])
    before = effort(store, study)
    Jobs(store).start(walks()).wait(60)
    after = effort(store, study)

    assert (before.seconds, before.cost_usd) == (None, None)
    assert "openai/other" in after.why and "ideal" not in after.why
    assert effort(store, walks()) == (0.0, 0.0, "")


def test_the_command_plans_a_file_and_a_stored_study(tmp_path: Path) -> None:
    """Without a database, too; a wish that is none is refused."""
    file, db = tmp_path / "walk.yaml", tmp_path / "results.duckdb"
    file.write_text(walks().to_yaml(), encoding="utf-8")
    run = CliRunner().invoke

    first = run(app, ["plan", str(file), "--width", "1", "--db", str(db)])
    assert first.exit_code == 0 and "An interval 1 wide needs" in first.output and not db.exists()
    with open_store(db) as store:
        Jobs(store).start(walks()).wait(60)
    assert "would have been found" in run(app, ["plan", "walk", "--db", str(db)]).output
    assert "walks of 'walk' do" in run(app, ["plan", str(file), "--pilot", "walk", "--db", str(db)]).output
    assert run(app, ["plan", str(file), "--pilot", "none", "--db", str(db)]).exit_code == 2
    assert run(app, ["plan", str(file), "--width", "0", "--db", str(db)]).exit_code == 2


@pytest.mark.parametrize("name", list(processes))
def test_every_measure_of_every_process_has_a_plan_or_a_sentence(name: str) -> None:
    """A number where something is known beforehand, else how to know it."""
    process = make_process(name, {})
    for measure in process.measures(8):
        study = Study.of(name="a", process=name, models=["builtin/tiny"], trajectories=3, primary=measure)
        plan = planned(study)
        said = " ".join(sentences(plan, effort(None, study)))

        assert ("is found in 80 of 100" in said) == (plan.detectable > 0) != ("--pilot" in said)


def test_units_of_tokens_probabilities_are_as_compare_has_them(store: Store) -> None:
    """The mean over the wordings is the distance below the picture."""
    study = Study.of(
        name="tosses",
        process="in-context",
        params={"thetas": [0.2, 0.8], "examples": [0, 3]},
        models=["builtin/tiny"],
        measurement="probabilities",
        template="messages",
        trajectories=1,
    )
    Jobs(store).start(study).wait(60)
    units = units_of(store, study, "distance")
    overview = OVERVIEWS["in-context"].numbers(draw_data(store, study)[1])

    assert len(units) == 5
    assert units["value"].mean() == pytest.approx(overview["distance"].iloc[0])


def test_marked_texts_spread_as_poisson_texts_do(store: Store) -> None:
    """Simulated marks at the stated rate: near the spread that theory says, and around the right ratio."""
    study = Study.of(name="marks", process="poisson", models=["simulated/marking"], trajectories=40, steps=1)
    Jobs(store).start(study).wait(60)
    before, after = planned(study), looked_back(store, study)

    assert after.units == before.units == study.trajectory_count
    assert after.spread.sd == pytest.approx(before.spread.sd, rel=0.2)
    assert units_of(store, study, "ratio")["value"].mean() == pytest.approx(1, abs=0.1)


def test_a_model_that_has_not_answered_costs_what_its_tokens_would(store: Store) -> None:
    """By the table of prices, and as many tokens as another model's answers had; a model it does not name: unknown."""
    study = walks(models=["openai/gpt-4o-mini"])
    paid = Counting("counting", tokens=(100, 2))
    Jobs(store, lambda _: paid).start(walks(trajectories=2, steps=3)).wait(60)
    prices = price_of("openai/gpt-4o-mini")

    assert prices and price_of("openai/no-such-model") is None and price_of("groq/gpt-4o-mini") is None
    assert effort(store, study).cost_usd == pytest.approx(600 * (100 * prices[0] + 2 * prices[1]))
    assert effort(store, walks(models=["openai/no-such-model"])).cost_usd is None


class Counting(Scripted):
    """Answers that say how many tokens they had."""

    def __init__(self, name: str, tokens: tuple[int, int]) -> None:
        super().__init__(name)
        self.tokens = tokens

    async def reply(self, prompt: Prompt, sampling: Sampling, seed: int, gate: Gate) -> Reply:
        answer = await super().reply(prompt, sampling, seed, gate)
        return answer._replace(tokens_in=self.tokens[0], tokens_out=self.tokens[1])
