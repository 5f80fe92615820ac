"""One rule for what a word in YAML means: YAML 1.2's core schema for what people write, older files as they were."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lmwalk.errors import InputError
from lmwalk.intake import read_yaml, yaml_text
from lmwalk.intake.places import lines_of
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.user_templates.files import entry_of

GOOD = "name: w\nmodels: [ideal]\n"
TRAPS = [
    *("010", "0o17", "0x1F", "0b11", "1:30", "12:30:45", "1_000", "1e-3", "1e5", "+1", ".5", "5.", "-.5e+3", "1.e3"),
    *("yes", "No", "ON", "off", "y", "n", "true", "TRUE", "tRUE", "~", "null", "NULL", "nUll", "none"),
    *("2024-01-01", "2024-01-01 10:00:00", "=", ".inf", "-.INF", ".nan", "inf", "NaN", "10%", "5 000", "1,5", "0o8"),
    *("0x", "1e", "e5", ".", "+", "-", "1.2.3", "00", "-010", "+0x1F", "1__0", "٣"),
]
"""Words that YAML 1.1, YAML 1.2 and people do not all take for the same."""
words = st.text("0123456789+-._:eExXoObBaAfFnNlLuUyYsStTrRiIdD%~=", min_size=1, max_size=8)


def by_the_standard(word: str) -> Any:
    """A plain word's value, from the table of the core schema (YAML 1.2.2, section 10.3.2)."""
    if re.fullmatch(r"null|Null|NULL|~", word):
        return None
    if re.fullmatch(r"true|True|TRUE|false|False|FALSE", word):
        return word.lower() == "true"
    for pattern, base in ((r"[-+]?[0-9]+", 10), (r"0o[0-7]+", 8), (r"0x[0-9a-fA-F]+", 16)):
        if re.fullmatch(pattern, word):
            return int(word.removeprefix("0o").removeprefix("0x"), base)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", word):
        return float(word)
    if re.fullmatch(r"[-+]?(\.inf|\.Inf|\.INF)", word):
        return -math.inf if word.startswith("-") else math.inf
    if re.fullmatch(r"\.nan|\.NaN|\.NAN", word):
        return math.nan
    return word


def same(one: Any, other: Any) -> bool:
    both_nan = isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other)
    return both_nan or (type(one), one) == (type(other), other)


@given(st.sampled_from(TRAPS) | words)
def test_a_word_means_what_the_core_schema_says(word: str) -> None:
    """As a value, in a list and as a key; what is no plain word at all is left out here."""
    try:
        event = [e for e in yaml.parse(f"a: [{word}]") if isinstance(e, yaml.ScalarEvent)][1:]
    except yaml.YAMLError:
        return
    if len(event) != 1 or event[0].value != word or event[0].style is not None or event[0].tag:
        return

    assert same(read_yaml(f"a: [{word}]")["a"][0], by_the_standard(word))
    assert same(read_yaml(f"a: '{word}'")["a"], word)


@given(st.sampled_from(TRAPS) | words | st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_what_is_written_means_the_same_by_either_rule(text: str) -> None:
    """A text stays a text for YAML 1.1, for YAML 1.2 and for lmwalk, so that files go between versions and tools."""
    values = {"text": text, "list": [text, 1e-05, 1e300, 10, True, None], text: 0}

    written = yaml_text(values, allow_unicode=not any(mark in text for mark in "\x85\u2028\u2029"))

    assert read_yaml(written) == read_yaml(written, stored=True) == yaml.safe_load(written) == values


@given(st.sampled_from(TRAPS))
def test_every_text_field_holds_any_word(word: str) -> None:
    """Names, texts and tasks that look like something else survive the study file."""
    study = Study.of(
        name=word, process="telephone", models=[f"imported/{word}"], params={"texts": [word], "tasks": [word]}
    )

    assert Study.from_yaml(study.to_yaml()) == Study.from_stored(study.to_yaml()) == study


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("steps: 1:30", "steps: '1:30' cannot be used. Accepted: a whole number"),
        ("steps: 1_000", "steps: '1_000' cannot be used. Accepted: a whole number"),
        ("steps: 1e3", "steps: 1000.0 cannot be used. Accepted: a whole number"),
        ("steps: yes", "steps: 'yes' cannot be used. Accepted: a whole number"),
        ("seed: 2024-01-01", "seed: '2024-01-01' cannot be used. Accepted: a whole number"),
        ("longest_wait_s: 1_000", "longest_wait_s: '1_000' cannot be used. Accepted: a number"),
        ("longest_wait_s: true", "longest_wait_s: True cannot be used. Accepted: a number"),
        ("temperatures: [0.5, 10%]", "temperatures: '10%' cannot be used. Accepted: a list of numbers"),
        ("sampler: {top_p: 90%}", "sampler.top_p: '90%' cannot be used. Accepted: a number"),
        ("sampler: off", "sampler: 'off' cannot be used. Accepted: temperature-only"),
        ("params: {rules: off}", "params.rules: 'off' cannot be used. Accepted: 'corrected' or 'legacy'"),
        ("params: {memory: 1:30}", "params.memory: "),
        (
            "name: 7",
            "name: 7 cannot be used. Accepted: text, which stands in quotes where it looks like something else: '7'",
        ),
        ("colour: red", "colour: there is no such field"),
        (
            'template: {text: \'{"move": "UP"}\'}',
            'template: The template asks for {"move"} with more than a plain name.',
        ),
        ("template: {text: 'Say {answer}'}", "template: Template 'inline' uses {answer}, which is unknown here."),
    ],
)
def test_what_cannot_be_used_is_refused_with_field_and_line(line: str, said: str) -> None:
    """The sentence begins with the field, and ends with the line of the file."""
    before = GOOD.replace("name: w\n", "") if line.startswith("name") else GOOD

    with pytest.raises(InputError) as caught:
        Study.from_yaml(f"{before}\n# a comment\n{line}\n")

    assert str(caught.value).startswith(said)
    assert str(caught.value).endswith(f"See line {before.count(chr(10)) + 3}.")
    if "{" in line and "template" in line:
        assert "written {{ or }}" in str(caught.value)


@pytest.mark.parametrize(
    ("process", "params", "said"),
    [
        (
            "stated-bias",
            "{stated: [10%]}",
            "params.stated: '10%' cannot be used. Accepted: a number, or 'even' or 'odd'.",
        ),
        ("stated-bias", "{event: 7}", "params.event: 7 cannot be used. Accepted: text, which stands in quotes"),
        ("in-context", "{thetas: [50%]}", "params.thetas: '50%' cannot be used. Accepted: a number."),
    ],
)
def test_forms_that_a_value_may_have_are_told_in_words(process: str, params: str, said: str) -> None:
    """One sentence names all of them, and none as the checker calls it."""
    with pytest.raises(InputError) as caught:
        Study.from_yaml(f"{GOOD}process: {process}\nparams: {params}\n")

    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)
    assert "constrained" not in str(caught.value)


def test_each_complaint_has_the_line_of_its_own() -> None:
    """Several fields, and the member of a list that is meant."""
    with pytest.raises(InputError) as caught:
        Study.from_yaml(f"{GOOD}temperatures:\n- 0.5\n- hot\nsteps: 1:30\nparams:\n  half_width: -1\n")

    assert re.findall(r"^(\S+):.* See line (\d+)\.$", str(caught.value), re.MULTILINE) == [
        ("temperatures", "5"),
        ("steps", "6"),
    ]


@given(
    st.recursive(st.integers() | words, lambda inner: st.lists(inner) | st.dictionaries(words, inner), max_leaves=12)
)
def test_lines_are_those_of_the_file(values: Any) -> None:
    """Every field and member is on the line where it begins, whatever is around it."""
    written = json.dumps({"a": values}, indent=0)  # one value a line, keys beside their values
    rows = written.split("\n")

    for path, line in lines_of(written).items():
        name = path[-1]
        if isinstance(name, str):
            assert rows[line - 1].startswith(f"{json.dumps(name)}:")


def test_what_a_program_stored_is_read_as_it_wrote_it(store: Store) -> None:
    """A text such as 1e5 that an older version left without quotes is still one in a stored study."""
    older = "name: 1e5\nmodels:\n- imported/m\nprocess: telephone\nparams:\n  tasks:\n  - 1e-3\n  texts:\n  - 0o17\n"

    study = Study.from_stored(older)

    assert (study.name, study.params) == ("1e5", {"tasks": ["1e-3"], "texts": ["0o17"]})
    assert Study.from_yaml(study.to_yaml()) == study


@pytest.mark.parametrize(
    "value", ["!!int 1_000", "!!bool yes", "!!float 1:30", "!!null x", "!!int [1]", "!!python/object:os x"]
)
def test_a_tag_changes_no_meaning(value: str) -> None:
    """What is said to be a number has to be written as one; nothing is run, nothing is dropped."""
    with pytest.raises(InputError, match="line 1"):
        read_yaml(f"a: {value}")


@pytest.mark.parametrize("pair", ["10: a\n0xA: b", "true: a\nTRUE: b", "~: a\nnull: b", "x: a\n'x': b"])
def test_a_key_that_stands_there_twice_in_other_letters_is_refused(pair: str) -> None:
    """The first would be lost in silence."""
    with pytest.raises(InputError, match="twice"):
        read_yaml(pair)


def test_a_template_file_has_lines_too() -> None:
    """A field of a template's file that cannot be used is named with its line."""
    entry = entry_of("grid", "mine", b"description: mine\ntext: 7\n")

    assert entry.complaint.startswith("text: 7 cannot be used.")
    assert entry.complaint.endswith("See line 2.")


def test_the_examples_mean_the_same_by_either_rule() -> None:
    """No study file that ships holds a word on which YAML's versions differ."""
    for path in sorted((Path(__file__).parent.parent / "examples").rglob("*.yaml")):
        assert read_yaml(path.read_bytes()) == yaml.safe_load(path.read_text(encoding="utf-8")), path.name
