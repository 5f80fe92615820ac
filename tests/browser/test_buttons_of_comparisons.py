"""Every button of the page that compares is pressed once, and nothing breaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.buttons import COMPARED, press_every_button, site


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with site(tmp_path_factory.mktemp("buttons"), COMPARED) as running:
        yield running


@pytest.mark.parametrize("page", sorted({page for page, _ in COMPARED}))
def test_every_button_does_what_it_says_and_breaks_nothing(address: str, browser: Browser, page: str) -> None:
    """No error page, nothing on the console, nothing that fails to load."""
    press_every_button(address, browser, page)
