"""The scripts of the screen: their types, the types of what they are told, and their own tests.

Without Node.js these are skipped, unless LMWALK_REQUIRE_BROWSER=1 says that they must run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.js.message_types import FILE, declarations

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "node_modules"


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        if os.environ.get("LMWALK_REQUIRE_BROWSER") == "1":
            pytest.fail("LMWALK_REQUIRE_BROWSER=1, but Node.js was not found. Install it: apt-get install nodejs npm")
        pytest.skip("no Node.js found; install it with: apt-get install nodejs npm")
    return found


def ran(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_of_messages_are_those_that_python_declares() -> None:
    """Where this fails: python -m tests.js.message_types."""
    assert FILE.read_text(encoding="utf-8") == declarations()


def test_scripts_keep_to_their_types(node: str) -> None:
    """TypeScript finds nothing to complain of."""
    installed = MODULES / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < (ROOT / "package-lock.json").stat().st_mtime:
        ran(["npm", "ci", "--silent", "--no-audit", "--no-fund"])
    ran([str(MODULES / ".bin" / "tsc")])


def test_scripts_pass_their_own_tests(node: str) -> None:
    """Those of tests/js."""
    ran([node, "--test", *map(str, sorted(Path(__file__).parent.glob("*.test.js")))])
