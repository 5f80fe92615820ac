"""Whether the fields of a study go with one another: what each has to fit, field by field."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lmwalk.errors import InputError
from lmwalk.randomness import chance
from lmwalk.registry import processes
from lmwalk.study.extent import must_be_askable
from lmwalk.study.judging import must_be_decidable, must_be_measured, must_be_units
from lmwalk.study.model_pairs import must_be_pairs
from lmwalk.templates import checked, fields_of
from lmwalk.types import Process, ShowsEvidence

if TYPE_CHECKING:
    from lmwalk.study import Study


def _process(study: Study) -> None:
    processes[study.process]


def _params(study: Study) -> None:
    study.make_process()


def _template(study: Study) -> None:
    checked(study.prompt_template, processes[study.process].variables)


def _steps(study: Study) -> None:
    process, asked = study.make_process(), study.branch.asked if study.branch else 0
    if process.length and study.steps > process.length - asked:
        left = f"at most {process.length - asked}" if process.length > asked else "a branch from an earlier step"
        raise InputError(f"{study.steps} is more than this experiment has. Accepted: {left}.")
    must_be_askable(len(study.models) * len(study.temperatures), study.trajectory_count, study.steps)


def _measurement(study: Study) -> None:
    if study.measurement != "probabilities":
        return
    process = study.make_process()
    if not _has_outcomes(study, process):
        raise InputError(f"answers of this {process.name} are free text. Accepted here: replies.")


def _imitate(study: Study) -> None:
    if study.imitate != "temperature-only" and study.measurement != "probabilities":
        raise InputError(
            f"{study.imitate} is imitated where token probabilities are measured; replies are drawn by the server "
            "itself. Accepted with replies: temperature-only."
        )


def _answer(study: Study) -> None:
    process = study.make_process()
    if study.answer != "free" and not _has_outcomes(study, process):
        raise InputError(f"answers of this {process.name} are free text. Accepted here: free.")


def _attention(study: Study) -> None:
    if not study.attention:
        return
    process, template = study.make_process(), study.prompt_template
    if not isinstance(process, ShowsEvidence):
        raise InputError(
            f"questions of {process.name} show no results to attend to. Accepted here: false; attention is kept of "
            f"{', '.join(name for name in processes if hasattr(processes[name], 'evidence'))}."
        )
    if process.evidence not in fields_of(template):
        raise InputError(
            f"the template {template.name!r} shows no {{{process.evidence}}} to attend to. Accepted with it: false."
        )


def _pairs(study: Study) -> None:
    must_be_pairs(study.pairs or {}, study.models)


def _has_outcomes(study: Study, process: Process) -> bool:
    return process.outcomes(process.start(chance(study.seed, 0, 0))) is not None


def _branch(study: Study) -> None:
    if study.branch:
        study.branch.must_fit(study.make_process())


def _primary(study: Study) -> None:
    if study.primary is not None:
        must_be_measured(study.make_process(), study.primary, study.steps)


def _stop_when(study: Study) -> None:
    if study.stop_when is None:
        return
    process = study.make_process()
    must_be_decidable(process, study.stop_when, study.primary, study.steps)
    cases, wordings = (1, 1) if study.branch else (process.cases, len(study.prompt_template.texts))
    must_be_units(cases, wordings, study.trajectories)


CHECKS: tuple[tuple[str, Callable[[Study], None]], ...] = (
    ("process", _process),
    ("params", _params),
    ("template", _template),
    ("steps", _steps),
    ("measurement", _measurement),
    ("imitate", _imitate),
    ("answer", _answer),
    ("attention", _attention),
    ("pairs", _pairs),
    ("branch", _branch),
    ("primary", _primary),
    ("stop_when", _stop_when),
)
"""By field; each check raises InputError, that of the parameters also pydantic's, and rests on those before it."""
