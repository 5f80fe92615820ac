"""The example notebook runs from top to bottom, and what it shows is what it gives."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parents[1] / "examples" / "notebook.ipynb"
LARGEST = 50_000
"""Bytes of the file: outputs are for reading on a screen."""


def cells() -> list[dict[str, Any]]:
    """The cells of code, in order."""
    return [cell for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def printed(cell: dict[str, Any]) -> str:
    """What a cell printed when the notebook was saved."""
    return "".join("".join(out["text"]) for out in cell["outputs"] if out["output_type"] == "stream")


def main() -> None:
    """Run every cell in one namespace, without Jupyter, and say as JSON what each printed."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    told = []
    for cell in cells():
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile("".join(cell["source"]), str(NOTEBOOK), "exec"), namespace)
        told.append(out.getvalue())
    print(json.dumps(told))


def test_the_notebook_runs_and_prints_what_it_shows(tmp_path: Path) -> None:
    """In a fresh process and an empty folder, which stays empty."""
    done = subprocess.run([sys.executable, "-W", "error", __file__], capture_output=True, text=True, cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == [printed(cell) for cell in cells()]
    assert not list(tmp_path.iterdir())


def test_the_notebook_was_saved_whole_and_is_small() -> None:
    """Every cell was run once, in order, without an error, and no output weighs much."""
    assert [cell["execution_count"] for cell in cells()] == list(range(1, len(cells()) + 1))
    assert not [out for cell in cells() for out in cell["outputs"] if out["output_type"] == "error"]
    assert any("application/vnd.plotly.v1+json" in out.get("data", {}) for cell in cells() for out in cell["outputs"])
    assert NOTEBOOK.stat().st_size < LARGEST


if __name__ == "__main__":
    main()
