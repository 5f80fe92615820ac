"""A user's own templates are files; studies keep words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scripted import finished
from typer.testing import CliRunner

from lmwalk.cli import app
from lmwalk.errors import ChangedError, InputError
from lmwalk.jobs import Jobs
from lmwalk.store import Store, open_store
from lmwalk.study import Study
from lmwalk.templates import unknown_in, version_of
from lmwalk.types import Template
from lmwalk.user_templates import Library, inline, library_of, versions_of

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="{}"), min_size=1)
texts = words.filter(str.strip)
templates = st.builds(
    Template,
    st.just("mine"),
    st.lists(texts, min_size=1, max_size=4).map(tuple),
    st.none() | words,
    st.none() | words,
    st.just("") | words,
)
MINE = Template("mine", ("At {x}, {y}: UP, DOWN, LEFT or RIGHT?",), "Be brief.", None, "for tests")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "templates")


def by_hand(library: Library, name: str, content: str | bytes, prompts: str = "grid") -> Path:
    """A file as a user would write it."""
    file = library.folder / prompts / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@given(templates)
def test_a_template_of_any_text_survives_its_file(template: Template) -> None:
    """What was saved is read back to the letter, by lmwalk and by any reader of YAML."""
    with TemporaryDirectory() as folder:
        library = Library(Path(folder))

        library.save("grid", template, None)

        assert library.templates("grid")["mine"] == template
        plain = yaml.safe_load(library.path("grid", "mine").read_text(encoding="utf-8"))
        assert (tuple(plain["texts"]) if "texts" in plain else (plain["text"],)) == template.texts


def test_several_lines_are_written_as_lines(library: Library) -> None:
    """A file of several lines can be read and changed by hand."""
    library.save("grid", Template("mine", ("One {x}.\n\nTwo {y}.",)), None)

    assert library.path("grid", "mine").read_text(encoding="utf-8") == "text: |-\n  One {x}.\n\n  Two {y}.\n"


def test_half_a_character_is_refused(library: Library) -> None:
    """No UTF-8 file can hold half a surrogate pair, and nothing is written."""
    with pytest.raises(InputError, match="half a character"):
        library.save("grid", Template("mine", ("\ud800",)), None)

    assert library.entries("grid") == []


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        ".",
        "..",
        "../mine",
        "a/b",
        "a\\b",
        "/mine",
        ".mine",
        "mine.yaml",
        "a\nb",
        "a\0b",
        "x" * 61,
        "a ",
        "CON",
    ],
)
def test_no_name_leads_out_of_the_folder(library: Library, name: str) -> None:
    """Only letters, digits, spaces, - and _ make a file's name."""
    with pytest.raises(InputError, match="cannot be the name of a template"):
        library.save("grid", replace(MINE, name=name), None)

    assert not library.folder.exists()


@pytest.mark.parametrize("name", ["memoryless", "Memoryless"])
def test_a_built_in_name_is_taken(library: Library, name: str) -> None:
    """A name means the same words everywhere: no file stands in for a built-in template."""
    with pytest.raises(InputError, match="built-in"):
        library.save("grid", replace(MINE, name=name), None)
    by_hand(library, name, "text: Where to?\n")

    assert library.templates("grid") == {}
    assert "built-in" in library.entries("grid")[0].complaint


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("text: [", "not YAML at line"),
        ("- text\n", "'field: value' lines"),
        ("text: Where?\ntext: Here?\n", "stands there twice"),
        ("text: '{postion}'\n", "uses {postion}, which is unknown here"),
        ("text: '{x'\n", "braces cannot be read"),
        ("text: '{x.__class__}'\n", "more than a plain name"),
        ("text: ' '\n", "empty text"),
        ("text: a\ntexts: [b]\n", "either text"),
        ("system: Be brief.\n", "either text"),
        ("text: 5\n", "text: 5 cannot be used"),
        ("text: a\nmodel: b\n", "model: there is no such field"),
        ("text: !!timestamp 2020-13-45\n", "cannot be read"),
        ("text: " + "[" * 5000, "nesting"),
        ("text: " + "9" * 5000, "5,000 signs"),
        (b"text: \xff\xfe", "not UTF-8"),
        ("text: " + "x" * 1_000_001, "too long"),
    ],
)
def test_a_broken_file_is_listed_and_stands_in_nobody_s_way(library: Library, content: str, complaint: str) -> None:
    """Its complaint is a sentence; the other templates are as they were."""
    library.save("grid", MINE, None)
    by_hand(library, "broken", content)

    broken, mine = library.entries("grid")

    assert (broken.name, broken.template) == ("broken", None)
    assert complaint in broken.complaint
    assert broken.complaint.endswith(".")
    assert mine.template == MINE


def test_what_is_no_file_is_no_template(library: Library) -> None:
    """Folders, hidden files and other endings are passed over."""
    by_hand(library, ".hidden", "text: a\n")
    (library.folder / "grid" / "folder.yaml").mkdir()
    (library.folder / "grid" / "notes.txt").write_text("text: a\n", encoding="utf-8")

    assert library.entries("grid") == []


def test_a_file_changed_by_hand_counts_at_the_next_look(library: Library) -> None:
    """Nothing remembers what a file held before; a byte order mark and Windows line ends are no obstacle."""
    file = by_hand(library, "mine", "text: Where to?\n")
    assert library.templates("grid")["mine"].text == "Where to?"

    file.write_bytes(b"\xef\xbb\xbftext: |-\r\n  And now,\r\n  at {x}?\r\n")
    assert library.templates("grid")["mine"].text == "And now,\nat {x}?"

    file.unlink()
    assert library.templates("grid") == {}


def test_the_second_of_two_who_edit_a_file_is_told(library: Library) -> None:
    """Who opened what is no longer there writes nothing, and can then write over it knowingly."""
    opened = library.save("grid", MINE, None).stamp
    theirs = library.save("grid", replace(MINE, texts=("Where to?",)), opened)

    for stamp in (opened, None):
        with pytest.raises(ChangedError):
            library.save("grid", MINE, stamp)
        with pytest.raises(ChangedError):
            library.delete("grid", "mine", stamp)
    assert library.templates("grid")["mine"].text == "Where to?"

    library.save("grid", MINE, theirs.stamp)
    assert library.templates("grid")["mine"] == MINE


def test_a_deleted_file_is_gone_and_its_name_is_free(library: Library) -> None:
    """Deleting needs the stamp that was seen."""
    library.delete("grid", "mine", library.save("grid", MINE, None).stamp)

    assert library.entries("grid") == []
    library.save("grid", MINE, None)


def test_names_that_differ_in_capitals_alone_are_refused(library: Library) -> None:
    """On some machines they would be one file."""
    library.save("grid", MINE, None)

    with pytest.raises(InputError, match="capital"):
        library.save("grid", replace(MINE, name="Mine"), None)


def test_a_folder_that_cannot_be_written_is_said_to_be(library: Library) -> None:
    """The sentence names the file."""
    library.folder.write_text("in the way", encoding="utf-8")

    with pytest.raises(InputError, match=r"mine\.yaml' cannot be written"):
        library.save("grid", MINE, None)
    assert library.entries("grid") == []


@given(templates)
def test_a_version_is_of_the_words_alone(template: Template) -> None:
    """Name and description change nothing; every word does."""
    version = version_of(template)

    assert version_of(replace(template, name="other", description="other")) == version
    assert len(version) == 6
    for other in (
        replace(template, system=f"{template.system}x"),
        replace(template, prefill=f"{template.prefill}x"),
        replace(template, texts=(*template.texts, "x")),
        replace(template, texts=(f"{template.text}x", *template.texts[1:])),
    ):
        assert version_of(other) != version


def test_an_unknown_variable_is_answered_with_the_one_that_was_meant() -> None:
    """The closest in spelling, where one is close."""
    template = Template("mine", ("{postion} {x}",), "{zzz}", "{mvoes}")

    assert unknown_in(template, {"position": "", "moves": "", "x": ""}) == {
        "mvoes": "moves",
        "postion": "position",
        "zzz": "",
    }


def plan(library: Library, **values: object) -> Study:
    return Study.of(**library.written_out({"name": "walk", "models": ["ideal"], "template": "mine", **values}))


def test_a_study_keeps_the_words_whatever_becomes_of_the_file(library: Library, jobs: Jobs, store: Store) -> None:
    """Changed, then deleted: the stored study reads the same, without any file."""
    stamp = library.save("grid", MINE, None).stamp
    study = finished(jobs, **plan(library, trajectories=1, steps=2).model_dump())
    ids = [condition.id for condition in study.conditions()]

    stamp = library.save("grid", replace(MINE, texts=("Where to?",)), stamp).stamp
    library.delete("grid", "mine", stamp)

    kept = store.study("walk")
    assert kept == study == store.all()[0]
    assert [condition.id for condition in kept.conditions()] == ids == store.conditions("walk")["condition"].tolist()
    assert kept.prompt_template.texts == MINE.texts
    assert set(store.steps("walk")["template"]) == {f"mine (version {version_of(MINE)})"}


def test_a_template_s_name_is_no_part_of_a_condition() -> None:
    """Named words, unnamed words and words under another name are the same condition; only a name is written."""
    bare = {"text": MINE.text, "system": MINE.system}
    named, unnamed = (Study.of(name="w", models=["ideal"], template=each) for each in (inline(MINE), bare))

    assert [each.id for each in named.conditions()] == [each.id for each in unnamed.conditions()]
    assert yaml.safe_load(unnamed.to_yaml())["template"] == bare
    assert yaml.safe_load(named.to_yaml())["template"] == {**bare, "name": "mine"}
    assert Study.from_yaml(named.to_yaml()) == named


def test_each_version_is_listed_with_its_studies(library: Library) -> None:
    """Two studies with the same words are one version; other words are another; unnamed words are none."""
    stamp = library.save("grid", MINE, None).stamp
    first, second = plan(library, name="a"), plan(library, name="b")
    library.save("grid", replace(MINE, texts=("Where to?",)), stamp)
    others = [plan(library, name="c"), plan(library, name="d", template="terse"), Study.of(name="e", models=["ideal"])]
    unnamed = Study.of(name="f", models=["ideal"], template={"text": "Where to?"})

    found = versions_of([first, second, *others, unnamed])

    assert set(found) == {("grid", "mine"), ("grid", "terse"), ("grid", "memoryless")}
    assert [(each.number, each.studies) for each in found["grid", "mine"]] == [
        (version_of(MINE), ("a", "b")),
        (version_of(replace(MINE, texts=("Where to?",))), ("c",)),
    ]


@pytest.mark.parametrize("values", [{"template": ""}, {"template": 5}, {"process": "nope"}, {"process": ["grid"]}])
def test_what_names_no_template_is_left_to_the_study(library: Library, values: dict[str, object]) -> None:
    """The study's own complaint is the one that is read."""
    with pytest.raises(InputError):
        plan(library, **values)


def test_the_command_line_finds_templates_beside_the_database(tmp_path: Path) -> None:
    """``template: mine`` runs with the words of the file; where there is none the sentence says where it would be."""
    db, file = tmp_path / "r.duckdb", tmp_path / "study.yaml"
    file.write_text("name: walk\nmodels: [ideal]\ntemplate: mine\nsteps: 2\ntrajectories: 1\n", encoding="utf-8")

    missing = CliRunner().invoke(app, ["run", str(file), "--db", str(db)])
    assert missing.exit_code == 2
    assert "history, memoryless, position, statement, terse" in missing.output
    assert "mine.yaml" in missing.output

    library_of(db).save("grid", MINE, None)
    assert CliRunner().invoke(app, ["run", str(file), "--db", str(db)]).exit_code == 0
    with open_store(db) as store:
        assert set(store.steps("walk")["system"]) == {"Be brief."}
        assert store.study("walk").prompt_template.texts == MINE.texts
