"""What Redshift publishes for the API, and how the API reads it: versions, connections, what goes wrong."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from redshift_rehearsal import Rehearsal

from scripts.api.backends import SlowQueryError, UnavailableError
from scripts.api.backends.redshift import RedshiftBackend
from scripts.api.resources import RESOURCES
from scripts.core.errors import TickitError
from scripts.core.redshift import Built, Connector
from scripts.serving.catalogue import Catalogue, Column, Model
from scripts.serving.redshift import publish
from tests.python.api.server import gateway, running
from tests.python.api.test_engines import connector

# Of the schemas that these tests make.
PREFIX = "versions"
DAILY = next(each for each in RESOURCES if each.path == "daily-sales")
COLUMNS = ("sold_date", "sale_count", "revenue")
CATALOGUE = Catalogue(
    "tickit",
    {
        DAILY.model: Model(
            DAILY.model,
            f'"tickit"."{PREFIX}_sales"."{DAILY.model}"',
            "",
            (Column("sold_date", "date", "Day."), Column("revenue", "integer", "Of that day.")),
        ),
        "not_built": Model("not_built", '"tickit"."versions_sales"."not_built"', "", (Column("a", "integer", ""),)),
    },
    "",
)


@pytest.fixture
def where(rehearsal: Rehearsal) -> Iterator[tuple[Built, Connector]]:
    """Make the mart, every revenue in it 0."""
    there = Connector(connector(rehearsal).open, PREFIX)
    connection = there.open()
    cursor = connection.cursor()
    cursor.execute(f"create schema {PREFIX}_sales")
    cursor.execute(
        f"create table {PREFIX}_sales.{DAILY.model} as select cast('2008-01-01' as date) as sold_date, 0 as revenue "
        "union all select cast('2008-01-02' as date), 0"
    )
    yield Built(connection, PREFIX), there
    connection.rollback()
    for schema in (f"{PREFIX}_sales", f"{PREFIX}_serving"):
        cursor.execute(f"drop schema if exists {schema} cascade")
    connection.close()


def build(built: Built, generation: int) -> str:
    """Give every day a revenue, as a build does, and publish; return the version."""
    built.connection.cursor().execute(f"update {PREFIX}_sales.{DAILY.model} set revenue = {generation}")
    return publish(built, CATALOGUE)


def tables_there(rehearsal: Rehearsal) -> list[str]:
    return [row[0] for row in rehearsal.run(f"select tablename from pg_tables where schemaname = '{PREFIX}_serving'")]


def test_a_version_stays_readable_for_a_while_after_the_next(
    rehearsal: Rehearsal, where: tuple[Built, Connector]
) -> None:
    built, there = where
    backend = RedshiftBackend(there)
    first = build(built, 1)
    old = backend.open()
    assert (old.version, list(old.catalogue.models)) == (first, [DAILY.model])
    assert not backend.has_changed()
    asks = f"select distinct revenue from {CATALOGUE.models[DAILY.model].relation}"
    second = build(built, 2)
    assert backend.has_changed()
    new = backend.open()
    assert (new.version, new.rows(asks), old.rows(asks)) == (second, [(2,)], [(1,)])
    # For SQL, the model's name leads to the newest.
    assert rehearsal.run(f"select distinct revenue from {PREFIX}_serving.{DAILY.model}") == [(2,)]
    assert len(tables_there(rehearsal)) == 3  # two versions, and `about`
    publish(built, CATALOGUE, kept=timedelta(0))
    for gone in (old, new):
        with pytest.raises(UnavailableError, match="42P01"):
            gone.rows(asks)
    assert len(tables_there(rehearsal)) == 2


def test_a_text_that_looks_like_a_table_is_none(where: tuple[Built, Connector]) -> None:
    build(where[0], 1)
    name = CATALOGUE.models[DAILY.model].relation
    assert RedshiftBackend(where[1]).open().rows(f"select 'it''s {name}' from {name} limit 1") == [(f"it's {name}",)]


def test_ten_publications_under_load_fail_no_request_and_mix_no_versions(where: tuple[Built, Connector]) -> None:
    built, there = where
    number_of = {build(built, 0): 0}
    seen: list[tuple[int, str, set[int]]] = []
    over = threading.Event()

    async def load(address: str) -> None:
        async with httpx.AsyncClient(base_url=address, timeout=60) as client:

            async def ask(number: int) -> None:
                asked = 0
                while not over.is_set():
                    # Each another question, so that no answer is from the cache.
                    asked += 1
                    answer = await client.get(f"/v1/daily-sales?revenue_min=-{number}{asked}")
                    rows = answer.json().get("data", [])
                    seen.append(
                        (answer.status_code, answer.headers["x-data-version"], {each["revenue"] for each in rows})
                    )

            await asyncio.gather(*(ask(number) for number in range(1, 5)))

    served = gateway(RedshiftBackend(there), look_seconds=0.05)
    with running(served) as address:
        loading = threading.Thread(target=lambda: asyncio.run(load(address)))
        loading.start()
        try:
            for step in range(11):
                if step:
                    number_of[build(built, step)] = step
                for _ in range(1_000):
                    if {version for _, version, _ in seen} == set(number_of):
                        break
                    threading.Event().wait(0.02)
        finally:
            over.set()
            loading.join(60)
    assert {status for status, _, _ in seen} == {200}
    assert {version for _, version, _ in seen} == set(number_of)
    assert [each for each in seen if each[2] != {number_of[each[1]]}] == []


def test_a_connection_that_broke_is_made_again(rehearsal: Rehearsal, where: tuple[Built, Connector]) -> None:
    build(where[0], 1)
    snapshot = RedshiftBackend(where[1]).open()
    ((process,),) = snapshot.rows("select pg_backend_pid()")
    rehearsal.run(f"select pg_terminate_backend({process})")
    assert snapshot.rows("select 1") == [(1,)]


def test_a_query_that_takes_too_long_is_ended(where: tuple[Built, Connector]) -> None:
    build(where[0], 1)
    digits = "(select 0 as a union all select 1 union all select 2 union all select 3)"
    many = ", ".join(f"{digits} as d{number}" for number in range(14))
    with pytest.raises(SlowQueryError):
        RedshiftBackend(where[1], query_seconds=0.3).open().rows(f"select count(*) from {many}")


def test_where_nothing_is_published_it_says_what_to_do(where: tuple[Built, Connector]) -> None:
    with pytest.raises(TickitError, match="nothing is published in the schema versions_serving: `tickit serving`"):
        RedshiftBackend(where[1]).open()
    with pytest.raises(TickitError, match="there is no mart in other_"):
        publish(Built(where[0].connection, "other"), Catalogue("tickit", {}, ""))


def test_a_publication_that_fails_leaves_nothing(rehearsal: Rehearsal, where: tuple[Built, Connector]) -> None:
    built, there = where
    version = build(built, 1)
    before = tables_there(rehearsal)
    broken = Model("broken", CATALOGUE.models[DAILY.model].relation, "", (Column("no_such_column", "integer", ""),))
    with pytest.raises(TickitError, match="Redshift answers with error 42703"):
        publish(built, Catalogue("tickit", {**CATALOGUE.models, "broken": broken}, ""))
    assert tables_there(rehearsal) == before
    assert RedshiftBackend(there).open().version == version
