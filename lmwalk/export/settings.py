"""How a study was set, in the words that a page of it shows: every setting, and the words of its questions."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

import lmwalk
from lmwalk.intake.scalars import yaml_text
from lmwalk.study import Study

MADE_WITH = f"Made with lmwalk {lmwalk.__version__}"


def settings_text(study: Study) -> str:
    """A study's settings as YAML, its process's parameters written out, also those that were left as they are."""
    plain = yaml.safe_load(study.to_yaml())
    plain["params"] = study.make_process().model_dump(mode="json")  # type: ignore[attr-defined]
    if not plain["params"]:
        del plain["params"]
    return yaml_text(plain, allow_unicode=True, width=100)


def question_words(study: Study) -> Iterator[tuple[str, str]]:
    """What the models were asked, part by part, as (what, words); ``{variables}`` are filled in at each step."""
    template = study.prompt_template
    if template.system:
        yield "system message", template.system
    several = len(template.texts) > 1
    for number, text in enumerate(template.texts, start=1):
        yield f"question, wording {number}" if several else "question", text
    if template.prefill:
        yield "how the answer begins", template.prefill
