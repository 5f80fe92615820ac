"""A study that was made elsewhere, as files in a folder: on its way to another process, a part in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
from pydantic import BaseModel, TypeAdapter

from lmwalk.step import Step
from lmwalk.store.columns import READ, as_array
from lmwalk.store.distributions import KeptLists
from lmwalk.store.import_study import Made
from lmwalk.store.rows import StoredCondition
from lmwalk.study import Study
from lmwalk.types import Sent

PLAN, STEPS, LISTS, VALUES = "plan.json", "steps.arrow", "lists.jsonl", "values.arrow"
ROWS = 4000
_LISTS = TypeAdapter(KeptLists)


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
    with (folder / LISTS).open("wb") as lines:
        lines.writelines(_LISTS.dump_json(each) + b"\n" for each in made.lists())
    if made.values is not None:
        feather.write_feather(made.values.reset_index(drop=True), str(folder / VALUES), compression="uncompressed")


def rows_of(steps: list[Step]) -> pa.Table:
    """Steps as a table, a column each; the condition by its id."""
    columns = zip(*steps, strict=True)
    return pa.table([as_array(column, field.type) for column, field in zip(columns, READ, strict=True)], schema=READ)


def made_from(folder: Path) -> Made:
    """What was packed into a folder, which has to be there until it is stored."""
    plan = Plan.model_validate_json((folder / PLAN).read_text(encoding="utf-8"))
    study = Study.from_stored(plan.study)
    conditions = [StoredCondition(*told) for told in zip(study.conditions(), plan.sent, plan.simulated, strict=True)]
    values: pd.DataFrame | None = None
    if (folder / VALUES).exists():
        values = feather.read_feather(str(folder / VALUES), memory_map=False)
    return Made(study, conditions, partial(_steps, folder), plan.count, values, partial(_lists, folder))


def _steps(folder: Path) -> Iterator[Step]:
    with pa.OSFile(str(folder / STEPS), "rb") as file, pa.ipc.open_stream(file) as stream:
        for batch in stream:
            yield from (Step(*row) for row in zip(*(column.to_pylist() for column in batch.columns), strict=True))


def _lists(folder: Path) -> Iterator[KeptLists]:
    with (folder / LISTS).open("rb") as lines:
        yield from map(_LISTS.validate_json, lines)
