"""Chains made elsewhere keep every character, on the way in and on the way out."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lmwalk.engine.prepared import prepare
from lmwalk.errors import InputError
from lmwalk.export import to_bytes, to_file
from lmwalk.importing import Chain, import_chains, read_chains
from lmwalk.importing import layout as layouts
from lmwalk.initial_texts import initial_texts
from lmwalk.measuring import measure
from lmwalk.registry import open_model
from lmwalk.store import Store, open_store
from lmwalk.study import Study

AWKWARD = "\x00\r\n\t\x85\u2028\u2029\ufeff\u200f\u202e\"',;{} aé\U0001f600\U0010ffff"
HEAD = "model,task,text,seed,generation,text\n"
ROWS = HEAD + "m,rephrase,0,0,0,first\nm,rephrase,0,0,1,second\n"
PATH = "m/rephrase/0/seed_0/output.json"

letters = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(AWKWARD), max_size=30)
written = letters.filter(bool).filter(lambda text: text not in initial_texts())
named = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(AWKWARD), min_size=1, max_size=12).filter(
    str.strip
)


@st.composite
def a_hundred_chains(draw: st.DrawFn) -> list[Chain]:
    """2 models x 2 tasks x 5 initial texts x 5 seeds, not all equally long, in any order."""
    models, tasks, firsts = (
        draw(st.lists(kind, min_size=count, max_size=count, unique=True))
        for kind, count in ((named, 2), (named.filter(lambda task: " + " not in task), 2), (written, 5))
    )
    pool = draw(st.lists(letters, min_size=4, max_size=12))
    whole = [
        Chain(
            model, task, str(number), str(seed), (first, *(pool[(seed * 7 + number + t) % len(pool)] for t in lengths))
        )
        for model in models
        for task in tasks
        for number, first in enumerate(firsts)
        for seed in range(5)
        for lengths in [range(1 + (seed + number) % 3)]
    ]
    return draw(st.permutations(whole))


def plain(chains: list[Chain]) -> list[tuple[str, str, tuple[str, ...]]]:
    """What must not change: who wrote which texts on which task."""
    return sorted((chain.model, chain.task, chain.texts) for chain in chains)


def table(folder: Path, content: str | bytes, name: str = "chains.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def archive(folder: Path, files: Mapping[str, object], name: str = "chains.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as into:
        for place, held in files.items():
            into.writestr(place, held if isinstance(held, bytes | str) else json.dumps(held))
    return path


def output(*stories: object, **more: object) -> dict[str, object]:
    return {"initial_story": "first", "stories": list(stories), "prompt_update": "Rephrase.", **more}


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(chains=a_hundred_chains())
@pytest.mark.parametrize(("file_format", "ending"), [("chains-csv", "csv"), ("chains-zip", "zip")])
def test_a_round_trip_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, file_format: str, ending: str, chains: list[Chain]
) -> None:
    """Imported, exported, imported again and exported again: the same 100 chains, and the same file to the byte."""
    folder = tmp_path_factory.mktemp("round")
    with open_store(folder / "r.duckdb") as store:
        study = import_chains(store, "once", chains)
        to_file(store, "once", file_format, folder / f"once.{ending}")
        again = read_chains(folder / f"once.{ending}")
        import_chains(store, "twice", again)
        to_file(store, "twice", file_format, folder / f"twice.{ending}")

        assert plain(again) == plain(chains)
        assert (folder / f"once.{ending}").read_bytes() == (folder / f"twice.{ending}").read_bytes()
        assert Study.from_yaml(study.to_yaml()) == study == store.study("once")


@settings(max_examples=300, deadline=None)
@given(texts=st.lists(st.text(st.sampled_from(AWKWARD), min_size=1, max_size=300), min_size=1, max_size=3), task=named)
def test_initial_texts_survive_the_study_file(texts: list[str], task: str) -> None:
    """YAML gives back every character of a text, line breaks of every kind and control characters among them."""
    params = {"texts": texts, "tasks": [task.replace(" + ", "+")]}
    study = Study.of(name="s", process="telephone", models=["imported/m"], params=params)

    assert Study.from_yaml(study.to_yaml()) == study


def test_a_table_is_read_in_any_order(store: Store, tmp_path: Path) -> None:
    """Rows may be shuffled; every generation stands where its number says, with its length and its states."""
    lines = ["m,rephrase,0,0,2,", "m,rephrase,0,0,0,first", '"m",rephrase,0,0,1,"a\r\n""b"""']
    study = import_chains(
        store, "s", read_chains(table(tmp_path, b"\xef\xbb\xbf" + (HEAD + "\n".join(lines)).encode()))
    )

    rows = store.steps("s")

    assert rows["t"].tolist() == rows["x"].tolist() == [1, 2]
    assert rows["reply"].tolist() == ['a\r\n"b"', ""]
    assert (rows["status"].tolist(), rows["outcome"].isna().tolist()) == (["ok", "empty"], [False, True])
    assert rows["y"].tolist() == [6, 0]
    states = [json.loads(state) for state in [rows["state_before"][0], *rows["state_after"]]]
    assert states == [{"cell": 0, "generation": t, "text": text} for t, text in enumerate(["first", 'a\r\n"b"', ""])]
    assert (study.models, study.temperatures, study.steps) == (("imported/m",), (0.8,), 2)


@pytest.mark.parametrize("column", ["text", "initial", "text_id", " Initial "])
def test_the_initial_text_s_column_has_three_names(tmp_path: Path, column: str) -> None:
    """The column of the initial text's number may be called text, initial or text_id."""
    assert read_chains(table(tmp_path, ROWS.replace("text", column, 1))) == [
        Chain("m", "rephrase", "0", "0", ("first", "second"))
    ]


def test_a_chain_is_where_its_task_text_and_repeat_say(store: Store) -> None:
    """Trajectory = repeat x cells + task x texts + text, though chains be missing and repeats begin elsewhere."""
    chains = [
        Chain("m", "a", "x", "7", ("one", "1")),
        Chain("m", "b", "y", "7", ("two", "2")),
        Chain("m", "b", "y", "9", ("two", "3")),
        Chain("n", "b", "y", "9", ("another two", "4")),
    ]

    study = import_chains(store, "s", chains, 0.5)

    assert (study.params["tasks"], study.params["texts"]) == (["a", "b"], ["one", "two", "another two"])
    assert (study.trajectories, study.steps, study.temperatures) == (2, 1, (0.5,))
    assert store.steps("s").set_index("reply")["trajectory"].to_dict() == {"1": 0, "2": 4, "3": 10, "4": 5}
    assert [json.loads(notes) for notes in store.conditions("s")["notes"]] == [
        [
            "Imported; it was never asked from here.",
            "The temperature was not stated in what was imported; 0.5 was given.",
        ]
    ] * 2


@pytest.mark.parametrize(
    ("stories", "generations"),
    [
        (["second", "third"], ("first", "second", "third")),
        ([["second"], ["third"]], ("first", "second", "third")),
        (["first", "second"], ("first", "first", "second")),
    ],
)
def test_the_original_s_files_are_read(tmp_path: Path, stories: list[object], generations: tuple[str, ...]) -> None:
    """Stories are texts or lists of one, all of them generations from 1 on, the copy of the initial text among them."""
    for folder in (tmp_path / "plain", tmp_path / "plain" / "m" / "rephrase" / "0" / "seed_0"):
        folder.mkdir(parents=True, exist_ok=True)
    (tmp_path / "plain" / PATH).write_text(json.dumps(output(*stories)))
    expected = [Chain("m", "rephrase", "0", "0", generations, "Rephrase.")]
    by_folder = read_chains(tmp_path / "plain")
    by_archive = read_chains(archive(tmp_path, {f"results/{PATH}": output(*stories)}))

    assert [chain._replace(notes=()) for chain in by_folder] == expected
    assert by_archive == by_folder


def test_a_model_that_copies_is_no_initial_text(tmp_path: Path) -> None:
    """A story that is the initial text is a generation, and where all are, a note says so; a file may say otherwise."""
    second = PATH.replace("seed_0", "seed_1")

    some = read_chains(archive(tmp_path, {PATH: output("first", "second"), second: output("second")}))
    every = read_chains(archive(tmp_path, {PATH: output("first", "second"), second: output("first")}))
    said = read_chains(archive(tmp_path, {PATH: output("first", "second", first_generation=0)}))

    assert [(chain.texts, chain.notes) for chain in some] == [
        (("first", "first", "second"), ()),
        (("first", "second"), ()),
    ]
    assert [chain.texts for chain in every] == [("first", "first", "second"), ("first", "first")]
    assert all("first_generation" in chain.notes[0] for chain in every)
    assert [(chain.texts, chain.notes) for chain in said] == [(("first", "second"), ())]


@pytest.mark.parametrize(
    "held",
    [output("second", first_generation=0), output("first", first_generation=2), output("x", first_generation="0")],
)
def test_a_wrong_first_generation_is_refused(tmp_path: Path, held: object) -> None:
    """Stories cannot begin with the initial text and be without it, nor begin in the middle."""
    with pytest.raises(InputError, match=f"{PATH}.*first_generation"):
        read_chains(archive(tmp_path, {PATH: held}))


def test_what_is_left_out_is_told(store: Store, tmp_path: Path) -> None:
    """JSON files elsewhere, links to folders, columns, prompts and personalities: each is a note of every condition."""
    folder = tmp_path / "m" / "rephrase" / "0" / "seed_0"
    folder.mkdir(parents=True)
    (folder / "output.json").write_text(json.dumps(output("x", prompt_init=["Say."], personality_list=["", "shy"])))
    (tmp_path / "m" / "stray.json").write_text("{}")
    (tmp_path / "m" / "link").symlink_to(folder)

    by_folder = import_chains(store, "folder", read_chains(tmp_path))
    import_chains(
        store,
        "table",
        read_chains(table(tmp_path, "model,task,initial,seed,generation,text,score\nm,t,0,0,0,a,9\nm,t,0,0,1,b,8\n")),
    )

    told = {name: json.loads(store.conditions(name)["notes"][0]) for name in ("folder", "table")}
    assert len(by_folder.conditions()) == 1
    for said in ("several prompts", "personality_list", "seed_K: 'm/link', 'm/stray.json'."):
        assert sum(said in note for note in told["folder"]) == 1
    assert any("'score'" in note for note in told["table"])


def test_the_folder_of_one_model_is_read(tmp_path: Path) -> None:
    """The folder that is named may be the model's own."""
    folder = tmp_path / "m_Temp0.4" / "rephrase" / "0" / "seed_0"
    folder.mkdir(parents=True)
    (folder / "output.json").write_text(json.dumps(output("x")))
    files = {"rephrase/0/seed_0/output.json": output("x")}

    expected = [Chain("m", "rephrase", "0", "0", ("first", "x"), "Rephrase.", 0.4)]

    assert read_chains(tmp_path / "m_Temp0.4") == read_chains(archive(tmp_path, files, "m_Temp0.4.zip")) == expected


def test_the_folder_of_one_task_is_read(tmp_path: Path) -> None:
    """The folders above say model and task; what lies as shallow beside whole paths is still left out."""
    task = tmp_path / "m" / "rephrase"
    (task / "0" / "seed_0").mkdir(parents=True)
    (task / "0" / "seed_0" / "output.json").write_text(json.dumps(output("x")))

    (found,) = read_chains(task)
    (whole,) = read_chains(tmp_path / "m")

    assert found == whole
    assert (found.model, found.task, found.initial, found.seed) == ("m", "rephrase", "0", "0")
    (tmp_path / "stray" / "seed_0").mkdir(parents=True)
    (tmp_path / "stray" / "seed_0" / "o.json").write_text(json.dumps(output("x")))
    (beside,) = read_chains(tmp_path)
    assert beside.notes[-1].startswith("Left out")


def test_a_file_that_is_packed_twice_is_refused(tmp_path: Path) -> None:
    """Neither of the two is lost in silence."""
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as into, pytest.warns(UserWarning, match="Duplicate"):
        for text in ("x", "y"):
            into.writestr(PATH, json.dumps(output(text)))

    with pytest.raises(InputError, match="twice"):
        read_chains(path)


def test_numbers_of_folders_count_as_numbers(tmp_path: Path) -> None:
    """Text 10 comes after text 2, and seed 10 after seed 2."""
    paths = [f"m/t/{text}/seed_{seed}/o.json" for text in (10, 2) for seed in (10, 2)]

    found = read_chains(archive(tmp_path, {path: output("x") for path in paths}))

    assert [(chain.initial, chain.seed) for chain in found] == [("2", "2"), ("2", "10"), ("10", "2"), ("10", "10")]


def test_paths_that_climb_and_other_files_are_left_alone(tmp_path: Path) -> None:
    """Only files in a folder seed_K count; what leads out of an archive is not read."""
    strange = {f"../{PATH}": "no", f"/{PATH}": "no", f"__MACOSX/{PATH}": "no", "m/notes.json": "no", "readme.txt": "no"}

    assert len(read_chains(archive(tmp_path, {PATH: output("x"), **strange}))) == 1


def test_half_a_surrogate_pair_is_marked(store: Store, tmp_path: Path) -> None:
    """What is no Unicode text becomes U+FFFD, and a pair that JSON wrote in halves becomes its character."""
    held = b'{"initial_story": "\\ud83d\\ude00", "stories": ["a\\ud800b"]}'
    chains = read_chains(archive(tmp_path, {PATH: held}))

    import_chains(store, "s", chains)

    assert [chain.texts for chain in chains] == [("\U0001f600", "a\ufffdb")]
    assert store.steps("s")["reply"].tolist() == ["a\ufffdb"]


@pytest.mark.parametrize(
    ("prompts", "template"),
    [
        (["Say anew: {text}"] * 2, "Say anew: {text}"),
        (["Say anew: {text}", "Say: {text}"], None),
        (["Say anew."] * 2, None),
        (["Say {text} to {agent}"] * 2, None),
        (["Say {text} {"] * 2, None),
        ([None, None], None),
    ],
)
def test_a_shared_prompt_is_the_template(store: Store, prompts: list[str | None], template: str | None) -> None:
    """A prompt that all chains share and that can be filled is the study's; else the study has the usual one."""
    chains = [Chain("m", "t", "0", str(seed), ("a", "b"), prompt) for seed, prompt in enumerate(prompts)]

    study = import_chains(store, "s", chains)

    usual = Study.of(name="u", process="telephone", models=["imported/m"]).prompt_template
    assert study.prompt_template.texts == ((template,) if template else usual.texts)
    assert store.steps("s")["prompt"].tolist() == [prompt or "" for prompt in prompts]
    exported = zipfile.ZipFile(io.BytesIO(to_bytes(store, "s", "chains-zip")))
    assert [json.loads(exported.read(name))["prompt_update"] for name in exported.namelist()] == prompts


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEAD + "m,t,0,0,1,second\n", "lacks generation 0"),
        (ROWS + "m,rephrase,0,0,3,fourth\n", "lacks generation 2"),
        (ROWS + "m,rephrase,0,0,1,again\n", "again"),
        (ROWS + "m,rephrase,0,0,1.5,again\n", "'1.5'"),
        (ROWS + "m,rephrase,0,0,-1,again\n", "'-1'"),
        (ROWS + "m,rephrase\n", "Row 4"),
        ("model,task,seed,generation,text\n", "no column initial"),
        ("model,model,task,initial,seed,generation,text\n", "column model 2 times"),
        ("model,task,initial,seed,generation,text,text\n", "column text 2 times"),
        ("model,initial,seed,generation,text\n", "no column task"),
        ("", "no chains"),
        (HEAD, "no chains"),
        (ROWS + 'm,rephrase,0,1,0,"open', "cannot be read"),
        (ROWS.encode("utf-16"), "not UTF-8"),
    ],
)
def test_a_table_that_cannot_be_read_is_a_sentence(
    store: Store, tmp_path: Path, content: str | bytes, said: str
) -> None:
    """The sentence names what is wrong, and nothing is written."""
    with pytest.raises(InputError, match=said):
        import_chains(store, "s", read_chains(table(tmp_path, content)))
    assert store.studies().empty


@pytest.mark.parametrize(
    "held",
    [
        b"{",
        b"\xff\xff",
        b"[" * 100_000,
        [],
        {},
        {"stories": ["x"]},
        output(),
        output(1),
        output(["a", "b"]),
        output([]),
        output("x", initial_story=None),
        {"initial_story": "a", "stories": "text"},
    ],
)
def test_a_file_that_holds_no_chain_is_named(tmp_path: Path, held: object) -> None:
    """Anything but an initial text and a list of texts is refused with the file's path."""
    with pytest.raises(InputError, match=re.escape(PATH)):
        read_chains(archive(tmp_path, {PATH: held}))


def test_a_source_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    """A missing file, another kind of file, a broken archive and an empty folder are said to be so."""
    (tmp_path / "empty").mkdir()
    for source, said in [
        (tmp_path / "missing.csv", "cannot be read"),
        (tmp_path / "missing.zip", "cannot be read"),
        (tmp_path / "missing", "Accepted"),
        (table(tmp_path, "x", "x.txt"), "Accepted"),
        (table(tmp_path, "x", "x.zip"), "x.zip"),
        (tmp_path / "empty", "holds no chains"),
        (archive(tmp_path, {"a/b.json": "x"}), "holds no chains"),
    ]:
        with pytest.raises(InputError, match=said):
            read_chains(source)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    """A size that an archive states is looked at before anything is unpacked."""
    path = archive(tmp_path, {PATH: output("x")})
    content = bytearray(path.read_bytes())
    directory = content.index(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (layouts.MOST_OF_ONE + 1).to_bytes(4, "little")
    path.write_bytes(content)

    with pytest.raises(InputError, match="too much"):
        read_chains(path)


@pytest.mark.parametrize(
    ("chains", "said"),
    [
        ([], "no chains"),
        ([Chain("m", "t", "0", "0", ("a",))], "nothing follows"),
        ([Chain("m", "t", "0", "0", ("", "b"))], "0 characters"),
        ([Chain("m", "t", "0", "0", ("x" * 100_001, "b"))], "100,001 characters"),
        ([Chain("m", "t", "0", "0", (next(iter(initial_texts())), "b"))], "name of a text"),
        ([Chain(" ", "t", "0", "0", ("a", "b"))], "names no model"),
        ([Chain("m", " ", "0", "0", ("a", "b"))], "tasks"),
        ([Chain("m", "t", str(n), "0", (f"text {n}", "b")) for n in range(1001)], "texts"),
    ],
)
def test_chains_that_make_no_study_are_refused(store: Store, chains: list[Chain], said: str) -> None:
    """What a study cannot hold is a sentence, and nothing is written."""
    with pytest.raises(InputError, match=said):
        import_chains(store, "s", chains)
    assert store.studies().empty


def test_a_name_that_is_taken_stays_what_it_is(store: Store) -> None:
    """A second import under the same name is refused, and the first is untouched."""
    chains = [Chain("m", "t", "0", "0", ("a", "b"))]
    import_chains(store, "s", chains)

    with pytest.raises(InputError, match="already a study"):
        import_chains(store, "s", chains)
    assert len(store.steps("s")) == 1


@pytest.mark.parametrize(("name", "temperature"), [("", 0.8), (" s", 0.8), ("s", -1.0), ("s", float("nan"))])
def test_a_name_or_temperature_of_no_study_is_refused(store: Store, name: str, temperature: float) -> None:
    """The rules for a study's name and temperatures hold for imported ones."""
    with pytest.raises(InputError):
        import_chains(store, name, [Chain("m", "t", "0", "0", ("a", "b"))], temperature)
    assert store.studies().empty


def test_an_imported_study_cannot_be_run(store: Store) -> None:
    """To ask the model further is refused in the sentence of its backend."""
    study = import_chains(store, "s", [Chain("m", "t", "0", "0", ("a", "b"))])

    with pytest.raises(InputError, match="cannot be asked; what it wrote was imported"):
        prepare(study, open_model)


def test_imported_texts_are_measured_as_any(store: Store) -> None:
    """Every generation, the initial text among them, has its length; an empty one has no property but that."""
    study = import_chains(store, "s", [Chain("m", "t", "0", "0", ("four", "sixsix", ""))])

    assert measure(store, study) == 2
    lengths = store.measures.values("s", ["length"])
    assert lengths.set_index("t")["value"].sort_index().tolist() == [4, 6, 0]
    rows = list(csv.reader(io.StringIO(to_bytes(store, "s", "properties").decode(), newline="")))
    assert len(rows) == 1 + len(store.measures.values("s"))
