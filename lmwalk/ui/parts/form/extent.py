"""How many questions a study asks, in words."""

from __future__ import annotations

from lmwalk.study import Study
from lmwalk.ui.families.family import noun_of, view_of
from lmwalk.ui.shell.escape import counted

TIMES = "\N{MULTIPLICATION SIGN}"


def how_many(study: Study) -> str:
    """How many questions a study asks, and of what: ``30 questions: 2 cases x 5 wordings x 3 questions each``."""
    process, view = study.make_process(), view_of(study)
    several = [
        (len(study.models), "model"),
        (len(study.temperatures), "temperature"),
        *view.factors(study),
        (study.variants // process.cases, "wording"),
    ]
    parts = [counted(count, noun) for count, noun in several if count > 1]
    if study.trajectories > 1:
        parts.append(noun_of(study).counted(study.trajectories))
    product = f" {TIMES} ".join([*parts, counted(study.steps, view.step_noun)])
    total = counted(study.total_steps, "question")
    # what one temperature has asked, the others need not ask again
    most = "at most " if study.measurement == "probabilities" and len(study.temperatures) > 1 else ""
    return f"{most}{total}" if product == total else f"{most}{total}: {product} each"
