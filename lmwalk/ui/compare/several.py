"""Several studies of one family in one grid: the rows of each below those of the one before."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd

from lmwalk.datasets.study_settings import departures, in_words
from lmwalk.study import Study
from lmwalk.study.model_pairs import neighbours
from lmwalk.ui import messages
from lmwalk.ui.compare.sorts import sorts_of
from lmwalk.ui.families.comparison import CellView, Columns, Comparison, DerivedNumbers, Grid, NumberMap, NumbersTable
from lmwalk.ui.parts.snapshot import Snapshot


@dataclass(frozen=True)
class Part:
    """A study of the grid, what its family says of it, and whether models that are a pair stand together."""

    snapshot: Snapshot
    comparison: Comparison
    paired: bool = False

    @property
    def models(self) -> list[str]:
        """The models of its rows from top to bottom: those of a pair behind each other, where that is wanted."""
        models = list(self.study.models)
        return neighbours(models, self.study.model_pairs) if self.paired else models

    @property
    def study(self) -> Study:
        """Whose rows these are."""
        return self.snapshot.study

    def row_name(self, model: str, *, several: bool) -> str:
        """A row of the grid in words: its model, with its study where there are several."""
        return f"{self.study.name} · {model}" if several else model


def together(parts: Sequence[Part]) -> Comparison:
    """What Compare shows of all of these studies. What only some of them can show is left out."""
    first = parts[0].comparison
    known = [{view.name: view for view in part.comparison.views} for part in parts]
    shared = [view for view in first.views if all(view.name in views for views in known)]
    views = tuple(
        CellView(view.name, view.legend, partial(_grid, parts, [views[view.name].grid for views in known]))
        for view in shared
    )
    return replace(
        first,
        answered=sum(part.comparison.answered for part in parts),
        simulated=set().union(*(part.comparison.simulated for part in parts)),
        views=views,
        map=_map(parts),
        table=partial(_table, parts) if len(parts) > 1 else first.table,
    )


def sorts(parts: Sequence[Part], grid: Grid) -> list[messages.Sort]:
    """The numbers that all rows can be sorted by; a row of a study that has no such number has none."""
    names = grid.columns.names
    each = [{sort["name"]: sort["values"] for sort in sorts_of(p.comparison.map, p.models, names)} for p in parts]
    titles = dict.fromkeys(title for known in each for title in known)
    return [
        {
            "name": title,
            "values": [
                row
                for part, known in zip(parts, each, strict=True)
                for row in known.get(title, [[None] * len(names) for _ in part.study.models])
            ],
        }
        for title in titles
    ]


def _grid(parts: Sequence[Part], draws: Sequence[Callable[[], Grid]]) -> Grid:
    grids = [draw() for draw in draws]
    columns = _columns([grid.columns for grid in grids])
    ticks = sorted(set().union(*(grid.ticks for grid in grids)))
    grounds = [grid.ground for grid in grids if grid.ground]
    ground = replace(grounds[0], reach=max(each.reach for each in grounds)) if grounds else None
    cells: list[messages.Cell] = []
    rows: list[messages.Model] = []
    for part, grid in zip(parts, grids, strict=True):
        places = [columns.names.index(name) for name in grid.columns.names]
        lines = [len(rows) + part.models.index(model) for model in part.study.models]
        cells += [_moved(cell, lines, places, grid.ticks, ticks) for cell in grid.cells]
        rows += _rows(part, grid, ground, several=len(parts) > 1)
    return Grid(cells, columns, ground, _clock(grids), ticks, rows)


def _columns(each: Sequence[Columns]) -> Columns:
    """What stands across in any of them; numbers in their order."""
    names = list(dict.fromkeys(name for columns in each for name in columns.names))
    if each[0].corner == "temperature":
        names.sort(key=float)
    return Columns(each[0].corner, names)


def _moved(
    cell: messages.Cell, lines: Sequence[int], places: Sequence[int], own: Sequence[int], ticks: Sequence[int]
) -> messages.Cell:
    """A cell in the grid of all studies."""
    stats = cell["stats"] if list(own) == list(ticks) else [_retimed(stat, own, ticks) for stat in cell["stats"]]
    return {**cell, "row": lines[cell["row"]], "column": places[cell["column"]], "stats": stats}


def _retimed(stat: messages.Stat, own: Sequence[int], ticks: Sequence[int]) -> messages.Stat:
    """A number at the ticks of all studies; after its own end it stays what it was."""
    if "moments" not in stat:
        return stat
    return {**stat, "moments": [stat["moments"][max(0, bisect_right(own, t) - 1)] for t in ticks]}


def _rows(part: Part, grid: Grid, ground: Any, *, several: bool) -> list[messages.Model]:
    study, rows = part.study, []
    for model in part.models:
        row: messages.Model = {"name": model, "simulation": model in part.comparison.simulated}
        if several:
            row["study"] = study.name
        if departs := departures(study):
            row["settings"] = in_words(departs)
        if grid.ground and ground and grid.ground.outlines != ground.outlines:
            row["outlines"] = grid.ground.message()["outlines"]
        rows.append(row)
    return rows


def _clock(grids: Sequence[Grid]) -> messages.Clock | None:
    clocks = [grid.clock for grid in grids if grid.clock]
    if not clocks:
        return None
    found: messages.Clock = {**clocks[0]}
    found["first"] = min(clock.get("first", 0) for clock in clocks)
    found["last"] = max(clock.get("last", 0) for clock in clocks)
    if totals := [clock["total"] for clock in clocks if "total" in clock]:
        found["total"] = max(totals)
    return found


def _map(parts: Sequence[Part]) -> NumberMap:
    first, several = parts[0].comparison.map, len(parts) > 1
    if not several:
        return first
    alike = [part for part in parts if part.comparison.map.across == first.across]
    rows = pd.concat([_named(part, part.comparison.map.rows) for part in alike], ignore_index=True)
    names = {name: title for part in alike for name, title in part.comparison.map.names.items()}
    derived = [part.comparison.map.derived for part in alike]
    known = [each for each in derived if each]
    both = DerivedNumbers(known[0].names, partial(_derived, known)) if known else None
    return NumberMap(rows, names, first.across, both, first.expected)


def _derived(known: Sequence[DerivedNumbers]) -> pd.DataFrame:
    return pd.concat([each.compute() for each in known], ignore_index=True)


def _named(part: Part, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows whose models are told apart from those of the other studies."""
    if rows.empty:
        return rows
    return rows.assign(model=[part.row_name(model, several=True) for model in rows["model"]])


def _table(parts: Sequence[Part]) -> NumbersTable:
    tables = [part.comparison.table() for part in parts]
    rows = pd.concat(
        [table.rows.assign(study=part.study.name) for part, table in zip(parts, tables, strict=True)], ignore_index=True
    )
    columns = {name: column for table in reversed(tables) for name, column in table.columns.items()}
    order = list(dict.fromkeys(name for table in tables for name in (table.order or table.rows.columns)))
    return NumbersTable(rows, {"study": "Study", **columns}, ["study", *order], tables[0].placeholder)
