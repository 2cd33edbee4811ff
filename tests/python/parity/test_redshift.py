"""`--against redshift` logs in as dbt's profile says and reads what is there; the rehearsal answers in its place."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from redshift_rehearsal import Rehearsal

from scripts.core.errors import TickitError
from scripts.parity.readers import Redshift
from tests.python.dbt_project import ROOT, dbt_env
from tests.python.parity.test_compare import REDSHIFT_TYPES, RELATION, ROWS

IN_STAGING = replace(RELATION, schema="tickit_staging")


def _run(*command: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    env = dbt_env(folder, "redshift", folder) | variables
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_it_connects_by_the_profile(rehearsal: Rehearsal, tmp_path: Path) -> None:
    asks = (
        "from scripts.core.redshift import connect; built = connect(); cursor = built.connection.cursor(); "
        "cursor.execute('select current_user, current_database()'); print(built.schema, *cursor.fetchone())"
    )
    where = {"REDSHIFT_HOST": rehearsal.host, "REDSHIFT_PORT": str(rehearsal.port), "REDSHIFT_SSLMODE": "disable"}
    done = _run("-c", asks, folder=tmp_path, **where, REDSHIFT_USER="dbt", REDSHIFT_SCHEMA="another")
    assert done.stdout.split() == ["another", "dbt", "tickit"], done.stderr


def test_a_warehouse_that_does_not_answer_is_told_at_once(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    (lake / "raw_tickit_data").mkdir(parents=True)
    command = ("-m", "scripts.cli", "parity", "--against", "redshift", "--lake", str(lake))
    done = _run(*command, folder=tmp_path, REDSHIFT_HOST="127.0.0.1", REDSHIFT_PORT="1")
    assert done.returncode == 1
    assert "Redshift cannot be reached" in done.stderr
    assert "docs/redshift.md" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Building and testing" not in done.stdout


def test_its_schemas_begin_as_the_profile_says(rehearsal: Rehearsal) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in RELATION.types.items())
    with rehearsal.connect() as connection, connection.cursor() as cursor:
        cursor.execute("create schema another_staging")
        cursor.execute(f"create table another_staging.fct ({columns})")
        cursor.execute("insert into another_staging.fct values (1, 9999999999999999.98, 'a', '2008-01-01')")
        reader = Redshift(connection, "another")
        ((number, amount, name, at),) = reader.rows(IN_STAGING).rows()
        assert (number, amount, name, at) == (1, str(ROWS[0][1]), "a", ROWS[0][3])
        assert reader.columns(IN_STAGING) == list(RELATION.columns)
        assert reader.types(IN_STAGING) == REDSHIFT_TYPES
        cursor.execute("drop schema another_staging cascade")


def test_a_table_that_is_not_there_is_told(rehearsal: Rehearsal) -> None:
    with rehearsal.connect() as connection, pytest.raises(TickitError, match="tickit_staging.fct"):
        Redshift(connection).rows(IN_STAGING)
