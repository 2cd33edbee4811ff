"""What a person may ask `tickit metric`: names, filters, formats; a mistake is one message with exit code 2."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from scripts import cli
from scripts.core.errors import UsageError
from scripts.metrics import answer
from scripts.metrics.filters import template
from scripts.metrics.semantics import Dimension, Kind, Question, Semantics
from tests.python.conftest import Warehouse
from tests.python.dbt_project import ROOT

Tickit = Callable[..., tuple[int, str, str]]


@pytest.fixture
def tickit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], semantics: Semantics, warehouse: Warehouse
) -> Tickit:
    """Run `tickit metric` in this process on a project that is parsed; return exit code, output and messages."""
    for name in ("DBT_TARGET", "TICKIT_LAKE", "TICKIT_WAREHOUSE", "DBT_PROFILES_DIR"):
        monkeypatch.setenv(name, warehouse.env[name])
    monkeypatch.setattr(answer, "semantics_of", lambda target: semantics)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(["metric", *arguments])
        return code, *capsys.readouterr()

    return run


def test_the_command_of_the_readme_answers(warehouse: Warehouse) -> None:
    """In a process of its own, with everything that a user's call does; the other tests save the parse."""
    asked = ["metric", "revenue", "tickets", "--by", "month,category_name", "--where", "venue_state_code = 'NV'"]
    command = [sys.executable, "-m", "scripts.cli", *asked, "--format", "csv"]
    done = subprocess.run(command, cwd=ROOT, env=warehouse.env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    head, *rows = csv.reader(io.StringIO(done.stdout))
    assert head == ["month", "category_name", "revenue", "tickets"]
    with warehouse.connect() as connection:
        expected = connection.execute(
            "select count(distinct (date_trunc('month', sold_date), category_name)), sum(price_paid), "
            "sum(quantity_sold) from tickit_sales.fct_sales where venue_state_code = 'NV'"
        ).fetchone()
    assert (len(rows), round(sum(float(row[2]) for row in rows), 2), sum(int(row[3]) for row in rows)) == (
        expected[0], float(expected[1]), expected[2],
    )  # fmt: skip


ASKED = re.findall(
    r"^\.venv/bin/tickit metric (.*?)(?: +#.*)?$", (ROOT / "docs/metrics.md").read_text("utf-8"), re.MULTILINE
)


@pytest.mark.parametrize("line", ASKED)
def test_the_commands_of_the_page_answer(tickit: Tickit, line: str) -> None:
    code, said, error = tickit(*shlex.split(line))
    assert (code, error) == (0, "")
    assert len(said.splitlines()) > 1


def test_a_table_shows_dollars_and_percent(tickit: Tickit) -> None:
    code, said, _ = tickit("revenue", "tickets", "sell_through", "--by", "month", "--limit", "1")
    assert code == 0
    head, row = (line.split() for line in said.splitlines())
    assert head == ["month", "revenue", "tickets", "sell_through"]
    assert row[0] == "2008-01-01"
    assert "," in row[1] and row[1][-3] == "."
    assert row[2].replace(",", "").isdigit()
    assert row[3].endswith("%")


def test_json_has_numbers(tickit: Tickit) -> None:
    code, said, _ = tickit("revenue", "tickets", "sell_through", "--by", "month", "--format", "json")
    first = json.loads(said)[0]
    assert code == 0
    assert first["month"] == "2008-01-01"
    assert [type(first[name]) for name in ("revenue", "tickets", "sell_through")] == [float, int, float]
    assert 0 < first["sell_through"] < 1


def test_order_and_limit(tickit: Tickit) -> None:
    _, said, _ = tickit("revenue", "--by", "venue_name", "--order", "-revenue", "--limit", "3", "--format", "csv")
    revenue = [float(row[1]) for row in list(csv.reader(io.StringIO(said)))[1:]]
    assert len(revenue) == 3
    assert revenue == sorted(revenue, reverse=True)


def test_a_saved_query_may_be_filtered_and_ordered(tickit: Tickit) -> None:
    arguments = ("--saved", "monthly_growth_by_category", "--where", "month = '2008-11'", "--format", "csv")
    code, said, _ = tickit(*arguments, "--order", "revenue_change_on_month")
    rows = list(csv.DictReader(io.StringIO(said)))
    changes = [float(row["revenue_change_on_month"]) for row in rows if row["revenue_change_on_month"]]
    assert code == 0
    assert {row["month"] for row in rows} == {"2008-11-01"}
    assert changes == sorted(changes)


def test_the_list_has_all_that_can_be_asked(tickit: Tickit, semantics: Semantics) -> None:
    code, said, _ = tickit("--list")
    listed = {line.split()[0] for line in said.splitlines() if line.strip()}
    assert code == 0
    assert {*semantics.metrics, *semantics.dimensions, *semantics.saved_queries} <= listed
    _, said, _ = tickit("--list", "new_buyers")
    listed = {line.split()[0] for line in said.splitlines() if line.strip()}
    assert {"new_buyers", "month", "buyer_region"} <= listed
    assert not {"revenue", "category_name"} & listed


def test_sql_is_printed_for_other_tools(tickit: Tickit, warehouse: Warehouse) -> None:
    code, said, _ = tickit("revenue", "--by", "month", "--sql")
    assert code == 0
    with warehouse.connect() as connection:
        assert len(connection.execute(said).fetchall()) == 12


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["revenu"], "no such metric: revenu; did you mean revenue"),
        (["revenue", "--by", "categroy_name"], "no such dimension: categroy_name; did you mean category_name"),
        (
            ["revenue", "--by", "month", "--order", "rvenue"],
            "no such column of the answer: rvenue; did you mean revenue",
        ),
        (["--saved", "monthly_sale"], "no such saved query: monthly_sale; did you mean monthly_sales"),
        (["new_buyers", "--by", "category_name"], "new_buyers cannot be asked by category_name. It can be asked by"),
        (["sales", "listings", "--by", "buyer_region"], "listings cannot be asked by buyer_region. All that is asked"),
        (["revenue", "--where", "buyer_regoin = 'West'"], "no such dimension: buyer_regoin; did you mean buyer_region"),
        (["revenue", "--where", "month > '2008-13'"], "month is compared with a day between quotes"),
        (
            ["revenue_month_before"],
            "revenue_month_before compares periods: ask by day, week, month, quarter or year too.",
        ),
        (["revenue", "--where", "month ="], "cannot read the filter 'month ='"),
        (["--list", "revenu"], "no such metric: revenu"),
        ([], "name a metric"),
        (["revenue", "--saved", "monthly_sales"], "--saved brings its own metrics"),
    ],
)
def test_a_mistake_is_named(tickit: Tickit, arguments: list[str], message: str) -> None:
    code, said, error = tickit(*arguments)
    assert (code, said) == (2, "")
    assert error.startswith(f"Error: {message}")
    assert error.count("\n") == 1


def test_a_missing_warehouse_says_what_to_do(tickit: Tickit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TICKIT_WAREHOUSE", str(tmp_path / "none.duckdb"))
    assert tickit("revenue") == (
        1, "", f"Error: there is no warehouse at {tmp_path / 'none.duckdb'} yet: build it with `make run`.\n",
    )  # fmt: skip


def test_a_warehouse_without_a_table_says_what_to_do(
    tickit: Tickit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")):
        pass
    monkeypatch.setenv("TICKIT_WAREHOUSE", str(tmp_path / "warehouse.duckdb"))
    code, _, error = tickit("revenue")
    assert code == 1
    assert error.endswith("lacks a table that the metrics read: build it with `make run`.\n")


def _find(name: str) -> Dimension:
    kinds = {"city": Kind.VALUE, "month": Kind.TIME}
    if name not in kinds:
        raise UsageError(f"no such dimension: {name}")
    return Dimension(name, ("venue", name), kinds[name], "month" if name == "month" else "", "")


CITY = "{{ Dimension('venue__city', entity_path=[]) }}"
MONTH = "{{ TimeDimension('venue__month', 'month', entity_path=[]) }}"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("city = 'Kent'", f"({CITY} = 'Kent')"),
        ("city != 'O''Fallon'", f"({CITY} <> 'O''Fallon')"),
        ("city is not null and city > -2.5", f"((not ({CITY} is null)) and ({CITY} > -2.5))"),
        ("not city or city in ('a', 'b')", f"((not {CITY}) or ({CITY} in ('a', 'b')))"),
        ("city not in (1, true)", f"(not ({CITY} in (1, true)))"),
        (
            "month between '2008' and '2008-02-29'",
            f"({MONTH} between cast('2008-01-01' as date) and cast('2008-02-29' as date))",
        ),
    ],
)
def test_a_filter_is_written_again(text: str, written: str) -> None:
    assert template(text, _find) == written


@pytest.mark.parametrize(
    "text",
    [
        "1 = 1",
        "city = (select 'a')",
        "city in (select 'a')",
        "exists (select 1)",
        "city = 'a'; drop table t",
        "city = 'a' -- or not\nor 1 = 1",
        "city = 'a' union select 1",
        "lower(city) = 'a'",
        "city = city",
        "city = lower('A')",
        "city like 'a%'",
        "venues.city = 'a'",
        "city = 'a\\'",
        "city = 'a\nb'",
        "city = {{ 1 }}",
        "{{ Dimension('venue__city') }} = 'a'",
        "case when city = 'a' then true end",
        "city = cast('a' as text)",
        "cast(city as text) = 'a'",
        "month = 'soon'",
        "month = 2008",
        "select city",
        "",
    ],
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        template(text, _find)


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="\\"), max_size=20))
@settings(max_examples=30, deadline=None)
def test_a_value_stays_a_value(semantics: Semantics, value: str) -> None:
    """Whatever is between the quotes, Jinja and SQL among it, is one constant of the query."""
    if not value.isprintable():
        return
    quoted = value.replace("'", "''")
    query = semantics.query(Question(("revenue",), (), f"venue_city = '{quoted}'"))
    parsed = sqlglot.parse_one(query.sql, read="duckdb")
    assert [each.name for each in parsed.find_all(exp.Literal) if each.is_string] == [value]


@pytest.mark.parametrize(
    "value", ["{{ Dimension('event__event_name') }}", "{% raw %}", "{# x #}", "' or '1' = '1", "%s"]
)
def test_hostile_values_are_values(semantics: Semantics, warehouse: Warehouse, value: str) -> None:
    quoted = value.replace("'", "''")
    with warehouse.connect() as connection:
        sql = semantics.query(Question(("sales",), ("venue_city",), f"venue_city = '{quoted}'")).sql
        assert [each.name for each in sqlglot.parse_one(sql).find_all(exp.Literal) if each.is_string] == [value]
        assert connection.execute(sql).fetchall() == []
        sql = semantics.query(Question(("sales",), (), f"venue_city <> '{quoted}'")).sql
        assert connection.execute(sql).fetchone() > (0,)
