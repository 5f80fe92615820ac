"""Putting a study's settings back into the controls of the Walk page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lmwalk.registry import make_process
from lmwalk.study import ExplicitSampler, Study
from lmwalk.ui.forms import BASE_TEMPLATE
from lmwalk.ui.more import CUTS, MOST_SEED

PARAMS = ("half_width", "rules")


def use(study: Study) -> None:
    """Set every control as the study was set; the name is left to be suggested anew."""
    st.session_state.update(settings(study))


def settings(study: Study) -> dict[str, Any]:
    """The value of each control, by the control's key."""
    template, params = study.prompt_template, _params(study)
    base = study.template if isinstance(study.template, str) else BASE_TEMPLATE
    explicit = isinstance(study.sampler, ExplicitSampler)
    return {
        "models": list(study.models),
        "temperatures": [_shortest(value) for value in study.temperatures],
        "template": base,
        f"prompt_{base}": template.text,
        f"system_{base}": template.system or "",
        "steps": study.steps,
        "walks": study.trajectories,
        **{name: params[name] for name in PARAMS},
        "sampler": "explicit" if explicit else study.sampler,
        **{name: value for name, value in _cuts(study).items() if name in CUTS},
        "unsupported": study.on_unsupported,
        "seed": study.seed,
        "at_once": study.concurrency,
        "name": "",
    }


def missing(study: Study) -> list[str]:
    """The settings of a study that the controls cannot take, by name."""
    params = _params(study)
    held = make_process(study.process, {name: params[name] for name in PARAMS}).model_dump()  # type: ignore[attr-defined]
    lost = [name for name, value in params.items() if held[name] != value]
    standard = ExplicitSampler().model_dump()
    for name, value in _cuts(study).items():
        if value is None if name in CUTS else value != standard[name]:
            lost.append(name)
    return [*lost, "seed"] if study.seed > MOST_SEED else lost


def _params(study: Study) -> dict[str, Any]:
    """The process's parameters, those left out included."""
    return dict(study.make_process().model_dump())  # type: ignore[attr-defined]


def _cuts(study: Study) -> dict[str, Any]:
    return study.sampler.model_dump() if isinstance(study.sampler, ExplicitSampler) else {}


def _shortest(value: float) -> str:
    return repr(value).removesuffix(".0")
