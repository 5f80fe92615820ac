"""What the owner of a run and its workers say to each other. All of it is pickled by Dask, between equal versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from lmwalk.errors import LmwalkError
from lmwalk.store import Standing
from lmwalk.types import Sent

Reach = Literal["worker", "machine", "shared"]


class SupersededError(LmwalkError):
    """Another worker asks these trajectories by now, or nobody is to."""


@dataclass(frozen=True)
class Shard:
    """Some trajectories of one condition, asked by one worker.

    Attributes
    ----------
    name : str
        Its own in the whole cluster; the key of its Dask task.
    run : str
        The run that it belongs to.
    """

    name: str
    run: str
    condition: str
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Setup:
    """What a worker has to know of a run. Keys are not part of it: each worker has its own, or none.

    Attributes
    ----------
    study : str
        As YAML.
    endpoints : str
        The list of endpoints as it lies beside the database; empty where there is none.
    database : str
        What it is called in sentences.
    """

    version: str
    study: str
    endpoints: str
    database: str


@dataclass(frozen=True)
class Orders:
    """How a shard is to go on: as ``engine.scheduling.Control`` has it at the owner.

    Attributes
    ----------
    rounds, wakes : int
        How often a single step, and an end of all waits, was asked for.
    slots : int
        Questions that the shard may have in flight; 0: none for now.
    decided : bool
        Whether its condition needs no more trajectories than were begun.
    """

    paused: bool = False
    rounds: int = 0
    wakes: int = 0
    slots: int = 0
    decided: bool = False


class Ordered(NamedTuple):
    """Orders with a number: those with a higher one are newer, whichever arrive first."""

    number: int
    orders: Orders


class Begun(NamedTuple):
    """What an attempt begins with: the numbers that are to be asked, where each stands that was begun, and orders."""

    numbers: frozenset[int]
    standings: Mapping[tuple[str, int], Standing]
    ordered: Ordered


class Call(NamedTuple):
    """What a worker wants of the owner: one of ``owner.Owner.CALLS``, and what goes with it."""

    number: int
    name: str
    given: tuple[Any, ...]


class Answer(NamedTuple):
    """What became of a call: its result, or the error."""

    number: int
    found: Any
    error: Exception | None = None


@dataclass(frozen=True)
class Given:
    """What the owner brings to a worker: answers, orders by attempt, and for how long it waits for calls.

    Attributes
    ----------
    received : int
        The highest number of a call that has arrived; later ones are told, again where they were told before.
    checks : bool
        Whether the worker says if it can ask every model: it raises what keeps it from that.
    is_last : bool
        Whether the run is over, and what was opened for it can be closed.
    """

    answers: tuple[Answer, ...] = ()
    orders: Mapping[str, Ordered] = field(default_factory=dict)
    received: int = 0
    wait_s: float = 0.0
    checks: bool = False
    is_last: bool = False


class Waiting(NamedTuple):
    """A question that is asked again, as ``engine.Observer.waiting`` is told of it."""

    model: str
    attempt: int
    wait_s: float
    reason: str


@dataclass(frozen=True)
class Report:
    """How it goes on one worker: waits since the last report, what servers refuse by now, and what was spared.

    Attributes
    ----------
    loading : dict
        Whole seconds for which each model may have been loading.
    sent : dict
        What each condition's model is sent by now, where something was learnt of its server.
    asked, spared : int
        As ``engine.distribution_cache.DistributionCache`` counts them, of the whole run on this worker.
    """

    waits: tuple[Waiting, ...] = ()
    loading: Mapping[str, float] = field(default_factory=dict)
    sent: Mapping[str, Sent] = field(default_factory=dict)
    asked: int = 0
    spared: int = 0


@dataclass(frozen=True)
class Planned:
    """What a worker found of a condition before anything is asked.

    Attributes
    ----------
    reach : str
        Whose the server is: of one ``worker``, as the model runs there; of one ``machine``; or ``shared`` by all.
    cautions : tuple of str
        What the first question showed.
    """

    sent: Sent
    simulated: bool
    server: str
    exclusive: bool
    reach: Reach
    cautions: tuple[str, ...] = ()
