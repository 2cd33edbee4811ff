"""Collections and items: filters, order, pages, fields, formats, and what is refused."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pyarrow as pa
import pytest

from scripts.api.resources import RESOURCES, Resource
from tests.python.api.server import Client
from tests.python.api.serving_files import ROWS

TOP = [resource for resource in RESOURCES if not resource.below]
NAMED = {"ids": lambda resource: resource.path}


def query(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{file}' as tickit (read_only)")
        return connection.execute(sql).fetchall()


def walk(client: Client, path: str) -> list[dict[str, Any]]:
    """Return the rows of all pages."""
    rows, following = [], path
    for _ in range(100):
        page = client.get(following).json()
        rows += page["data"]
        if not page["next_cursor"]:
            return rows
        following = f"{path}&cursor={page['next_cursor']}"
    raise AssertionError("the pages have no end")


def test_there_is_a_resource_for_each_that_was_promised() -> None:
    assert {"categories", "events", "venues", "users", "listings", "sales", "buyers", "sellers"} <= {
        resource.path for resource in RESOURCES if resource.has_items
    }
    assert {"daily-sales", "monthly-sales", "forecast", "recommendations"} <= {each.path for each in RESOURCES}
    assert len(RESOURCES) >= 17


@pytest.mark.parametrize("resource", TOP, **NAMED)
def test_a_collection_has_every_row_once_over_its_pages(client: Client, serving_file: Path, resource: Resource) -> None:
    rows = walk(client, f"/v1/{resource.path}?limit=97")
    keys = [tuple(row[name] for name in resource.key) for row in rows]
    assert len(keys) == len(set(keys)) > 0
    if not (resource.where or resource.distinct or resource.by_month):
        assert len(keys) == ROWS
    assert not {"email", "delivery_version"} & set(rows[0])


@pytest.mark.parametrize("resource", [each for each in TOP if each.has_items], **NAMED)
def test_an_item_is_the_row_of_its_collection(client: Client, resource: Resource) -> None:
    row = client.get(f"/v1/{resource.path}?limit=1").json()["data"][0]
    assert client.get(f"/v1/{resource.path}/{row[resource.key[0]]}").json() == row


@pytest.mark.parametrize(
    "sort", ["price_paid", "-price_paid", "sold_at", "-sold_date", "buyer_username", "-has_known_keys", "-sale_id"]
)
def test_pages_follow_the_order_with_missing_values_last(client: Client, serving_file: Path, sort: str) -> None:
    rows = walk(client, f"/v1/sales?sort={sort}&limit=41&fields=sale_id")
    name, direction = sort.removeprefix("-"), "desc" if sort.startswith("-") else "asc"
    wanted = query(
        serving_file,
        f"select sale_id from tickit.tickit_sales.fct_sales order by {name} {direction} nulls last, sale_id",
    )
    assert [(row["sale_id"],) for row in rows] == wanted
    assert set(rows[0]) == {"sale_id"}


@pytest.mark.parametrize(
    ("parameters", "where"),
    [
        ("event_name=Jürgen, 3", "event_name = 'Jürgen, 3'"),
        ("event_id=7&event_id=8", "event_id in (7, 8)"),
        ("price_paid_min=200.5&price_paid_max=240", "price_paid between 200.5 and 240"),
        ("sold_date_min=2008-02-01&sold_date_max=2008-02-29", "sold_date between '2008-02-01' and '2008-02-29'"),
        ("sold_at_min=2008-01-05T00:00:00%2B01:00", "sold_at >= '2008-01-04 23:00:00'"),
        ("has_known_keys=false&quantity_sold_max=100", "not has_known_keys and quantity_sold <= 100"),
        ("event_name=' or 1=1 --", "event_name = ''' or 1=1 --'"),
    ],
)
def test_filters_choose_the_rows(client: Client, serving_file: Path, parameters: str, where: str) -> None:
    answer = client.get(f"/v1/sales?limit=1000&fields=sale_id&{quote(parameters, safe='=&%')}")
    wanted = query(serving_file, f"select sale_id from tickit.tickit_sales.fct_sales where {where} order by 1")
    assert [(row["sale_id"],) for row in answer.json()["data"]] == wanted


def test_months_add_up_their_days(client: Client, serving_file: Path) -> None:
    wanted = query(
        serving_file,
        "select strftime(date_trunc('month', sold_date), '%Y-%m-%d'), sum(sale_count)::int "
        "from tickit.tickit_sales.rpt_daily_sales group by 1 order by 1",
    )
    found = client.get("/v1/monthly-sales").json()["data"]
    assert [(row["month_start_date"], row["sale_count"]) for row in found] == wanted


def test_csv_and_arrow_have_the_rows_of_json(client: Client) -> None:
    path = "/v1/sales?limit=30&sort=-sold_at"
    rows = client.get(path).json()["data"]
    as_csv = client.get(path, headers={"accept": "text/csv"})
    assert as_csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert as_csv.headers["link"].endswith('; rel="next"')
    read = list(csv.DictReader(io.StringIO(as_csv.text)))
    assert [row["sold_at"] for row in read] == [row["sold_at"] or "" for row in rows]
    assert [row["has_known_keys"] for row in read] == [
        {True: "true", False: "false"}.get(row["has_known_keys"], "") for row in rows
    ]
    arrow = client.get(f"{path}&format=arrow")
    assert arrow.headers["content-type"] == "application/vnd.apache.arrow.stream"
    table = pa.ipc.open_stream(arrow.content).read_all()
    assert [float(value) if value is not None else None for value in table["price_paid"].to_pylist()] == [
        row["price_paid"] for row in rows
    ]
    assert table.schema.field("price_paid").type == pa.decimal128(8, 2)
    assert [str(value) if value else None for value in table["sold_date"].to_pylist()] == [
        row["sold_date"] for row in rows
    ]


def test_an_empty_page_has_a_header_and_types(client: Client) -> None:
    path = "/v1/sales?sale_id=0"
    assert client.get(path).json() == {"data": [], "next_cursor": None}
    assert client.get(f"{path}&format=csv").text.startswith("sale_id,listing_id,")
    schema = pa.ipc.open_stream(client.get(f"{path}&format=arrow").content).schema
    assert schema.field("sold_at").type == pa.timestamp("us", tz="UTC")


def test_recommendations_belong_to_a_user(client: Client) -> None:
    found = client.get("/v1/users/3/recommendations").json()["data"]
    assert {row["user_id"] for row in found} == {3}
    assert [row["recommendation_rank"] for row in found] == list(range(10))
    assert client.get("/v1/users/100000/recommendations").status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/v1/sales/4000", 404, "there is no such item of sales: /v1/sales lists them."),
        ("/v1/sales/x", 422, "sale_id"),
        ("/v1/sales/99999999999999999999", 422, "sale_id"),
        ("/v1/nothing", 404, "there is no such address"),
        ("/", 404, "there is no such address"),
        ("/v1/sales?colour=red", 422, "colour: there is no such parameter"),
        ("/v1/sales?fields=sale_id,password", 422, "fields: has a name that is not known here"),
        ("/v1/sales?fields=sale_id,price_payed", 422, "not known here; did you mean price_paid?"),
        ("/v1/sales?categry_name=Opera", 422, "categry_name: there is no such parameter; did you mean category_name?"),
        ("/v1/salez", 404, "there is no such address; did you mean /v1/sales? /openapi.json"),
        ("/v1/sales?fields=sale_id;drop table x", 422, "fields"),
        ("/v1/sales?sort=delivery_version", 422, "sort"),
        ("/v1/sales?limit=5&limit=6", 422, "limit: give it once."),
        ("/v1/sales/1?format=json&format=csv", 422, "format: give it once."),
        ("/v1/sales?sort=price_paid desc, (select 1)", 422, "sort"),
        ("/v1/sales?limit=0", 422, "limit"),
        ("/v1/sales?limit=1001", 422, "limit"),
        ("/v1/sales?cursor=abc", 422, "take next_cursor of the page before"),
        ("/v1/sales?cursor=WyIiLCIxIG9yIDE9MSJd", 422, "take next_cursor"),  # ["", "1 or 1=1"]
        ("/v1/sales?cursor=WyIiLDFd&sort=price_paid", 422, "take next_cursor"),
        ("/v1/sales?sold_date_min=2008-02-30", 422, "sold_date_min"),
        ("/v1/sales?sold_date_min=1199145600", 422, "sold_date_min"),
        ("/v1/sales?price_paid_min=nan", 422, "price_paid_min"),
        ("/v1/sales?price_paid_min=1e400", 422, "price_paid_min"),
        ("/v1/sales?event_name=a%00b", 422, "event_name"),
        ("/v1/sales?event_name=" + "x" * 201, 422, "event_name"),
        ("/v1/sales?" + "&".join(f"sale_id={i}" for i in range(51)), 422, "sale_id"),
        ("/v1/sales?event_name=" + "x" * 9_000, 414, "ask for less at once"),
        ("/v1/non-buyers?email=a@example.com", 422, "email: there is no such parameter"),
        ("/v1/non-buyers?sort=email", 422, "sort"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_that_says_what_to_do(
    client: Client, path: str, status: int, says: str
) -> None:
    answer = client.get(path)
    problem = answer.json()
    assert (answer.status_code, problem["status"], answer.headers["content-type"]) == (
        status,
        status,
        "application/problem+json",
    )
    assert says in problem["detail"]
    assert problem["request_id"] == answer.headers["x-request-id"]


def test_a_format_that_we_do_not_have_is_refused(client: Client) -> None:
    assert client.get("/v1/sales", headers={"accept": "image/png"}).status_code == 406
    assert client.get("/v1/sales", headers={"accept": "image/png, */*;q=0.1"}).status_code == 200
