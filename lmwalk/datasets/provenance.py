"""What a study was made with, as far as it is known here: plan, engines, versions, weights, dates."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path

import lmwalk
from lmwalk.datasets.families import family_of
from lmwalk.models import builtin, imported, relay
from lmwalk.registry import FALLBACK, backend_of, backends
from lmwalk.store import Store
from lmwalk.store.costs import LOCAL
from lmwalk.study import Study
from lmwalk.study.frozen import FrozenPlan, followed, frozen
from lmwalk.types import STATUSES

PACKAGES = ("duckdb", "litellm", "numpy", "onnxruntime", "openai", "pandas", "pydantic", "scipy", "statsmodels")
NOT_READ = tuple(status for status in STATUSES if status not in ("ok", "error"))


def versions() -> dict[str, str]:
    """Of lmwalk, Python and the packages that numbers and answers come from, as they are here and now."""
    own = {"lmwalk": lmwalk.__version__, "python": platform.python_version()}
    return own | {name: version for name in PACKAGES if (version := _version(name))}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def plan_of(study: Study) -> FrozenPlan:
    """The plan of a study as it stands now: its fields, its null, what counts as no answer, and the versions."""
    exclusions = {
        "on_cut": study.on_cut,
        "no outcome": list(NOT_READ),
        "asked again": ["error"],
    }
    now = datetime.now(UTC).replace(microsecond=0)
    return frozen(study, now, family_of(study).nulls, exclusions, versions())


def followed_plan(store: Store, study: Study) -> str:
    """Whether a stored study follows its plan, in a sentence; nothing where it has none."""
    between = store.asked_between(study.name)
    return followed(study, between[0] if between else None)


def provenance(store: Store, study: Study) -> list[tuple[str, str]]:
    """What there is to say of how a study was made, as (what, words).

    What a server did not tell, as which quantisation it runs, is said to be unknown; nobody is asked for it.
    """
    return list(_provenance(store, study))


def _provenance(store: Store, study: Study) -> Iterator[tuple[str, str]]:
    if told := followed_plan(store, study):
        yield "plan", told
    if study.primary:
        yield "primary measure", study.primary
    for model in study.models:
        yield model, engine_of(model)
    if between := store.asked_between(study.name):
        first, last = between
        yield "asked", f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
    planned = study.plan.versions if study.plan else {}
    here = versions()
    changed = ", ".join(f"{name} {version}" for name, version in planned.items() if here.get(name) != version)
    yield "versions as this was written", ", ".join(f"{name} {version}" for name, version in here.items())
    if changed:
        yield "other versions when planned", changed


def engine_of(model: str) -> str:
    """What runs a model, in words."""
    if model.startswith(relay.PREFIX):
        names = model.removeprefix(relay.PREFIX).split(relay.BETWEEN)
        return "; ".join(f"{name}: {engine_of(name)}" for name in dict.fromkeys(names))
    if model.startswith(imported.PREFIX):
        return "brought from elsewhere; nothing is known of it here"
    if model.startswith(LOCAL):
        return "Ollama, over LiteLLM; weights and quantisation as its name and tag say, their digest is not kept"
    if backend_of(model) is backends[FALLBACK]:
        provider = model.partition("/")[0]
        return f"{provider}, a server elsewhere; weights and quantisation are not told"
    if model == builtin.NAME:
        return f"in this process, ONNX; weights (sha256 {_weights()}) not quantised"
    if model.startswith("endpoint/"):
        return "an endpoint of the user's own; weights and quantisation are not told"
    return "in this process, without weights"


@cache
def _weights() -> str:
    """The digest of the weights that ship with this lmwalk."""
    return hashlib.sha256((Path(builtin.__file__).parent / "tiny.onnx").read_bytes()).hexdigest()[:16]
