"""The page of fields as a user meets it: asked once, then every temperature without a word to Python."""

from __future__ import annotations

from zipfile import ZipFile

import pandas as pd
from playwright.sync_api import Page, expect

from tests.browser.chromium import WAIT_MS
from tests.browser.conftest import Open, press

COUNT_WHAT_IS_SENT = """() => {
  window.sent = 0;
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (...parts) { window.sent += 1; return send.apply(this, parts); };
}"""


def reach(page: Page, test: str) -> None:
    """Wait until what the field tells of itself passes a test."""
    page.wait_for_function(f"() => (({{ dataset }}) => {test})(document.querySelector('.lmw-field'))")


def test_a_field_is_asked_once_and_then_shows_every_temperature(address: str, visit: Open) -> None:
    """It fills while it comes; the slider and the walkers change the picture, and nothing is sent to Python."""
    page = visit(f"{address}/field")
    press(page, "Ask the built-in model")
    expect(page.locator(".lmw-field[data-state=done]")).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_text("121 of 121 positions")).to_be_visible()
    reach(page, "dataset.measured === '121' && dataset.entropy > 1")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_visible()  # the page rests

    page.evaluate(COUNT_WHAT_IS_SENT)
    slider = page.get_by_role("slider", name="Temperature")
    slider.press("Home")
    reach(page, "dataset.entropy === '0'")
    slider.press("End")
    reach(page, "dataset.entropy > 1.8")
    page.get_by_role("combobox", name="How many").select_option("1000")
    reach(page, "dataset.t > 3")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert (
        download.value.suggested_filename
        == "field - grid - builtin_tiny - memoryless - t 0 - numbers - T 3, Temperature only.zip"
    )
    with ZipFile(download.value.path()) as archive:
        table, columns = (pd.read_csv(archive.open(name)) for name in ("field.csv", "columns.csv"))
    assert list(columns["column"]) == list(table.columns)
    assert ((table["asked"] == "yes").sum(), (table["filled in"] == "yes").sum()) == (121, 2480)
    assert table["P(UP)"].notna().all()
    beside = page.get_by_role("combobox", name="Side by side")
    beside.select_option("sampler")
    reach(page, "dataset.fields === '2' && Number(dataset.distance) > 0")
    expect(page.get_by_text("nothing but the sampler differs")).to_be_visible()
    beside.select_option("")
    reach(page, "dataset.fields === '1'")
    page.wait_for_url("**/field?*T=3*")  # an address opens what it names
    page.get_by_label("Fill in positions not asked").uncheck()
    expect(page.get_by_text("Asked: 121 of 2,601 positions (4.7%).")).to_contain_text("walkers stop there")
    assert page.evaluate("window.sent") == 0

    picture = page.locator(".lmw-picture-place")
    page.get_by_label("Fill in positions not asked").check()
    picture.press("ArrowUp")
    picture.press("ArrowUp")
    expect(page.get_by_role("heading", name="x = 0, y = 1")).to_be_visible()
    expect(page.locator(".lmw-prompt")).to_contain_text("(0, 1)")
