"""Why a model cannot be loaded or asked, in a sentence that says what to do. No token of a user is ever in it."""

from __future__ import annotations

import os
import re

from lmwalk.errors import ModelError, PermanentError, TransientError
from lmwalk.models.local.naming import Wanted

_TOKEN = re.compile(r"hf_\w{8,}")
_LONGEST = 300
_OUT_OF_MEMORY = re.compile(r"out of memory|can't allocate memory|not enough memory", re.IGNORECASE)
_UNREACHED = {
    *("LocalEntryNotFoundError", "OfflineModeIsEnabled", "ConnectError", "ConnectTimeout", "ReadTimeout"),
    *("ConnectionError", "ProxyError", "ProtocolError", "RemoteProtocolError"),
}
SMALLER = {"f32": "bf16", "bf16": "4bit", "f16": "4bit"}
BYTES = {"f32": 4.0, "bf16": 2.0, "f16": 2.0, "4bit": 0.6}
"""Memory of one weight."""


def out_of_memory(problem: BaseException) -> bool:
    """Whether something failed as memory ran out."""
    if isinstance(problem, MemoryError) or type(problem).__name__ == "OutOfMemoryError":
        return True
    return isinstance(problem, RuntimeError) and bool(_OUT_OF_MEMORY.search(str(problem)))


def too_large(name: str, dtype: str, device: str, weights: int, free: int | None = None) -> PermanentError:
    """That a model does not fit, and what would.

    Parameters
    ----------
    weights : int
        How many numbers they are; 0 where that is not known.
    free : int or None
        Bytes that are free, where that is known.
    """
    needs = f"needs about {weights * BYTES[dtype] / 1e9:.1f} GB for its weights" if weights else "needs more memory"
    there = f", and {free / 1e9:.1f} GB are free" if free is not None else ""
    would = []
    if (less := SMALLER.get(dtype)) and (less != "4bit" or device.startswith("cuda")):
        size = f" ({weights * BYTES[less] / 1e9:.1f} GB)" if weights else ""
        would.append(f"dtype={less}{size}")
    if device != "cpu":
        would.append("device=cpu")
    would.append("a smaller model")
    return PermanentError(f"{name} {needs} as {dtype} on {device}{there}. What may fit: {', '.join(would)}.")


def failure_of(name: str, wanted: Wanted, problem: BaseException) -> ModelError:
    """A failure of a library as one of ours."""
    if isinstance(problem, ModelError):
        return problem
    kinds = {kind.__name__ for each in _chain(problem) for kind in type(each).__mro__}
    where = f"https://huggingface.co/{wanted.repository}"
    if "GatedRepoError" in kinds:
        return PermanentError(
            f"{name} is gated: its makers ask for consent first. Accept the terms at {where}, and set HF_TOKEN to a "
            "token of the account that did."
        )
    if "RepositoryNotFoundError" in kinds:
        return PermanentError(
            f"{name}: Hugging Face has no model {wanted.repository!r} that can be seen from here. Look at the "
            "spelling; for a private one set HF_TOKEN."
        )
    if kinds & {"RevisionNotFoundError", "EntryNotFoundError"} and "LocalEntryNotFoundError" not in kinds:
        return PermanentError(f"{name}: {where} has no such revision or file. Accepted: what is listed there.")
    if kinds & _UNREACHED:
        return TransientError(
            f"{name} is not on this machine, and huggingface.co cannot be reached. Download it where there is a "
            f"network: hf download {wanted.repository}"
        )
    return PermanentError(f"{name} could not be loaded: {_why(problem)}")


def _why(problem: BaseException) -> str:
    said = " ".join(str(problem).split())
    if "trust_remote_code" in said:
        return "it brings code of its own, which lmwalk does not run. Accepted: models that transformers itself knows."
    if "model type" in said and "does not recognize" in said:
        return "this version of transformers does not know its architecture. Update it: pip install -U transformers"
    return f"{type(problem).__name__}: {plain(said)}"


def plain(said: str) -> str:
    """What a library says, cut where it is long, and without a token."""
    for variable in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        if token := os.environ.get(variable):
            said = said.replace(token, "...")
    said = _TOKEN.sub("...", said)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}\u2026"


def _chain(problem: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while problem is not None and problem not in found:
        found.append(problem)
        problem = problem.__cause__ or problem.__context__
    return found
