"""What a guest and the owner of a database say to each other: HTTP with JSON, tables as Arrow behind it.

``GET /hello`` says who holds the database; ``POST /call`` is one of ``CALLS``. Its arguments and its result have the
types that are written at the method, and are checked against them by whoever reads them. What goes wrong on purpose
comes back as an error of ``lmwalk.errors``, by its name and its sentence.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal, get_type_hints

import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, PydanticSchemaGenerationError, TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python

from lmwalk import errors
from lmwalk.engine.manual_stepping import Question
from lmwalk.errors import InputError, LmwalkError, StoreError
from lmwalk.jobs import Job, Jobs, Place
from lmwalk.store import Store
from lmwalk.store.browse import Browse
from lmwalk.store.measures import Measures
from lmwalk.store.probes import Probes
from lmwalk.store.queries import Queries
from lmwalk.study import Study
from lmwalk.types import Prompt

Of = Literal["store", "measures", "probes", "browse", "queries", "jobs", "job"]
_OF_A_RUN = "state error failure place dashboard cautions decisions in_turn"
_OF_STEPS = "holds question held asking left watched"
_ORDERS = "pause resume step stop ask_now set_concurrency hold release send"
CALLS: Mapping[Of, tuple[type, str]] = {
    "store": (Store, "select take keep flush copy bring_packed join_packed commits backlog rescued"),
    "measures": (Measures, "keep"),
    "probes": (Probes, "keep"),
    "browse": (Browse, "copy"),
    "queries": (Queries, "run"),
    "jobs": (
        Jobs,
        "start studies moving overview measure measuring unmeasured set_concurrency set_pairs delete rename",
    ),
    "job": (
        Job,
        f"study {_OF_A_RUN} concurrency progress {_OF_STEPS} {_ORDERS}",
    ),
}
"""What can be called of each, or read. ``job`` is that of the study which the call names."""
UNTYPED = ("study", "failure", "place", "dashboard", "cautions", "question", "held", "start")
"""Results that their marks say enough of, as no type is written at them, or one that pydantic cannot check."""


ELSEWHERE: Any = None
"""Stands for the process of a question that is asked elsewhere."""


class Hello(BaseModel):
    """Who holds the database."""

    version: str
    pid: int


class Call(BaseModel):
    """One of ``CALLS``; arguments as ``plain`` gives them."""

    model_config = ConfigDict(extra="forbid")

    of: Of
    name: str
    study: str = ""
    arguments: dict[str, Any] = {}


def may_be_called(of: Of, name: str) -> bool:
    """Whether it is one of ``CALLS``."""
    return name in CALLS[of][1].split()


def is_method(of: Of, name: str) -> bool:
    """Whether it is called, and not only read."""
    return callable(getattr(CALLS[of][0], name, None))


@lru_cache(maxsize=256)
def signature_of(of: Of, name: str) -> tuple[inspect.Signature, Mapping[str, Any]]:
    """The signature of a call, without ``self``, and the types of its arguments and of its result."""
    found = getattr(CALLS[of][0], name, None)
    method: Any = found.fget if isinstance(found, property) else found
    if not callable(method):
        return inspect.Signature(), {}
    signature = inspect.signature(method)
    return signature.replace(parameters=list(signature.parameters.values())[1:]), get_type_hints(method)


def written(value: Any) -> bytes:
    """A value as bytes: a line of JSON, and behind it the tables that it refers to."""
    tables: list[bytes] = []
    line = json.dumps({"value": _plain(value, tables), "tables": list(map(len, tables))}, allow_nan=True)
    return b"\n".join([line.encode(), b"".join(tables)])


def read(content: bytes) -> Any:
    """The value again, with marked things made whole. Raises InputError where it is none."""
    line, _, rest = content.partition(b"\n")
    try:
        told, tables, start = json.loads(line), list[pa.Table](), 0
        for length in told["tables"]:
            with pa.ipc.open_stream(rest[start : start + length]) as stream:
                tables.append(stream.read_all())
            start += length
        return _whole(told["value"], tables)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, pa.ArrowException) as cause:
        raise InputError("What another process sent cannot be read.") from cause


def checked(kind: Any, value: Any) -> Any:
    """A value of a type, made from what ``read`` gives. Raises InputError where it is none."""
    try:
        return _adapter(kind).validate_python(value)
    except ValidationError as cause:
        raise InputError("What another process sent is not what was expected.") from cause


@lru_cache(maxsize=256)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(kind)
    except PydanticSchemaGenerationError:  # a table, or a frame
        return TypeAdapter(kind, config=ConfigDict(arbitrary_types_allowed=True))


def _plain(value: Any, tables: list[bytes]) -> Any:
    """JSON, with a mark for what is none; tables are added to the list."""
    if isinstance(value, pd.DataFrame):
        return {"$": "frame", "of": _plain(pa.Table.from_pandas(value, preserve_index=False), tables)}
    if isinstance(value, pa.Table):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, value.schema) as stream:
            stream.write_table(value)
        tables.append(sink.getvalue().to_pybytes())
        return {"$": "table", "of": len(tables) - 1}
    if isinstance(value, Study):
        return {"$": "study", "of": value.to_yaml()}
    if isinstance(value, Place):
        return {"$": "place", "of": value.model_dump(mode="json")}
    if isinstance(value, LmwalkError):
        known = next(each.__name__ for each in type(value).mro() if each in vars(errors).values())
        return {"$": "error", "of": [known, str(value)]}
    if isinstance(value, Question):
        asked, prompt = (value.condition, value.trajectory, value.t), value.prompt
        said = {"text": prompt.text, "system": prompt.system, "prefill": prompt.prefill, "state": dict(prompt.state)}
        return {"$": "question", "of": [*asked, said, dict(value.sent), value.seed]}
    if isinstance(value, Mapping):
        return {key: _plain(each, tables) for key, each in value.items()}
    if type(value) in (list, tuple, set, frozenset):
        return [_plain(each, tables) for each in value]
    return to_jsonable_python(value, inf_nan_mode="constants")


def _whole(plain: Any, tables: list[pa.Table]) -> Any:
    if isinstance(plain, list):
        return [_whole(each, tables) for each in plain]
    if not isinstance(plain, dict):
        return plain
    if "$" not in plain:
        return {key: _whole(each, tables) for key, each in plain.items()}
    kind, of = plain["$"], plain["of"]
    if kind == "frame":
        return _whole(of, tables).to_pandas()
    if kind == "table":
        return tables[of]
    if kind == "study":
        return Study.from_stored(of)
    if kind == "place":
        return Place.of(**of)
    if kind == "question":
        condition, trajectory, t, said, sent, seed = of
        return Question(condition, trajectory, t, Prompt(**said, process=ELSEWHERE), sent, seed)
    error = getattr(errors, of[0], StoreError)
    return error(of[1]) if isinstance(error, type) and issubclass(error, LmwalkError) else StoreError(of[1])
