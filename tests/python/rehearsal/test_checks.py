"""Tests of many checks in one scan name each check that fails, and only those: on both engines, on planted rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from redshift_rehearsal import Rehearsal

from tests.python.dbt_project import dbt_env, must_run_dbt

PLANTED = (
    "create table planted.parent (id integer)",
    "insert into planted.parent values (1), (2)",
    "create table planted.child (id integer, parent_id integer, other_id integer, kind varchar(9), price integer)",
    "insert into planted.child values (1, 1, 2, 'a', 5), (2, 1, 9, 'a', -5), (2, 9, 8, 'it''s', 50), "
    "(null, null, null, null, null)",
)

# Arguments of the test -> what it says of the planted rows, with the number of rows that its query finds.
CHECKS = {
    "not_null=['id']": [("id of child: 1 row without a value", 1)],
    "unique=['id', 'price']": [("id of child: 1 row repeating a value of another row", 1)],
    "unique=[['parent_id', 'kind'], ['id', 'kind']]": [
        ("parent_id, kind of child: 1 row repeating a value of another row", 1)
    ],
    "accepted_values={'kind': ['a', 'b'], 'price': [-5, 5, 50]}": [
        ("kind of child: 1 row with a value not among a, b", 1)
    ],
    "accepted_values={'kind': ['a', \"it's\"]}": [],
    "accepted_range={'price': {'min_value': 0}}": [("price of child: 1 row below 0", 1)],
    "accepted_range={'price': {'max_value': -6}}": [("price of child: 3 rows above -6", 3)],
    "accepted_range={'price': {'min_value': 0, 'max_value': 9}}": [("price of child: 2 rows outside 0 to 9", 2)],
    "accepted_range={'price': {'min_value': -5, 'max_value': 50}}": [],
    "expression_is_true={'a_is_cheap': \"kind <> 'a' or price < 5\", 'all_is_known': 'price <> 0'}": [
        ("child: 1 row against a_is_cheap: kind <> 'a' or price < 5", 1)
    ],
    "as_many_rows_as='planted.parent'": [("child: 2 rows more or fewer than parent has", 1)],
    "as_many_rows_as='planted.child'": [],
    "not_null=['id', 'kind'], unique=['price'], accepted_range={'price': {'min_value': 0}}": [
        ("id of child: 1 row without a value", 1),
        ("kind of child: 1 row without a value", 1),
        ("price of child: 1 row below 0", 1),
    ],
}
PARENT = "{'to': 'planted.parent', 'field': 'id'}"
FOREIGN_KEYS = {
    f"keys={{'parent_id': {PARENT}, 'other_id': {PARENT}}}": [
        ("other_id of child: 2 rows with a key that is not in id of parent", 2),
        ("parent_id of child: 1 row with a key that is not in id of parent", 1),
    ],
    f"keys={{'id': {PARENT}}}": [],
}
EXPECTED = {
    **{f"checks(model='planted.child', {arguments})": found for arguments, found in CHECKS.items()},
    **{f"foreign_keys(model='planted.child', {arguments})": found for arguments, found in FOREIGN_KEYS.items()},
    "checks(model='planted.nothing', not_null=['id'], unique=['id'], accepted_range={'id': {'min_value': 0}})": [],
}

Run = Callable[[str], list[tuple]]


@pytest.fixture(scope="session")
def compiled(lake: Path, tmp_path_factory: pytest.TempPathFactory, installed_packages: None) -> dict[str, str]:
    """The SQL of all the tests, compiled by one command."""
    mark = "-- next --"
    inline = f"\n{mark}\n".join(f"{{{{ test_{call} }}}}" for call in EXPECTED)
    env = dbt_env(tmp_path_factory.mktemp("checks"), "ci", lake)
    output = must_run_dbt("--quiet", "compile", "--no-introspect", "--output", "json", "--inline", inline, env=env)
    return dict(zip(EXPECTED, json.loads(output)["compiled"].split(mark), strict=True))


@pytest.fixture(scope="module", params=["duckdb", "redshift"])
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """Run a statement on an engine that has the planted rows."""
    connection = duckdb.connect() if request.param == "duckdb" else None
    rehearsal: Rehearsal | None = None if connection else request.getfixturevalue("rehearsal")

    def execute(sql: str) -> list[tuple]:
        return connection.execute(sql).fetchall() if connection else rehearsal.run(sql)

    execute("drop schema if exists planted cascade")
    execute("create schema planted")
    for statement in (*PLANTED, "create table planted.nothing (id integer)"):
        execute(statement)
    yield execute
    execute("drop schema planted cascade")


@pytest.mark.parametrize("call", EXPECTED)
def test_each_check_that_fails_is_named_and_its_rows_are_found(call: str, compiled: dict[str, str], run: Run) -> None:
    found = run(compiled[call])
    assert sorted((problem, len(run(find_with))) for problem, _, find_with in found) == EXPECTED[call]
    assert all(f": {failures} row" in problem for problem, failures, _ in found)
