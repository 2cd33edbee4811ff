"""Measure the dashboard in Chromium, and take the pictures of it that the documentation shows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Error, sync_playwright
from rich.console import Console
from rich.table import Table

from scripts.core.errors import TickitError

LIMITS = {"megabytes": 6.0, "first picture": 800.0, "filter": 60.0}
"""What the page is held to: its size, and milliseconds."""

# Each is another choice of the filters than the one before it, so that everything has to be added up again.
_FILTERS = (
    *("state=NY", "category=Pop", "category=Pop&state=NY", "from=2008-11-01&to=2008-11-30&by=day", "by=week"),
    *("view=offers&state=NY", "view=people", ""),
)
_FIRST_PICTURE = """() => new Promise(done => new PerformanceObserver(list => {
    const [entry] = list.getEntriesByName("first-contentful-paint");
    if (entry) done(entry.startTime);
}).observe({ type: "paint", buffered: true }))"""
# Until the browser has drawn, not only until the script has ended.
_CHANGE = """hash => new Promise(done => {
    addEventListener("hashchange", () => {
        requestAnimationFrame(() => setTimeout(() => done(performance.now() - window.began)));
    }, { once: true, capture: true });
    window.began = performance.now();
    location.hash = hash;
})"""
_PICTURES = {
    "dashboard": ("", 1280, 1160),
    "dashboard_top": ("from=2008-11-01&to=2008-11-30&by=day", 1280, 720),
    "dashboard_forecast": ("view=outlook", 1280, 760),
}


@contextmanager
def _chromium() -> Iterator[Browser]:
    found = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found, args=["--disable-background-networking"])
        except Error as error:
            raise TickitError("there is no Chromium: `.venv/bin/playwright install chromium` brings one.") from error
        try:
            yield browser
        finally:
            browser.close()


def _check(page: Path) -> None:
    if not page.exists():
        raise TickitError(f"there is no {page}: write it with `tickit dashboard`.")


def measure(page: Path, rounds: int, console: Console) -> int:
    """Print size, milliseconds to the first picture and of a filter, medians; return 1 if one is above its limit."""
    _check(page)
    address = page.resolve().as_uri()
    first, filters = [], []
    with _chromium() as browser:
        for _ in range(rounds):
            tab = browser.new_page(viewport={"width": 1280, "height": 900})
            tab.goto(address)
            tab.wait_for_selector("html[data-ready]", state="attached")
            first.append(tab.evaluate(_FIRST_PICTURE))
            filters += [tab.evaluate(_CHANGE, hash_) for hash_ in _FILTERS]
            tab.close()
    found = {"megabytes": page.stat().st_size / 1e6, "first picture": median(first), "filter": median(filters)}
    table = Table("what", "found", "limit", title=f"{page}, {rounds} rounds, medians")
    for name, limit in LIMITS.items():
        unit = "MB" if name == "megabytes" else "ms"
        table.add_row("size" if unit == "MB" else name, f"{found[name]:.1f} {unit}", f"{limit:.0f} {unit}")
    console.print(table)
    return int(any(found[name] > limit for name, limit in LIMITS.items()))


def take_pictures(page: Path, folder: Path, console: Console) -> None:
    """Write the documentation's pictures of the page into a folder."""
    _check(page)
    with _chromium() as browser:
        for name, (hash_, width, height) in _PICTURES.items():
            tab = browser.new_page(viewport={"width": width, "height": height}, locale="en-US")
            tab.goto(f"{page.resolve().as_uri()}#{hash_}")
            tab.wait_for_selector("html[data-ready]", state="attached")
            tab.screenshot(path=folder / f"{name}.png")
            tab.close()
            console.print(f"{folder / name}.png")
