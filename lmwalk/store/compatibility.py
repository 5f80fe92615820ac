"""When a study is the one that is stored already, and when a name is free."""

from __future__ import annotations

from typing import Any

import duckdb

from lmwalk.errors import InputError
from lmwalk.study import Study


def must_be_same(new: Study, stored: Study) -> None:
    """Raise InputError unless the new study is the stored one, or the stored one grown."""
    asked, before = _identity(new), _identity(stored)
    if changed := [field for field in asked if asked[field] != before[field]]:
        raise InputError(
            f"name: {new.name!r} is already a study with another {' and '.join(changed)}. "
            "Accepted: a new name, or the stored settings with more models, temperatures, trajectories or steps."
        )
    for field in ("models", "temperatures"):
        if missing := [value for value in getattr(stored, field) if value not in getattr(new, field)]:
            raise InputError(
                f"{field}: {new.name!r} is already a study with {missing[0]!r}, which is left out here. "
                f"Accepted: the stored {field} and more, or a new name."
            )
    for field in ("trajectories", "steps"):
        if getattr(new, field) < getattr(stored, field):
            raise InputError(
                f"{field}: {new.name!r} is already a study with {getattr(stored, field)}, and {getattr(new, field)} is "
                "fewer. Accepted: at least as many, or a new name."
            )


def must_be_free(cursor: duckdb.DuckDBPyConnection, name: str) -> None:
    """Raise InputError where a study has that name."""
    if cursor.execute("SELECT 1 FROM studies WHERE study = ?", [name]).fetchall():
        raise InputError(
            f"name: {name!r} is already a study. Accepted: a name that is not taken, such as with --name NAME."
        )


def _identity(study: Study) -> dict[str, Any]:
    """The fields that may not change when a study is continued, independent of how the file writes them."""
    template = study.prompt_template
    return {
        "process": study.process,
        "params": study.make_process(),
        "template": (template.texts, template.system, template.prefill),
        "measurement": study.measurement,
        "sampler": study.sampling(0.0),
        "imitate": study.imitate,
        "seed": study.seed,
        "branch": study.branch,
    }
