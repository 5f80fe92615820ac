"""One cell of a study."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Literal

from lmwalk.sampler import PIPELINES, Pipeline, PipelineName
from lmwalk.study.branch import Branch
from lmwalk.types import Sampling, Template

Measurement = Literal["replies", "probabilities"]


@dataclass(frozen=True)
class Condition:
    """One cell of a study. Equal settings give an equal ``id``, wherever and whenever."""

    study: str
    process: str
    params: Mapping[str, Any]
    template: Template
    model: str
    sampling: Sampling
    seed: int
    measurement: Measurement = "replies"
    branch: Branch | None = None
    imitate: PipelineName = "temperature-only"

    @property
    def temperature(self) -> float:
        return self.sampling.temperature

    @property
    def pipeline(self) -> Pipeline:
        """What is done with token probabilities, in order."""
        return PIPELINES[self.imitate]

    @property
    def requested(self) -> dict[str, Any]:
        """The sampler settings that were asked for, by name; what was left to the provider is absent."""
        return {**self._settings, "timeout_s": self.sampling.answer_s}

    @property
    def _settings(self) -> dict[str, Any]:
        """The same, without the limits of a run that are no part of what is asked."""
        values = {f.name: getattr(self.sampling, f.name) for f in fields(self.sampling) if f.compare}
        return {name: value for name, value in values.items() if value is not None}

    @cached_property
    def id(self) -> str:
        """A stable name made from the settings."""
        template = self.template
        words = template.text if len(template.texts) == 1 else list(template.texts)
        parts: list[Any] = [self.study, self.process, dict(self.params), template.system, words, self.model]
        parts += [self._settings, self.seed]
        if self.measurement != "replies" or template.prefill:
            parts += [self.measurement, template.prefill]
        if self.branch:
            parts.append(self.branch.model_dump())
        if self.imitate != "temperature-only":
            parts.append({"imitate": self.imitate})
        canonical = json.dumps(parts, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]
