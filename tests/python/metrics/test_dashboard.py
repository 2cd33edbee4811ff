"""What the dashboard ships: the metrics' numbers, and nobody's name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pytest

from tests.python.build.dashboard_data import data_of, write_board_of
from tests.python.conftest import Warehouse
from tests.python.metrics.conftest import Ask
from tests.python.project.manifest import nodes


@pytest.fixture(scope="module")
def page(warehouse: Warehouse, ci_manifest: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> str:
    relations = {model["name"]: model["relation_name"] for model in nodes(ci_manifest, "model")}
    folder = tmp_path_factory.mktemp("page")
    return write_board_of(warehouse.path, folder, relations, lake=warehouse.lake).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def data(page: str) -> dict[str, Any]:
    found = data_of(page)
    assert found["missing"] == []
    return found


def _sums(rows: Iterable[dict[str, Any]], data: dict[str, Any], day: str, names: tuple[str, ...]) -> list[Any]:
    """Add up rows by month, category and state, as the page does."""
    events = {row["event_id"]: row for row in data["tables"]["events"]}
    states = {row["venue_id"]: row["state_code"] for row in data["tables"]["venues"]}
    sums: dict[tuple[Any, ...], list[float]] = defaultdict(lambda: [0] * len(names))
    for row in rows:
        event = events.get(row["event_id"], {})
        key = (row[day].replace(day=1), event.get("category_name"), states.get(event.get("venue_id")))
        for place, name in enumerate(names):
            sums[key][place] += row[name]
    return sorted(((*key, *values) for key, values in sums.items()), key=_place)


def _place(row: tuple[Any, ...]) -> str:
    """Where a row is in order: by month, category and state, which may be None."""
    return str(row[:3])


BY = ("month", "category_name", "venue_state_code")


def test_sales_are_those_of_the_metrics(ask: Ask, data: dict[str, Any]) -> None:
    names = ("revenue", "commission", "tickets_sold", "sale_count")
    ours = _sums(data["tables"]["sales"], data, "sold_date", names)
    theirs = ask("revenue", "commission", "tickets", "sales", by=BY)
    assert len(ours) > 100
    assert ours == sorted(((*row[:3], row[3] * 100, row[4] * 100, *row[5:]) for row in theirs), key=_place)


def test_listings_are_those_of_the_metrics(ask: Ask, data: dict[str, Any]) -> None:
    names = ("tickets_offered", "tickets_sold")
    ours = _sums(data["tables"]["listings"], data, "listed_date", names)
    theirs = ask("tickets_listed", "tickets_unsold", by=BY)
    assert len(ours) > 100
    assert [(*row[:4], row[3] - row[4]) for row in ours] == sorted(theirs, key=_place)


def test_it_names_nobody(page: str, data: dict[str, Any], warehouse: Warehouse) -> None:
    """Not in any text of the data, nor anywhere else in the file, also as a part of a word."""
    with warehouse.connect() as connection:
        people = connection.execute(
            "select username, first_name, last_name, email, phone from tickit_staging.stg_tickit__users"
        ).fetchall()
    assert len(people) > 100
    texts = {value for rows in data["tables"].values() for row in rows for value in row.values() if type(value) is str}
    assert len(texts) > 100
    whole = "\n".join(texts) + page
    names = {name for username, first, last, *_ in people for name in (username, f"{first} {last}")}
    contacts = {contact for *_, email, phone in people for contact in (email, phone) if contact}
    assert min(map(len, names | contacts)) > 5
    assert [found for found in names | contacts if found in whole] == []
    assert re.findall(r"[\w.]+@[\w-]+\.[\w.]+|\(\d{3}\) ?\d{3}-\d{4}", "\n".join(texts)) == []


def test_small_groups_are_left_out(data: dict[str, Any]) -> None:
    assert min((row["user_count"] for row in data["tables"]["campaigns"]), default=5) >= 5
    assert {name for row in data["tables"]["segments"] for name in row} == {
        *("segment_rank", "segment_name", "buyer_count", "purchase_count", "amount_spent", "recency_days"),
    }
