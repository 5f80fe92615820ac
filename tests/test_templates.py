"""Templates are filled by name and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmwalk.errors import InputError
from lmwalk.registry import processes
from lmwalk.templates import builtin_templates, checked, compiled, named_template, variables_of
from lmwalk.types import Template


@given(st.text(), st.text(), st.integers())
def test_text_around_a_variable_stays_as_it_is(before: str, after: str, x: int) -> None:
    """Whatever stands around a variable, once its braces are doubled, comes out unchanged."""
    text = f"{_doubled(before)}{{x}}{_doubled(after)}"

    assert compiled(text)({"x": x}) == f"{before}{x}{after}"


@given(st.text())
def test_any_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    """Reading a template never fails in another way than an InputError."""
    try:
        variables = variables_of(text)
    except InputError as error:
        assert str(error).endswith(".")
    else:
        assert all(name.isidentifier() for name in variables)


@pytest.mark.parametrize("text", ["{x.__class__}", "{x[0]}", "{x!r}", "{x:>9}", "{}", "{0}"])
def test_a_template_cannot_reach_into_a_value(text: str) -> None:
    """Attributes, indices, conversions, formats and positions are refused."""
    with pytest.raises(InputError, match="plain name"):
        compiled(text)


def test_an_unknown_variable_is_named_with_what_exists() -> None:
    """The sentence says which variable is unknown and which are known."""
    with pytest.raises(InputError, match=r"\{speed\}.*Known: x, y\."):
        checked(Template("own", ("{speed}",)), {"x": "", "y": ""})


def test_a_template_without_words_is_refused() -> None:
    """A question needs at least one word."""
    with pytest.raises(InputError, match="empty"):
        checked(Template("own", ("  \n",)), {})


def test_a_value_is_never_read_as_a_template() -> None:
    """Braces inside a value are text."""
    assert compiled("{x}")({"x": "{y}{x.__class__}"}) == "{y}{x.__class__}"


@pytest.mark.parametrize("process", list(processes))
def test_every_named_template_fits_its_process(process: str) -> None:
    """A template that ships with lmwalk uses only variables that its process gives, and says what it is."""
    for name, template in builtin_templates(process).items():
        assert checked(template, processes[process].variables).name == name
        assert template.description


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    """The sentence lists the templates there are."""
    with pytest.raises(InputError, match="history, memoryless, position, statement, terse"):
        named_template("grid", "nope")


def _doubled(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
