"""What a study was set to beside its models and temperatures, in short words: all that departs, all that differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from lmwalk.datasets.labels import MEASURED
from lmwalk.number_format import DASH
from lmwalk.registry import processes
from lmwalk.study import ExplicitSampler, InlineTemplate, Study

DEFAULT_WORDS = "default"
LONGEST = 40
"""Characters of a value; a list of cases may be long."""
CUTS = {"temperature-only": "none, temperature only", "provider-default": "the provider's own"}
LIMITS = {
    "thinking": "thinking",
    "context": "window, in tokens",
    "answer": "form of the answer",
    "on_cut": "answers cut off",
    "on_unsupported": "settings not taken",
    "imitate": "sampler imitated",
    "refresh": "asked anew",
    "attention": "attention kept",
    "primary": "judged by",
    "seed": "seed",
    "timeout_s": "longest answer, in s",
    "load_timeout_s": "longest loading, in s",
    "longest_wait_s": "longest wait, in s",
    "largest_reply_mb": "largest reply, in MB",
    "concurrency": "questions at once",
}
"""Fields of a study that have a default, and what they are called in words."""


class Setting(NamedTuple):
    """A setting of a study: what it is called, its value and the default in words, and what it is where it is not."""

    label: str
    value: str
    default: str
    absent: str = DASH


def departures(study: Study) -> dict[str, str]:
    """Every setting that departs from its default, label to value; empty where all is as it comes.

    Models, temperatures, steps and trajectories are no departures: they have no default that anybody relies on.
    """
    return {each.label: each.value for each in _settings(study) if each.value != each.default}


def differing(studies: Sequence[Study]) -> dict[str, list[str]]:
    """The settings that are not the same in all of these studies: label to a value each, in their order.

    Steps and trajectories count here, too, and so does the experiment. A dash stands where a study has no such setting.
    """
    each = [{one.label: one for one in (*_extent(study), *_settings(study))} for study in studies]
    known = {label: one for settings in each for label, one in settings.items()}
    table = {
        label: [settings[label].value if label in settings else one.absent for settings in each]
        for label, one in known.items()
    }
    return {label: values for label, values in table.items() if len(set(values)) > 1}


def in_words(settings: dict[str, str]) -> str:
    """Settings in a line: ``rules legacy, cuts the provider's own``."""
    return ", ".join(f"{label} {value}" for label, value in settings.items())


def _extent(study: Study) -> Iterator[Setting]:
    yield Setting("experiment", processes[study.process].title, "")
    yield Setting("steps", f"{study.steps:,}", "")
    yield Setting("trajectories", f"{study.trajectories:,}", "")


def _settings(study: Study) -> Iterator[Setting]:
    process = study.make_process()
    for name, field in type(process).model_fields.items():  # type: ignore[attr-defined]
        usual = field.get_default(call_default_factory=True)
        yield Setting(name.replace("_", " "), _words(getattr(process, name)), _words(usual))
    yield Setting("template", _template(study), process.template)
    yield Setting("measured by", MEASURED[study.measurement], MEASURED["replies"])
    yield from _cuts(study)
    for name, label in LIMITS.items():
        yield Setting(label, _words(getattr(study, name)), _words(Study.model_fields[name].default))
    yield Setting("stops", _words(study.stop_when and study.stop_when.model_dump(exclude_none=True)), DEFAULT_WORDS)
    yield Setting("branch of", _branch(study), DEFAULT_WORDS)


def _template(study: Study) -> str:
    if not isinstance(study.template, InlineTemplate):
        return study.template
    return study.prompt_template.name if study.template.name else "own words"


def _cuts(study: Study) -> Iterator[Setting]:
    """Cuts by value are said one by one, what leaves them as they come not at all."""
    if study.imitate != "temperature-only" and not isinstance(study.sampler, ExplicitSampler):
        yield Setting("cuts", "those of the sampler imitated", CUTS["temperature-only"])
        return
    if not isinstance(study.sampler, ExplicitSampler):
        yield Setting("cuts", CUTS[study.sampler], CUTS["temperature-only"])
        return
    yield Setting("cuts", CUTS["temperature-only"], CUTS["temperature-only"])
    usual = ExplicitSampler()
    for name, value in study.sampler.model_dump(exclude={"timeout_s"}).items():
        shown = "the provider's own" if value is None and name != "max_tokens" else _words(value)
        neutral = _words(getattr(usual, name))
        yield Setting(name.replace("_", " "), shown, neutral, absent=neutral)


def _branch(study: Study) -> str:
    branch = study.branch
    return f"{branch.study}, trajectory {branch.trajectory} at t = {branch.t}" if branch else DEFAULT_WORDS


def _words(value: Any) -> str:
    """A value as one would say it."""
    if value is None:
        return DEFAULT_WORDS
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict):
        return _cut(", ".join(f"{name.replace('_', ' ')} {_words(each)}" for name, each in value.items()))
    if isinstance(value, (list, tuple)):
        return _cut(", ".join(_words(each) for each in value) or "none")
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
