"""The list that chooses a case of the experiment; its choice is kept in the address."""

from __future__ import annotations

from lmwalk.study import Study
from lmwalk.ui.families.draws.pictures import picture_of
from lmwalk.ui.shell.link import choose, looked_at

CASE = "case"
ALL_CASES = "all cases"


def case_shown(study: Study) -> int | None:
    """The case that the user looks at; None for all of them. A branch has its parent's alone."""
    process = study.make_process()
    if study.branch and process.cases > 1:
        return study.case(study.branch.trajectory)[0]
    names = list(process.case_labels) if _has_cases(study) else []
    case = looked_at(CASE, [ALL_CASES, *names])
    return None if case == ALL_CASES else names.index(case)


def pick_case(study: Study) -> None:
    """Choose which case of the experiment is shown, where its picture can hold them all or one."""
    if _has_cases(study):
        words = "All cases of the experiment, each a line, or one of them with every single trajectory."
        names = [ALL_CASES, *study.make_process().case_labels]
        choose("Case", CASE, names, words, 130, label_visibility="collapsed")


def _has_cases(study: Study) -> bool:
    return study.make_process().cases > 1 and not study.branch and picture_of(study).by_case
