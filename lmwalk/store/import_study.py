"""A whole study that was made elsewhere, kept in one transaction: all of it is there, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import duckdb
import pandas as pd
import pyarrow as pa

from lmwalk.step import Step
from lmwalk.store.attention import KeptAttention
from lmwalk.store.columns import SCHEMA, insert, table_of
from lmwalk.store.distributions import KeptLists
from lmwalk.store.rows import StoredCondition
from lmwalk.study import Study

ROWS = 4000
"""Steps that are held at a time."""


@dataclass(frozen=True)
class Made:
    """A study to be imported, with its steps and measured properties.

    Attributes
    ----------
    steps : callable
        Returns an iterator over all steps; may be called more than once.
    count : int
        How many steps there are.
    values : DataFrame, optional
        Measured properties, where there are some: condition (its id), trajectory, t, property, value.
    lists : callable
        Gives the lists of tokens that steps refer to; may be called more than once.
    attention : callable
        Gives what steps refer to of attention; may be called more than once.
    """

    study: Study
    conditions: Sequence[StoredCondition]
    steps: Callable[[], Iterable[Step]]
    count: int
    values: pd.DataFrame | None = None
    lists: Callable[[], Iterable[KeptLists]] = tuple
    attention: Callable[[], Iterable[KeptAttention]] = tuple


def insert_steps(cursor: duckdb.DuckDBPyConnection, made: Made, first_id: int, numbers: dict[str, int]) -> None:
    """Add the steps of a study as they come, a few thousand in memory at a time."""
    failures: list[Exception] = []

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            steps, first = iter(made.steps()), first_id
            while batch := list(islice(steps, ROWS)):
                yield from table_of(batch, first, numbers).to_batches()
                first += len(batch)
        except Exception as error:
            failures.append(error)
            raise

    try:
        insert(cursor, "records", pa.RecordBatchReader.from_batches(SCHEMA, batches()))
    except duckdb.Error:
        if failures:  # what went wrong in here, and not what DuckDB makes of it
            raise failures[0] from None
        raise
