"""The dashboard as a reader has it: in Chromium, from disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.python.build.browser import chromium, ready, watch
from tests.python.build.dashboard_data import HOSTILE, write_board

VIEWS = ("sales", "offers", "people", "outlook", "operations")
SMALLEST_TEXT = """() => Math.min(...[...document.querySelectorAll("#app *")]
    .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .map(element => parseFloat(getComputedStyle(element).fontSize)))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def test_it_opens_and_asks_nobody(browser: Browser, tmp_path: Path) -> None:
    """With everything that it can show, names that look like HTML among it."""
    page = browser.new_page(locale="en-US")
    said = watch(page)
    page.goto(write_board(tmp_path).as_uri())
    ready(page)
    for view in ("What sells out", "Sellers and buyers", "Forecast", "Operations", "Sales"):
        page.get_by_role("navigation", name="Pages").get_by_role("button", name=view, exact=True).click()
    assert page.locator('[data-kpi="revenue"] .big').inner_text() == "$1,234,000"
    assert page.locator('[data-kpi="sell-through"] .big').inner_text() == "40.0%"
    assert page.get_by_role("note").inner_text().startswith("8,422 rows of the delivered files were rejected")
    page.locator("#categories").get_by_role("button", name="Pop").click()
    assert page.locator("#events .label").all_inner_texts() == [HOSTILE]
    assert page.url.endswith("#category=Pop")
    assert said == []
    page.close()


@pytest.mark.soak
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_a_phone_can_show_it(browser: Browser, tmp_path: Path, scheme: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 740}, color_scheme=scheme)
    address = write_board(tmp_path).as_uri()
    for view in VIEWS:
        page.goto(f"{address}#view={view}")
        page.reload()
        ready(page)
        page.add_style_tag(content=".panel { content-visibility: visible !important }")
        found = Axe().run(page).response["violations"]
        assert [(view, rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(SMALLEST_TEXT) >= 12
    page.close()
