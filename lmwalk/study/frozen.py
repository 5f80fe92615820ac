"""A plan that was frozen before a study was run, and whether the study still is what was planned."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

if TYPE_CHECKING:
    from lmwalk.study import Study

NO_PART = frozenset(
    {"name", "plan", "concurrency", "order", "timeout_s", "load_timeout_s", "longest_wait_s", "largest_reply_mb"}
    | {"refresh", "pairs"}
)
"""Fields that are no part of a plan: what the study is called, how patiently and how fast it is asked, and how
its models belong together."""
SHOWN = 12
"""Letters of a hash that tell it from any other."""
LONGEST = 60


class FrozenPlan(BaseModel):
    """What was planned, and when. Its own hash says that nothing of it was changed since."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hash: str = Field(min_length=64, max_length=64, description="SHA-256 of what was planned, in its canonical form.")
    frozen_at: datetime = Field(description="When, in UTC.")
    study: dict[str, JsonValue] = Field(description="The fields of the study that are part of the plan.")
    nulls: tuple[str, ...] = Field((), description="What the primary measure is compared with.")
    exclusions: dict[str, JsonValue] = Field(default_factory=dict, description="What counts as no answer.")
    versions: dict[str, str] = Field(default_factory=dict, description="Of lmwalk, Python and what they stand on.")

    @model_validator(mode="after")
    def _is_what_it_was(self) -> Self:
        if self.hash != hash_of(self.study, self.nulls, self.exclusions):
            raise ValueError("a plan as it was frozen; this one was changed since, as its hash says")
        return self

    @property
    def words(self) -> str:
        """When it was frozen, and the beginning of its hash."""
        return f"{self.frozen_at:%Y-%m-%d %H:%M} UTC ({self.hash[:SHOWN]})"


class Difference(NamedTuple):
    """A field that is not what was planned, as text; an en dash where there is nothing."""

    field: str
    planned: str
    found: str


def canonical(study: Study) -> dict[str, Any]:
    """The fields of a study that are part of a plan, however the file is written: in full, and lists of cells sorted.

    The template stands as its words, the sampler as its settings, the parameters with those that were left out.
    """
    fields = study.model_dump(mode="json", exclude=set(NO_PART))
    template = study.prompt_template
    fields["template"] = {"texts": template.texts, "system": template.system, "prefill": template.prefill}
    fields["params"] = study.make_process().model_dump(mode="json")  # type: ignore[attr-defined]
    sent = study.sampling(0.0)
    fields["sampler"] = {name: getattr(sent, name) for name in (*sent.NEUTRAL, "max_tokens")}
    for name in ("models", "temperatures"):
        fields[name] = sorted(fields[name])
    plain: dict[str, Any] = json.loads(json.dumps(fields))
    return plain


def hash_of(study: dict[str, Any], nulls: tuple[str, ...], exclusions: dict[str, Any]) -> str:
    """SHA-256 of a plan: JSON with sorted keys and no space, in ASCII."""
    plan = {"study": study, "nulls": list(nulls), "exclusions": exclusions}
    text = json.dumps(plan, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def frozen(
    study: Study, at: datetime, nulls: tuple[str, ...], exclusions: dict[str, Any], versions: dict[str, str]
) -> FrozenPlan:
    """The plan of a study as it is now."""
    fields = canonical(study)
    return FrozenPlan(
        hash=hash_of(fields, nulls, exclusions),
        frozen_at=at,
        study=fields,
        nulls=nulls,
        exclusions=exclusions,
        versions=versions,
    )


def differences(study: Study) -> list[Difference]:
    """The fields in which a study differs from its plan; empty if it follows the plan, or has none."""
    if study.plan is None:
        return []
    fields = canonical(study)
    # a field that lmwalk has got since, left as it was meant to be
    later = [name for name in type(study).model_fields if name in fields and name not in study.plan.study]
    usual = [name for name in later if getattr(study, name) == type(study).model_fields[name].default]
    planned, found = _flat(study.plan.study), _flat({name: fields[name] for name in fields if name not in usual})
    names = dict.fromkeys([*planned, *found])
    return [
        Difference(name, _short(planned.get(name)), _short(found.get(name)))
        for name in names
        if planned.get(name) != found.get(name)
    ]


def followed(study: Study, begun: datetime | None = None) -> str:
    """A sentence that says whether a study follows its plan; empty if it has none.

    Parameters
    ----------
    begun : datetime, optional
        When its first question was asked, in UTC.
    """
    if study.plan is None:
        return ""
    late = begun is not None and study.plan.frozen_at.replace(tzinfo=None) > begun
    when = " It was frozen after the first answers were there." if late else ""
    changed = differences(study)
    if not changed:
        return f"Follows the plan frozen on {study.plan.words}.{when}"
    each = "; ".join(f"{name} is {found}, planned {planned}" for name, planned, found in changed)
    return f"Differs from the plan frozen on {study.plan.words}: {each}.{when}"


def _flat(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields within fields by their path, such as ``params.half_width``; what is not set is left out."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        inner = _flat(value) if isinstance(value, dict) else {"": value}
        found |= {f"{name}.{path}".rstrip("."): each for path, each in inner.items() if each is not None}
    return found


def _short(value: object) -> str:
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
