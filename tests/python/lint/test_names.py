"""The lint for names in SQL: what it finds, what it leaves alone, and that it finds nothing in the project."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from scripts.core.sql import literal
from scripts.lint.names import check_names, in_jinja, in_python
from tests.python.dbt_project import ROOT

SPLICED = [
    "select '{{ delivery }}' as delivery",
    "where a in ('{{ texts | join(\"', '\") }}')",
    "select '{{ month }} is late' as problem",
    "select 'of {{ month }}' as problem",
    "copy t to '{{ target.path ~ '.part' }}'",
    "{% if a %}select '{{ path }}'{% endif %}",
    '{{ "a = \'" ~ delivery ~ "\'" }}',
    '{% do parts.append("location \'" ~ location ~ "\'") %}',
    "{% set list = texts | join(\"', '\") %}",
]
LITERAL = [
    "select {{ external_tables.sql_literal(delivery) }} as delivery",
    "{# '{{ delivery }}' #} select 1",
    "-- '{{ delivery }}'\nselect 1",
    "select '{{ genre }}' as genre",
    '{{ "a = " ~ external_tables.sql_literal(delivery) }}',
    '{% do exceptions.raise_compiler_error("no file \'" ~ path ~ "\'") %}',
    "select {{ name }} from {{ ref('a') }} where b = 'x' and c = {{ count }}",
]
SPLICED_IN_PYTHON = [
    "c.execute(f\"load '{path}'\")",
    "c.sql(f\"from read_csv('{path}', header = true)\")",
    "sql = f\"select * from t where a = '{value}'\"",
    "sql = f\"attach '{path}' as b\"",
    "c.execute(\"select '{}'\".format(name))",
    "c.execute(\"copy t to '%s'\" % path)",
    'c.execute("copy t to \'" + path + "\'")',
    "relation.filter(f\"a < timestamp '{at}'\")",
]
BOUND_IN_PYTHON = [
    "c.execute('select * from t where a = ?', [value])",
    "c.execute(f\"load {literal(path)}\")",
    "c.execute(f\"load {sql.literal(path)}\")",
    "raise TickitError(f\"from '{path}' nothing can be read\")",
    "print(f\"set '{name}' first\")",
    "c.execute(f\"select * from {table} where a = 'b'\")",
    "c.execute(f\"select hex '{_DELIMITER}'\")",
]  # fmt: skip


@pytest.mark.parametrize("text", SPLICED)
def test_a_spliced_name_in_jinja_is_found(text: str) -> None:
    assert {line for line, _ in in_jinja(f"select 1\n{text}")} == {2}


@pytest.mark.parametrize("text", LITERAL)
def test_a_literal_in_jinja_is_left_alone(text: str) -> None:
    assert list(in_jinja(text)) == []


@pytest.mark.parametrize("text", SPLICED_IN_PYTHON)
def test_a_spliced_name_in_python_is_found(text: str) -> None:
    assert {line for line, _ in in_python(f"x = 1\n{text}")} == {2}


@pytest.mark.parametrize("text", BOUND_IN_PYTHON)
def test_a_bound_name_in_python_is_left_alone(text: str) -> None:
    assert list(in_python(text)) == []


def test_the_project_has_none(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    assert check_names() == 0, capsys.readouterr().out


@pytest.mark.parametrize("text", ["o'brien", "''", "x') or 'a' in ('a", "\\", 'a"b', "a\nb", Path("/o'brien/a")])
def test_a_literal_is_the_text(text: object) -> None:
    assert duckdb.connect().execute(f"select {literal(text)}").fetchone() == (str(text),)
