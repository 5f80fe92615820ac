"""ARCHITECTURE.md and CONTRIBUTING.md say what is there, and nothing that is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture_page import HOME, PACKAGE, PAGE, made_anew

PLACE = re.compile(r"`([\w.-]+(?:/[\w.-]+)*(?:\.(?:py|js|css|yaml|yml|toml|json|md)|/))(?::([\w.]+))?`")
PAGES = (PAGE, HOME / "CONTRIBUTING.md")


def test_what_is_made_from_the_code_is_up_to_date() -> None:
    """Floors and files are those of the code; ``python -m tests.architecture_page`` writes them anew."""
    page = PAGE.read_text(encoding="utf-8")

    assert made_anew(page) == page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_place_that_is_named_exists(page: Path) -> None:
    """A path is a file or folder of the repository or of the package, and a name after it stands in that file."""
    missing = []
    for path, name in PLACE.findall(_by_hand(page.read_text(encoding="utf-8"))):
        found = next((base / path for base in (PACKAGE, HOME) if (base / path).exists()), None)
        if found is None or (name and not _defines(found, name.split(".")[-1])):
            missing.append(f"{path}:{name}" if name else path)

    assert missing == []


def _by_hand(page: str) -> str:
    """The page without the list of files, and without code blocks and the names of files that they are to become."""
    return re.sub(
        r"(^`[\w./]+`\n\n)?```.*?```|<!-- files.*?<!-- end of files -->", "", page, flags=re.DOTALL | re.MULTILINE
    )


def _defines(path: Path, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", path.read_text(encoding="utf-8")) is not None
