"""What a study file may hold beside plain values: a template or a sampler written out."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from lmwalk.errors import InputError
from lmwalk.templates import version_of
from lmwalk.types import TIMEOUT_S, Template


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

    top_p: float | None = Field(1.0, gt=0, le=1, strict=True)
    top_k: int | None = Field(0, ge=0, strict=True)
    min_p: float | None = Field(0.0, ge=0, le=1, strict=True)
    repeat_penalty: float | None = Field(1.0, gt=0, le=10, strict=True)
    max_tokens: int | None = Field(None, ge=1, le=1_000_000, strict=True)
    timeout_s: float = Field(TIMEOUT_S, gt=0, le=3600, strict=True)
    """Where older files have it; the study's own field goes before it."""
