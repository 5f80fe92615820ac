"""What a study was set to is said in words, and only what is not as it comes."""

from __future__ import annotations

import pytest

from lmwalk.datasets.study_settings import departures, differing, in_words
from lmwalk.registry import processes
from lmwalk.study import Study

MODELS = {"models": ["control/unbiased"], "temperatures": [1.0]}


@pytest.mark.parametrize("process", sorted(processes))
def test_a_study_that_sets_nothing_departs_in_nothing(process: str) -> None:
    """Whatever the experiment, its own defaults are no departures."""
    study = Study.of(name="plain", process=process, **MODELS)
    assert departures(study) == {}


def test_every_setting_that_was_changed_is_said() -> None:
    """Rules, cuts, template, form of answers and a seed each have their words."""
    study = Study.of(
        name="posted",
        params={"rules": "legacy", "half_width": 10},
        template="history",
        sampler="provider-default",
        answer="one-word",
        seed=7,
        **MODELS,
    )
    assert departures(study) == {
        "half width": "10",
        "rules": "legacy",
        "template": "history",
        "cuts": "the provider's own",
        "form of the answer": "one-word",
        "seed": "7",
    }
    assert in_words({"rules": "legacy", "cuts": "the provider's own"}) == "rules legacy, cuts the provider's own"


def test_cuts_by_value_are_said_one_by_one() -> None:
    """A cut that is neutral is not said, one that is made is, and so is own text in place of a template."""
    study = Study.of(name="cut", sampler={"top_p": 0.9, "max_tokens": 5}, template={"text": "Go on."}, **MODELS)
    assert departures(study) == {"template": "own words", "top p": "0.9", "max tokens": "5"}


def test_only_what_differs_between_studies_is_said() -> None:
    """What is set alike is left out, and a study that keeps to the default says its default."""
    one = Study.of(name="one", params={"rules": "legacy"}, seed=3, **MODELS)
    two = Study.of(name="two", seed=3, steps=20, **MODELS)
    assert differing([one, two]) == {"steps": ["50", "20"], "rules": ["legacy", "corrected"]}
    cut = Study.of(name="cut", sampler={"top_p": 0.9}, seed=3, **MODELS)
    assert differing([one, cut]) == {"rules": ["legacy", "corrected"], "top p": ["1", "0.9"]}
    assert differing([one]) == {}
