"""Published experiments: what each asks, that it is known again, and what was published beside one's own."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from lmwalk.cli import app
from lmwalk.datasets.families import study_data
from lmwalk.datasets.labels import measured_by
from lmwalk.datasets.published import beside_published
from lmwalk.engine.prepared import prepare
from lmwalk.errors import InputError
from lmwalk.export.findings import figure_of
from lmwalk.figures._drawing import Words, figures, figures_of
from lmwalk.jobs import Jobs
from lmwalk.published import Experiment, experiment, experiments, of_study
from lmwalk.registry import open_model
from lmwalk.store import Store, open_store
from lmwalk.study import Study
from tests.scripted import finished

EVERY = pytest.mark.parametrize("chosen", experiments().values(), ids=lambda each: each.name)


@EVERY
def test_an_experiment_can_be_asked_anywhere_and_is_known_again(chosen: Experiment) -> None:
    """Each version is a study of its own, whoever is asked, whatever it is called and however it is run."""
    for version in chosen.versions:
        study = chosen.study(chosen.stand_ins, "mine", version)
        assert prepare(study, open_model)
        others = study.model_copy(update={"models": ("ollama/x",), "seed": 7, "concurrency": 3, "name": "other"})

        assert of_study(others) == (chosen, version)
    assert of_study(study.model_copy(update={"trajectories": 77})) is None


@EVERY
def test_what_was_published_is_drawn_before_anything_is_asked(chosen: Experiment, store: Store) -> None:
    """Its figures are those of its process, know published values, and name the models that it names."""
    study = chosen.study(chosen.stand_ins)
    _, data = study_data(store, study)
    for name in chosen.figures:
        figure = figures[name]
        assert figure in figures_of(study.process)
        if figure.published is None:  # one's own values alone
            continue
        rows = beside_published(figure, data, pd.DataFrame(), chosen.only)
        shown = {str(label).split(" ·")[0] for label in rows["label"]}
        for column in figure.choose:
            rows = rows[rows[column] == rows[column].iloc[0]]
        words = Words(data.event, measured_by(study), geometry=study.make_process().geometry)

        assert all((rows[column] == value).all() for column, value in chosen.only.items())
        assert shown == {model.rpartition("/")[2] for model in chosen.models}
        assert figure(rows, words).data


def test_models_of_the_publication_are_found_on_any_server() -> None:
    """A name counts without its server, in any case; the order is the publication's."""
    names = ["ollama/gemma2:9b", "endpoint/lab/Llama3.2:1B", "ollama/gemma2:2b-instruct", "builtin/tiny"]

    assert experiment("walks").at_hand(names) == ("endpoint/lab/Llama3.2:1B", "ollama/gemma2:9b")


def test_the_post_asks_as_many_questions_as_it_did() -> None:
    """Five models, seven temperatures, five walks of fifty steps, with its rules and its sampler."""
    study = experiment("walks").study(experiment("walks").models)

    assert study.total_steps == 8_750
    assert (study.params["rules"], study.sampler) == ("legacy", "provider-default")
    assert "25x25" in study.prompt_template.texts[0].format(**study.make_process().view(study.start(0)))


def test_own_end_points_stand_in_the_row_of_the_published_model() -> None:
    """A model's name counts without its server, and the cell is that of its temperature."""
    own = pd.DataFrame({"label": ["a"], "model": ["ollama/gemma2:2b"], "temperature": [0.5]}).assign(x=3, y=-4, walks=2)
    other = own.assign(label="gemma2:2b", model="gemma2:2b", x=5, published=True)
    figure = figures["walk-ends"](pd.concat([own.assign(published=False), other], ignore_index=True), Words())

    dot, cross = (next(trace for trace in figure.data if trace.name == name) for name in ("ended here", "published"))
    assert list(figure.layout.yaxis.ticktext) == ["ollama/gemma2:2b"]
    assert dot.y == cross.y and 0 < dot.x[0] < cross.x[0]


def test_the_command_line_lists_experiments_and_runs_one(tmp_path: Path) -> None:
    """The same command goes on; what there is not is named."""

    def said(*arguments: object) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["reproduce", *map(str, arguments)])
        return result.exit_code, result.output

    db = tmp_path / "r.duckdb"
    assert all(each in said()[1] for each in experiments())
    for _ in range(2):
        assert said("coin-prior", "--models", "ideal, simulated/filter:gamma=0.9", "--db", db)[0] == 0
    code, words = said("coin-prior", "--version", "nothing", "--models", "ideal", "--db", db)

    assert code == 2 and "Models that chat" in words
    with open_store(db) as store:
        assert (store.studies()["steps"] == 40).all()


def test_another_experiment_is_named_with_what_there_is() -> None:
    """As everywhere else."""
    with pytest.raises(InputError, match="walks"):
        experiment("nothing")
    assert of_study(Study.of(name="x", models=["ideal"])) is None


def test_a_file_of_a_figure_shows_published_values_where_its_study_repeats_their_experiment(store: Store) -> None:
    """As the screen does; the same figure of any other study shows none."""
    chosen = experiment("coin-prior")
    repeats = chosen.study(["ideal"], "again")
    other = repeats.model_copy(update={"name": "other", "trajectories": repeats.trajectories + 1})
    jobs = Jobs(store)
    for study in (repeats, other):
        finished(jobs, **study.model_dump())

    shown, not_shown = (figure_of(store, study, chosen.figures[0]) for study in (repeats, other))

    assert shown.table["published"].sum() >= 3
    assert not shown.table["published"].all()
    assert "Published values" in shown.words.source
    assert not not_shown.words.source
