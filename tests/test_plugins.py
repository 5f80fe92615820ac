"""Another package adds processes, models, properties and figures by entry points, and a broken one breaks itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

import lmwalk

MODULES = {
    "__init__": "",
    "weekdays": '''
        from pathlib import Path
        from typing import ClassVar

        from lmwalk.processes.draws import Prior
        from lmwalk.registry import processes
        from lmwalk.types import Parsed


        @processes.register("weekdays")
        class Weekdays(Prior):
            """A day of the week."""

            name: ClassVar[str] = "weekdays"
            title: ClassVar[str] = "Weekdays"
            prompts: ClassVar[str] = "weekdays"
            template: ClassVar[str] = "plain"
            templates: ClassVar[Path] = Path(__file__).parent / "prompts"
            alphabet: ClassVar[tuple[str, ...]] = ("Monday", "Friday", "Sunday")

            def parse(self, reply):
                return Parsed(reply, "ok") if reply in self.alphabet else Parsed(None, "unparsed")

            def spans(self, reply):
                return ((0, len(reply)),) if reply in self.alphabet else ()
    ''',
    "monday": """
        from lmwalk.models.function import register_function


        @register_function("monday", simulated=True)
        def monday(prompt, sampling, seed):
            return "Monday"
    """,
    "vowels": """
        from lmwalk.properties import Property


        def _of(texts):
            return float(sum(letter in "aeiou" for letter in texts.text))


        vowels = Property("vowels", "Vowels", "", "How many vowels it has.", _of)
    """,
    "counts": """
        import plotly.graph_objects as go

        from lmwalk.figures._drawing import drawing


        def table(material):
            counted = material.answers.groupby(["label", "outcome"]).size()
            return counted.rename("count").reset_index()


        @drawing("weekday-counts", title="Days", about="How often.", processes=("weekdays",), table=table)
        def counts(frame, words):
            return go.Figure(go.Bar(x=frame["outcome"], y=frame["count"]))
    """,
    "torn": "import there_is_no_such_library",
}
ENTRY_POINTS = """
[lmwalk.processes]
weekdays = lmwalk_days.weekdays
torn = lmwalk_days.torn
grid = lmwalk_days.weekdays:Path

[lmwalk.models]
monday = lmwalk_days.monday:monday

[lmwalk.properties]
vowels = lmwalk_days.vowels:vowels
gone = lmwalk_days.vowels:there_is_no_such_name

[lmwalk.figures]
counts = lmwalk_days.counts
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder as pip leaves it: the package, and what is known of it."""
    package, about = tmp_path / "lmwalk_days", tmp_path / "lmwalk_days-1.0.dist-info"
    (package / "prompts").mkdir(parents=True)
    for name, code in MODULES.items():
        (package / f"{name}.py").write_text(dedent(code))
    (package / "prompts" / "plain.yaml").write_text("text: Name a day.\nsystem: One word.\n")
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: lmwalk-days\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(ENTRY_POINTS)
    return tmp_path


def run(installed: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the package installed."""
    paths = os.pathsep.join([str(installed), str(Path(lmwalk.__file__).parents[1])])
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", dedent(code)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )


def test_a_study_uses_what_another_package_brings(installed: Path) -> None:
    """Its process, asked by its template of its model, in its figure; its property of a chain."""
    done = run(
        installed,
        """
        import lmwalk
        study = lmwalk.Study(name="days", process="weekdays", models=["monday"], trajectories=2, steps=3)
        chain = lmwalk.Study(name="chain", process="telephone", models=["simulated/copier"], trajectories=1, steps=1,
                             params={"texts": ["audio"], "tasks": ["rephrase"]})
        with lmwalk.open_store() as store:
            steps = lmwalk.run(study, store)
            lmwalk.run(chain, store)
            print(set(steps["outcome"]), set(steps["prompt"]), set(steps["system"]))
            print(lmwalk.figures_of(study)["weekday-counts"])
            print(lmwalk.figure(store, study, "weekday-counts").data[0].y.tolist())
            print(set(store.measures.values("chain", ["vowels"])["value"]))
        """,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["{'Monday'} {'Name a day.'} {'One word.'}", "Days", "[6]", "{4.0}"]


def test_what_is_broken_is_named_and_nothing_else_is_missing(installed: Path) -> None:
    """A module that cannot be imported, a name that is not in one, and a name that lmwalk itself has."""
    done = run(
        installed,
        """
        from lmwalk.errors import InputError
        from lmwalk.registry import processes, properties
        print("weekdays" in processes, processes["grid"].__module__, "vowels" in properties, "length" in properties)
        try:
            processes["torn"]
        except InputError as error:
            print(error)
        """,
    )

    told = done.stderr.splitlines()
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "True lmwalk.processes.grid True True"
    torn = (
        "The process 'torn' of lmwalk-days 1.0 could not be loaded: "
        "ModuleNotFoundError: No module named 'there_is_no_such_library'"
    )
    assert torn in told
    assert torn in done.stdout.splitlines()[1]
    assert (
        "The process 'grid' of lmwalk-days 1.0 could not be loaded: there is a process called 'grid' already." in told
    )
    assert any(line.startswith("The property 'gone' of lmwalk-days 1.0 could not be loaded: Attr") for line in told)
    assert len(told) == 3
