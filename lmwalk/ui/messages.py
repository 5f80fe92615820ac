"""What Python tells the scripts in the browser, component by component.

``parts/web/messages.d.ts`` is made from this module (``python -m tests.js.message_types``), and the scripts are checked
against it. Points are [x, y]; times are in the order of t.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Clock(TypedDict):
    """What the player counts: a word for it, how much there will be, what the ticks are called, and what there is."""

    word: str
    total: NotRequired[int]
    names: NotRequired[list[str] | None]
    first: NotRequired[int]
    last: NotRequired[int]


class Outline(TypedDict):
    """A closed curve that stands still behind walks."""

    kind: Literal["wall", "track", "reference"]
    points: list[tuple[float, float]]


# ---- the live stage


class Bar(TypedDict):
    """The state of a run; ``share`` is between 0 and 1.

    ``asked`` says who is asked now, and the oldest of these questions is with the model for ``asked_s`` seconds; None
    where none is known to be. ``queue`` says who waits.
    """

    state: str
    count: str
    share: float
    rate: str
    errors: str
    failed: bool
    left: str
    waiting: str
    asked: str
    asked_s: float | None
    queue: str


class Line(TypedDict):
    """A line of the picture; ``shift`` is added to x and y when it is drawn, ``warmth`` is its place on the scale."""

    key: str
    trajectory: int
    shift: NotRequired[float]
    name: NotRequired[str]
    warmth: NotRequired[float | None]
    mean: NotRequired[bool]
    number: NotRequired[int]


class Points(TypedDict):
    """Points of one line."""

    key: str
    t: list[float]
    x: list[float]
    y: list[float]


class PlaneRoom(TypedDict):
    """Where walks are drawn: ``reach`` is how far the view goes from (0, 0), ``centre`` where the walks set out.

    Of a branch, ``before`` and ``after`` are its parent's way to where it begins, and on from there. ``field`` are
    arrows of the mean move: x, y, and how far each goes.
    """

    kind: Literal["plane"]
    outlines: list[Outline]
    centre: tuple[float, float]
    reach: float
    field: NotRequired[list[tuple[float, float, float, float]]]
    before: NotRequired[list[tuple[float, float]]]
    after: NotRequired[list[tuple[float, float]]]


class ReferenceLine(TypedDict):
    """A grey line."""

    name: str
    dash: str
    shape: str
    x: list[float]
    y: list[float]


class SeriesRoom(TypedDict):
    """Where draws and chains are drawn: ranges, titles, ticks, references, and how lines look."""

    kind: Literal["series"]
    x: list[float]
    y: list[float]
    xTitle: str
    yTitle: str
    ticks: list[tuple[float, str]]
    references: list[ReferenceLine]
    single: bool
    faint: bool
    dots: bool
    ends: bool
    reader: NotRequired[bool]


class Reply(TypedDict):
    """One answer in the stream; ``share`` is a probability, None where no mass is on any outcome."""

    id: int
    trajectory: int
    t: int
    asked: str
    text: str
    outcome: str | None
    status: str
    sign: NotRequired[str]
    why: NotRequired[str]
    thought: NotRequired[str]
    weight: NotRequired[str]
    warmth: NotRequired[float | None]
    about: NotRequired[str]
    colour: NotRequired[int]
    share: NotRequired[float | None]
    bounds: NotRequired[list[float]]
    remark: NotRequired[str]


Piece = tuple[Literal["equal", "insert", "delete"], str]
"""Words of a text, and what became of them."""


class ChainText(TypedDict):
    """A text of the chain that is read, and what changed since the one before and since the first."""

    t: int
    text: str
    note: str
    previous: list[Piece]
    first: list[Piece]
    cut: NotRequired[bool]
    thought: NotRequired[str]
    weight: NotRequired[str]


Change = TypedDict(
    "Change",
    {
        "view": str,
        "from": int,
        "to": int,
        "points": list[Points],
        "replies": list[Reply],
        "texts": NotRequired[list[ChainText]],
    },
)
"""What is new in a view, of the rows in (``from``, ``to``]."""


class Delta(Change):
    """What is new, and nothing else."""

    kind: Literal["delta"]


class Snapshot(Change):
    """All that a view needs; ``degrees`` is how the sampler is set, in words, or an empty text."""

    kind: Literal["snapshot"]
    study: str
    heading: str
    degrees: str
    simulation: bool
    many: bool
    walks: list[Line]
    room: PlaneRoom | SeriesRoom
    remark: str
    legend: list[tuple[str, str]]
    columns: list[str]
    alt: str
    clock: Clock | None
    scale: NotRequired[list[str]]
    colours: NotRequired[list[str]]
    chain: NotRequired[str]


class Reading(TypedDict):
    """A raw reply in pieces, each with whether it is marked, and how it was read."""

    pieces: list[tuple[str, bool]]
    status: str
    how: str
    beside: str


class PromptPart(TypedDict):
    """A part of a question, and what it is called where there are several."""

    title: str
    text: str


class NextQuestion(TypedDict):
    """The question that waits to be sent, and the sampler settings that go with it, in words."""

    t: int
    parts: list[PromptPart]
    settings: str


class LastAnswer(TypedDict):
    """The answer before it, and the question that it answers; ``shares`` are probabilities, the largest first."""

    t: int
    parts: list[PromptPart]
    reading: Reading
    shares: list[tuple[str, float]]
    thought: NotRequired[str]
    weight: NotRequired[str]


class ByHand(TypedDict):
    """One trajectory at one moment; ``hold`` is what can be done with it, ``all`` whether all can be held.

    ``cells`` are those that can be shown, each with its model, its temperature, its label and its id.
    """

    open: bool
    condition: str
    conditions: list[tuple[str, str]]
    number: int
    range: tuple[int, int, int]
    names: list[tuple[int, str]]
    noun: str
    where: str
    hold: Literal["hold", "release", ""]
    all: bool
    why: str
    next: NextQuestion | None
    last: LastAnswer | None
    cells: list[tuple[str, str, str, str]]


class LiveCell(TypedDict):
    """What is told of a condition in the live grid: its place among them, its answers so far, and points."""

    place: int
    done: int
    points: list[Points]


CellsChange = TypedDict(
    "CellsChange",
    {
        "view": str,
        "from": int,
        "to": int,
        "cells": list[LiveCell],
        "shown": list[int],
        "asked": list[int],
        "follows": bool,
    },
)
"""What is new in the live grid, of the rows in (``from``, ``to``]; which conditions are on the stage, and asked now."""


class CellsDelta(CellsChange):
    """What is new, and nothing else."""

    kind: Literal["delta"]


class CellsSnapshot(CellsChange):
    """The live grid: row and column of each condition, its name, and the lines that every cell has."""

    kind: Literal["snapshot"]
    study: str
    models: list[str]
    columns: list[str]
    plan: list[tuple[int, int]]
    names: list[str]
    room: PlaneRoom | SeriesRoom
    lines: list[Line]
    total: int


class Told(TypedDict):
    """What goes with every snapshot and delta.

    ``begins`` says that the run has begun under the user's eyes: what came first is played, not shown at its end.
    ``stand`` is another one once what is below the stage has to be drawn anew. ``hand`` is left out while it stays.
    """

    bar: Bar
    cells: CellsSnapshot | CellsDelta | None
    begins: bool
    hand: NotRequired[ByHand | None]
    stand: str


class Streamed(TypedDict):
    """Where the stage is told snapshots and deltas: the address of a websocket, relative to the dashboard's."""

    kind: Literal["stream"]
    stream: str
    stand: str


class Stage(TypedDict):
    """What the stage needs besides; ``t`` is where its clock stands when it is first built."""

    plotly: str
    config: dict[str, Any]
    t: int | None


# ---- Compare


class Stat(TypedDict):
    """A number of a condition in words, as ``datasets.stat.Stat`` has it; ``moments`` is what it was at each tick."""

    label: str
    text: str
    meaning: str
    bad: bool
    moments: NotRequired[list[str]]


class Walk(TypedDict):
    """A walk in a small picture; t is left out where it is 0, 1, 2, ..."""

    trajectory: int
    shift: float
    x: list[float]
    y: list[float]
    t: NotRequired[list[float]]


class Area(TypedDict):
    """A filled shape, grey where it has no colour; points as SVG writes them."""

    points: str
    colour: NotRequired[str]


class Box(TypedDict):
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: str


class ShapeLine(TypedDict):
    """A line: the model's own, a null (grey, dashed) or a learner (grey, dotted); points as SVG writes them."""

    points: str
    role: Literal["own", "null", "learner"]
    colour: NotRequired[str]
    number: NotRequired[int]


class Dot(TypedDict):
    """A point."""

    x: float
    y: float
    colour: str


class Course(TypedDict):
    """That x is a course in time: what is counted, from where to where, and what its places are called."""

    word: str
    span: list[float]
    names: NotRequired[list[str]]


class Thumbnail(TypedDict):
    """A small picture in a square of 100 by 100, y downwards."""

    bands: NotRequired[list[Area]]
    bars: NotRequired[list[Box]]
    lines: NotRequired[list[ShapeLine]]
    dots: NotRequired[list[Dot]]
    timed: NotRequired[Course]


class Cell(TypedDict):
    """A condition's picture, of walks or ready made, and the numbers below it; ``done`` of ``total`` are answered.

    ``field`` are arrows of the mean move behind the walks: x, y, and how far each goes.
    """

    row: int
    column: int
    stats: list[Stat]
    meaning: str
    alt: str
    walks: NotRequired[list[Walk]]
    picture: NotRequired[Thumbnail]
    condition: NotRequired[str]
    done: NotRequired[int]
    total: NotRequired[int]
    badge: NotRequired[str]
    crosses: NotRequired[list[tuple[float, float]]]
    field: NotRequired[list[tuple[float, float, float, float]]]


class Model(TypedDict):
    """A row; study and settings where several are shown, outlines where they are not those of all."""

    name: str
    simulation: bool
    study: NotRequired[str]
    settings: NotRequired[str]
    outlines: NotRequired[list[Outline]]


class Sort(TypedDict):
    """A number that rows can be sorted by: its values row by row, column by column."""

    name: str
    values: list[list[float | None]]


class Said(TypedDict):
    """A reply in the list of a cell, and how it was read."""

    trajectory: int
    t: int
    text: str
    outcome: str | None
    status: str


class Opened(TypedDict):
    """The replies of the cell that is shown large, newest first, and whether there are more."""

    condition: str
    replies: list[Said]
    more: bool


class Grid(TypedDict):
    """Small pictures, models down and something across; walks have one set of outlines and one reach for all."""

    models: list[Model]
    corner: str
    columns: list[str]
    cells: list[Cell]
    clock: Clock | None
    picks: bool
    picked: str | None
    t: int | None
    second: NotRequired[str | None]
    open: NotRequired[Opened | None]
    sorts: NotRequired[list[Sort]]
    ticks: NotRequired[list[int]]
    outlines: NotRequired[list[Outline]]
    centre: NotRequired[tuple[float, float]]
    reach: NotRequired[float]


# ---- the field


class FieldSampler(TypedDict):
    """A sampler: its stages in their order, and the cuts that it makes where none is set (0, 1 and 0 cut nothing)."""

    name: str
    title: str
    about: str
    stages: list[str]
    top_k: int
    top_p: float
    min_p: float


class FieldRoom(TypedDict):
    """The positions of a walk, by number: where each is drawn, and where each move leads from it.

    ``numbers`` are whole coordinates from the origin, where they are not the points themselves; ``steps`` is what each
    move says, drawn, where it is the same everywhere: a move into a wall leads nowhere and says so all the same.
    """

    moves: list[str]
    signs: list[str]
    points: list[tuple[float, float]]
    numbers: NotRequired[list[list[int]]]
    leads: list[list[int]]
    steps: NotRequired[list[tuple[float, float]]]
    strides: list[int]
    origin: int
    outlines: list[Outline]
    unit: str


class FieldSampled(TypedDict):
    """How many replies a position was sampled with, and at which temperature."""

    replies: int
    temperature: float


class FieldPart(TypedDict):
    """What is new of one field: the positions that came after so many, ``after``, up to the one numbered ``to``.

    ``lists`` are their token lists as ``token_tree.compact`` packs them; of what was ``sampled`` they are counts of
    replies with their intervals. ``name`` is the column's: of the model, or of the template where two are compared;
    ``t`` is the moment. Without ``tempers`` no sampler can be worked out: one law for all.
    """

    name: str
    model: str
    template: str
    column: int
    t: int
    state: str
    count: str
    tempers: bool
    sampled: FieldSampled | None
    after: int
    to: int
    lists: list[str]


class FieldPosition(TypedDict):
    """What a position was asked, and how each move is spelt there at T = 1 in each field; shares are probabilities."""

    position: int
    parts: list[PromptPart]
    spellings: list[tuple[str, str, list[tuple[str, float]]]]


class Field(TypedDict):
    """Fields on the same positions, in one column or two; room and samplers come with the first message of a view.

    ``differ`` is what two columns differ in, ``model`` or ``template``; empty of one. ``uses`` says in sentences
    whether t or the wording matters, once that is known. ``of`` says what was asked, for the names of files.
    """

    view: str
    differ: str
    uses: str
    of: list[str]
    room: NotRequired[FieldRoom]
    samplers: NotRequired[list[FieldSampler]]
    fields: list[FieldPart]
    opened: FieldPosition | None


# ---- the other components


class StudyRow(TypedDict):
    """A study in the list; ``share`` is between 0 and 1."""

    name: str
    family: str
    page: str
    state: str
    share: float
    count: str
    rate: str
    errors: str
    failed: bool
    lost: str
    left: str
    cost: str
    why: str
    begun: str
    settings: str
    when: str


class StudyList(TypedDict):
    """The list of studies, and the name of the one that is marked."""

    rows: list[StudyRow]
    chosen: str | None


class EditorField(TypedDict):
    """A field of the template editor."""

    key: str
    label: str
    rows: int
    help: str


class Variable(TypedDict):
    """A variable of a template, and what it holds."""

    name: str
    about: str
    value: str


class Editor(TypedDict):
    """The template editor; where ``revision`` is another than before, ``words`` take the place of what was typed."""

    fields: list[EditorField]
    words: dict[str, str]
    revision: str
    variables: list[Variable]
    readonly: bool
