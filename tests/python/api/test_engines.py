"""The same questions of DuckDB and of Redshift's stand-in have the same answers, value by value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
import redshift_connector
from redshift_rehearsal import Rehearsal

from scripts.api.backends.redshift import RedshiftBackend
from scripts.api.resources import RESOURCES
from scripts.core.redshift import Built, Connector
from scripts.core.sql import literal, quoted
from scripts.serving.catalogue import Catalogue
from scripts.serving.redshift import publish
from tests.python.api.server import Client, gateway

# Of the schemas that these tests make.
PREFIX = "served"
SALES = "/v1/sales?limit=41&fields=sale_id,price_paid,sold_at,has_known_keys&sort="
COLLECTIONS = [f"/v1/{each.path}?limit=97" for each in RESOURCES if not each.below]
ITEMS = [each for each in RESOURCES if each.has_items]
SORTS = ["price_paid", "-price_paid", "sold_at", "-sold_date", "buyer_username", "-has_known_keys", "category_name"]
FILTERS = [
    "/v1/sales?event_name=J%C3%BCrgen, 3&limit=500",
    "/v1/sales?event_id=7&event_id=8",
    "/v1/sales?price_paid_min=200.5&price_paid_max=240",
    "/v1/sales?sold_date_min=2008-02-01&sold_date_max=2008-02-29",
    "/v1/sales?sold_at_min=2008-01-05T00:00:00%2B01:00&limit=3",
    "/v1/sales?has_known_keys=false&quantity_sold_max=100",
    "/v1/sales?event_name=' or 1=1 --",
    "/v1/sales?event_name=%25s ? {} %5C $1",
    "/v1/monthly-sales?month_start_date_min=2008-03-01",
    "/v1/users/3/recommendations",
]
METRICS = [
    ("month", "order=-month"),
    ("month,category_name", "order=month,category_name&limit=40"),
    ("month", "order=month&where=month between '2008-02' and '2008-11-15'"),
]
MISTAKES = [
    ("/v1/sales/4000", 404),
    ("/v1/users/100000/recommendations", 404),
    ("/v1/nothing", 404),
    ("/v1/sales/x", 422),
    ("/v1/sales?colour=red", 422),
    ("/v1/sales?cursor=abc", 422),
    ("/v1/metrics/revenue?where=colour = 1", 422),
]


def on_redshift(of: Catalogue) -> Catalogue:
    """Return a catalogue as dbt writes it for the stand-in's database, in schemas of these tests."""
    text = of.semantic_manifest.replace("tickit_", f"{PREFIX}_")
    for quotes in ('"', '\\"'):
        text = text.replace(f"{quotes}{of.database}{quotes}", f"{quotes}tickit{quotes}")
    models = {
        name: replace(each, relation=quoted("tickit", each.parts[1].replace("tickit_", f"{PREFIX}_"), each.parts[2]))
        for name, each in of.models.items()
    }
    return Catalogue("tickit", models, text)


def connector(rehearsal: Rehearsal) -> Connector:
    def open_one() -> redshift_connector.Connection:
        connection = redshift_connector.connect(
            host=rehearsal.host,
            port=rehearsal.port,
            user=rehearsal.user,
            password=rehearsal.password,
            database=rehearsal.database,
            ssl=False,
        )
        connection.autocommit = True
        return connection

    return Connector(open_one, PREFIX)


def copy(of: Catalogue, file: Path, theirs: Catalogue, connection: redshift_connector.Connection) -> None:
    """Make the marts there with the rows of a serving file, with the types of their contracts."""
    cursor = connection.cursor()
    with duckdb.connect(":memory:") as ours:
        ours.execute(f"attach {literal(file)} as {quoted(of.database)} (read_only)")
        for name, model in of.models.items():
            there = theirs.models[name]
            declared = ", ".join(f"{column.name} {column.type}" for column in model.columns)
            cursor.execute(f"create schema if not exists {quoted(there.parts[1])}")
            cursor.execute(f"create table {there.relation} ({declared})")
            rows = ours.execute(f"select * from {model.relation}").fetchall()
            lines = (", ".join("null" if value is None else literal(value) for value in row) for row in rows)
            cursor.execute(f"insert into {there.relation} values {', '.join(f'({line})' for line in lines)}")


@pytest.fixture(scope="module")
def marts(rehearsal: Rehearsal, of: Catalogue, file: Path) -> Iterator[tuple[Built, Catalogue]]:
    """Copy what DuckDB serves into the marts of the stand-in."""
    theirs, connection = on_redshift(of), connector(rehearsal).open()
    copy(of, file, theirs, connection)
    yield Built(connection, PREFIX), theirs
    for schema in {each.parts[1] for each in theirs.models.values()} | {f"{PREFIX}_serving"}:
        connection.cursor().execute(f"drop schema if exists {schema} cascade")
    connection.close()


@pytest.fixture(scope="module")
def both(
    ci_manifest: dict[str, Any], rehearsal: Rehearsal, marts: tuple[Built, Catalogue], file: Path
) -> tuple[Client, Client]:
    """Ask DuckDB, and the stand-in for Redshift."""
    publish(*marts)
    return Client(gateway(file)), Client(gateway(RedshiftBackend(connector(rehearsal))))


def said(answer: httpx.Response) -> tuple[int, Any]:
    """Return what is the same on both sides."""
    body = answer.json()
    for name in ("request_id", "next_cursor"):
        body.pop(name, None)
    return answer.status_code, body


def pages(client: Client, path: str) -> list[Any]:
    found, following = [], path
    while True:
        answer = client.get(following)
        assert answer.status_code == 200, answer.text
        found += answer.json()["data"]
        if not (cursor := answer.json()["next_cursor"]):
            return found
        following = f"{path}&cursor={cursor}"


@pytest.mark.parametrize("path", [*COLLECTIONS, *(f"{SALES}{sort}" for sort in SORTS)])
def test_pages_have_the_same_rows_in_the_same_order(both: tuple[Client, Client], path: str) -> None:
    ours, theirs = (pages(client, path) for client in both)
    assert ours == theirs
    assert ours


@pytest.mark.parametrize("resource", ITEMS, ids=lambda resource: resource.path)
def test_an_item_is_the_same(both: tuple[Client, Client], resource: Any) -> None:
    key = both[0].get(f"/v1/{resource.path}?limit=2").json()["data"][-1][resource.key[0]]
    ours, theirs = (said(client.get(f"/v1/{resource.path}/{key}")) for client in both)
    assert ours == theirs
    assert ours[0] == 200


@pytest.mark.parametrize("path", FILTERS)
def test_filters_choose_the_same_rows(both: tuple[Client, Client], path: str) -> None:
    ours, theirs = (said(client.get(path)) for client in both)
    assert ours == theirs
    assert ours[0] == 200


@pytest.mark.parametrize(("by", "more"), METRICS)
def test_every_metric_has_the_same_values(both: tuple[Client, Client], by: str, more: str) -> None:
    listed = both[0].get("/v1/metrics").json()["data"]
    names = [each["name"] for each in listed if set(by.split(",")) <= set(each["dimensions"])]
    assert len(names) > 20
    for name in names:
        ours, theirs = (said(client.get(f"/v1/metrics/{name}?by={by}&{more}")) for client in both)
        assert ours == theirs, name
        assert ours[0] == 200


@pytest.mark.parametrize(("path", "status"), MISTAKES)
def test_a_mistake_is_the_same_problem(both: tuple[Client, Client], path: str, status: int) -> None:
    ours, theirs = (said(client.get(path)) for client in both)
    assert ours == theirs
    assert ours[0] == status


@pytest.mark.parametrize("form", ["csv", "arrow"])
def test_csv_and_arrow_are_the_same(both: tuple[Client, Client], form: str) -> None:
    ours, theirs = (client.get(f"/v1/sales?limit=300&format={form}").content for client in both)
    assert ours == theirs
