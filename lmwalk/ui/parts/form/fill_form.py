"""Putting a study's settings back into the controls."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lmwalk.study import ExplicitSampler, InlineTemplate, Study
from lmwalk.study.judging import StopWhen
from lmwalk.types import Process
from lmwalk.ui.families.family import record_of, view_of
from lmwalk.ui.parts.form.advanced import LIMITED, MOST_SEED
from lmwalk.ui.parts.form.attention import attention_of
from lmwalk.ui.parts.form.judging import judged_as
from lmwalk.ui.parts.form.pairs import pairs_of
from lmwalk.ui.parts.form.parameters import key_of, schema, shown
from lmwalk.ui.parts.form.prompt import keys_of, templates_of
from lmwalk.ui.parts.form.sampler import CUTS, sampler_key, tokens_key
from lmwalk.ui.parts.multiline import joined_texts, separator_for
from lmwalk.ui.shell import link

BRANCHED = "place to branch off from"


def fill_form(study: Study) -> None:
    """Set every control as the study was set; the name is left to be suggested anew."""
    st.session_state.update(form_settings(study))


def form_button(study: Study, words: str, meaning: str, instead: str, *, key: str) -> None:
    """A button that opens the page of a study with its settings in the controls.

    ``instead`` is what to do where the controls cannot represent it, as a sentence after the one that says so.
    """
    lost = ", ".join(not_representable(study))
    told = f"The form cannot represent {lost}. {instead}".strip() if lost else meaning
    if st.button(words, icon=":material/input:", key=key, disabled=bool(lost), help=told):
        link.open_page(record_of(study.process).page, form_settings(study))


def form_settings(study: Study) -> dict[str, Any]:
    """The value of each control, by the control's key."""
    process, view = study.make_process(), view_of(study)
    explicit = isinstance(study.sampler, ExplicitSampler)
    about = schema(study.process)
    cuts = {tokens_key(process) if name == "max_tokens" else name: value for name, value in _cuts(study).items()}
    return {
        "models": list(study.models),
        "temperatures": [_shortest(value) for value in study.temperatures],
        **_words(study, process),
        **view.form_settings(study),
        **{
            key_of(study.process, name): shown(about[name], value)
            for name, value in _params(study).items()
            if name not in view.row_parameters
        },
        sampler_key(process): "explicit" if explicit else study.sampler,
        **{name: value for name, value in cuts.items() if name in (*CUTS, tokens_key(process))},
        "unsupported": study.on_unsupported,
        **{name: getattr(study, name) for name in ("thinking", "context", "answer", "on_cut")},
        "seed": study.seed,
        "at_once": study.concurrency,
        "order": study.order,
        **{name: float(getattr(study, name)) for name in LIMITED},
        **judged_as(study, process),
        **attention_of(study),
        **pairs_of(study),
        "name": "",
    }


def not_representable(study: Study) -> list[str]:
    """The settings of a study that the controls cannot take, by name."""
    lost = []
    standard = ExplicitSampler().model_dump()
    for name, value in _cuts(study).items():
        if value is None if name in CUTS else value != standard[name]:
            lost.append(name)
    length = study.make_process().length
    if length and study.steps != length:
        lost.append("steps")
    lost += [name for name, (_, low, high, *_) in LIMITED.items() if not low <= getattr(study, name) <= high]
    if study.stop_when and study.stop_when.level != StopWhen.model_fields["level"].default:
        lost.append("level")
    lost += ["refresh"] if study.refresh else []
    if study.imitate != "temperature-only" and "imitate" not in view_of(study).form_settings(study):
        lost.append("imitate")
    if study.branch:
        lost.append(BRANCHED)
    return [*lost, "seed"] if study.seed > MOST_SEED else lost


def _words(study: Study, process: Process) -> dict[str, Any]:
    template = study.prompt_template
    known = study.template.name if isinstance(study.template, InlineTemplate) else study.template
    templates = templates_of(process)
    base = known if known and known in templates else process.template
    keys = keys_of(process, base)
    return {
        keys.template: base,
        keys.text: joined_texts(template.texts, separator_for(templates[base].texts)),
        keys.system: template.system or "",
        keys.prefill: template.prefill or "",
    }


def _params(study: Study) -> dict[str, Any]:
    """The process's parameters, those left out included."""
    process: Any = study.make_process()
    return {**{name: vars(process)[name] for name in type(process).model_fields}, **process.model_dump()}


def _cuts(study: Study) -> dict[str, Any]:
    return study.sampler.model_dump() if isinstance(study.sampler, ExplicitSampler) else {}


def _shortest(value: float) -> str:
    return repr(value).removesuffix(".0")
