"""No figure offers to send itself anywhere: one setting says so, and whatever shows a figure hands it on."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import plotly.graph_objects as go

import lmwalk
from lmwalk.export.plot import html
from lmwalk.figures._drawing import CONFIG

HOME = Path(lmwalk.__file__).parent
SHOWS = {"plotly_chart", "to_html", "write_html", "show"}


def test_whatever_shows_a_figure_is_told_not_to_upload_it() -> None:
    """Every call in Python that shows one passes the setting, and so does every one in the scripts."""
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["displaylogo"] is False
    calls, scripts = 0, 0
    for path in sorted(HOME.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
            if named in SHOWS and "plotly" in path.read_text(encoding="utf-8"):
                given = {word.arg: ast.unparse(word.value) for word in node.keywords}
                assert given.get("config") == "CONFIG", f"{path.name}: {ast.unparse(node)[:80]}"
                calls += 1
    for path in sorted(HOME.rglob("*.js")):
        for call in re.findall(r"Plotly\.(?:react|newPlot|plot)\(.*", path.read_text(encoding="utf-8")):
            assert "...config" in call, f"{path.name}: {call}"
            scripts += 1

    assert calls > 3
    assert scripts


def test_an_exported_page_offers_no_upload() -> None:
    """The page hands Plotly the same settings, and names no server of its own."""
    page = html(go.Figure({"data": [{"type": "scatter", "x": [1], "y": [2]}]})).decode()
    settings = page[page.rindex("Plotly.newPlot(") :]

    assert '"showSendToCloud": false' in settings
    assert '"modeBarButtonsToRemove": ["sendChartToCloud"]' in settings
    assert "plotlyServerURL" not in settings
