"""The Draws page: a form for every experiment, made from the process itself, and what its stage is told."""

from __future__ import annotations

from typing import Any

import pytest
from scripted import Scripted, finished
from streamlit.testing.v1 import AppTest

from lmwalk.jobs import Jobs, jobs_of
from lmwalk.registry import processes
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.families.draws.selection import DrawSelection
from lmwalk.ui.families.draws.view import VIEW
from lmwalk.ui.parts.form.parameters import read, schema, shown
from tests.ui.conftest import Page, button, stop_all, study_file, texts

EXPERIMENTS = ["prior", "stated-bias", "in-context", "switching", "markov", "sequence", "poisson"]
OF = {"markov": ["sticky", "cycle"], "poisson": [""]}
"""What experiments are drawn from that are no coins, dice or numbers."""
FILTER = "simulated/filter:gamma=0.8"


def asked(app: AppTest, store: Store) -> Study:
    """The study that Run starts."""
    button(app, "Run").click().run()
    assert not app.exception
    started = jobs_of(store).all()[0].study
    stop_all(store)
    return started


def figures(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_every_draw_has_its_place_in_the_list(page: Page) -> None:
    """The experiments offered are the processes of the family."""
    drawn = [process.title for process in processes.values() if process.family == "draw"]

    assert sorted(page("draws").selectbox(key="experiment").options) == sorted(drawn)


@pytest.mark.parametrize(
    ("name", "of"), [(name, of) for name in EXPERIMENTS for of in OF.get(name, ["coin", "die", "number"])]
)
def test_every_experiment_starts_as_it_is(page: Page, store: Store, name: str, of: str) -> None:
    """Whatever is drawn, an experiment's form without a change makes the process with its own defaults."""
    app = page("draws")
    app.multiselect(key="models").set_value(["simulated/marking" if name == "poisson" else "ideal"])
    app.selectbox(key="experiment").set_value(name).run()
    if of:
        app.selectbox(key="markov_matrix" if name == "markov" else "of").set_value(of).run()

    study = asked(app, store)

    usual = {"matrix": of} if name == "markov" else {"of": of} if of else {}
    assert study.make_process() == processes[name](**usual)
    assert study.measurement == ("replies" if name == "poisson" else "probabilities")
    assert study.steps == (study.make_process().length or study.steps)


def test_a_batch_is_asked_for_replies_with_room_for_them(page: Page, store: Store) -> None:
    """Twenty results do not fit the usual answer, and a list of results has no single probability."""
    app = page("draws", experiment="Sequence", sequence_way="batch", models="ideal")

    study = asked(app, store)

    assert study.make_process().template == study.template == "batch"
    assert study.measurement == "replies"
    assert study.sampling(1.0).max_tokens == 200


def test_lists_are_typed_as_text(page: Page, store: Store) -> None:
    """Numbers with commas between them make the experiment's cases."""
    app = page("draws", models="ideal")
    app.text_input(key="in-context_thetas").set_value("0.2, 0.8")
    app.text_input(key="in-context_examples").set_value("0, 4, 16").run()

    assert any(
        each.value == "Run asks 30 questions: 2 cases \N{MULTIPLICATION SIGN} 5 wordings \N{MULTIPLICATION SIGN} "
        "3 questions each."
        for each in app.caption
    )
    assert asked(app, store).params == {"thetas": [0.2, 0.8], "examples": [0, 4, 16]}


def test_a_text_to_hide_the_statement_in_brings_its_depths_and_lengths(page: Page, store: Store) -> None:
    """They are asked for only where there is a text, and each combination is a case."""
    app = page("draws", experiment="Stated bias", models="ideal")
    key = "stated-bias_{}".format
    assert not [each for each in app.text_input if each.key == key("depths")]

    app.text_input(key=key("filler")).set_value("neutral").run()
    app.text_input(key=key("depths")).set_value("0, 1")
    app.text_input(key=key("lengths")).set_value("20, 40").run()

    study = asked(app, store)
    assert study.params == {"filler": "neutral", "depths": [0, 1], "lengths": [20, 40]}
    assert study.make_process().cases == 11 * 2 * 2


@pytest.mark.parametrize(
    ("key", "text", "named"),
    [
        ("in-context_thetas", "0.2, 2", "thetas"),
        ("in-context_examples", "5, 1", "grow"),
        ("in-context_prior", "x", "prior"),
    ],
)
def test_what_cannot_be_run_is_said(page: Page, store: Store, key: str, text: str, named: str) -> None:
    """A bad value is named in a sentence, and nothing starts."""
    app = page("draws")

    app.text_input(key=key).set_value(text).run()
    button(app, "Run").click().run()

    assert named in texts(app)
    assert not app.exception
    assert jobs_of(store).all() == []


def test_several_wordings_stand_below_each_other(page: Page, store: Store) -> None:
    """A line --- parts wordings, and the study keeps each."""
    app = page("draws", models="ideal")
    app.text_area(key="prompt_series_messages").set_value("So far:{results}\n---\nNow:{results}").run()

    assert asked(app, store).prompt_template.texts == ("So far:{results}", "Now:{results}")


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_parameter_survives_its_control(name: str) -> None:
    """What a control shows of a default is read back as the default."""
    process = processes[name]()
    values = {key: getattr(process, key) for key in schema(name)}

    back = {
        key: read(about, text)
        if isinstance(text := shown(about, values[key]), str) and "enum" not in about
        else values[key]
        for key, about in schema(name).items()
    }

    assert processes[name](**back) == process


@pytest.mark.parametrize(
    "values",
    [
        {
            "process": "in-context",
            "params": {"thetas": [0.1, 0.9], "examples": [0, 2], "prior": [6, 3], "evidence_seed": 4},
        },
        {
            "process": "stated-bias",
            "params": {"of": "number", "stated": ["odd", 40.0], "high": 20},
            "template": "stems",
        },
        {
            "process": "markov",
            "params": {"states": ["1", "2"], "rows": [[0.9, 0.1], [0.3, 0.7]], "sequences": 2, "lengths": [0, 3]},
        },
        {"process": "sequence", "params": {"way": "batch", "flips": 5}, "sampler": {"max_tokens": 50}, "steps": 2},
        {"process": "sequence", "params": {"memory": 7}, "temperatures": [0.5, 1.0], "steps": 4},
        {
            "process": "switching",
            "params": {"tosses_shown": 6, "at": 3},
            "steps": 7,
            "template": {"texts": ["a{results}", "b{results}"]},
        },
    ],
)
def test_settings_go_back_into_the_controls(page: Page, jobs: Jobs, store: Store, values: dict[str, Any]) -> None:
    """Run after Use these settings asks the same questions under a new name."""
    scored = "temperatures" not in values and values["params"].get("way") != "batch"
    measurement = "probabilities" if scored else "replies"
    model = "simulated/biased" if values["params"].get("way") == "batch" else "ideal"
    study = finished(
        jobs, **{"name": "mine", "steps": 2, "trajectories": 1, "measurement": measurement, "models": [model], **values}
    )
    app = page("draws", study="mine")

    button(app, "Use these settings").click().run()
    started = asked(app, store)

    same = started.model_copy(update={"name": "mine"})
    assert [condition.id for condition in same.conditions()] == [condition.id for condition in study.conditions()]
    assert (same.steps, same.trajectories) == (study.steps, study.trajectories)


def test_each_page_lists_its_own_studies(page: Page, jobs: Jobs) -> None:
    """A walk is not shown among draws, also where the address names it."""
    finished(jobs, name="a walk")
    finished(jobs, name="some draws", process="sequence")

    assert "name: some draws" in study_file(page("draws", study="a walk"))
    assert "name: a walk" in study_file(page("walk", study="some draws"))


def test_belief_stands_beside_the_posterior(page: Page, jobs: Jobs) -> None:
    """An ideal observer believes the posterior, whatever it has seen."""
    finished(jobs, process="switching", params={"tosses_shown": 9}, measurement="probabilities", steps=10)

    found = figures(page("draws"))

    assert found["P(heads) now"] == found["Posterior"]
    assert (found["TVD"], found["No outcome"]) == ("0.000", "0.0%")


@pytest.mark.parametrize(
    ("name", "measurement"),
    [(name, "replies") for name in EXPERIMENTS]
    + [(name, "probabilities") for name in EXPERIMENTS if name != "poisson"],  # whose answers are texts
)
def test_every_experiment_is_shown(page: Page, jobs: Jobs, name: str, measurement: str) -> None:
    """Finished, each has figures, and the word walk stands nowhere on its page."""
    model = "simulated/marking" if name == "poisson" else FILTER
    finished(jobs, name="mine", process=name, models=[model], trajectories=1, steps=2, measurement=measurement)

    app = page("draws")

    assert not app.exception
    assert not app.error
    assert len(app.metric) >= 4
    assert all("walk" not in words for metric in app.metric for words in (metric.label, metric.delta, metric.help))


@pytest.mark.usefixtures("impatient")
def test_failed_trajectories_are_called_so(page: Page, jobs: Jobs) -> None:
    """What failed on this page was no walk."""
    finished(jobs, process="sequence", models=["simulated/failing:rate=1"], trajectories=1, steps=2)

    app = page("draws")

    assert all("walk" not in str(each.value) for each in app.error)


def view(study: Study, case: int | None = None) -> DrawSelection:
    return DrawSelection(study, tuple(study.conditions()), case=case)


def test_the_stage_gets_a_mean_line_for_each_case_and_single_lines_for_one(jobs: Jobs, store: Store) -> None:
    """All cases together are means over the wordings; one case shows every trajectory with its mean."""
    study = finished(
        jobs,
        process="in-context",
        params={"thetas": [0.2, 0.8], "examples": [0, 3]},
        measurement="probabilities",
        trajectories=1,
        steps=2,
    )

    whole, one = (VIEW.feed().snapshot(store, view(study, case)) for case in (None, 1))

    assert [line["mean"] for line in whole["walks"]] == [True, True]
    assert [line["mean"] for line in one["walks"]] == [False] * 5 + [True]
    assert {piece["key"]: piece["x"] for piece in whole["points"]} == {"m0.0": [0, 1], "m0.1": [0, 1]}
    assert len(one["replies"]) == 5 * 2


def test_means_are_those_of_the_answers(jobs: Jobs, store: Store) -> None:
    """The mean line of a filter, which knows no wording, runs through its own probabilities."""
    study = finished(
        jobs,
        process="switching",
        params={"tosses_shown": 3},
        models=[FILTER],
        measurement="probabilities",
        steps=4,
        trajectories=1,
    )
    rows = store.steps(study.name)

    points = VIEW.feed().snapshot(store, view(study))["points"]

    mean = next(piece for piece in points if piece["key"] == "m0.0")
    assert mean["y"] == pytest.approx(rows[rows["trajectory"] == 0]["y"].tolist())


def test_a_probability_says_what_lies_outside(jobs: Jobs, store: Store) -> None:
    """A model that never names an outcome has all its mass on none."""
    study = finished(jobs, process="prior", models=["simulated/verbose"], measurement="probabilities", steps=1)

    reply = VIEW.feed().snapshot(store, view(study))["replies"][0]

    assert (reply["share"], reply["remark"]) == (None, "100% on no outcome")


def test_an_answer_with_many_results_is_counted(page: Page, store: Store) -> None:
    """Two of three results are heads, in the stream, on the line and in the figure."""
    study = Study.of(
        name="mine", process="sequence", params={"way": "batch", "flips": 3}, models=["simulated/biased"], steps=1
    )
    job = Jobs(store, lambda name: Scripted(name, lambda *_: "Heads, tails, heads")).start(study)
    job.wait(timeout_s=60)

    message = VIEW.feed().snapshot(store, view(study))

    assert {reply["outcome"] for reply in message["replies"]} == {"2 of 3 heads"}
    assert all((piece["x"], piece["y"]) == ([3], [pytest.approx(2 / 3)]) for piece in message["points"])
    assert figures(page("draws"))["Share of heads"] == "66.7%"
