"""Every button of every page is pressed once, and nothing breaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.buttons import PAGES, press_every_button, site


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with site(tmp_path_factory.mktemp("buttons")) as running:
        yield running


@pytest.fixture(scope="module")
def pressed() -> dict[str, list[str]]:
    return {}


@pytest.mark.usefixtures("browser")
@pytest.mark.parametrize("page", list(dict.fromkeys(page for page, _ in PAGES)))
def test_every_button_does_what_it_says_and_breaks_nothing(
    address: str, page: str, pressed: dict[str, list[str]]
) -> None:
    """No error page, nothing on the console, nothing that fails to load."""
    press_every_button(address, page, pressed)
