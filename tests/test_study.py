"""Study files: what is accepted survives a round trip; what is not is answered in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lmwalk.errors import InputError
from lmwalk.study import ExplicitSampler, Study
from lmwalk.study.copies import copies_expected
from lmwalk.types import Sampling

EXAMPLES = Path(__file__).parent.parent / "examples"
CLUSTER = EXAMPLES / "cluster" / "cluster.yaml"
"""The only file there that says where a study runs, and not what is asked."""
GOOD = {"name": "walk", "models": ["ideal"]}

names = st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable() and text == text.strip())
models = st.lists(
    st.sampled_from(["ideal", "builtin/tiny", "ollama/gemma2:9b", "openai/gpt-4o-mini", "simulated/biased"]),
    min_size=1,
    unique=True,
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="{}"), min_size=1).filter(str.strip)
templates = st.one_of(
    st.sampled_from(["memoryless", "history", "terse"]),
    st.builds(lambda text, system: {"text": text + " {x}", "system": system}, texts, st.none() | texts),
)
samplers = st.one_of(
    st.sampled_from(["temperature-only", "provider-default"]),
    st.fixed_dictionaries(
        {},
        optional={
            "top_p": st.none() | st.floats(0.01, 1),
            "top_k": st.none() | st.integers(0, 100),
            "max_tokens": st.none() | st.integers(1, 100),
        },
    ),
)
studies = st.builds(
    Study.of,
    name=names,
    params=st.fixed_dictionaries({}, optional={"half_width": st.integers(1, 50)}),
    template=templates,
    models=models,
    temperatures=st.lists(st.floats(0, 5), min_size=1, max_size=5, unique=True),
    sampler=samplers,
    trajectories=st.integers(1, 100),
    steps=st.integers(1, 1000),
    seed=st.integers(0, 2**63 - 1),
    concurrency=st.integers(1, 64),
    longest_wait_s=st.floats(0, 1e6),
    timeout_s=st.floats(0.1, 3600),
    load_timeout_s=st.floats(0.1, 3600),
    largest_reply_mb=st.floats(0.01, 100),
)


@given(studies)
def test_a_study_survives_its_file(study: Study) -> None:
    """Written as YAML and read back, a study equals itself, and so do its conditions' ids."""
    again = Study.from_yaml(study.to_yaml())

    assert again == study
    assert [c.id for c in again.conditions()] == [c.id for c in study.conditions()]


@given(studies)
def test_a_study_is_models_times_temperatures(study: Study) -> None:
    """Every cell of the grid is there once, temperatures from low to high, with an id of its own."""
    cells = study.conditions()

    assert [(c.model, c.temperature) for c in cells] == [
        (m, t) for m in study.models for t in sorted(study.temperatures)
    ]
    assert len({c.id for c in cells}) == len(cells)
    assert study.total_steps == len(cells) * study.trajectories * study.steps


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("process", "gird", "process: There is no process called 'gird'. There is: cube, double-distribution, grid"),
        ("trajectories", -3, "trajectories: -3 cannot be used. Accepted: a whole number of at least 1"),
        ("steps", 1.5, "steps: 1.5 cannot be used. Accepted: a whole number"),
        ("steps", True, "steps: True cannot be used"),
        ("steps", "50", "steps: '50' cannot be used"),
        ("steps", 10**12, "steps: 1000000000000 cannot be used"),
        ("temperatures", [-1], "temperatures: -1 cannot be used. Accepted: a list of numbers from 0 to 5"),
        ("temperatures", 0.5, "temperatures: 0.5 cannot be used. Accepted: a list"),
        ("temperatures", [0.5, 0.5], "temperatures: 0.5 stands there twice"),
        ("models", ["ideal", "ideal"], "models: 'ideal' stands there twice"),
        ("models", [], "models: [] cannot be used. Accepted: a list of model names"),
        ("models", ["gemma"], "models: 'gemma' is not a model's full name. Did you mean 'ollama/gemma'? Accepted: "),
        ("models", ["simulated/nope"], "models: "),
        ("models", "ideal", "models: 'ideal' cannot be used. Accepted: a list"),
        ("params", {"half_width": -1}, "params.half_width: -1 cannot be used. Accepted: a whole number of at least 1"),
        ("params", {"width": 3}, "params.width: there is no such field. Accepted: half_width, rules, memory"),
        ("params", {"half_width": "25"}, "params.half_width: '25' cannot be used. Accepted: a whole number"),
        ("params", {"rules": "x"}, "params.rules: 'x' cannot be used. Accepted: 'corrected' or 'legacy'"),
        ("template", "nope", "template: There is no template called 'nope' for grid. There is: history"),
        (
            "template",
            {"text": "hi {z}"},
            "template: Template 'inline' uses {z}, which is unknown here. Known: half_width",
        ),
        ("template", {"text": "{"}, "template: The template's braces cannot be read"),
        ("template", 5, "template: 5 cannot be used. Accepted: the name of a template"),
        ("sampler", "hot", "sampler: 'hot' cannot be used. Accepted: temperature-only, provider-default"),
        ("sampler", {"top_p": 3}, "sampler.top_p: 3 cannot be used. Accepted: a number more than 0 and at most 1"),
        ("sampler", {"topp": 1}, "sampler.topp: there is no such field. Accepted: top_p"),
        ("concurrency", 0, "concurrency: 0 cannot be used. Accepted: a whole number of at least 1"),
        ("name", "", "name: '' cannot be used. Accepted: at least one character"),
        ("name", "a\nb", "name: 'a\\nb' cannot be used. Accepted: printable"),
        ("colour", "red", "colour: there is no such field. Accepted: name, process"),
    ],
)
def test_a_wrong_field_is_answered_with_one_sentence(field: str, value: object, sentence: str) -> None:
    """The sentence names the field, the value and what would be accepted."""
    with pytest.raises(InputError) as caught:
        Study.from_yaml(yaml.safe_dump(GOOD | {field: value}))

    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "- 1", "a: b: c", "seed: [1", "1: 2", "\0", "just words", "name: a\nname: b"])
def test_what_is_no_study_file_is_said_to_be_none(text: str) -> None:
    """Broken YAML and YAML that is no list of fields are told apart from wrong fields."""
    with pytest.raises(InputError):
        Study.from_yaml(text)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Missing files and files that are no text are named in the sentence."""
    with pytest.raises(InputError, match=r"gone\.yaml"):
        Study.read(tmp_path / "gone.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"bytes\.yaml.*UTF-8"):
        Study.read(tmp_path / "bytes.yaml")


@pytest.mark.parametrize("path", sorted(set(EXAMPLES.rglob("*.yaml")) - {CLUSTER}), ids=lambda path: path.stem)
def test_every_example_is_a_study(path: Path) -> None:
    """What ships in examples/ can be run."""
    assert Study.read(path).total_steps > 0


def test_the_telephone_study_of_an_array_has_the_published_size() -> None:
    """5 models x 3 tasks x 20 texts x 5 seeds = 1,500 chains of 50 generations (TelephoneGameLLM)."""
    study = Study.read(EXAMPLES / "cluster" / "telephone.yaml")

    assert (len(study.conditions()) * study.trajectory_count, study.steps) == (1500, 50)


def test_the_seed_grid_has_the_published_size() -> None:
    """5 models x 7 temperatures x 5 walks x 50 steps = 8,750 questions (TILDNN)."""
    assert Study.read(EXAMPLES / "seed-walk.yaml").total_steps == 8750


def test_samplers_say_what_is_asked() -> None:
    """Temperature-only switches every cut off; provider-default sends none; explicit changes what it names."""
    neutral = Sampling(0.5, top_p=1.0, top_k=0, min_p=0.0, repeat_penalty=1.0)

    assert Study.of(**GOOD).sampling(0.5) == neutral
    assert Study.of(**GOOD, sampler="provider-default").sampling(0.5) == Sampling(0.5)
    explicit = Study.of(**GOOD, sampler={"top_p": 0.9, "top_k": None}).sampling(0.5)
    assert explicit == Sampling(0.5, top_p=0.9, top_k=None, min_p=0.0, repeat_penalty=1.0)
    assert Study.of(**GOOD, sampler=ExplicitSampler()).sampling(0.5) == neutral


def test_an_id_changes_with_what_is_asked_and_with_nothing_else() -> None:
    """Steps, trajectories and the limits of a run do not make another condition; seed, template and sampler do."""
    base = Study.of(**GOOD).conditions()[0].id

    limits = (
        {"concurrency": 1},
        {"longest_wait_s": 5},
        {"largest_reply_mb": 9},
        {"timeout_s": 5},
        {"load_timeout_s": 5},
    )
    for same in ({"steps": 7}, {"trajectories": 9}, *limits, {"temperatures": [1.0, 2.0]}):
        assert Study.of(**GOOD | same).conditions()[0].id == base
    for other in ({"seed": 1}, {"template": "terse"}, {"sampler": "provider-default"}, {"params": {"half_width": 3}}):
        assert Study.of(**GOOD | other).conditions()[0].id != base


DRAWS = {"name": "draws", "process": "in-context", "models": ["ideal"], "measurement": "probabilities"}


def test_an_experiment_brings_its_own_template_and_length() -> None:
    """What a study file leaves out follows from the process, and the file written back says it."""
    study = Study.of(**DRAWS)

    assert (study.template, study.steps) == ("messages", 8)
    assert Study.from_yaml(study.to_yaml()) == study
    assert Study.of(name="walk", models=["ideal"]).steps == 50
    assert Study.of(**DRAWS | {"process": "prior"}).steps == 1
    assert Study.of(**DRAWS | {"process": "prior", "measurement": "replies"}).steps == 50
    assert Study.of(**DRAWS | {"process": "sequence"}).steps == 50
    assert (
        Study.of(**DRAWS | {"process": "sequence", "params": {"way": "batch"}, "measurement": "replies"}).template
        == "batch"
    )


def test_a_repeat_is_every_case_in_every_wording() -> None:
    """11 rates x 20 stems x 8 questions; cases run fastest, then wordings, then repeats."""
    study = Study.of(**DRAWS | {"template": "stems", "trajectories": 2})

    assert study.trajectory_count == 2 * 11 * 20
    assert study.total_steps == 2 * 11 * 20 * 8
    assert [study.case(n) for n in (0, 10, 11, 219, 220)] == [(0, 0), (10, 0), (0, 1), (10, 19), (0, 0)]


def test_stems_of_an_earlier_study_stay_what_they_were() -> None:
    """A kept study names its words for good; a name without a number is the newest in a file, the first where kept."""
    new = Study.of(**DRAWS | {"template": "stems"})
    old = Study.from_stored(new.to_yaml().replace("template: stems-2", "template: stems"))

    assert old.template == "stems-1"
    assert old.prompt_template.texts != new.prompt_template.texts
    assert old.conditions()[0].id != new.conditions()[0].id
    for study in (new, old):
        assert study == Study.from_yaml(study.to_yaml()) == Study.from_stored(study.to_yaml())
    assert Study.from_yaml(new.to_yaml().replace("template: stems-2", "template: stems")) == new


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"measurement": "replies", "imitate": "ollama"}, "imitate: ollama is imitated where token probabilities"),
        ({"imitate": "gpt"}, "imitate: 'gpt' cannot be used. Accepted: temperature-only, own"),
        ({"process": "poisson", "template": "messages"}, "measurement: answers of this poisson are free text"),
        ({"steps": 9}, "steps: 9 is more than this experiment has. Accepted: at most 8"),
        ({"measurement": "logits"}, "measurement: 'logits' cannot be used. Accepted: 'replies' or 'probabilities'"),
        ({"template": {"text": "a", "texts": ["b"]}}, "template: it needs either text, one wording, or texts"),
        ({"template": {"texts": []}}, "template.texts: [] cannot be used"),
        ({"template": {"texts": ["fine", "{rate}"]}}, "template: Template 'inline' uses {rate}, which is unknown here"),
        ({"params": {"thetas": [2]}}, "params.thetas"),
        ({"params": {"event": "edge"}}, "params: {'event': 'edge'} cannot be used. Accepted: an event from heads"),
    ],
)
def test_a_wrong_draw_is_answered_with_one_sentence(change: dict[str, object], sentence: str) -> None:
    """The sentence names the field and what would be accepted."""
    with pytest.raises(InputError) as caught:
        Study.of(**DRAWS | change)

    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("fields", "copies"),
    [
        ({"temperatures": [0.0, 1.0]}, True),
        ({"temperatures": [0.0], "process": "telephone"}, True),
        ({"temperatures": [0.0], "trajectories": 1}, False),
        ({"temperatures": [0.5]}, False),
        ({"temperatures": [0.0], "models": ["ideal", "simulated/persistent"]}, False),
    ],
)
def test_repeats_that_will_be_copies_are_pointed_out(fields: dict[str, Any], copies: bool) -> None:
    """Where a model that repeats itself is asked the same again; what draws at random whatever T is, does not."""
    said = copies_expected(
        Study.of(**{"name": "a", "models": ["builtin/tiny"], "trajectories": 5, "steps": 9, **fields})
    )

    assert bool(said) == copies
    assert not said or "5 trajectories" in said
