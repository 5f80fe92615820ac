"""Chains keep the temperature that they were made at, wherever their source says it."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from lmwalk.cli import app
from lmwalk.errors import InputError
from lmwalk.export import to_file
from lmwalk.importing import Chain, import_chains, read_chains
from lmwalk.importing.temperature import alone, named, stated
from lmwalk.store import Store

HEAD = "model,temperature,task,initial,seed,generation,text\n"
AT_BOTH = HEAD + "".join(
    f"m,{temperature},rephrase,0,0,{t},{text}\n"
    for temperature in ("0", "1.6")
    for t, text in enumerate(("first", f"at {temperature}"))
)


def archive(folder: Path, files: dict[str, Any], name: str = "chains.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as into:
        for place, held in files.items():
            into.writestr(place, json.dumps(held))
    return path


def output(*stories: object, **more: object) -> dict[str, object]:
    return {"initial_story": "first", "stories": list(stories), **more}


def temperatures(chains: list[Chain]) -> list[tuple[str, float | None]]:
    return [(chain.model, chain.temperature) for chain in chains]


def of_the_original(folder: Path) -> list[tuple[str, float, str, str, str, list[str]]]:
    """Folders as TelephoneGameLLM has them, five temperatures with eleven chains each; what they hold."""
    held, empty = [], 0
    for level, name in enumerate(("0", "0.4", "0.8", "1.2", "1.6")):
        for number in range(11):
            task, text = ("continue", "inspiration", "rephrase")[number % 3], f"Difficulty{11.5 + number // 6}"
            stories = [f"{name} {number} {t}" for t in range(50)]
            if level in (2, 3, 4) and number < 7 - 2 * (level - 2) and empty < 7:
                stories[7 * number], empty = "", empty + 1
            path = folder / f"Meta-Llama-3-8B-Instruct_Temp{name}" / task / text / f"seed_{1 + number // 3}"
            path.mkdir(parents=True)
            written = {
                "adjacency_matrix": [[1.0, 0.0]],
                "prompt_init": [f"Do: {task}. Here is the text:"],
                "prompt_update": [f"Do: {task}. Here is the text:"],
                "personality_list": [""] * 50,
                "format_prompt": [""],
                "initial_story": f"The text {text}",
                "stories": [[story] for story in stories],
            }
            (path / f"output{0}.json").write_text(json.dumps(written, indent=4))
            (path.parent / "toxicity.pkl").write_bytes(b"\x80\x04.")
            held.append((f"imported/{path.parts[-4].split('_')[0]}", float(name), task, text, path.name, stories))
    assert empty == 7
    return held


def test_the_original_s_folders_come_in_whole(store: Store, tmp_path: Path) -> None:
    """55 chains of five temperatures, 2,750 generations, 7 of them empty: all kept, each at its own temperature."""
    held = of_the_original(tmp_path / "Results")

    study = import_chains(store, "original", read_chains(tmp_path / "Results"))

    rows = store.steps("original").sort_values(["condition", "trajectory", "t"])
    assert study.temperatures == (0.0, 0.4, 0.8, 1.2, 1.6)
    assert study.models == ("imported/Meta-Llama-3-8B-Instruct",)
    assert (len(rows), (rows["status"] == "empty").sum()) == (2750, 7)
    found = [
        (group["model"].iloc[0], float(group["temperature"].iloc[0]), group["reply"].tolist())
        for _, group in rows.groupby(["condition", "trajectory"])
    ]
    assert sorted(found) == sorted((model, temperature, texts) for model, temperature, *_, texts in held)
    assert all(
        json.loads(notes) == ["Imported; it was never asked from here."]
        for notes in store.conditions("original")["notes"]
    )


@pytest.mark.parametrize(("file_format", "ending"), [("chains-csv", "csv"), ("chains-zip", "zip")])
def test_temperatures_survive_a_round_trip(store: Store, tmp_path: Path, file_format: str, ending: str) -> None:
    """Exported and imported again, every chain is at its temperature, though models be named after one."""
    chains = [
        Chain("m", "a", "0", "0", ("x", "y"), None, 0.1),
        Chain("m", "a", "0", "0", ("x", "z"), None, 0.1000001),
        Chain("m_Temp2", "a", "0", "0", ("x", "w"), None, 1e-05),
    ]
    import_chains(store, "once", chains)
    to_file(store, "once", file_format, tmp_path / f"once.{ending}")

    again = read_chains(tmp_path / f"once.{ending}")

    assert sorted((c.model, c.temperature, c.texts) for c in again) == sorted(
        (c.model, c.temperature, c.texts) for c in chains
    )


@pytest.mark.parametrize("column", ["temperature", " Temperature ", "temp"])
def test_a_column_says_the_temperature(store: Store, tmp_path: Path, column: str) -> None:
    """Chains of several temperatures are conditions of one study, each with its own."""
    (tmp_path / "t.csv").write_text(AT_BOTH.replace("temperature", column, 1))

    study = import_chains(store, "s", read_chains(tmp_path / "t.csv"))

    assert study.temperatures == (0.0, 1.6)
    rows = store.steps("s")
    assert dict(zip(rows["reply"], rows["temperature"], strict=True)) == {"at 0": 0.0, "at 1.6": 1.6}
    assert study.trajectories == 1


def test_what_says_no_temperature_is_told(store: Store, tmp_path: Path) -> None:
    """An empty field is none: the given temperature is taken, and a note of the condition says that it was given."""
    (tmp_path / "t.csv").write_text(AT_BOTH.replace("m,0,", "m,,"))

    import_chains(store, "s", read_chains(tmp_path / "t.csv"), 0.5)

    cells = store.conditions("s").set_index("temperature")["notes"].map(json.loads)
    assert [sum("not stated" in note for note in cells[at]) for at in (0.5, 1.6)] == [1, 0]


@pytest.mark.parametrize("written", ["hot", "-1", "5.01", "nan", "1 or 2", "1,5,0", "True", "\u0661", "9" * 50])
def test_a_temperature_that_is_none_is_refused_with_its_row(tmp_path: Path, written: str) -> None:
    """The sentence names the row, the value and what is accepted."""
    (tmp_path / "t.csv").write_text(AT_BOTH.replace("m,1.6,", f'm,"{written}",'), encoding="utf-8")

    with pytest.raises(InputError, match=r"Row 4 of 't.csv' has the temperature .*Accepted: a number from 0 to 5"):
        read_chains(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("path", "held", "expected"),
    [
        ("m_Temp1.6/t/0/seed_0/o.json", {}, ("m", 1.6)),
        ("m_temp0/t/0/seed_0/o.json", {}, ("m", 0.0)),
        ("m-temperature=0.5/t/0/seed_0/o.json", {}, ("m", 0.5)),
        ("m_Temp1.6_run2/t/0/seed_0/o.json", {}, ("m_run2", 1.6)),
        ("m (T = 1)/t/0/seed_0/o.json", {}, ("m", 1.0)),
        ("Temp0.4/m/t/0/seed_0/o.json", {}, ("m", 0.4)),
        ("m/Temp0.4/t/0/seed_0/o.json", {}, ("m", 0.4)),
        ("m/t/0/temperature_0.4/seed_0/o.json", {}, ("m", 0.4)),
        ("m/t/0/seed_0_Temp0.4/o.json", {}, ("m", 0.4)),
        ("Temp0.4/t/0/seed_0/o.json", {}, ("Temp0.4", 0.4)),
        ("flan-T5/t/Temp 37 degrees/seed_0/o.json", {}, ("flan-T5", None)),
        ("attempt2/t/0/seed_0/o.json", {}, ("attempt2", None)),
        ("m/t/0/seed_0/o.json", {"temperature": 1.6}, ("m", 1.6)),
        ("m/t/0/seed_0/o.json", {"temperature": None}, ("m", None)),
        ("m/t/0/seed_0/o.json", {"model": "n, T = 0.5"}, ("n", 0.5)),
        ("m_Temp0.5/t/0/seed_0/o.json", {"model": "n"}, ("n", 0.5)),
        ("temp_2024/t/0/seed_0/o.json", {"model": "n_Temp3", "temperature": 0}, ("n_Temp3", 0.0)),
    ],
)
def test_folders_and_fields_say_the_temperature(
    tmp_path: Path, path: str, held: dict[str, Any], expected: tuple[str, float | None]
) -> None:
    """The file's own field goes before the names of folders; a folder that is only a temperature is no level."""
    assert temperatures(read_chains(archive(tmp_path, {path: output("x", **held)}))) == [expected]


@pytest.mark.parametrize(
    ("path", "held"),
    [
        ("m_Temp1_6/t/0/seed_0/o.json", {}),
        ("m_Temp08/t/0/seed_0/o.json", {}),
        ("m_Temp70/t/0/seed_0/o.json", {}),
        ("m_Temp1.6/t/0/seed_0_Temp0.4/o.json", {}),
        ("m_Temp1.6/Temp0.4/t/0/seed_0/o.json", {}),
        ("m/t/0/seed_0/o.json", {"temperature": True}),
        ("m/t/0/seed_0/o.json", {"temperature": [1]}),
        ("m_Temp0.4/t/0/seed_0/o.json", {"model": "n_Temp0.8"}),
    ],
)
def test_a_temperature_that_is_not_clear_is_refused_with_its_path(
    tmp_path: Path, path: str, held: dict[str, Any]
) -> None:
    """Nothing is guessed."""
    with pytest.raises(InputError, match=re.escape(path)) as caught:
        read_chains(archive(tmp_path, {path: output("x", **held)}))
    assert "temperature" in str(caught.value)


@given(
    st.floats(0, 5),
    st.text(st.characters(categories=["L"]), min_size=1).filter(lambda name: named(name, "") == (name, None)),
)
def test_a_temperature_that_is_written_is_read(value: float, name: str) -> None:
    """Every number in a field, and every plain one in a name."""
    assert stated(repr(value), "") == stated(value, "") == value
    rounded = round(value, 3)
    assert named(f"{name}_Temp{rounded:.3f}", "") == (name, rounded)
    assert alone(f"temperature {rounded:.3f}") == rounded


FIELDS = HEAD.strip().split(",")
ROWS = [dict(zip(FIELDS, line.split(","), strict=True)) for line in AT_BOTH.splitlines()[1:]]
TYPED = [
    {**row, "temperature": float(row["temperature"]), "seed": 0, "generation": int(row["generation"]), "score": 0.5}
    for row in ROWS
]


def in_form(folder: Path, ending: str, rows: list[dict[str, Any]]) -> Path:
    path = folder / f"rows.{ending}"
    if ending == "parquet":
        pd.DataFrame(rows).to_parquet(path)
    elif ending == "json":
        path.write_text(json.dumps(rows))
    else:
        path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    return path


@pytest.mark.parametrize("ending", ["json", "jsonl", "ndjson", "parquet"])
@pytest.mark.parametrize("rows", [ROWS, TYPED])
def test_every_form_of_a_table_says_the_same(tmp_path: Path, ending: str, rows: list[dict[str, Any]]) -> None:
    """Rows in JSON, JSON lines and Parquet are those of CSV; what is not kept is told."""
    (tmp_path / "t.csv").write_text(AT_BOTH)

    found = read_chains(in_form(tmp_path, ending, rows))

    assert [chain._replace(notes=()) for chain in found] == read_chains(tmp_path / "t.csv")
    assert [("'score'" in " ".join(chain.notes)) for chain in found] == ["score" in rows[0]] * 2


@pytest.mark.parametrize("ending", ["json", "jsonl", "parquet"])
def test_every_character_survives_every_form(tmp_path: Path, ending: str) -> None:
    """Line breaks, quotes, control characters; a text that looks like a number; none at all."""
    rows = [{**TYPED[0], "text": "\x00\r\n\t\u2028\"',;{} \U0001f600"}, {**TYPED[1], "text": "010"}]
    rows.append({**TYPED[1], "generation": 2, "text": None})

    assert read_chains(in_form(tmp_path, ending, rows))[0].texts == (rows[0]["text"], "010", "")


@pytest.mark.parametrize(
    ("ending", "content", "said"),
    [
        ("json", b"{}", "no list of rows"),
        ("json", b"[1]", "Entry 1 of 'rows.json' is 1, no object"),
        ("json", b"[", "is not JSON"),
        ("json", b"[]", "no chains"),
        ("json", json.dumps([*TYPED, {**TYPED[0], "more": 1}]).encode(), "Entry 5 of .* has the field 'more'"),
        ("json", json.dumps([TYPED[0], {**TYPED[1], "text": ["a"]}]).encode(), "Entry 2 of .* holds .*'a'.* as 'text'"),
        ("json", json.dumps([TYPED[0], {**TYPED[1], "temperature": 9}]).encode(), "Entry 2 .*has the temperature '9'"),
        ("jsonl", b"\n" + json.dumps(TYPED[0]).encode() + b"\n\n{", "Line 4 of 'rows.jsonl' is not JSON"),
        ("jsonl", b"\n" + json.dumps({**TYPED[0], "generation": 0.5}).encode(), "Line 2 .* has the generation '0.5'"),
        ("jsonl", b'{"a": 1}\n', "has no column model"),
        ("jsonl", b"\xff\xfe", "is not JSON"),
        ("parquet", b"PAR1", "cannot be read"),
        ("parquet", b"not a table", "cannot be read"),
    ],
)
def test_a_table_in_another_form_that_cannot_be_read_is_a_sentence(
    store: Store, tmp_path: Path, ending: str, content: bytes, said: str
) -> None:
    """It names the file, and the entry or line."""
    (tmp_path / f"rows.{ending}").write_bytes(content)

    with pytest.raises(InputError, match=said):
        import_chains(store, "s", read_chains(tmp_path / f"rows.{ending}"))


def test_a_table_in_parquet_that_is_packed_otherwise_is_refused_by_its_name(tmp_path: Path) -> None:
    """How much a page unpacks to is known for some ways of packing only."""
    pd.DataFrame(TYPED).to_parquet(tmp_path / "rows.parquet", compression="gzip")

    with pytest.raises(InputError, match=r"The rows of 'rows.parquet' are packed with GZIP. Accepted: .*\.parquet"):
        read_chains(tmp_path / "rows.parquet")


def test_the_command_tells_temperatures_and_what_was_given(tmp_path: Path) -> None:
    """What the chains state is kept over what is given; what is given is for those that state none."""
    (tmp_path / "t.csv").write_text(AT_BOTH.replace("m,0,", "m,,"))

    shown = CliRunner().invoke(
        app,
        ["import", str(tmp_path / "t.csv"), "--name", "s", "--temperature", "0.3", "--db", str(tmp_path / "r.duckdb")],
    )

    assert shown.exit_code == 0
    assert "temperatures: 0.3, 1.6" in shown.output
    assert "1 chains state a temperature of their own, which was kept." in shown.output
    assert "The temperature was not stated in what was imported; 0.3 was given." in shown.output
