"""Modules of JavaScript are joined into the one text that a component takes."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from lmwalk.ui.shell import assets
from lmwalk.ui.shell.assets import script, styles

COLOUR = re.compile(r"#[0-9a-f]{6}\b")
ENTRIES = [
    path.relative_to(assets.UI).as_posix()
    for path in sorted(assets.UI.rglob("web/*.js"))
    if re.search(r"^export default", path.read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in the place of lmwalk/ui."""
    monkeypatch.setattr(assets, "UI", tmp_path)
    return tmp_path


def written(folder: Path, **modules: str) -> str:
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text, encoding="utf-8")
    return script.__wrapped__("entry.js")


@pytest.mark.parametrize("name", ENTRIES)
def test_every_component_s_script_is_one_module_without_imports(name: str) -> None:
    """Streamlit hands it to the browser as a text that has no address, so nothing can be imported from there."""
    text = script(name)

    assert not re.search(r"^import\b", text, re.MULTILINE)
    assert len(re.findall(r"^export\b", text, re.MULTILINE)) == 1


def test_a_module_stands_once_and_before_those_that_import_it(room: Path) -> None:
    """However many import it."""
    text = written(
        room,
        low="export const LOW = 1;\n",
        middle='import { LOW } from "./low.js";\nexport const MIDDLE = LOW + 1;\n',
        entry='import { LOW as low } from "./low.js";\nimport {\n  MIDDLE,\n} from "./middle.js";\n'
        "export default low + MIDDLE;\n",
    )

    places = [text.index(part) for part in ("const LOW = 1", "const MIDDLE", "export default")]
    assert places == sorted(places)
    assert text.count("LOW = 1") == 1
    assert "{ LOW: low } =" in text


def test_files_may_use_the_same_names(room: Path) -> None:
    """Each keeps a scope of its own, so that only what it exports is seen."""
    text = written(
        room,
        one="const ICONS = 1;\nexport const ONE = ICONS;\n",
        entry='import { ONE } from "./one.js";\nconst ICONS = 2;\nexport default ONE + ICONS;\n',
    )

    scoped = text[text.index("(() => {") : text.index("})();")]
    assert "const ICONS = 1" in scoped
    assert "return { ONE }" in scoped
    assert "const ICONS = 2" not in scoped


@pytest.mark.parametrize(
    ("modules", "complaint"),
    [
        (
            {"one": 'import { two } from "./entry.js";\n', "entry": 'import { one } from "./one.js";\n'},
            "imports itself",
        ),
        ({"entry": 'import * as all from "./one.js";\n'}, "import \\*"),
        ({"one": "export { a };\n", "entry": 'import { a } from "./one.js";\n'}, "export { a }"),
    ],
)
def test_what_cannot_be_joined_is_refused(room: Path, modules: dict[str, str], complaint: str) -> None:
    """With the name of the file and what is odd in it."""
    with pytest.raises(ValueError, match=rf"\.js.*{complaint}"):
        written(room, **modules)


def test_no_colour_of_the_palette_is_written_elsewhere() -> None:
    """Those of trajectories, of marks, of the scale and of words; greys are too common to be asked for."""
    palette = json.loads((assets.UI.parent / "palette.json").read_text(encoding="utf-8"))
    known = set(COLOUR.findall(json.dumps({**palette, "published": []}).lower()))
    files = [path for path in assets.UI.parent.rglob("*") if path.suffix in (".css", ".js", ".py")]

    found = {str(path): known & set(COLOUR.findall(path.read_text(encoding="utf-8").lower())) for path in files}

    assert {path: colours for path, colours in found.items() if colours} == {}
    assert "--lmw-start" in styles()


def test_scripts_of_other_versions_are_removed_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what lmwalk put into the static folder itself, and not what was put there today."""
    monkeypatch.setattr(assets, "_served_from", [])
    folder = tmp_path / "static"
    folder.mkdir()
    stale, others = ("live-0123456789ab.js", "plotly-5.0.0.min.js"), ("mine.js", "live-0.js", "logo.png")
    for name in (*stale, *others):
        (folder / name).touch()
        os.utime(folder / name, (0, 0))
    (folder / "live-ba9876543210.js").touch()

    plotly = assets.publish.__wrapped__(tmp_path)

    assert {path.name for path in folder.iterdir()} == {*others, "live-ba9876543210.js", plotly.name}
