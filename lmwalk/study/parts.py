"""What a study file may hold beside plain values: a template or a sampler written out, and YAML read with care."""

from __future__ import annotations

from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from lmwalk.errors import InputError


def as_tuple(value: Any) -> Any:
    """A list, which is what YAML gives, as a tuple."""
    return tuple(value) if isinstance(value, list) else value


class InlineTemplate(BaseModel):
    """A template written into the study itself: one wording as ``text``, or several as ``texts``."""

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
