"""Athena as moto has it: what is asked and how answers are read. moto runs no SQL and looks at no parameter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import boto3
import pytest
import sqlglot
from moto import mock_aws
from moto.athena.models import QueryResults, athena_backends
from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_api import state_manager
from sqlglot import exp

from scripts.api import resources
from scripts.api.backends import SlowQueryError, UnavailableError
from scripts.api.backends.athena import AthenaBackend
from scripts.core.errors import TickitError
from tests.python.api import serving_files
from tests.python.api.server import Client, gateway

REGION, BUCKET, DATABASE = "us-east-1", "lake", "tickit_tables"
CATALOGUE = serving_files.catalogue()
ROW = {
    "sale_id": ("integer", "17"),
    "price_paid": ("decimal", "240.50"),
    "sold_at": ("timestamp", "2008-01-05 20:15:00.000000"),
    "sold_date": ("date", "2008-01-05"),
    "has_known_keys": ("boolean", "true"),
    "event_name": ("varchar", ""),
    "venue_name": ("varchar", None),
}
READ = (17, Decimal("240.50"), datetime(2008, 1, 5, 20, 15), date(2008, 1, 5), True, "", None)  # noqa: DTZ001 - as bound


@pytest.fixture
def athena(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Imitate AWS, with every model as an open table at snapshot 4711; return Athena's inside."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        boto3.client("glue").create_database(DatabaseInput={"Name": DATABASE})
        for name in CATALOGUE.models:
            list_table(name, 4711)
        yield athena_backends[DEFAULT_ACCOUNT_ID][REGION]
        state_manager.unset_transition("athena::execution")


def list_table(name: str, snapshot: int) -> None:
    """Let Glue list a table at a snapshot."""
    key = f"{name}/{snapshot}.metadata.json"
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=json.dumps({"current-snapshot-id": snapshot}))
    about = {"Name": name, "Parameters": {"metadata_location": f"s3://{BUCKET}/{key}"}}
    glue = boto3.client("glue")
    if any(each["Name"] == name for each in glue.get_tables(DatabaseName=DATABASE)["TableList"]):
        glue.update_table(DatabaseName=DATABASE, TableInput=about)
    else:
        glue.create_table(DatabaseName=DATABASE, TableInput=about)


def answer(athena: Any, columns: dict[str, tuple[str, str | None]]) -> None:
    """Let Athena answer the next query with one row."""
    names = {"Data": [{"VarCharValue": name} for name in columns]}
    row = {"Data": [{} if text is None else {"VarCharValue": text} for _, text in columns.values()]}
    about = [{"Name": name, "Type": kind} for name, (kind, _) in columns.items()]
    athena.query_results_queue.append(QueryResults([names, row], about))


def backend(**more: Any) -> AthenaBackend:
    return AthenaBackend(CATALOGUE, DATABASE, "primary", **more)


def test_a_page_is_asked_with_bound_values_and_read_by_its_types(athena: Any) -> None:
    client = Client(gateway(backend()))
    answer(athena, ROW)
    path = f"/v1/sales?fields={','.join(ROW)}&event_name=O'Hare; drop&price_paid_min=1.5&has_known_keys=true"
    page = client.get(path)
    assert page.json()["data"] == [
        {
            **{"sale_id": 17, "price_paid": 240.5, "sold_at": "2008-01-05T20:15:00Z", "sold_date": "2008-01-05"},
            **{"has_known_keys": True, "event_name": "", "venue_name": None},
        }
    ]
    (asked,) = athena.executions.values()
    assert sorted(asked.execution_parameters) == ["'1.5'", "'O''Hare; drop'", "'true'"]
    assert f'from "{DATABASE}"."fct_sales" for version as of 4711 as own' in " ".join(asked.query.lower().split())
    assert "hare" not in asked.query.lower()
    assert len(page.headers["x-data-version"]) == 16


def test_rows_have_their_types(athena: Any) -> None:
    answer(athena, ROW)
    assert backend().open().rows("select 1") == [READ]


def test_every_question_is_sql_that_athena_reads(athena: Any) -> None:
    snapshot = backend().open()
    for resource in resources.served(CATALOGUE):
        columns = resource.columns(CATALOGUE)
        for sort in ["", *(f"-{column.name}" for column in columns)]:
            after = [None, *(1 for _ in resource.key)][-len(resources.ordering(resource, sort)) :]
            conditions = [resources.Condition(column, ">=", (1,)) for column in columns]
            asked = resources.page(CATALOGUE, resource, [columns[0].name], conditions, sort, after, 10)
            parsed = sqlglot.parse_one(snapshot._names.exchange(asked.sql), read="athena")
            tables = list(parsed.find_all(exp.Table))
            assert {(table.db, table.name) for table in tables} == {(DATABASE, name) for name in resource.models}
            assert all(table.args["version"] for table in tables)
            assert len(list(parsed.find_all(exp.Placeholder))) == len(asked.values)


def test_a_published_table_makes_a_new_version(athena: Any) -> None:
    opened = backend()
    first = opened.open()
    assert not opened.has_changed()
    list_table("fct_sales", 4712)
    assert opened.has_changed()
    second = opened.open()
    assert second.version != first.version
    relation = CATALOGUE.models["fct_sales"].relation
    assert [each._names.exchange(relation)[-4:] for each in (first, second)] == ["4711", "4712"]


def test_a_slow_query_is_stopped_and_a_failed_one_is_named(athena: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = backend(query_seconds=0.25).open()
    state_manager.set_transition("athena::execution", {"progression": "manual", "times": 1_000})
    with pytest.raises(SlowQueryError):
        snapshot.rows("select 1")
    (stopped,) = athena.executions.values()
    assert stopped.status == "CANCELLED"
    state_manager.set_transition("athena::execution", {"progression": "immediate"})
    monkeypatch.setattr(type(stopped), "status", "FAILED")
    with pytest.raises(UnavailableError, match="the query failed in Athena, error type"):
        snapshot.rows("select 1")


def test_without_open_tables_it_says_what_to_do(athena: Any) -> None:
    with pytest.raises(TickitError, match="the Glue database nowhere cannot be read: EntityNotFoundException"):
        AthenaBackend(CATALOGUE, "nowhere", "primary").open()
    boto3.client("glue").create_database(DatabaseInput={"Name": "empty"})
    with pytest.raises(TickitError, match="there is no open table in the Glue database empty: `tickit publish`"):
        AthenaBackend(CATALOGUE, "empty", "primary").open()
