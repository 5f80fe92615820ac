"""Absurd input, from whoever it came, ends at once, with a sentence, in little memory, and leaves nothing behind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lmwalk.errors import InputError
from lmwalk.importing import read_chains
from lmwalk.intake import plain_json, read_yaml
from lmwalk.study import Study
from lmwalk.templates import variables_of
from tests.absurd import Absurd, Outcome, broken, bundles, chains, others, outcomes, studies

MOST_MB = 300
LONGEST = 2500
"""Letters of what is said."""


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Absurd, Outcome]]]:
    """Every input with what became of it, all read by forks of one process."""
    folder = tmp_path_factory.mktemp("absurd")
    inputs = {make.__name__: list(make()) for make in (studies, others, bundles, chains)} | {"broken": list(broken(40))}

    found = outcomes(folder, [each for several in inputs.values() for each in several])

    assert len(found) == sum(map(len, inputs.values()))
    assert list((folder / "tmp").iterdir()) == []
    told = iter(found)
    return {kind: [(each, next(told)) for each in several] for kind, several in inputs.items()}


@pytest.mark.parametrize("kind", ["studies", "others", "bundles", "chains"])
def test_absurd_input_ends_with_a_sentence(read: dict[str, list[tuple[Absurd, Outcome]]], kind: str) -> None:
    """Each is refused in a sentence of few words, within 300 MB, imports included; no temporary file is left."""
    for each, out in read[kind]:
        assert out.sentence, f"{each.name} was taken"
        assert not out.sentence.startswith("CRASH"), (each.name, out.sentence)
        assert len(out.sentence) < LONGEST, (each.name, out.sentence)
        assert re.search(r"[.:]$|[.] ", out.sentence), (each.name, out.sentence)
        assert out.peak_mb < MOST_MB, (each.name, out)


def test_broken_bytes_end_with_a_sentence_too(read: dict[str, list[tuple[Absurd, Outcome]]]) -> None:
    """Whatever bytes are exchanged in steps and in archives, the process lives, and says what is wrong or reads on."""
    for each, out in read["broken"]:
        assert not (out.sentence or "").startswith("CRASH"), (each.name, out)
        assert out.peak_mb < MOST_MB, (each.name, out)


def test_aliases_and_merged_keys_that_stay_small_are_read() -> None:
    """What a person would write with them means what it means in YAML."""
    text = "base: &b {top_p: 0.9, top_k: 5}\nsampler: {<<: *b, top_k: 7}\nmodels: &m [ideal]\nagain: *m\n"

    assert read_yaml(text) == {
        "base": {"top_p": 0.9, "top_k": 5},
        "sampler": {"top_p": 0.9, "top_k": 7},
        "models": ["ideal"],
        "again": ["ideal"],
    }


def test_large_studies_that_are_honest_are_read() -> None:
    """2,500 conditions; a thousand texts of 1,900 letters in all kinds of writing, written and read back."""
    grid = Study.of(name="a", models=[f"imported/{n}" for n in range(50)], temperatures=[n / 50 for n in range(50)])
    assert len(Study.from_yaml(grid.to_yaml()).conditions()) == 2500

    texts = [f"{n} {sign * 1890}\u2028" for n, sign in zip(range(1000), "aé漢\U0001f600" * 250, strict=True)]
    told = Study.of(name="a", process="telephone", models=["imported/a"], params={"texts": texts})
    assert Study.from_yaml(told.to_yaml()) == told


def test_values_of_json_are_counted_and_commas_in_texts_are_not() -> None:
    """A text of half a million commas is one value; as many values are too many."""
    assert plain_json('["' + "," * 500_000 + '\\",["]') == ["," * 500_000 + '",[']
    with pytest.raises(ValueError, match="more than 300,000 values"):
        plain_json("[" + "1," * 500_000 + "1]")


def test_a_template_names_variables_two_hundred_times_at_most() -> None:
    """A question is as long as all that it asks for; braces of JSON in a template are none."""
    assert variables_of("{x}" * 200 + "{{}}" * 1000) == {"x"}
    with pytest.raises(InputError, match="too many variables"):
        variables_of("{x}" * 201)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("first", ["", "sep={}\r\n"])
def test_a_table_says_itself_what_separates_its_fields(tmp_path: Path, separator: str, first: str) -> None:
    """Commas, semicolons, tabs and bars, with or without the line that Excel writes first."""
    rows = [
        ["model", "task", "initial", "seed", "generation", "text"],
        *(["m", "t", "0", "0", n, f"t{n}"] for n in "01"),
    ]
    table = first.format(separator) + "\r\n".join(separator.join(row) for row in rows)
    (tmp_path / "chains.csv").write_text(table, encoding="utf-8", newline="")

    assert read_chains(tmp_path / "chains.csv")[0].texts == ("t0", "t1")


def test_a_row_that_is_wider_than_its_header_is_refused(tmp_path: Path) -> None:
    """A comma in a text without quotes does not cut the text; empty fields behind a row are no text."""
    head = "model,task,initial,seed,generation,text\n"
    (tmp_path / "a.csv").write_text(f"{head}m,t,0,0,0,Once, there was\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text(f"{head}m,t,0,0,0,Once,,\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"Row 2 of 'a\.csv' has 7 fields, more than the 6 .* double quotes"):
        read_chains(tmp_path / "a.csv")
    assert read_chains(tmp_path / "b.csv")[0].texts == ("Once",)
