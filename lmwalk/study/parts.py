"""What a study file may hold beside plain values: a template or a sampler written out, and YAML read with care."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from lmwalk.errors import InputError
from lmwalk.sentences import shown
from lmwalk.templates import version_of
from lmwalk.types import Template


def as_tuple(value: Any) -> Any:
    """A list, which is what YAML gives, as a tuple."""
    return tuple(value) if isinstance(value, list) else value


class Words(BaseModel):
    """The words of a template as a file holds them: one wording as ``text``, or several as ``texts``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str | None = Field(None, min_length=1)
    texts: Annotated[tuple[str, ...], BeforeValidator(as_tuple)] | None = Field(None, min_length=1, max_length=1000)
    system: str | None = None
    prefill: str | None = Field(None, min_length=1)

    @property
    def wordings(self) -> tuple[str, ...]:
        """Every wording. Raises InputError unless exactly one of text and texts is there."""
        if (self.text is None) == (self.texts is None):
            raise InputError("it needs either text, one wording, or texts, a list of wordings.")
        return self.texts or (str(self.text),)


class InlineTemplate(Words):
    """A template written into the study itself; ``name`` is that of the template the words were taken from."""

    name: str | None = Field(None, min_length=1, max_length=60)

    def template(self) -> Template:
        """The template. Raises InputError unless exactly one of text and texts is there."""
        unnamed = Template("inline", self.wordings, self.system, self.prefill)
        return replace(unnamed, name=f"{self.name} (version {version_of(unnamed)})") if self.name else unnamed


class ExplicitSampler(BaseModel):
    """Sampler settings by value. What is not named cuts nothing; null leaves a setting to the provider."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    top_p: float | None = Field(1.0, gt=0, le=1)
    top_k: int | None = Field(0, ge=0, strict=True)
    min_p: float | None = Field(0.0, ge=0, le=1)
    repeat_penalty: float | None = Field(1.0, gt=0, le=10)
    max_tokens: int | None = Field(None, ge=1, le=1_000_000, strict=True)
    timeout_s: float = Field(60.0, gt=0, le=3600)


class UniqueKeys(yaml.SafeLoader):
    """Reads plain values only, and refuses a mapping that names a key twice: the first would be lost in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        written = [key.value for key, _ in node.value]
        twice = next((key for place, (key, _) in enumerate(node.value) if key.value in written[:place]), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"{twice.value!r} stands there twice", twice.start_mark)
        return super().construct_mapping(node, deep)


def plain_yaml(text: str, noun: str, accepted: str) -> dict[str, Any]:
    """The fields of a YAML file. Raises InputError in a sentence.

    Parameters
    ----------
    text : str
        What the file holds.
    noun : str
        What kind of file it is, such as ``study``.
    accepted : str
        The fields it may have.
    """
    try:
        values = yaml.load(text, Loader=UniqueKeys)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as cause:
        where = getattr(cause, "problem_mark", None)
        line = f" at line {where.line + 1}" if where else ""
        problem = getattr(cause, "problem", None) or "it is not text that YAML allows"
        raise InputError(f"This is not YAML{line}: {problem}.") from cause
    except (ValueError, RecursionError) as cause:  # a date that no calendar has, lists within lists within lists
        raise InputError("This YAML holds a value that cannot be read. Accepted: plain text and numbers.") from cause
    if not isinstance(values, dict):
        raise InputError(f"A {noun} file holds 'field: value' lines, but this one holds {shown(values)}.")
    unnamed = next((key for key in values if not isinstance(key, str)), None)
    if unnamed is not None:
        raise InputError(f"{shown(unnamed)} cannot be a field's name. Accepted: {accepted}.")
    return values
