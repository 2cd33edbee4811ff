"""The set-up SQL of scripts/aws, run twice in a rehearsal of its own; then who may read and build what.

Redshift's administrator is a superuser. Here the same rights are those of two: ``admin`` makes users and roles, ``dbt``
owns the database. What the rehearsal does not know of users and roles is translated below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from redshift_rehearsal import Rehearsal, start

from scripts.aws.setup_sql import setup_sql
from scripts.rehearsal.setting_up import settings

SQL = setup_sql("arn:aws:iam::123456789012:role/spectrum")

# Said by the administrator of users; all else is the owner's.
OF_USERS = ("set ", "create or replace procedure", "call ", "drop procedure", "alter user", "grant role")

# Redshift's words that the rehearsal does not have -> PostgreSQL's.
TRANSLATED = {
    "from svv_roles where role_name": "from pg_catalog.pg_roles where rolname",
    "password disable": "password null",
    "on tables to role": "on tables to",
}
NOT_TRIED = (
    'alter user "tickit_dbt" set query_group',  # a setting that PostgreSQL has not
    "alter schema tickit_external owner",  # the rehearsal's external schema belongs to the rehearsal
)

MARTS = ("core", "sales", "marketing", "predictions")
SERVING = ("serving",)
PRIVATE = (*SERVING, "seeds", "staging", "intermediate", "snapshots", "test_failures")


def statements(sql: str) -> list[str]:
    """The statements without comments; a procedure is one."""
    found = [""]
    for number, part in enumerate(re.split(r"(\$\$.*?\$\$)", re.sub(r"(?m)^--.*\n", "", sql), flags=re.DOTALL)):
        first, *others = [part] if number % 2 else part.split(";")
        found[-1] += first
        found += others
    return [statement.strip() for statement in found if statement.strip()]


def set_up(rehearsal: Rehearsal) -> None:
    """Run the set-up SQL."""
    for statement in statements(SQL):
        if statement.startswith(NOT_TRIED):
            continue
        for redshift, postgres in TRANSLATED.items():
            statement = statement.replace(redshift, postgres)
        rehearsal.run(statement, "admin" if statement.startswith(OF_USERS) else "dbt")
        if statement.startswith("drop procedure"):
            # A superuser may do what its users may.
            rehearsal.run("grant tickit_dbt to dbt", "admin")


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """A rehearsal that was set up twice; dbt has built a table in each layer between and after, and people came."""
    with start(settings(tmp_path_factory.mktemp("lake"))) as rehearsal:
        rehearsal.run("grant usage, create on schema public to admin")
        set_up(rehearsal)
        build(rehearsal, "early")
        set_up(rehearsal)
        build(rehearsal, "late")
        people = {"rita": "tickit_reporter", "mark": "tickit_marketer", "server": "tickit_api", "nobody": None}
        for person, role in people.items():
            rehearsal.run(f"create user {person} password disable", "admin")
            if role:
                rehearsal.run(f"grant role {role} to {person}", "admin")
        yield rehearsal


def build(rehearsal: Rehearsal, table: str) -> None:
    """Build a table in each layer as dbt does: under another name first."""
    for layer in (*MARTS, *PRIVATE):
        rehearsal.run(f"create table tickit_{layer}.{table}__dbt_tmp as select 1 as a", "tickit_dbt")
        rehearsal.run(f"alter table tickit_{layer}.{table}__dbt_tmp rename to {table}", "tickit_dbt")


def readable(rehearsal: Rehearsal, person: str, table: str) -> set[str]:
    """The layers whose table a person can read."""
    found = set()
    for layer in (*MARTS, *PRIVATE):
        try:
            rehearsal.run(f"select a from tickit_{layer}.{table}", person)
        except Exception as error:  # noqa: BLE001 - the driver's, looked at here
            assert "permission denied" in str(error)
        else:
            found.add(layer)
    return found


@pytest.mark.parametrize("table", ["early", "late"])
@pytest.mark.parametrize(
    ("person", "layers"),
    [
        ("rita", {"core", "sales", "predictions"}),
        ("mark", set(MARTS)),
        ("server", set(SERVING)),
        ("nobody", set()),
        ("tickit_dbt", {*MARTS, *PRIVATE}),
    ],
)
def test_who_reads_what(rehearsal: Rehearsal, person: str, layers: set[str], table: str) -> None:
    assert readable(rehearsal, person, table) == layers


@pytest.mark.parametrize("person", ["rita", "mark", "server", "nobody"])
@pytest.mark.parametrize("schema", [*(f"tickit_{layer}" for layer in (*MARTS, *PRIVATE)), "public"])
def test_readers_make_nothing(rehearsal: Rehearsal, person: str, schema: str) -> None:
    assert "permission denied for schema" in rehearsal.error(f"create table {schema}.mine (a int)", person)


@pytest.mark.parametrize("person", ["rita", "mark"])
def test_readers_change_nothing(rehearsal: Rehearsal, person: str) -> None:
    assert "permission denied" in rehearsal.error("delete from tickit_core.early", person)


def test_dbt_makes_temporary_tables_and_no_schema(rehearsal: Rehearsal) -> None:
    rehearsal.run("create temporary table passing (a int)", "tickit_dbt")
    assert "permission denied for database" in rehearsal.error("create schema tickit_other", "tickit_dbt")
    assert "permission denied for schema" in rehearsal.error("create table public.mine (a int)", "tickit_dbt")
    assert "permission denied" in rehearsal.error("create temporary table passing (a int)", "nobody")


def test_dbts_user_is_limited(rehearsal: Rehearsal) -> None:
    limit = rehearsal.run("select rolconnlimit from pg_catalog.pg_roles where rolname = 'tickit_dbt'")
    assert limit == [(10,)]
    assert rehearsal.run("show statement_timeout", "tickit_dbt") == [("30min",)]


def test_the_procedure_does_not_stay(rehearsal: Rehearsal) -> None:
    assert rehearsal.run("select proname from pg_catalog.pg_proc where proname like 'tickit%'") == []


def test_what_is_not_tried_is_in_the_set_up() -> None:
    for statement in NOT_TRIED:
        assert statement in SQL
    assert all(words in SQL for words in TRANSLATED)


def test_no_comment_can_confuse_a_client_that_splits_at_semicolons() -> None:
    assert not re.search(r"(?m)^\s*--.*;", SQL)
