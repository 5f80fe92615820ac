"""A study that was made elsewhere, as files in a folder: on its way to another process, a part in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
from pydantic import BaseModel, ConfigDict, TypeAdapter

from lmwalk.step import Step
from lmwalk.store.attention import KeptAttention
from lmwalk.store.columns import READ, as_table
from lmwalk.store.distributions import KeptLists
from lmwalk.store.import_study import Made
from lmwalk.store.rows import StoredCondition
from lmwalk.study import Study
from lmwalk.types import Sent

PLAN, STEPS, VALUES = "plan.json", "steps.arrow", "values.arrow"
TOLD: Mapping[str, TypeAdapter[Any]] = {
    "lists.jsonl": TypeAdapter(KeptLists),
    "attention.jsonl": TypeAdapter(KeptAttention, config=ConfigDict(ser_json_inf_nan="constants")),
}
"""What models told besides their answers, a line of JSON each."""
ROWS = 4000


class Plan(BaseModel):
    """The study as YAML; what each condition was sent, and whether it is a simulation, in the order of the study."""

    study: str
    sent: tuple[Sent, ...]
    simulated: tuple[bool, ...]
    count: int


def pack(made: Made, folder: Path) -> None:
    """Write a study into a folder."""
    known = {stored.condition.id: stored for stored in made.conditions}
    stored = [known[condition.id] for condition in made.study.conditions()]
    sent, simulated = tuple(each.sent for each in stored), tuple(each.simulated for each in stored)
    plan = Plan(study=made.study.to_yaml(), sent=sent, simulated=simulated, count=made.count)
    (folder / PLAN).write_text(plan.model_dump_json(), encoding="utf-8")
    with pa.OSFile(str(folder / STEPS), "wb") as file, pa.ipc.new_stream(file, READ) as stream:
        steps = iter(made.steps())
        while batch := list(islice(steps, ROWS)):
            stream.write_table(rows_of(batch))
    for (name, kind), told in zip(TOLD.items(), (made.lists(), made.attention()), strict=True):
        with (folder / name).open("wb") as lines:
            lines.writelines(kind.dump_json(each) + b"\n" for each in told)
    if made.values is not None:
        feather.write_feather(made.values.reset_index(drop=True), str(folder / VALUES), compression="uncompressed")


def rows_of(steps: list[Step]) -> pa.Table:
    """Steps as a table, a column each; the condition by its id."""
    return as_table(steps, READ)


def made_from(folder: Path) -> Made:
    """What was packed into a folder, which has to be there until it is stored."""
    plan = Plan.model_validate_json((folder / PLAN).read_text(encoding="utf-8"))
    study = Study.from_stored(plan.study)
    conditions = [StoredCondition(*told) for told in zip(study.conditions(), plan.sent, plan.simulated, strict=True)]
    values: pd.DataFrame | None = None
    if (folder / VALUES).exists():
        values = feather.read_feather(str(folder / VALUES), memory_map=False)
    lists, attention = (partial(_told, folder / name, kind) for name, kind in TOLD.items())
    return Made(study, conditions, partial(_steps, folder), plan.count, values, lists, attention)


def _steps(folder: Path) -> Iterator[Step]:
    with pa.OSFile(str(folder / STEPS), "rb") as file, pa.ipc.open_stream(file) as stream:
        for batch in stream:
            yield from (Step(*row) for row in zip(*(column.to_pylist() for column in batch.columns), strict=True))


def _told(path: Path, kind: TypeAdapter[Any]) -> Iterator[Any]:
    with path.open("rb") as lines:
        yield from map(kind.validate_json, lines)
