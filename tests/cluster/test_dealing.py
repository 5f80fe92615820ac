"""How a study is dealt out: everything once, in order, in shards whose sizes follow their pace."""

from __future__ import annotations

import random
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmwalk.cluster.dealing import LEAST_S, MOST_S, Deck, Pile, shares, size_of_next
from lmwalk.cluster.file import ClusterFile
from lmwalk.cluster.place import Place
from lmwalk.errors import InputError


@given(
    shifts=st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 20), max_size=3), max_size=4),
    seed=st.integers(0, 2**16),
    side_by_side=st.integers(1, 5),
)
def test_every_trajectory_is_dealt_until_it_is_over(shifts: list[dict[str, int]], seed: int, side_by_side: int) -> None:
    """Each is finished exactly once, though shards are lost; a shift begins when the one before is over."""
    shifts = [{f"{name}{place}": count for name, count in own.items()} for place, own in enumerate(shifts)]
    wanted = [{(name, number) for name, count in shift.items() for number in range(count)} for shift in shifts]
    deck = Deck([[Pile(name, range(count)) for name, count in shift.items()] for shift in shifts])
    chance, out, finished = random.Random(seed), list[Pile](), list[tuple[str, int]]()
    while not deck.is_over:
        while len(out) < side_by_side and (pile := deck.deal(chance.randint(1, 4))):
            out.append(pile)
            shift = next(place for place, own in enumerate(wanted) if not own <= set(finished))
            assert all((pile.condition, number) in wanted[shift] for number in pile.numbers)
        pile = out.pop(chance.randrange(len(out)))
        lost = chance.random() < 0.3
        deck.take_back(pile, unfinished=lost)
        finished += [] if lost else [(pile.condition, number) for number in pile.numbers]
    assert sorted(finished) == sorted(key for own in wanted for key in own)


def test_low_numbers_are_dealt_first() -> None:
    """Whatever their condition, so that all conditions are seen early."""
    deck = Deck([[Pile("a", range(4)), Pile("b", range(4))]])
    assert [deck.deal(2) for _ in range(4)] == [("a", [0, 1]), ("b", [0, 1]), ("a", [2, 3]), ("b", [2, 3])]
    assert deck.deal(2) is None


@given(left=st.integers(1, 10_000), seats=st.integers(1, 64), out=st.integers(0, 64), at_once=st.integers(1, 64))
def test_a_shard_leaves_some_for_every_seat_that_is_free(left: int, seats: int, out: int, at_once: int) -> None:
    """And, where its pace is known, lasts neither much less than the least nor more than the most."""
    share = ceil(left / max(1, seats - out))
    for pace in (None, 0.01, 1.0, 100.0):
        size = size_of_next(left, seats, seats - out, at_once, pace)
        assert 1 <= size <= share
        if pace is not None and size < share:
            assert size >= min(at_once, share)
            assert size >= min(share, ceil(pace * LEAST_S))
            assert size <= max(at_once, ceil(pace * MOST_S))


@given(slots=st.integers(1, 200), count=st.integers(1, 200), more=st.integers(0, 20))
def test_shards_share_what_a_server_takes(slots: int, count: int, more: int) -> None:
    """All slots are used and no more, though some shards then wait. Some are kept free for shards to come."""
    names = [str(place) for place in range(count)]
    found = shares(slots, names, count)
    assert sum(found.values()) == slots
    assert sum(shares(slots, names, count + more).values()) <= slots
    assert max(found.values()) - min(found.values()) <= 1


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"workers": 0}, "workers"),
        ({"scheduler": "host:8786"}, "tcp://host:8786"),
        ({"scheduler": "tcp://host:99999"}, "tcp://host:8786"),
        ({"scheduler": "tcp://a..b:8786"}, "tcp://host:8786"),
        ({"scheduler": "tcp://[::1:8786"}, "tcp://host:8786"),
        ({"scheduler": "http://host:80"}, "tcp://host:8786"),
        ({"workers": 2, "scheduler": "tcp://h:1"}, "one of workers, scheduler and cluster"),
        ({}, "one of workers, scheduler and cluster"),
        ({"workers": 2, "resources": {"GPU": 0}}, "resources"),
    ],
)
def test_a_place_that_is_none_is_refused(values: dict[str, object], says: str) -> None:
    """In a sentence that names the field."""
    with pytest.raises(InputError, match=says):
        Place.of(**values)


def test_a_cluster_file_says_what_each_job_has(tmp_path: Path) -> None:
    """The same file for every batch system; what is not said is Dask's, or ours."""
    file = tmp_path / "cluster.yaml"
    file.write_text("kind: pbs\njobs: 3\nresources: {GPU: 1}\noptions: {walltime: '01:00:00', memory: 8GB}\n")
    read = ClusterFile.read(file)
    assert (read.dask_class, read.jobs) == ("PBSCluster", 3)
    assert read.job_options == {
        "cores": 1,
        "processes": 1,
        "memory": "8GB",
        "security": True,
        "shared_temp_directory": str(Path.home()),
        "scheduler_options": {"dashboard_address": "127.0.0.1:0"},
        "walltime": "01:00:00",
        "worker_extra_args": ["--resources", '"GPU=1.0"'],
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kind: slurm\n", "jobs"),
        ("kind: cloud\njobs: 2\n", "kind"),
        ("kind: slurm\njobs: 2\ncores: 4\n", "cores"),
        ("- slurm\n", "cluster file"),
        (None, "cannot be read"),
    ],
)
def test_a_cluster_file_that_is_none_is_refused(tmp_path: Path, text: str | None, says: str) -> None:
    """In a sentence that names the field, or the file."""
    file = tmp_path / "cluster.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(InputError, match=says):
        ClusterFile.read(file)
