"""Absurd inputs of every kind, small to make and endless to expand, and what reading each of them costs.

An input is read in a process of its own, forked from one that has imported lmwalk and nothing more, so that its time
and its memory are those of the reading and of the imports.
"""

from __future__ import annotations

import io
import json
import os
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lmwalk.study import Study

READERS = """
import json, os, resource, signal, sys, time
from pathlib import Path
from lmwalk.errors import InputError
from lmwalk.importing import import_bundle, is_bundle, read_chains
from lmwalk.importing.rows import checked_rows
from lmwalk.user_templates import Library
from lmwalk.models import endpoint
from lmwalk.registry import backends, processes
from lmwalk.store import open_store
from lmwalk.study import Study
from lmwalk.initial_texts import read_texts
list(backends), list(processes)

def bundle(path):
    if not is_bundle(path):
        return read_chains(path)
    with open_store(path.with_suffix(".duckdb")) as store:
        try:
            import_bundle(store, path)
        finally:
            assert store.studies().empty, "something was stored"

def rows(path):
    study = Study.from_yaml(STUDY)
    checked_rows(path, study, {condition.id: condition.id for condition in study.conditions()})

def template(path):
    found = Library(path).entries("grid")[0]
    if found.complaint:
        raise InputError(found.complaint)

def code(path):
    eval(path.read_text(), {"Study": Study})

kinds = {
    "study": Study.read, "text": lambda path: Study.from_yaml(path.read_bytes()), "code": code, "bundle": bundle,
    "chains": read_chains, "template": template, "texts": lambda path: read_texts(path.name, path.read_bytes()),
    "endpoints": endpoint.read, "rows": rows,
}

def peak():
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit

def read(kind, path, end):
    signal.alarm(guard)
    own = peak()  # a fork does not count what it shares with its parent, which imported
    begun = time.perf_counter()
    try:
        kinds[kind](Path(path))
        said = None
    except InputError as error:
        said = str(error)
    except BaseException as error:
        said = f"CRASH {type(error).__name__}: {error}"
    seconds = time.perf_counter() - begun
    os.write(end, json.dumps([said and said[:5000], seconds, imports + peak() - own]).encode())

guard, STUDY, imports = int(sys.argv[1]), sys.argv[2], peak()
if Path("/proc/self/statm").exists():  # what is counted as a peak may be that of the parent
    imports = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20
for kind, path in json.load(sys.stdin):
    out, end = os.pipe()
    child = os.fork()
    if not child:
        os.close(out)
        read(kind, path, end)
        os._exit(0)
    os.close(end)
    with open(out, "rb") as answers:
        told = answers.read()
    os.waitpid(child, 0)
    print(told.decode() or json.dumps(["CRASH it did not end", guard, 0]), flush=True)
"""


@dataclass(frozen=True)
class Absurd:
    """An input: what it is, how it is read, and what writes it to a path (which may make it a folder instead)."""

    name: str
    kind: str
    write: Callable[[Path], object]
    ending: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of an input: the sentence, None where it was taken; seconds and MB, of the imports too."""

    sentence: str | None
    seconds: float
    peak_mb: float


def outcomes(folder: Path, inputs: list[Absurd], guard_s: int = 60) -> list[Outcome]:
    """What becomes of each, read one after the other; temporary files are made in ``folder/tmp``."""
    (folder / "tmp").mkdir()
    asked = []
    for number, each in enumerate(inputs):
        path = folder / f"input{number}{each.ending}"
        each.write(path)
        asked.append((each.kind, str(path)))
    command = [sys.executable, "-c", READERS, str(guard_s), STUDY.to_yaml()]
    environment = {**os.environ, "TMPDIR": str(folder / "tmp")}
    done = subprocess.run(
        command, input=json.dumps(asked), capture_output=True, text=True, check=True, env=environment, cwd=folder
    )
    return [Outcome(*json.loads(line)) for line in done.stdout.splitlines()]


def text(name: str, content: str | bytes, kind: str = "study", ending: str = ".yaml") -> Absurd:
    packed = content if isinstance(content, bytes) else content.encode()
    return Absurd(name, kind, lambda path: path.write_bytes(packed), ending)


def later(name: str, make: Callable[[], str], kind: str = "study", ending: str = ".yaml") -> Absurd:
    """A text that is long, and therefore made when it is written."""
    return Absurd(name, kind, lambda path: path.write_text(make(), encoding="utf-8"), ending)


HEAD = "name: a\nmodels: [ideal]\n"
LAUGHS = "".join(f"  - &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12))
MERGES = "".join(f"m{n}: &m{n}\n  <<: [{', '.join([f'*m{n - 1}'] * 9)}]\n  k{n}: 1\n" for n in range(1, 12))
HIDDEN = "x: &x " + "y" * 500_000 + "\n"


def studies() -> Iterator[Absurd]:
    """Study files."""
    for field in ("models", "name", "params", "template", "branch"):
        yield text(f"alias bomb in {field}", f"bomb:\n  - &l0 [x, x]\n{LAUGHS}{field}: *l11\n")
    yield text("alias of a long text", f"{HIDDEN}{HEAD}params: {{tasks: [{', '.join(['*x'] * 2000)}]}}\n")
    yield text("merged keys", f"m0: &m0 {{k: 1, j: 2}}\n{MERGES}{HEAD}")
    yield text("a list in itself", "models: &a [*a]\nname: a\n")
    yield text("100,000 levels", "models: " + "[" * 100_000)
    yield text("400 levels", HEAD + "params: " + "[" * 400 + "]" * 400)
    yield text("100,000 levels of dashes", "- " * 100_000)
    yield later("50 MB of text", lambda: HEAD + "x" * 50_000_000)
    yield later("50 MB in a template", lambda: HEAD + 'template: {text: "' + "{x}" * 17_000_000 + '"}')
    yield later("15 MB in a name", lambda: "name: " + "x" * 15_000_000 + "\nmodels: [ideal]\n")
    yield later("15 MB in signs of four bytes", lambda: 'name: "' + "\U0001f600" * 3_700_000 + '"\nmodels: [ideal]\n')
    yield later("a million models", lambda: "name: a\nmodels:\n" + "".join(f"- ideal{n}\n" for n in range(10**6)))
    yield later("40,000 models", lambda: "name: a\nmodels:\n" + "".join(f"- imported/{n}\n" for n in range(40_000)))
    yield later("90,000 wrong models", lambda: "name: a\nmodels: [" + "[], " * 90_000 + "]")
    yield later("90,000 fields", lambda: HEAD + "".join(f"f{n}: 1\n" for n in range(45_000)))
    yield later("a million temperatures", lambda: HEAD + f"temperatures: [{', '.join(map(str, range(10**6)))}]")
    yield later("40,000 temperatures", lambda: HEAD + f"temperatures: [{', '.join(f'{n}e-5' for n in range(40_000))}]")
    yield text("10^12 questions", HEAD + "steps: 10000000\ntrajectories: 100000\n")
    yield later("100,000 examples", lambda: HEAD + f"process: in-context\nparams: {{examples: {list(range(10**5))}}}")
    yield later("90,000 coins", lambda: HEAD + f"process: in-context\nparams: {{thetas: {[0.5] * 90_000}}}")
    yield later("90,000 rates", lambda: HEAD + f"process: poisson\nparams: {{rates: {[0.5] * 90_000}}}")
    yield later("90,000 tasks", lambda: HEAD + f"process: telephone\nparams: {{tasks: {['a'] * 90_000}}}")
    yield later("a million texts", lambda: HEAD + "process: telephone\nparams: {texts: [" + "a, " * 10**6 + "]}")
    yield later("a million wordings", lambda: HEAD + "template: {texts: [" + "a, " * 10**6 + "]}")
    yield later("600,000 variables", lambda: HEAD + 'template: {text: "' + "{x}" * 600_000 + '"}')
    yield later("a variable of a megabyte", lambda: HEAD + 'template: {text: "{' + "x" * 10**6 + '}"}')
    yield text("a template that is code", HEAD + "template: {text: \"{{ 'x' * 10**9 }} {x!r:>1000000000}\"}")
    yield text("a number of 5,000 digits", f"{HEAD}seed: {'9' * 5000}")
    yield later("a number of a million hex digits", lambda: f"{HEAD}seed: 0x{'f' * 10**6}")
    yield later("a number in base 60", lambda: f"{HEAD}seed: 1{':1' * 900_000}")
    yield text("1e400 as temperature", f"{HEAD}temperatures: [1.0e+400]")
    yield later("a million directives", lambda: "".join(f"%TAG !a{n}! b\n" for n in range(200_000)) + "--- a")
    yield later("a tag of 10 MB", lambda: "name: !" + "x" * 10**7)
    yield later("a process of 1 MB", lambda: f"{HEAD}process: {'x' * 10**6}")
    yield later("a model of 1 MB", lambda: f"name: a\nmodels: [{'x' * 10**6}]")
    yield later("a field of 500 kB", lambda: f"{HEAD}? {'x' * 500_000}\n: 1")
    yield later("10,000 conditions of 1 MB", lambda: _heavy(100))
    yield text("NUL", b"\0" * 1000)
    yield text("UTF-16", HEAD.encode("utf-16"))
    yield text("an archive", _zip({"a": b"b"}))
    yield Absurd("a pipe", "study", os.mkfifo)
    yield Absurd("a folder", "study", Path.mkdir)
    yield Absurd("a device", "study", lambda path: path.symlink_to("/dev/zero"))
    yield Absurd("a terabyte of nothing", "study", sparse(10**12))
    yield text("alias bomb in the box", f"bomb:\n  - &l0 [x, x]\n{LAUGHS}models: *l11\n", "text")
    yield later("50 MB in the box", lambda: HEAD + "x" * 50_000_000, "text")
    yield text("Study.of: a million models", "Study.of(name='a', models=['ideal'] * 10**6)", "code")
    nested = "(lambda a: [a := [a] * 9 for _ in range(12)][-1])(['x'])"
    yield text("Study.of: lists in lists", f"Study.of(name='a', models={nested})", "code")
    yield text("Study.of: 10^100000", "Study.of(name='a', models=['ideal'], seed=10**100000)", "code")


def _heavy(side: int) -> str:
    held = [f"imported/{n}" for n in range(side)], [n / side for n in range(side)]
    return (
        f"name: a\nprocess: telephone\nmodels: {held[0]}\ntemperatures: {held[1]}\nparams: {{tasks: ['{'x' * 10**6}']}}"
    )


def others() -> Iterator[Absurd]:
    """Lists of endpoints, templates and initial texts."""
    bomb = f"- &l0 [x, x]\n{LAUGHS.replace('  - ', '- ')}"
    yield Absurd("alias bomb in endpoints.yaml", "endpoints", _inside("endpoints.yaml", bomb))
    yield Absurd(
        "endpoints.yaml is a pipe", "endpoints", lambda path: (path.mkdir(), os.mkfifo(path / "endpoints.yaml"))
    )
    template = f"bomb:\n  - &l0 [x, x]\n{LAUGHS}text: *l11\n"
    yield Absurd("alias bomb in a template", "template", _inside("grid/a.yaml", template))
    yield Absurd(
        "a template of a terabyte",
        "template",
        lambda path: (_inside("grid/a.yaml", "")(path), sparse(10**12)(path / "grid/a.yaml")),
    )
    yield Absurd("300,000 variables in a template", "template", _inside("grid/a.yaml", f'text: "{"{x}" * 300_000}"'))
    yield later("JSON of texts, 4.5 million values", lambda: "[" + "[]," * 3_000_000 + "[]]", "texts", ".json")
    yield text("JSON of texts, 100,000 levels", "[" * 100_000, "texts", ".json")
    yield text("JSON of texts, a long number", "[" + "9" * 100_000 + "]", "texts", ".json")
    yield later("CSV of texts, two million columns", lambda: "ab," * 2_000_000, "texts", ".csv")
    yield later("CSV of texts, five million rows", lambda: "text\n" + "a\n" * 4_900_000, "texts", ".csv")
    yield later("three million texts in a .txt", lambda: "a\n---\n" * 1_600_000, "texts", ".txt")
    yield later("60 MB of texts", lambda: "a" * 60_000_000, "texts", ".txt")


def _inside(name: str, content: str) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        (path / name).parent.mkdir(parents=True)
        (path / name).write_text(content, encoding="utf-8")

    return write


def sparse(size: int) -> Callable[[Path], object]:
    """A file of so many zeros that takes no place on the disk."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(size)

    return write


STUDY = Study.of(name="a", models=["ideal"], trajectories=100, steps=10_000)
HONEST = {"study.yaml": STUDY.to_yaml().encode()}
CHAIN_STUDY = Study.of(name="a", process="telephone", models=["imported/m"], params={"texts": ["one"]}, steps=10)


def steps(count: int, study: Study = STUDY, **changes: Any) -> pa.Table:
    """Rows of a study as a bundle holds them; columns by name in ``changes`` take the place of honest ones."""
    whole = pa.array(range(1, count + 1), pa.int32())
    texts = {"outcome": "UP", "status": "ok", "system": None, "prompt": "Where?", "reply": "UP"}
    texts |= {"state_before": "{}", "state_after": "{}", "error": None, "distribution": None, "ended": None}
    numbers = {name: pa.repeat(pa.scalar(1.0), count) for name in ("x", "y", "latency_s", "cost_usd")}
    numbers |= {name: pa.repeat(pa.scalar(1), count) for name in ("tokens_in", "tokens_out", "attempts", "seed")}
    columns = {
        "condition": pa.repeat(pa.scalar(study.conditions()[0].id), count),
        "trajectory": pa.repeat(pa.scalar(0, pa.int32()), count),
        "t": whole,
        **{name: pa.repeat(pa.scalar(held, pa.string()), count) for name, held in texts.items()},
        **numbers,
        "asked_at": pa.repeat(pa.scalar(datetime(2025, 1, 1), pa.timestamp("us")), count),
        "simulated": pa.repeat(pa.scalar(True), count),
    }
    return pa.table({**columns, **changes})


def parquet(table: pa.Table, **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def _zip(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def bundle(name: str, make: Callable[[], dict[str, bytes]]) -> Absurd:
    """A bundle with these files beside, or instead of, an honest study."""
    return Absurd(name, "bundle", lambda path: path.write_bytes(_zip({**HONEST, **make()})), ".zip")


def table(name: str, count: int = 20, make: Callable[[], dict[str, Any]] = dict, **options: Any) -> Absurd:
    """A bundle with some columns of its steps exchanged."""
    return bundle(name, lambda: {"steps.parquet": parquet(steps(count, **make()), **options)})


def zeros(size: int) -> bytes:
    """So many zeros in deflate, a thousandth as long, made a piece at a time."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"".join([packer.compress(bytes(2**20)) for _ in range(size >> 20)] + [packer.flush()])


def lying(parts: dict[str, tuple[bytes, int]]) -> bytes:
    """An archive with files that are packed already and say to be of any size."""
    body, contents = io.BytesIO(), io.BytesIO()
    for name, (packed, size) in parts.items():
        head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, 0, len(packed), size, len(name), 0)
        contents.write(b"PK\x01\x02" + struct.pack("<H", 20) + head)
        contents.write(struct.pack("<HHHII", 0, 0, 0, 0, body.tell()) + name.encode())
        body.write(b"PK\x03\x04" + head + name.encode() + packed)
    counts, places = [len(parts) % 2**16] * 2, (contents.tell(), body.tell())
    return body.getvalue() + contents.getvalue() + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, *counts, *places, 0)


def archived(name: str, make: Callable[[], bytes], kind: str = "bundle") -> Absurd:
    return Absurd(name, kind, lambda path: path.write_bytes(make()), ".zip")


def bundles() -> Iterator[Absurd]:
    """Bundles with something in them that no export writes."""
    good = parquet(steps(20))
    yield archived(
        "4 GB of zeros as steps",
        lambda: lying({"study.yaml": (zeros(0), 0), "steps.parquet": (zeros(2**27), 2**32 - 9)}),
    )
    yield archived(
        "zeros that say to be few", lambda: lying({"study.yaml": (zeros(2**26), 100), "steps.parquet": (b"", 0)})
    )
    yield bundle("19 MB of zeros as study.yaml", lambda: {"study.yaml": bytes(19 * 10**6), "steps.parquet": good})
    yield bundle(
        "alias bomb in study.yaml",
        lambda: {"study.yaml": f"b:\n  - &l0 [x, x]\n{LAUGHS}models: *l11\n".encode(), "steps.parquet": good},
    )
    yield archived(
        "100,000 files",
        lambda: lying(
            {f"{n:x}": (b"", 0) for n in range(100_000)} | {"study.yaml": (b"", 0), "steps.parquet": (b"", 0)}
        ),
    )
    yield archived(
        "40,000 files out of it",
        lambda: lying(
            {f"../{n:x}": (b"", 0) for n in range(40_000)} | {"study.yaml": (b"", 0), "steps.parquet": (b"", 0)}
        ),
    )
    yield bundle("a name of 64 kB", lambda: {"steps.parquet": good, "../" + "x" * 65_000: b""})
    yield bundle("a path out", lambda: {"steps.parquet": good, "../../x": b"x"})
    yield bundle("an archive in it", lambda: {"steps.parquet": _zip({"steps.parquet": good})})
    yield archived("packed with bzip2", lambda: _zip({**HONEST, "steps.parquet": bytes(10**8)}, zipfile.ZIP_BZIP2))
    yield archived("encrypted", lambda: _flagged(_zip({**HONEST, "steps.parquet": good})))
    yield bundle("no steps", dict)
    yield bundle("no study", lambda: {"steps.parquet": good, "study.yaml": b""})
    for name, held in (
        ("100,000 levels", b"[" * 10**5),
        ("a long number", b'{"a": ' + b"9" * 10**5 + b"}"),
        ("6 million values", b"[" + b"[]," * 6 * 10**6 + b"1]"),
        ("19 MB of zeros", bytes(19 * 10**6)),
    ):
        yield bundle(f"conditions.json: {name}", lambda held=held: {"steps.parquet": good, "conditions.json": held})
    yield from _tables()
    for name, content in (
        ("a million columns", b"ab," * 700_000 + b"\n"),
        ("one long row", b"a" * 9 * 10**6),
        ("other columns", b"a,b\n1,2\n"),
        ("odd values", b"condition,trajectory,t,property,value\nx,1e9,0,length,1\n"),
    ):
        yield bundle(f"properties.csv: {name}", lambda content=content: _chain_bundle(content))


def _chain_bundle(properties: bytes) -> dict[str, bytes]:
    return {
        "study.yaml": CHAIN_STUDY.to_yaml().encode(),
        "steps.parquet": parquet(steps(5, CHAIN_STUDY)),
        "properties.csv": properties,
    }


def _flagged(content: bytes) -> bytes:
    """The archive with every file said to be encrypted."""
    changed = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := content.find(mark, at + 1)) >= 0:
            changed[at + place] |= 1
    return bytes(changed)


TINY = {"data_page_size": 1, "write_batch_size": 1, "use_dictionary": False}


def _tables() -> Iterator[Absurd]:
    """Steps in Parquet."""
    yield table(
        "a text that 10,000 rows share, of 1 MB",
        10_000,
        lambda: {"reply": _shared("x" * 10**6, 10_000), "state_after": _shared("[" + "1" * 10**6, 10_000)},
    )
    yield table(
        "a page of 140 MB",
        20,
        lambda: {"reply": pa.array(["x" * 7 * 10**6] * 20)},
        use_dictionary=False,
        data_page_size=10**9,
    )
    yield table(
        "100 texts of 1.2 MB",
        100,
        lambda: {"reply": pa.array(["x" * 1_200_000] * 100)},
        use_dictionary=False,
        data_page_size=10**9,
    )
    yield table("a text of 50 MB", 1, lambda: {"reply": pa.array(["x" * 5 * 10**7])}, use_dictionary=False)
    yield table("packed with zstd", 20, compression="zstd")
    yield table("packed with gzip", 20, compression="gzip")
    yield table("a million equal rows", 1_000_000, lambda: {"t": pa.repeat(pa.scalar(1, pa.int32()), 1_000_000)})
    yield table(
        "300,000 equal rows, not packed",
        300_000,
        lambda: {"t": pa.repeat(pa.scalar(1, pa.int32()), 300_000), "seed": pa.array(range(300_000))},
        use_dictionary=False,
        compression="none",
    )
    for name, kind, value in (
        ("a date beyond all years", pa.timestamp("us"), 2**62),
        ("a date in milliseconds beyond all", pa.timestamp("ms"), 2**60),
        ("a number as date", pa.float64(), 1.5),
    ):
        yield table(
            name,
            20,
            lambda kind=kind, value=value: {
                "asked_at": pa.array([value] * 20, pa.int64() if pa.types.is_timestamp(kind) else kind).cast(kind)
            },
        )
    for name, column, values in (
        ("lists as prompts", "prompt", pa.array([["a"]] * 20)),
        ("records as prompts", "prompt", pa.array([{"a": 1}] * 20)),
        ("nothing as prompts", "prompt", pa.nulls(20)),
        ("bytes that are no text", "reply", pa.array([b"\xff"] * 20)),
        ("decimals as t", "t", pa.array([10**30] * 20, pa.decimal128(38))),
        ("huge trajectories", "trajectory", pa.array([2**63] * 20, pa.uint64())),
        ("texts as t", "t", pa.array(["1"] * 19 + ["x"])),
        ("nested states", "state_after", pa.array(["[" * 5000] * 20)),
        ("states with long numbers", "state_after", pa.array(['{"a": ' + "9" * 5000 + "}"] * 20)),
    ):
        yield table(name, 20, lambda column=column, values=values: {column: values})
    yield bundle("no column", lambda: {"steps.parquet": parquet(steps(20).drop_columns(["t"]))})
    yield bundle(
        "a footer of 2 GB",
        lambda: {"steps.parquet": b"PAR1" + bytes(100) + (2**31 - 1).to_bytes(4, "little") + b"PAR1"},
    )
    yield bundle(
        "a footer of zeros",
        lambda: {"steps.parquet": b"PAR1" + bytes(9_000_000) + (9_000_000).to_bytes(4, "little") + b"PAR1"},
    )
    yield bundle(
        "60,000 pages",
        lambda: {"steps.parquet": parquet(steps(3000), **TINY)},
    )


def _shared(value: str, count: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), count), pa.array([value]))


def broken(count: int) -> Iterator[Absurd]:
    """Steps and archives with some bytes exchanged, most of them in the headers at the end; some can still be read."""
    dice = random.Random(11)
    files = (
        ("rows", parquet(steps(50)), 6000, ".zip"),
        ("chains", _zip({PLACE: b'{"initial_story": "a", "stories": ["b"]}'}), 200, ".zip"),
        ("chains", parquet(_chain_rows(["a", "b", "c"] * 20)), 4000, ".parquet"),
    )
    for number in range(count):
        for kind, whole, tail, ending in files:
            content = bytearray(whole)
            for _ in range(dice.choice([1, 2, 5])):
                place = dice.randrange(min(len(content), dice.choice([len(content), tail])))
                content[-1 - place] = dice.choice([0, 255, dice.randrange(256)])
            yield text(f"broken {kind} {number}", bytes(content), kind, ending)


HEADER = "model,task,initial,seed,generation,text\n"
PLACE = "m/t/0/seed_0/output.json"


def _shared_text(path: Path) -> None:
    """A megabyte that stands there once and is named by every row."""
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 10**5, pa.int32()), ["x" * 10**6])
    path.write_bytes(parquet(_chain_rows(texts)))


def _chain_rows(texts: Any) -> pa.Table:
    """One chain of these texts as a table."""
    same = {name: pa.array(["a"] * len(texts)) for name in ("model", "task", "initial", "seed")}
    return pa.table(
        {**same, "generation": pa.array(range(len(texts))), "temperature": 0.5 + np.zeros(len(texts)), "text": texts}
    )


def chains() -> Iterator[Absurd]:
    """Chains as tables, folders and archives."""
    yield Absurd("CSV: one line of 400 MB", "chains", sparse(4 * 10**8), ".csv")
    yield Absurd("CSV: a terabyte", "chains", sparse(10**12), ".csv")
    yield later("CSV: 30 MB in one field", lambda: f"{HEADER}m,t,0,0,0,{'x' * 3 * 10**7}\n", "chains", ".csv")
    yield later("CSV: an open quote", lambda: f'{HEADER}m,t,0,0,0,"' + "a line\n" * 2_000_000, "chains", ".csv")
    yield later("CSV: a million columns", lambda: "ab," * 10**6 + "\n", "chains", ".csv")
    yield later("CSV: a wide row", lambda: f"{HEADER}m,t,0,0,0,{'ab,' * 10**6}\n", "chains", ".csv")
    yield text("CSV: UTF-16", HEADER.encode("utf-16"), "chains", ".csv")
    yield text("CSV: NUL", bytes(10**6), "chains", ".csv")
    yield later("CSV: a long generation", lambda: f"{HEADER}m,t,0,0,{'9' * 10**6},a\n", "chains", ".csv")
    yield Absurd("JSON: a terabyte", "chains", sparse(10**12), ".json")
    yield later("JSON: 10 MB of rows of nothing", lambda: "[" + "{}," * 3 * 10**6 + "{}]", "chains", ".json")
    yield text("JSON: deep", "[" * 100_000, "chains", ".json")
    yield Absurd("JSON lines: one of 400 MB", "chains", sparse(4 * 10**8), ".jsonl")
    yield later("JSON lines: a number of a million digits", lambda: '{"seed": ' + "9" * 10**6 + "}", "chains", ".jsonl")
    yield later(
        "JSON lines: a million fields", lambda: json.dumps(dict.fromkeys(map(str, range(10**5)))), "chains", ".jsonl"
    )
    yield Absurd("JSON lines: a pipe", "chains", os.mkfifo, ".jsonl")
    yield Absurd("Parquet: a terabyte", "chains", sparse(10**12), ".parquet")
    yield Absurd("Parquet: a pipe", "chains", os.mkfifo, ".parquet")
    yield Absurd("Parquet: a text that 100,000 rows share", "chains", _shared_text, ".parquet")
    yield Absurd("CSV: a pipe", "chains", os.mkfifo, ".csv")
    yield Absurd("ZIP: a pipe", "chains", os.mkfifo, ".zip")
    yield Absurd("a device", "chains", lambda path: path.symlink_to("/dev/zero"), ".csv")
    yield archived("ZIP: 4 GB of zeros", lambda: lying({PLACE: (zeros(2**27), 2**32 - 9)}), "chains")
    yield archived("ZIP: 40 bombs", _forty, "chains")
    yield archived(
        "ZIP: 100,000 files", lambda: lying({f"m/t/0/seed_{n}/o.json": (b"", 0) for n in range(100_000)}), "chains"
    )
    yield archived(
        "ZIP: 30,000 files of nothing",
        lambda: lying({f"m/t/0/seed_{n}/o.json": (b"", 0) for n in range(30_000)}),
        "chains",
    )
    yield archived("ZIP: encrypted", lambda: _flagged(_zip({PLACE: b"{}"})), "chains")
    yield archived("ZIP: a name of 64 kB", lambda: _zip({"x" * 65_000 + "/" + PLACE: b"{"}), "chains")
    for name, held in (
        ("100,000 levels", "[" * 100_000),
        ("a long number", '{"initial_story": ' + "9" * 100_000),
        ("5 million values", '{"stories": [' + "[]," * 4_900_000 + "1]}"),
        ("open quotes", '"' + '\\"' * 4_000_000),
    ):
        yield archived(f"JSON: {name}", lambda held=held: _zip({PLACE: held.encode()}), "chains")
    yield Absurd("folder: an output of a terabyte", "chains", _output(sparse(10**12)))
    yield Absurd("folder: a pipe", "chains", _output(os.mkfifo))
    yield Absurd("folder: a device", "chains", _output(lambda path: path.symlink_to("/dev/zero")))
    yield Absurd("folder: links in a circle", "chains", lambda path: (path.mkdir(), (path / "a").symlink_to(path)))
    yield Absurd("folder: 300 deep", "chains", lambda path: (path / "/".join(["a"] * 300)).mkdir(parents=True))


def _forty() -> bytes:
    story = json.dumps({"initial_story": "a", "stories": [f"{n}" + "b" * 9_000_000 for n in range(1)]}).encode()
    return _zip({f"m/t/0/seed_{n}/output.json": story for n in range(40)})


def _output(write: Callable[[Path], object]) -> Callable[[Path], object]:
    def folder(path: Path) -> None:
        (path / PLACE).parent.mkdir(parents=True)
        write(path / PLACE)

    return folder
