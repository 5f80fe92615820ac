"""What ``import lmwalk`` offers: what a notebook needs, in a few lines."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import lmwalk
from lmwalk.jobs import Progress, jobs_of
from lmwalk.registry import backends, processes, properties

README = Path(__file__).parents[1] / "README.md"
HIDDEN = {"models": ["simulated/slow:latency_s=0.05"], "trajectories": 1, "steps": 200}


def plan(name: str = "walk", **values: object) -> lmwalk.Study:
    return lmwalk.Study(**{"name": name, "models": ["ideal"], "trajectories": 2, "steps": 5, **values})


@pytest.fixture(autouse=True)
def _registries_as_before() -> Iterator[None]:
    """What a test registers is nobody else's."""
    every = (backends, processes, properties)
    before = [{name: registry[name] for name in registry} for registry in every]
    yield
    for registry, things in zip(every, before, strict=True):
        registry._things = things


@pytest.fixture
def memory() -> Iterator[lmwalk.Store]:
    with lmwalk.open_store() as opened:
        yield opened


def test_the_examples_of_the_readme_run() -> None:
    """All of them, one after another, in a process that shows no picture."""
    examples = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    quiet = "import plotly.io\nplotly.io.renderers.default = ''\n"

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", quiet + "\n".join(examples)], capture_output=True, text=True
    )

    assert "lmwalk.run(study, store)" in examples[0]
    assert (done.returncode, done.stderr) == (0, "")


def test_every_public_name_is_shown_and_there() -> None:
    """``dir`` lists what ``__all__`` promises, and each name can be had."""
    assert dir(lmwalk) == sorted(lmwalk.__all__)
    for name in lmwalk.__all__:
        assert getattr(lmwalk, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'walks'"):
        lmwalk.walks  # noqa: B018


def test_every_module_of_analysis_is_reached_without_an_import() -> None:
    """``lmwalk.analysis.walks`` is there once it is asked for."""
    code = "import lmwalk\nprint([getattr(lmwalk.analysis, name).__name__ for name in dir(lmwalk.analysis)])"

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert "'lmwalk.analysis.walks'" in printed


def test_a_run_gives_a_row_a_step(memory: lmwalk.Store) -> None:
    """Models x temperatures x trajectories x steps of them, which the store holds, too."""
    steps = lmwalk.run(plan(models=["ideal", "simulated/biased"], temperatures=[0.5, 1.0]), memory)

    assert len(steps) == 2 * 2 * 2 * 5
    pd.testing.assert_frame_equal(steps, memory.steps("walk"))


def test_a_run_goes_on_from_where_the_study_stands(memory: lmwalk.Store) -> None:
    """The second run asks for what the first did not have."""
    first = lmwalk.run(plan(), memory)

    second = lmwalk.run(plan(steps=8), memory)

    pd.testing.assert_frame_equal(second.head(len(first)), first)
    assert len(second) == 2 * 8


def test_without_a_store_the_frame_is_all_there_is() -> None:
    """The same rows, but for when they were asked; nothing is written and no thread is left."""
    import threading

    before = {thread.name for thread in threading.enumerate()}
    steps = lmwalk.run(plan())

    assert len(steps) == 10
    assert {thread.name for thread in threading.enumerate()} <= before
    assert not list(Path.cwd().glob(":memory:*"))


def test_two_stores_in_memory_know_nothing_of_each_other() -> None:
    """With no path, and by DuckDB's own name for it."""
    with lmwalk.open_store() as one, lmwalk.open_store(":memory:") as other:
        lmwalk.run(plan(), one)

        assert one.studies()["study"].tolist() == ["walk"]
        assert other.studies().empty


def test_a_store_in_memory_answers_sql_and_exports(memory: lmwalk.Store, tmp_path: Path) -> None:
    """As a file does."""
    from lmwalk.export import to_file

    lmwalk.run(plan(), memory)

    assert memory.queries.run("SELECT count(*) AS n FROM steps")["n"].tolist() == [10]
    assert to_file(memory, "walk", "csv", tmp_path / "steps.csv") == 10


def test_a_run_can_be_called_while_an_event_loop_is_running() -> None:
    """As in a notebook, whose kernel is one."""

    async def cell() -> int:
        return len(lmwalk.run(plan()))

    assert asyncio.run(cell()) == 10


def test_texts_are_measured_when_a_run_is_over(memory: lmwalk.Store) -> None:
    """Every generation, the initial one included, of every chain."""
    study = plan("texts", process="telephone", models=["simulated/copier"], trajectories=1, steps=2)
    lmwalk.run(study, memory)

    values = memory.measures.values("texts", ["length"])

    assert len(values) == study.trajectory_count * 3


def test_progress_is_told(memory: lmwalk.Store) -> None:
    """To the end, where all is done."""
    told: list[Progress] = []

    lmwalk.run(plan(), memory, progress=told.append)

    assert told[-1].done == told[-1].total == 10


def test_an_interrupted_run_stops_and_keeps_what_came(memory: lmwalk.Store) -> None:
    """Ctrl-C arrives while a run is watched; what was answered is there, and the run goes on later."""

    def interrupt(progress: Progress) -> None:
        if progress.answers >= 3:
            raise KeyboardInterrupt

    study = lmwalk.Study(name="slow", **HIDDEN)
    with pytest.raises(KeyboardInterrupt):
        lmwalk.run(study, memory, progress=interrupt)

    job = jobs_of(memory).get("slow")
    assert job is not None
    assert job.state == "stopped"
    memory.flush()
    assert 3 <= len(memory.steps("slow")) < 200


def test_what_cannot_be_run_is_said_in_a_sentence() -> None:
    """No traceback of a server or a library."""
    with pytest.raises(lmwalk.LmwalkError, match="no endpoint"):
        lmwalk.run(plan(models=["endpoint/nowhere/model"]))


def test_a_figure_is_drawn_of_a_stored_study(memory: lmwalk.Store) -> None:
    """By the study or by its name; every figure of the process, or a sentence that names them."""
    models = ["ideal", "simulated/biased", "simulated/refusing", "simulated/honest"]
    study = plan(models=models, trajectories=5, steps=20)
    lmwalk.run(study, memory)

    names = lmwalk.figures_of(study)
    drawn = {name: lmwalk.figure(memory, study, name) for name in names}
    biased = lmwalk.figure(memory, "walk", "walk-displacement", model="simulated/biased")

    assert names["walk-displacement"] == "Displacement"
    assert all(figure.data for figure in drawn.values())
    assert "simulated/biased" in biased.layout.title.subtitle.text
    with pytest.raises(lmwalk.LmwalkError, match="no-such"):
        lmwalk.figure(memory, study, "no-such")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"models": ["mine"]}, "models: 'mine' is not a model's full name"),
        ({"steps": "many"}, "steps: 'many' cannot be used"),
        ({"template": {"text": ""}}, "template"),
        ({"paths": 3}, "paths"),
    ],
)
def test_a_study_that_cannot_be_says_why(values: dict[str, object], sentence: str) -> None:
    """The constructor and ``of`` alike."""
    for make in (lmwalk.Study, lmwalk.Study.of):
        with pytest.raises(lmwalk.LmwalkError, match=re.escape(sentence)):
            make(**{"name": "walk", "models": ["ideal"], **values})


def test_a_study_is_copied_pickled_and_validated_as_any_record() -> None:
    """The readable constructor changes nothing else of the model."""
    import pickle

    study = plan()

    assert lmwalk.Study.model_validate(study.model_dump()) == study
    assert pickle.loads(pickle.dumps(study)) == study
    assert study.model_copy(update={"seed": 3}).seed == 3


def test_a_function_is_a_model_from_now_on() -> None:
    """It is given the question, and what it raises ends its trajectory in a sentence."""
    backends["ideal"]  # the first look is long ago
    asked = []

    @lmwalk.register.model("turning")
    async def turning(prompt: object, sampling: object, seed: int) -> str:
        asked.append(prompt.text)
        return ("UP", "RIGHT")[len(asked) % 2]

    @lmwalk.register.model("broken")
    def broken(prompt: object, sampling: object, seed: int) -> str:
        raise ValueError("no more")

    steps = lmwalk.run(plan(models=["turning", "broken"], trajectories=1, steps=2))

    own = steps[steps["model"] == "turning"]
    assert own["outcome"].tolist() == ["RIGHT", "UP"]
    assert own["prompt"].tolist() == asked
    assert steps[steps["model"] == "broken"]["error"].tolist() == ["broken: the function raised ValueError: no more"]
    with pytest.raises(lmwalk.LmwalkError, match="Accepted: another name"):
        lmwalk.register.model("ideal")


def test_a_property_that_is_registered_late_is_measured(memory: lmwalk.Store) -> None:
    """By name, as those that lmwalk brings."""
    assert "length" in properties

    @lmwalk.register.property("foxes", title="Foxes", unit="", about="How many foxes there are.")
    def foxes(texts: object) -> float:
        return float(texts.text.count("fox"))

    texts = ["A fox and a fox.", "No bird."]
    study = plan("t", process="telephone", params={"texts": texts, "tasks": ["rephrase"]}, models=["simulated/copier"])
    lmwalk.run(study, memory)

    found = memory.measures.values("t", ["foxes"])
    assert set(found["value"]) == {2.0, 0.0}


def test_a_process_that_lacks_something_says_what() -> None:
    """Before it is filed."""
    with pytest.raises(lmwalk.LmwalkError, match=r"process: 'half' lacks .*title.*advance"):
        lmwalk.register.process("half")(type("Half", (), {"name": "half"}))
    assert "half" not in processes
