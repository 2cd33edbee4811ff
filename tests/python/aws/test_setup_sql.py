"""The set-up SQL: what it is filled with, what it refuses, and that it says what it should of each layer."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.aws.setup_sql import setup_sql
from scripts.aws.upload import __file__ as upload_file
from tests.python.tickit import print_setup_sql as main

ROLE = "arn:aws:iam::123456789012:role/tickit-lakehouse-SpectrumRole-1A2B"
PROJECT = Path(upload_file).parents[2] / "dbt_project.yml"
PUBLIC = {"core", "sales", "marketing", "predictions", "operations", "semantics"}


def schemas_of(project: dict[str, Any]) -> set[str]:
    """All schemas that the project configures, at any depth."""
    found = set()
    for key, value in project.items():
        if key == "+schema":
            found.add(value)
        elif isinstance(value, dict):
            found |= schemas_of(value)
    return found


def granted(sql: str, what: str) -> set[str]:
    """Layers of which ``what``, a pattern with one group for the layer, is said."""
    return set(re.findall(what, " ".join(sql.split())))


def test_every_schema_of_the_project_is_made_and_open_to_the_transformer() -> None:
    sql = setup_sql(ROLE)
    configured = schemas_of(yaml.safe_load(PROJECT.read_text())) - {"z_schema_not_configured"}
    # That of `tickit serving`: no model of dbt's is in it.
    configured.add("serving")
    assert granted(sql, r"create schema if not exists tickit_(\w+);") == configured
    assert granted(sql, r"usage, create on schema tickit_(\w+) to role tickit_transformer;") == configured


@pytest.mark.parametrize(
    ("role", "layers"),
    [("reporter", {"core", "sales", "predictions", "operations", "semantics"}), ("marketer", {"marketing"})],
)
def test_readers_get_public_models_only(role: str, layers: set[str]) -> None:
    sql = setup_sql(ROLE)
    assert layers <= PUBLIC
    for what in (
        rf"grant usage on schema tickit_(\w+) to role tickit_{role};",
        rf"grant select on all tables in schema tickit_(\w+) to role tickit_{role};",
        rf"in schema tickit_(\w+) grant select on tables to role tickit_{role};",
    ):
        assert granted(sql, what) == layers


def test_nothing_is_granted_to_everybody_and_no_password_is_set() -> None:
    sql = setup_sql(ROLE)
    assert not re.search(r"\bto public\b", sql)
    assert re.findall(r"password \w+", sql.partition("declare")[2]) == ["password disable"]


def test_it_may_run_twice() -> None:
    # What Redshift cannot make "if not exists" is made by the procedure, which looks first.
    for statement in re.findall(r"(?m)^create (.*)", setup_sql(ROLE)):
        assert statement.startswith(("schema if not exists", "external schema if not exists", "or replace procedure"))


def test_it_is_filled_in_by_the_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--role-arn", ROLE, "--glue-database", "lake", "--database", "dwh", "--schema", "shop"]
    arguments += ["--dbt-user", "IAMR:Builder", "--connections", "4", "--timeout-minutes", "5"]
    assert main(arguments) == 0
    sql = capsys.readouterr().out
    assert f"from data catalog database 'lake'\niam_role '{ROLE}';" in sql
    assert "revoke temporary on database dwh from public;" in sql
    assert "create schema if not exists shop_core;" in sql
    assert 'alter user "IAMR:Builder" connection limit 4;' in sql
    assert 'alter user "IAMR:Builder" set statement_timeout to 300000;' in sql
    assert "{" not in sql
    assert "tickit_dbt" not in sql


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--role-arn", "arn:aws:iam::123456789012:role/x'; drop schema public; --"),
        ("--role-arn", "arn:aws:iam::1234:role/x"),
        ("--role-arn", "SpectrumRole"),
        ("--role-arn", f"{ROLE}\n"),
        ("--glue-database", "Lake"),
        ("--database", "dwh; drop database dwh"),
        ("--schema", "tickit-1"),
        ("--dbt-user", 'x" createuser --'),
        ("--dbt-user", "IAMR:"),
        ("--connections", "0"),
        ("--timeout-minutes", "-1"),
        ("--timeout-minutes", "1.5"),
    ],
)
def test_what_is_refused(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--role-arn", ROLE] if option != "--role-arn" else []
    assert main([*arguments, option, value]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"Invalid value for '{option}': " in printed.err


def test_the_role_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "--role-arn" in capsys.readouterr().err


def test_redshifts_grammar_takes_it(tmp_path: Path) -> None:
    sql = setup_sql(ROLE, dbt_user="IAMR:Builder")
    # sqlfluff knows default privileges of groups, and not yet of roles.
    (tmp_path / "setup.sql").write_text(sql.replace("on tables to role", "on tables to group"))
    (tmp_path / ".sqlfluff").write_text("[sqlfluff]\ndialect = redshift\n")
    command = [str(Path(sys.executable).with_name("sqlfluff")), "parse", "setup.sql"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "unparsable" not in done.stdout.lower(), done.stdout[-3000:]
    assert done.returncode == 0, done.stderr
