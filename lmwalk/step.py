"""One question and its answer as a record, and the columns that it is stored in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, NamedTuple, get_args, get_type_hints

from lmwalk.types import Finish, Outcome, Status


class Column(NamedTuple):
    """How a part of a step is stored: its SQL type, what it holds, and the column it follows where people read it."""

    kind: str
    meaning: str
    follows: str = ""


class Step(NamedTuple):
    """One question and its answer. A line here is a column of the database: its name, its type and what it means.

    The writer, the view ``steps``, what people read about the columns, export and import all follow ``STEP_COLUMNS``,
    which is made from these lines. Those with a default came later, and files of older versions lack them. To add one,
    add a line with a default of None, a migration in ``lmwalk.store.schema``, and its value where the engine makes a
    step.

    ``outcome`` is None unless ``status`` is ``ok``, or ``cut`` where a text that was cut off is handed on all the same;
    ``x`` and ``y`` are where the process draws ``state_after``.
    """

    condition: Annotated[str, Column("VARCHAR", "Id of the cell of the grid.")]
    trajectory: Annotated[int, Column("INTEGER", "Which repeat of the condition, from 0.")]
    t: Annotated[int, Column("INTEGER", "Number of the question in its trajectory, from 1.")]
    x: Annotated[
        float | None,
        Column("DOUBLE", "After the answer. Walks: cells to the right. Draws: answers so far. Texts: the generation."),
    ]
    y: Annotated[
        float | None,
        Column(
            "DOUBLE", "After the answer. Walks: cells upwards. Draws: share of the event followed. Texts: characters."
        ),
    ]
    outcome: Annotated[
        Outcome | None,
        Column("VARCHAR", "What was read in the reply: UP, heads, 17, or a text; empty where nothing could be."),
    ]
    status: Annotated[
        Status,
        Column(
            "VARCHAR",
            "ok; unparsed, ambiguous, refused or empty: not read; cut: broken off at a limit; error: not answered.",
        ),
    ]
    system: Annotated[str | None, Column("VARCHAR", "System message, where one was sent.")]
    prompt: Annotated[str, Column("VARCHAR", "The question as it was sent.")]
    reply: Annotated[str | None, Column("VARCHAR", "What the model said, word for word, without what it thought.")]
    state_before: Annotated[str, Column("VARCHAR", "State the question was asked in, JSON.")]
    state_after: Annotated[str, Column("VARCHAR", "State after the answer, JSON.")]
    latency_s: Annotated[float | None, Column("DOUBLE", "Seconds from question to answer.")]
    tokens_in: Annotated[int | None, Column("INTEGER", "Tokens of the question.")]
    tokens_out: Annotated[int | None, Column("INTEGER", "Tokens of the answer, and of the thought before it.")]
    cost_usd: Annotated[
        float | None, Column("DOUBLE", "Price of the call in US dollars; empty where no price is known.")
    ]
    attempts: Annotated[int, Column("INTEGER", "How often the question was put until it was answered or given up.")]
    seed: Annotated[int, Column("BIGINT", "Seed of this question's draw.")]
    asked_at: Annotated[datetime, Column("TIMESTAMP", "When it was asked, UTC.")]
    error: Annotated[str | None, Column("VARCHAR", "Why there is no answer, where the call failed.")]
    distribution: Annotated[
        str | None,
        Column("VARCHAR", "Probabilities of the outcomes, and what is likelier where they hold little, JSON."),
    ] = None
    ended: Annotated[str | None, Column("VARCHAR", "Why the process ended the trajectory here, where it did.")] = None
    finish: Annotated[
        Finish | None,
        Column(
            "VARCHAR",
            "Why the answer ended: stop, length (a limit of tokens), filter, refusal, tool or error.",
            follows="reply",
        ),
    ] = None
    finish_said: Annotated[
        str | None, Column("VARCHAR", "The server's own word for why it ended.", follows="finish")
    ] = None
    thought: Annotated[str | None, Column("VARCHAR", "What the model thought before it answered.", follows="reply")] = (
        None
    )
    thought_tokens: Annotated[
        int | None,
        Column("INTEGER", "Tokens of the thought, where the server counts them.", follows="tokens_out"),
    ] = None
    raw: Annotated[
        str | None,
        Column("VARCHAR", "The content as it came, where it is neither reply nor thought as they stand."),
    ] = None
    why: Annotated[
        str | None,
        Column("VARCHAR", "The rule by which the reply was read, or why it was not.", follows="status"),
    ] = None
    prompt_cut: Annotated[
        bool | None,
        Column(
            "BOOLEAN",
            "Whether the server read less than the whole question; empty where it does not count.",
            follows="thought_tokens",
        ),
    ] = None
    source: Annotated[
        str | None,
        Column(
            "VARCHAR",
            "Name, in the table distributions of the database that asked, of the lists of tokens that the "
            "probabilities were worked out from.",
            follows="distribution",
        ),
    ] = None
    attention: Annotated[
        str | None,
        Column(
            "VARCHAR",
            "Name, in the table attention of the database that asked, of what the position that answers gave to the "
            "results shown.",
            follows="source",
        ),
    ] = None

    @classmethod
    def bare(
        cls,
        *,
        condition: str,
        trajectory: int,
        t: int,
        status: Status,
        prompt: str,
        state_before: str,
        state_after: str,
        attempts: int,
        seed: int,
        asked_at: datetime,
    ) -> Step:
        """A step of which nothing is known but what every step has; ``_replace`` adds the rest."""
        return cls(
            condition=condition,
            trajectory=trajectory,
            t=t,
            x=None,
            y=None,
            outcome=None,
            status=status,
            system=None,
            prompt=prompt,
            reply=None,
            state_before=state_before,
            state_after=state_after,
            latency_s=None,
            tokens_in=None,
            tokens_out=None,
            cost_usd=None,
            attempts=attempts,
            seed=seed,
            asked_at=asked_at,
            error=None,
        )


class StepColumn(NamedTuple):
    """A column of steps; ``required`` ones have a value in every row, ``later`` ones are not in the oldest files."""

    name: str
    kind: str
    required: bool
    later: bool
    meaning: str
    follows: str


def _step_columns() -> Iterator[StepColumn]:
    for name, hint in get_type_hints(Step, include_extras=True).items():
        python, column = get_args(hint)
        required, later = type(None) not in get_args(python), name in Step._field_defaults
        yield StepColumn(name, column.kind, required, later, column.meaning, column.follows)


STEP_COLUMNS: tuple[StepColumn, ...] = tuple(_step_columns())
"""Every column of ``Step``, in its order."""
