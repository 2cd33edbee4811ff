"""A real browser for the dashboard's tests: Playwright's own Chromium, or one that is installed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

_INSTALLED = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium; without one skip the test, but not on GitHub, whose machines have one."""
    found = next((path for name in _INSTALLED if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found, args=["--disable-background-networking"])
        except Error as error:
            if "GITHUB_ACTIONS" in os.environ:
                raise
            pytest.skip(f"no Chromium: `.venv/bin/playwright install chromium` brings one ({error.message[:80]})")
        try:
            yield browser
        finally:
            browser.close()


def watch(page: Page) -> list[str]:
    """Return a list to which everything is added that should not happen: errors, and requests to anywhere."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(("file:", "data:", "blob:")) else said.append(f"request: {request.url}")
        ),
    )
    return said


def ready(page: Page) -> None:
    """Wait until the page has drawn, and let it draw all: Playwright finds no text in a panel outside of the window."""
    page.wait_for_selector("html[data-ready]", state="attached")
    page.add_style_tag(content=".panel { content-visibility: visible !important }")


def url_now(page: Page) -> str:
    """Return the address as the page has it now: Playwright's `page.url` comes with an event, a moment later."""
    found: str = page.evaluate("location.href")
    return found
