"""Four questions of people who know no SQL, answered from the page alone; SQL on the marts gives the same answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Page

from tests.python.build.browser import chromium, ready, url_now
from tests.python.build.dashboard_data import write_board_of
from tests.python.conftest import Warehouse
from tests.python.project.manifest import nodes

Marts = duckdb.DuckDBPyConnection


def _view(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Pages").get_by_role("button", name=name, exact=True).click()


def _first(page: Page, ranking: str, number: int = 1) -> list[str]:
    return page.locator(f"#{ranking} tbody .label").all_inner_texts()[:number]


def which_category_lost_most_in_november(page: Page, marts: Marts) -> None:
    page.get_by_text("As a table").click()
    page.get_by_role("button", name="November 2008").click()
    for _ in range(2):  # the greatest gain first, then the greatest loss
        page.locator("#categories").get_by_role("button", name="Change").click()
    answer = marts.execute(
        """
        select category_name from tickit_sales.fct_sales where sold_date between '2008-10-01' and '2008-11-30'
        group by 1 order by sum(case when sold_date >= '2008-11-01' then price_paid else -price_paid end) limit 1
        """
    ).fetchall()
    assert [(name,) for name in _first(page, "categories")] == answer


def which_venue_in_nevada_sells_out_most(page: Page, marts: Marts) -> None:
    _view(page, "What sells out")
    page.locator("select[name=state]").select_option("NV")
    answer = marts.execute(
        """
        select venues.venue_name || ', ' || venues.city || ', NV'
        from tickit_sales.fct_listings as listings
        inner join tickit_core.dim_events as events on listings.event_id = events.event_id
        inner join tickit_core.dim_venues as venues on events.venue_id = venues.venue_id
        where venues.state_code = 'NV'
        group by venues.venue_id, venues.venue_name, venues.city
        order by avg(case when listings.is_sold_out then 1.0 else 0 end) desc, venues.venue_name
        limit 1
        """
    ).fetchall()
    assert [(name,) for name in _first(page, "venues")] == answer


def how_far_off_was_the_forecast_for_pop(page: Page, marts: Marts) -> None:
    _view(page, "Forecast")
    said = page.locator('[data-forecast="Pop"]').inner_text()
    ((first, last, off, forecast, sold),) = marts.execute(
        """
        select min(forecast_date), max(forecast_date), 100 * sum(abs(actual - errors.forecast)) / sum(actual),
            sum(errors.forecast), sum(actual)
        from tickit_predictions.rpt_sales_forecast_errors as errors
        inner join tickit_predictions.rpt_sales_forecast_backtest as methods
            using (category_name, measure, method)
        where is_chosen and category_name = 'Pop' and measure = 'revenue'
            and last_known_date = (select max(last_known_date) from tickit_predictions.rpt_sales_forecast_errors)
        """
    ).fetchall()
    assert (last - first).days == 27
    assert re.findall(r"2008-\d\d-\d\d", said) == [str(first), str(last)]
    assert f"off by {off:.1f}% of what sold" in said
    amounts = [float(amount.replace(",", "")) for amount in re.findall(r"\$([\d,.]*\d)", said)]
    assert amounts == pytest.approx([forecast, sold], abs=0.51)


def who_are_the_five_sellers_with_most_unsold_tickets(page: Page, marts: Marts) -> None:
    _view(page, "Sellers and buyers")
    page.locator("#sellers").get_by_role("button", name="Unsold").click()
    answer = marts.execute(
        """
        select 'Seller ' || seller_id from tickit_sales.fct_listings
        group by seller_id order by sum(quantity_remaining) desc, seller_id limit 5
        """
    ).fetchall()
    assert [(name,) for name in _first(page, "sellers", 5)] == answer


QUESTIONS: tuple[Callable[[Page, Marts], None], ...] = (
    which_category_lost_most_in_november,
    which_venue_in_nevada_sells_out_most,
    how_far_off_was_the_forecast_for_pop,
    who_are_the_five_sellers_with_most_unsold_tickets,
)


@pytest.fixture(scope="module")
def page(warehouse: Warehouse, ci_manifest: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    relations = {model["name"]: model["relation_name"] for model in nodes(ci_manifest, "model")}
    file = write_board_of(warehouse.path, tmp_path_factory.mktemp("page"), relations, lake=warehouse.lake)
    with chromium() as browser:
        page = browser.new_page(locale="en-US")
        page.goto(file.as_uri())
        ready(page)
        yield page


@pytest.mark.soak
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.__name__)
def test_the_page_answers(question: Callable[[Page, Marts], None], page: Page, warehouse: Warehouse) -> None:
    page.goto(url_now(page).partition("#")[0])
    page.reload()
    ready(page)
    with warehouse.connect() as marts:
        question(page, marts)
