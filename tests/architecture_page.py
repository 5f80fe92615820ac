"""The parts of ARCHITECTURE.md that are made from the code: ``python -m tests.architecture_page`` writes them anew."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.test_architecture import ALLOWED, FLOORS

HOME = Path(__file__).resolve().parent.parent
PAGE = HOME / "ARCHITECTURE.md"
PACKAGE = HOME / "lmwalk"


def modules() -> list[Path]:
    """Every module of the package, Python and JavaScript, from the package's folder; a package as its folder."""
    found = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.js")]
    kept = [path.relative_to(PACKAGE) for path in found if not {"dashboard", "node_modules"} & set(path.parts)]
    return sorted(path.parent if path.name == "__init__.py" else path for path in kept)


def first_sentence(path: Path) -> str:
    """What a module says it is: the first sentence of its docstring, or of the comment that opens it."""
    text = path.read_text(encoding="utf-8")
    words = ast.get_docstring(ast.parse(text)) or "" if path.suffix == ".py" else "\n".join(_opening_comment(text))
    paragraph = " ".join(words.split("\n\n")[0].split()).replace("``", "`")
    return re.split(r"(?<=[.?!])\s", f"{paragraph} ")[0].rstrip()


def _opening_comment(text: str) -> Iterator[str]:
    for line in text.splitlines():
        bare = line.strip().removeprefix("/**").removeprefix("//").removesuffix("*/").strip().removeprefix("* ")
        if line.strip() in ("// @ts-check", "/**", "*/"):
            continue
        if not line.strip().startswith(("//", "/*", "*")):
            return
        yield bare


def files() -> str:
    """The modules by folder, a line each."""
    lines: list[str] = []
    folder = None
    for path in sorted(modules(), key=_folder_then_name):
        is_package = not path.suffix
        if is_package or path.parent != folder:
            folder = path if is_package else path.parent
            about = first_sentence(PACKAGE / path / "__init__.py") if is_package else ""
            lines += ["", f"**`{_named(folder)}`** {about}".strip(), ""]
        if not is_package:
            lines.append(f"- `{path.name}`: {first_sentence(PACKAGE / path)}")
    return "\n".join(lines).strip()


def _folder_then_name(path: Path) -> tuple[tuple[str, ...], str]:
    """Packages before their modules, and these before the folders in them."""
    return (path.parts, "") if not path.suffix else (path.parent.parts, path.name)


def _named(folder: Path) -> str:
    return f"{folder.as_posix()}/" if folder.parts else "lmwalk/"


def floors() -> str:
    """The floors as tests/test_architecture.py keeps them, the lowest first."""
    rows = [f"{number}. {', '.join(f'`{name}`' for name in sorted(names))}" for number, names in enumerate(FLOORS, 1)]
    allowed = ", ".join(f"`{upper}` imports `{lower}`" for upper, lower in sorted(ALLOWED))
    return "\n".join([*rows, "", f"Exceptions: {allowed}."])


MADE = {"floors": floors, "files": files}


def made_anew(page: str) -> str:
    """The page with what is made from the code as it has to be."""
    for name, make in MADE.items():
        begin, end = f"<!-- {name}: python -m tests.architecture_page -->", f"<!-- end of {name} -->"
        before, _, rest = page.partition(begin)
        page = f"{before}{begin}\n{make()}\n{end}{rest.partition(end)[2]}"
    return page


if __name__ == "__main__":
    PAGE.write_text(made_anew(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
