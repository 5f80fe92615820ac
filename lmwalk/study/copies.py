"""What is pointed out before a run: repeats that will be copies."""

from __future__ import annotations

from lmwalk.study import Study

DRAWS_ANEW = ("ideal", "simulated/")
"""How the names of models begin that draw at random at any temperature."""


def copies_expected(study: Study) -> str:
    """A sentence where trajectories at T = 0 are likely to be copies of each other; empty where they are not.

    They are where a model is asked the same again and its sampler, which takes the likeliest token, answers the same.
    """
    repeats, asked = study.trajectories, all(model.startswith(DRAWS_ANEW) for model in study.models)
    if repeats == 1 or 0 not in study.temperatures or asked:
        return ""
    first = study.numbers[0]
    if study.start(first) != study.start(first + study.variants):
        return ""
    return (
        f"At T = 0 a model mostly repeats itself: {repeats:,} trajectories are then one, "
        "copied, and count as one. Set 1 trajectory, or a temperature above 0."
    )
