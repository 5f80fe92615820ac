"""Plans that are frozen before a run, and what is said of studies that follow them or do not."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from lmwalk.cli import app
from lmwalk.datasets.provenance import engine_of, plan_of, provenance
from lmwalk.errors import InputError
from lmwalk.export import to_file
from lmwalk.jobs import Jobs
from lmwalk.store import Store, open_store
from lmwalk.study import Study
from lmwalk.study.frozen import canonical, differences, followed

FIELDS = {
    "name": "walk",
    "models": ["ideal", "builtin/tiny"],
    "temperatures": [0.5, 1.0],
    "trajectories": 4,
    "steps": 6,
    "primary": "distance",
    "stop_when": {"width": 5.0},
}
CHANGED = {
    "models": ["ideal"],
    "temperatures": [0.5, 1.0, 2.0],
    "trajectories": 5,
    "steps": 7,
    "seed": 1,
    "primary": "sites",
    "stop_when": {"width": 4.0},
    "params": {"half_width": 9},
    "template": {"text": "Where to?"},
    "sampler": {"top_p": 0.5},
    "on_cut": "retry",
}


def planned(**values: object) -> Study:
    study = Study.of(**{**FIELDS, **values})
    return Study.of(**{**study.model_dump(), "plan": plan_of(study)})


@given(st.permutations(list(FIELDS)), st.booleans(), st.permutations(["ideal", "builtin/tiny"]))
def test_the_hash_is_of_what_is_planned_and_not_of_how_it_is_written(
    order: list[str], flow: bool, models: list[str]
) -> None:
    """Whatever the order of fields and models, the style of the YAML, and whether defaults are written out."""
    fields = {name: FIELDS[name] for name in order} | {"models": models}
    text = yaml.safe_dump(fields, sort_keys=False, default_flow_style=flow)
    other = Study.from_yaml(text)
    named = Study.of(**{**other.model_dump(), "name": "another", "concurrency": 3, "params": {"half_width": 25}})

    assert plan_of(other).hash == plan_of(Study.of(**FIELDS)).hash == plan_of(named).hash


@pytest.mark.parametrize("field", list(CHANGED))
def test_one_changed_field_is_said_and_no_other(field: str) -> None:
    """With what was planned; the hash is another."""
    study = planned()
    other = Study.of(**{**study.model_dump(), field: CHANGED[field]})

    assert differences(study) == [] and followed(study).startswith("Follows the plan frozen on")
    assert {each.field.partition(".")[0] for each in differences(other)} == {field}
    assert followed(other).startswith("Differs from the plan frozen on") and field in followed(other)
    assert plan_of(other).hash != plan_of(study).hash


def test_a_plan_that_was_changed_is_none(tmp_path: Path) -> None:
    """Its own hash tells."""
    text = planned().to_yaml()
    plan = text[text.index("plan:") :]
    forged = text.replace(plan, plan.replace("trajectories: 4", "trajectories: 40"))

    assert Study.from_yaml(text) == planned().model_copy(update={"plan": Study.from_yaml(text).plan})
    with pytest.raises(InputError, match="changed since"):
        Study.from_yaml(forged)


def test_a_field_that_came_after_the_plan_is_no_difference() -> None:
    """A newer lmwalk has more fields; as long as they are left as they are, the plan is followed."""
    study = planned(answer="one-word")
    older = {name: value for name, value in canonical(study).items() if name not in ("context", "answer")}
    plan = study.plan
    assert plan
    from lmwalk.study.frozen import FrozenPlan, hash_of

    old = FrozenPlan(**{**plan.model_dump(), "study": older, "hash": hash_of(older, plan.nulls, dict(plan.exclusions))})
    found = differences(Study.of(**{**study.model_dump(), "plan": old}))

    assert [each.field for each in found] == ["answer"]


def test_a_plan_that_came_after_the_answers_is_told(store: Store) -> None:
    """It was no plan then."""
    study = Study.of(**{**FIELDS, "models": ["ideal"]})
    Jobs(store).start(study).wait(60)
    late = Study.of(**{**study.model_dump(), "plan": plan_of(study)})

    between = store.asked_between("walk")
    assert between and between[0] <= between[1] <= datetime.now(UTC).replace(tzinfo=None)
    Jobs(store).start(late).wait(60)
    assert store.study("walk").plan == late.plan
    told = dict(provenance(store, late))["plan"]
    assert told.startswith("Follows") and (late.plan.frozen_at.replace(tzinfo=None) <= between[0]) != ("after" in told)  # type: ignore[union-attr]


def invoked(*command: str) -> Result:
    return CliRunner().invoke(app, command)


def test_the_command_freezes_once_and_run_says_whether_the_plan_is_followed(tmp_path: Path) -> None:
    """The frozen file runs as it is; the study beside it with what differs; results and exports say the same."""
    file, frozen, db = tmp_path / "walk.yaml", tmp_path / "walk.frozen.yaml", str(tmp_path / "results.duckdb")
    study = Study.of(**{**FIELDS, "models": ["ideal"], "temperatures": [1.0]})
    file.write_text(study.to_yaml(), encoding="utf-8")

    assert invoked("freeze", str(file)).exit_code == 0
    assert invoked("freeze", str(file)).exit_code == 2  # a plan is frozen once
    held = Study.read(frozen)
    assert held.plan and held.plan.versions["lmwalk"] and held.plan.exclusions["on_cut"] == "keep"
    assert "Follows the plan" in invoked("run", str(frozen), "--db", db).output

    grown = Study.of(**{**study.model_dump(), "trajectories": 6})
    file.write_text(grown.to_yaml(), encoding="utf-8")
    out = " ".join(invoked("run", str(tmp_path), "--db", db).output.split())  # the folder holds both, and runs one
    assert out.count("Differs from the plan") == 1 and "trajectories is 6, planned 4" in out
    with open_store(db) as store:
        to_file(store, "walk", "readme", tmp_path / "readme.zip")
        to_file(store, "walk", "html", tmp_path / "report.html")
    readme = zipfile.ZipFile(tmp_path / "readme.zip").read("README.md").decode()
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    for text in (readme, report):
        assert "trajectories is 6, planned 4" in text
    assert "versions as this was written" in report and "primary measure" in report


def test_the_report_names_the_weights_of_the_built_in_model(store: Store) -> None:
    """By their digest; of a server that told nothing it says that."""
    import hashlib

    import lmwalk

    weights = Path(lmwalk.__file__).parent / "models" / "builtin" / "tiny.onnx"
    study = Study.of(name="walk", models=["builtin/tiny", "openai/some", "ollama/other"])
    said = dict(provenance(store, study))

    assert hashlib.sha256(weights.read_bytes()).hexdigest()[:16] in said["builtin/tiny"]
    assert "not told" in said["openai/some"] and "Ollama" in said["ollama/other"]
    assert "asked" not in said and "plan" not in said
    assert said["builtin/tiny"] in engine_of("relay/ollama/other + builtin/tiny")
