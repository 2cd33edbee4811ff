"""The dashboard as a reader has it: in Chromium, from disk."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.python.build.browser import chromium, ready, url_now, watch
from tests.python.build.dashboard_data import HOSTILE, statements, write_board

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
    assert url_now(page).endswith("#category=Pop")
    assert said == []
    page.close()


def _price(place: int) -> int:
    """Of the sale on a day of the year: a hundred times the event's number, and 50 more in the second half."""
    return 100 * (place % 6 + 1) + (50 if place > 182 else 0)


def _revenue(*events: int) -> str:
    return f"${sum(_price(place) for place in range(366) if place % 6 + 1 in events):,}"


# Two categories, three venues, six events; one sale a day in 2008, of each event in turn.
def _year() -> list[str]:
    events = [
        {"event_id": event, "event_name": f"Show {event}", "event_date": "2009-01-10", "venue_id": event % 3 + 1,
         "category_name": "Pop" if event % 2 else "Opera"}
        for event in range(1, 7)
    ]  # fmt: skip
    venues = [
        {"venue_id": venue, "venue_name": f"Hall {venue}", "city": "Reno", "state_code": state}
        for venue, state in ((1, "NV"), (2, "NV"), (3, "CA"))
    ]
    sales, listings = [], []
    for place in range(366):
        day = str(date(2008, 1, 1) + timedelta(place))
        event, seller = place % 6 + 1, place % 5 + 1
        price = _price(place)
        sales.append({"event_id": event, "seller_id": seller, "sold_date": day, "quantity_sold": 1,
                      "price_paid": price, "commission": price * 15 / 100})  # fmt: skip
        listings.append({"event_id": event, "seller_id": seller, "listed_date": day, "ticket_count": 1 + event,
                         "price_per_ticket": price, "quantity_sold": 1, "is_sold_out": event == 1})  # fmt: skip
    rows: dict[str, list[dict[str, Any]]] = {
        "dim_events": events,
        "dim_venues": venues,
        "fct_sales": sales,
        "fct_listings": listings,
    }
    return statements("fct_sales", "fct_listings", "dim_events", "dim_venues", rows=rows)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_board(tmp_path_factory.mktemp("year"), _year()).as_uri()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page(locale="en-US", viewport={"width": 1280, "height": 900})
    said = watch(page)
    page.goto(address)
    ready(page)
    yield page
    page.close()
    assert said == []


def kpi(page: Page, name: str, line: int = 0) -> str:
    return page.locator(f'[data-kpi="{name}"] dd').nth(line).inner_text()


def column(page: Page, ranking: str, place: int) -> list[str]:
    return page.locator(f"#{ranking} tbody tr > :nth-child({place})").all_inner_texts()


@pytest.mark.soak
def test_every_filter_acts_on_everything_but_its_own_list(page: Page) -> None:
    assert kpi(page, "sales") == "366"
    assert column(page, "categories", 1) == ["Opera", "Pop"]
    page.locator("select[name=category]").select_option("Pop")
    assert kpi(page, "sales") == "183"
    assert kpi(page, "revenue") == _revenue(1, 3, 5)
    assert column(page, "categories", 1) == ["Opera", "Pop"]
    assert column(page, "events", 1) == [
        text for event in (5, 3, 1) for text in [f"Show {event}\nPop, Hall {event % 3 + 1}, Reno, "
                                                 f"{'CA' if event % 3 == 2 else 'NV'}, 2009-01-10"]
    ]  # fmt: skip
    page.locator("select[name=state]").select_option("NV")
    assert kpi(page, "sales") == "122"
    assert column(page, "venues", 1) == ["Hall 1, Reno, NV", "Hall 2, Reno, NV"]
    page.locator("select[name=venue]").select_option("Hall 2, Reno, NV")
    assert kpi(page, "sales") == "61"
    assert column(page, "events", 1)[0].startswith("Show 1\n")
    page.get_by_role("button", name="Clear filters").click()
    assert kpi(page, "sales") == "366"
    page.get_by_role("searchbox", name="Event").fill("show 4")
    expect(page.locator('[data-kpi="sales"] .big')).to_have_text("61")
    assert column(page, "categories", 1) == ["Opera"]
    page.get_by_label("From").fill("2008-07-01")
    page.get_by_label("From").dispatch_event("change")
    assert kpi(page, "sales") == "31"


@pytest.mark.soak
def test_months_lead_to_days_and_days_to_events(page: Page) -> None:
    picture = page.locator(".chart svg")
    box = picture.bounding_box()
    assert box
    # November is the eleventh of twelve bars.
    page.mouse.click(box["x"] + 64 + (box["width"] - 80) * 10.5 / 12, box["y"] + 150)
    assert page.get_by_role("status").inner_text().startswith("November 2008. 30 sales. Compared with October 2008.")
    assert "from=2008-11-01&to=2008-11-30" in url_now(page) and "by=day" in url_now(page)
    assert kpi(page, "sales", 1) == "-3.2%"
    box = page.locator(".chart svg").bounding_box()
    assert box
    page.mouse.click(box["x"] + 64 + (box["width"] - 80) * 14.5 / 30, box["y"] + 150)
    assert page.get_by_role("status").inner_text().startswith("15 November 2008. 1 sales.")
    page.locator("#events").get_by_role("button").nth(3).focus()
    page.locator("#events button.row").first.click()
    crumbs = page.get_by_role("navigation", name="Where you are")
    assert crumbs.get_by_role("listitem").count() == 4
    crumbs.get_by_role("button", name="November 2008", exact=True).click()
    assert kpi(page, "sales") == "30"
    crumbs.get_by_role("button", name="Whole period").click()
    assert kpi(page, "sales") == "366"
    assert url_now(page).endswith(".html")


@pytest.mark.soak
def test_dragging_chooses_what_the_bars_show(page: Page) -> None:
    box = page.locator(".chart svg").bounding_box()
    assert box
    at = lambda month: box["x"] + 64 + (box["width"] - 80) * (month - 0.5) / 12  # noqa: E731
    page.mouse.move(at(3), box["y"] + 150)
    page.mouse.down()
    page.mouse.move(at(5), box["y"] + 150)
    page.mouse.up()
    assert page.get_by_label("From").input_value() == "2008-03-01"
    assert page.get_by_label("To").input_value() == "2008-05-31"


@pytest.mark.soak
def test_a_link_shows_the_same(page: Page, browser: Browser) -> None:
    page.locator("select[name=category]").select_option("Opera")
    page.locator("select[name=top]").select_option("first 5")
    page.get_by_label("Measure").select_option("Tickets sold")
    page.get_by_role("navigation", name="Pages").get_by_role("button", name="What sells out").click()
    page.locator("#venues").get_by_role("button", name="Unsold").click()
    shown = page.locator("main").text_content()
    other = browser.new_page(locale="en-US", viewport={"width": 1280, "height": 900})
    other.goto(url_now(page))
    ready(other)
    assert other.locator("main").text_content() == shown
    for each in (page, other):
        each.get_by_role("navigation", name="Pages").get_by_role("button", name="Sales", exact=True).click()
    assert "Tickets sold by month" in other.locator("main").text_content()
    assert other.locator("main").text_content() == page.locator("main").text_content()
    # What cannot be is left out.
    other.goto("about:blank")
    nonsense = "category=Polka&from=1999-01-01&to=soon&top=7&view=nowhere&sort.x=%3Cb%3E"
    other.goto(f"{url_now(page).partition('#')[0]}#{nonsense}")
    ready(other)
    assert kpi(other, "sales") == "366"
    other.close()


@pytest.mark.soak
def test_what_is_shown_can_be_saved(page: Page) -> None:
    page.locator("select[name=top]").select_option("first 5")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save Events as CSV").click()
    assert saved.value.suggested_filename == "events.csv"
    text = saved.value.path().read_bytes().decode("utf-8-sig")
    assert saved.value.path().read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["event"] for row in rows] == [f"Show {event}" for event in (6, 5, 4, 3, 2)]
    assert f"${int(rows[0]['revenue_usd']):,}" == _revenue(6)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the numbers of the chart").click()
    months = list(csv.reader(io.StringIO(saved.value.path().read_bytes().decode("utf-8-sig"))))
    assert months[0] == ["from", "to", "revenue_usd"]
    assert [month[:2] for month in months[1:3]] == [["2008-01-01", "2008-01-31"], ["2008-02-01", "2008-02-29"]]
    assert len(months) == 13


@pytest.mark.soak
def test_a_formula_in_a_name_is_none_in_a_file(browser: Browser, tmp_path: Path) -> None:
    made = [each.replace(HOSTILE.replace("'", "''"), '=HYPERLINK("x"),1') for each in statements()]
    page = browser.new_page()
    page.goto(write_board(tmp_path, made).as_uri())
    ready(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save Events as CSV").click()
    rows = list(csv.DictReader(io.StringIO(saved.value.path().read_bytes().decode("utf-8-sig"))))
    assert '\'=HYPERLINK("x"),1' in {row["event"] for row in rows}
    page.close()


@pytest.mark.soak
def test_keyboard_alone(page: Page) -> None:
    """From the top: the second view and back, then November by its table, then the first category."""
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "What sells out"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    page.locator("#periods").wait_for()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "November 2008":
            break
    page.keyboard.press("Enter")
    assert kpi(page, "sales") == "30"
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.key") == "categories Pop":
            break
    page.keyboard.press("Space")
    assert kpi(page, "sales") == "15"
    # The focus is where it was, though all is drawn again.
    assert page.evaluate("document.activeElement.dataset.key") == "categories Pop"
    assert page.locator("#categories [aria-pressed=true]").inner_text() == "Pop"


@pytest.mark.soak
def test_nothing_within_the_filters_is_said(page: Page) -> None:
    page.get_by_role("searchbox", name="Event").fill("no such show")
    page.get_by_text("Nothing was sold or listed within these filters.").wait_for()
    assert kpi(page, "revenue") == "$0.00"
    for view in ("What sells out", "Sellers and buyers", "Forecast", "Sales"):
        page.get_by_role("navigation", name="Pages").get_by_role("button", name=view, exact=True).click()
    page.get_by_role("button", name="Clear filters").click()
    assert kpi(page, "sales") == "366"


@pytest.mark.soak
@pytest.mark.parametrize(("board", "words"), [("sales", "The marts are empty."), ("health", "No run is recorded yet.")])
def test_no_data_at_all_is_said(browser: Browser, tmp_path: Path, board: str, words: str) -> None:
    page = browser.new_page()
    said = watch(page)
    page.goto(write_board(tmp_path, statements(rows={}), board).as_uri())
    ready(page)
    assert words in page.locator("main").inner_text()
    assert said == []
    page.close()


@pytest.mark.soak
def test_the_operations_have_their_numbers(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page(locale="en-US")
    page.goto(write_board(tmp_path, board="health").as_uri())
    ready(page)
    text = " ".join(page.locator("main").inner_text().split())
    for words in (
        *("Runs recorded 1", "Runs without success 1", "Tests failing now 1 1 flaky", "Rejected rows 8,422"),
        "daily on dev 2026-11-27 03:00 UTC timeout 7,321 1,234 4 5 6",
        "checks_fct_sales failing dev 3 17 29 2026-11-27 03:00 UTC",
        "fct_listings dev 12.5 10 25 –",
        "venue dev warn 41 – –",
        "2026-11-26 user userid is not an integer 8,421",
        "not known sale too many fields 1",
    ):
        assert words in text
    page.close()


@pytest.mark.soak
def test_a_lake_too_large_for_events_is_shown_in_sum(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.build.dashboard.DETAIL_ROWS", 10)
    page = browser.new_page(locale="en-US")
    said = watch(page)
    page.goto(write_board(tmp_path, _year()).as_uri())
    ready(page)
    assert kpi(page, "sales") == "366"
    page.locator("select[name=category]").select_option("Pop")
    assert kpi(page, "revenue") == _revenue(1, 3, 5)
    page.locator("select[name=state]").select_option("CA")
    assert kpi(page, "sales") == "61"
    assert page.locator("#events .label").all_inner_texts() == ["Show 5"]
    for view in ("What sells out", "Sellers and buyers", "Forecast"):
        page.get_by_role("navigation", name="Pages").get_by_role("button", name=view, exact=True).click()
    assert said == []
    page.close()


@pytest.mark.soak
def test_numbers_are_written_as_the_browser_does(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="de-DE")
    page.goto(address)
    ready(page)
    revenue = _revenue(1, 2, 3, 4, 5, 6).strip("$").replace(",", ".")
    assert kpi(page, "revenue").replace("\u00a0", " ") == f"{revenue} $"
    assert kpi(page, "sell-through").replace("\u00a0", " ") == "22,2 %"
    page.close()


@pytest.mark.soak
def test_print_leaves_the_controls_out(page: Page) -> None:
    page.emulate_media(media="print")
    assert page.locator(".filters").is_hidden()
    assert page.locator(".chart svg").is_visible()
    assert page.pdf().startswith(b"%PDF")


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
