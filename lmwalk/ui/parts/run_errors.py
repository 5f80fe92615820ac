"""What went wrong in a study, to which part, in the words of whoever noticed."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from lmwalk.jobs import Job
from lmwalk.store import Store
from lmwalk.study import Study
from lmwalk.ui.families.family import noun_of
from lmwalk.ui.shell.escape import plain


def run_errors(store: Store, study: Study, job: Job | None) -> None:
    """Draw them; nothing where all is well."""
    if store.rescued:
        st.error(plain(store.rescued), title="Another file is written to now", icon=":material/save:")
    if job and job.error:
        st.error(plain(job.error), title="The run could not go on", icon=":material/error:")
        return
    for reason, count in (job.progress().reasons if job else _stored_reasons(store, study)).items():
        st.error(plain(reason), title=f"{noun_of(study).counted(count)} ended early", icon=":material/error:")


def warnings(said: Iterable[str]) -> None:
    """Draw sentences on how answers ended, in one box; nothing where there are none. They hold words of servers."""
    if lines := [plain(sentence) for sentence in said]:
        st.warning("\n\n".join(lines), icon=":material/content_cut:")


def _stored_reasons(store: Store, study: Study) -> dict[str, int]:
    errors = store.progress(study.name)["error"].dropna().value_counts().head(3)
    return {str(reason): int(count) for reason, count in errors.items()}
