"""Errors of DuckDB that quote data: nothing of it is in the console, in dbt's log or in what dbt writes beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from scripts.core.duckdb_errors import values_left_out, without_values
from tests.python.dbt_project import ROOT

MARKER = "lena.o'hara@secret.example"
PHONE = "5550142"

FILE = "read_csv('{people}', delim = '|', header = true, auto_detect = false, columns = {{'user_id': 'varchar', "
PERSON = f"from {FILE}'email': 'varchar', 'phone': 'varchar'}}}})"

# Name of a model -> what it does with the file of a person.
MODELS = {
    "cast_text": "select cast(email as integer) as email " + PERSON,
    "cast_number": "select cast(cast(phone as integer) as tinyint) as phone " + PERSON,
    "cast_date": "select cast(email as date) as email " + PERSON,
    "parse_time": "select strptime(email, '%Y') as email " + PERSON,
    "own_error": "select error(email) as email " + PERSON,
    "typed_file": f"from {FILE}'email': 'integer', 'phone': 'varchar'}}}})",
    "ragged_file": f"from {FILE}'email': 'varchar'}}}})",
    "long_line": f"from {FILE}'email': 'varchar', 'phone': 'varchar'}}}}, max_line_size = 20, buffer_size = 200)",
    "repeated_key": (
        "{{{{ config(pre_hook='create table k (email varchar primary key)', "
        "post_hook='insert into k from {{{{ this }}}}; insert into k from {{{{ this }}}}') }}}} select email " + PERSON
    ),
}
PYTHON = {
    "python_relation": 'return session.query("""select email::integer as email {person}""")',
    "python_frame": 'return session.query("""select email::integer as email {person}""").df()',
    "python_execute": 'return session.execute("""select email::integer as email {person}""").df()',
}
MACRO = """
{% macro fetch() %}
    {% do run_query("select cast(email as integer) as email PERSON") %}
{% endmacro %}
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Run a small project whose models all fail; return all that it printed and wrote."""
    folder = tmp_path_factory.mktemp("errors")
    people = folder / "people.txt"
    people.write_text(f"user_id|email|phone\n{MARKER}|{MARKER}|{PHONE}\n")
    for name in ("models", "macros"):
        (folder / name).mkdir()
    person = PERSON.format(people=people)
    for name, sql in MODELS.items():
        (folder / "models" / f"{name}.sql").write_text(sql.format(people=people))
    for name, body in PYTHON.items():
        code = body.format(person=person)
        (folder / "models" / f"{name}.py").write_text(f"def model(dbt, session):\n    {code}\n")
    (folder / "macros" / "fetch.sql").write_text(MACRO.replace("PERSON", person))
    (folder / "dbt_project.yml").write_text(
        "{name: errors, profile: errors, flags: {send_anonymous_usage_stats: false}, models: {+materialized: table}}"
    )
    plugin = "{module: scripts.publishing.plugin, alias: lake, config: {lake: lake, glue_database: '', timeout: '1'}}"
    (folder / "profiles.yml").write_text(
        f"errors: {{target: dev, outputs: {{dev: {{type: duckdb, path: errors.duckdb, module_paths: ['{ROOT}'], "
        f"plugins: [{plugin}]}}}}}}"
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "TICKIT_"))}
    printed = ""
    for command in (["build"], ["run-operation", "fetch"], ["--debug", "show", "--inline", MODELS["cast_text"]]):
        command = [part.format(people=people) for part in command]
        dbt = [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", *command]
        done = subprocess.run(dbt, cwd=folder, env=env, capture_output=True, text=True, check=False)
        assert done.returncode != 0, done.stdout
        printed += done.stdout + done.stderr
    made = [path for path in folder.rglob("*") if path.is_file() and path != people]
    assert {"dbt.log", "run_results.json"} <= {path.name for path in made}
    return printed + "".join(path.read_bytes().decode("utf-8", "replace") for path in made)


@pytest.mark.parametrize("model", [*MODELS, *PYTHON])
def test_the_model_is_named(model: str, written: str) -> None:
    assert f"Error in model {model} (" in written


@pytest.mark.parametrize("part", [MARKER, "secret.example", "lena", PHONE])
def test_no_value_is_shown_or_written(part: str, written: str) -> None:
    assert "The value is left out here" in written
    assert "The line is left out here" in written
    places = [written[max(0, at - 200) : at + 50] for at in range(len(written)) if written.startswith(part, at)]
    assert places[:3] == []


def _error(sql: str) -> duckdb.Error:
    with pytest.raises(duckdb.Error) as error:
        duckdb.connect().execute(sql).fetchall()
    return error.value


@pytest.mark.parametrize(
    ("sql", "kept"),
    [
        ("from nowhere", "Table with name nowhere does not exist!"),
        ("select a from (select 1 as b)", 'Referenced column "a" not found'),
        ("from read_parquet('/no/such.parquet')", "/no/such.parquet"),
        ("create table t (a int not null); insert into t values (null)", "NOT NULL constraint failed: t.a"),
        ("create table t (a int check (a > 0)); insert into t values (0)", "CHECK((a > 0))"),
        ("select cast(a as int) from (select 'x' as a)", "Conversion Error: a value of column a is not a valid INT32."),
        ("select cast('x' as decimal(3, 1))", "a value is not a valid DECIMAL(3,1)."),
        (
            "select error('column \"a\" has a number that integer does not hold; declare a larger type')",
            "a larger type",
        ),
        ("create table t (a int primary key); insert into t values (1), (1)", "a key is there twice."),
    ],
)
def test_what_is_no_value_is_kept(sql: str, kept: str) -> None:
    assert kept in without_values(_error(sql))


TYPES = ("integer", "date", "timestamp", "decimal(3, 1)", "integer[]", "uuid", "json", "blob")
TRICKY = (
    "x",
    "o'brien",
    "a\n\nLINE 1: select",
    "' to ANNA",
    "a\" to 'INT32' when casting from source column lee' to x",
)


@pytest.mark.parametrize("value", TRICKY)
def test_a_value_may_look_like_the_text_around_it(value: str) -> None:
    for kind in TYPES:
        with pytest.raises(duckdb.Error) as error:
            duckdb.connect().execute(f"select cast(? as {kind})", [f"\\xZZ{value}"]).fetchall()
        said = without_values(error.value)
        assert not [word for word in ("brien", "ANNA", "lee", "LINE", "xZZ") if word in said], said


def test_errors_keep_their_class_and_lose_their_cause() -> None:
    with pytest.raises(duckdb.ConversionException) as error, values_left_out():
        duckdb.connect().execute("select cast('x' as int)").fetchall()
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__
