"""A small dbt project of every kind of node, and `tickit watch` on it, to which the test reports saves."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import duckdb
from rich.console import Console

from scripts.core.dbt import in_process
from scripts.watch.run import Watch

SALES = "select range::int as sale_id, range * {{ var('price') }} as price from range(6)\n"
FILES = {
    "dbt_project.yml": """
name: tiny
version: "1.0"
profile: tiny
flags: {send_anonymous_usage_stats: false, require_generic_test_arguments_property: true}
vars: {price: 10}
models: {tiny: {+materialized: table}}
""",
    "profiles/profiles.yml": """
tiny:
  target: dev
  outputs:
    dev: {type: duckdb, path: "{{ env_var('TICKIT_WAREHOUSE', 'tiny.duckdb') }}", schema: main, threads: 1}
""",
    "macros/doubled.sql": "{% macro doubled(column) %}{{ column }} * 2{% endmacro %}\n",
    "macros/is_small.sql": """
{% test is_small(model, column_name, at_most) %}
select {{ column_name }} from {{ model }} where {{ column_name }} > {{ at_most }}
{% endtest %}
""",
    "seeds/cities.csv": "city\nBoston\nOakland\n",
    "models/sales.sql": SALES,
    "models/kept.sql": """
{{ config(materialized='incremental') }}
select sale_id, {{ doubled('price') }} as doubled_price
from {{ ref('sales') }}
{% if is_incremental() %}where sale_id > (select max(sale_id) from {{ this }}){% endif %}
""",
    "models/totals.sql": """
select
    sale_id % 2 as half,
    sum(doubled_price)::int as revenue
from {{ ref('kept') }}
group by 1
""",
    "models/people.sql": "select city, 'ann@example.com' as email from {{ ref('cities') }}\n",
    "models/_models.yml": """
models:
  - name: sales
    description: "{{ doc('a_sale') }}"
    columns: [{name: sale_id, data_tests: [unique, not_null]}]
  - name: kept
    columns: [{name: doubled_price, data_tests: [{is_small: {arguments: {at_most: 1000}}}]}]
  - name: totals
    config: {contract: {enforced: true}}
    columns:
      - {name: half, data_type: int, data_tests: [unique]}
      - {name: revenue, data_type: int, description: Of all sales.}
unit_tests:
  - name: halves_are_added_up
    model: totals
    given: [{input: ref('kept'), rows: [{sale_id: 1, doubled_price: 2}, {sale_id: 3, doubled_price: 5}]}]
    expect: {rows: [{half: 1, revenue: 7}]}
exposures:
  - {name: board, type: dashboard, owner: {name: Ann}, depends_on: [ref('totals')]}
""",
    "models/docs.md": "{% docs a_sale %}One row is a sale.{% enddocs %}\n",
    "analyses/best.sql": "select half, revenue as best_revenue from {{ ref('totals') }} order by 2 desc\n",
    "tests/no_debts.sql": "select * from {{ ref('totals') }} where revenue < 0\n",
}


def write(name: str, text: str) -> None:
    """Write a file of the project in the current folder."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


def replace(name: str, old: str, new: str) -> None:
    """Replace what must be in a file."""
    text = Path(name).read_text(encoding="utf-8")
    assert old in text
    write(name, text.replace(old, new))


def make(folder: Path) -> None:
    """Write the project into a folder."""
    for name, text in FILES.items():
        write(str(folder / name), text)


def build(*options: str, target_path: str = "target/fresh") -> bool:
    """Build the project of the current folder from nothing, as a new dbt would; say whether all succeeded."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    try:
        arguments = ["build", "--no-partial-parse", "--full-refresh", "--target-path", target_path, *options]
        return in_process(arguments, target="dev", may_fail=True).success
    finally:
        DuckDBConnectionManager.close_all_connections()


class Watched:
    """`tickit watch` between two saves, and what it printed."""

    def __init__(self, *selection: str, terminal: bool = True) -> None:
        self._out = io.StringIO()
        console = Console(file=self._out, force_terminal=terminal, color_system=None, width=140, soft_wrap=True)
        self.watch = Watch("dev", selection, console)
        self.watch.begin()

    def save(self) -> str:
        """Build what was written; return what is printed."""
        self.watch.saved()
        return self.said()

    def said(self) -> str:
        """Return what was printed since the last time."""
        text = self._out.getvalue()
        self._out.seek(0)
        self._out.truncate()
        return text


def rows(sql: str) -> list[tuple[object, ...]]:
    """Return the rows of a query of the warehouse."""
    with duckdb.connect("tiny.duckdb", read_only=True) as connection:
        return connection.sql(sql).fetchall()


def copy(built: Path, folder: Path) -> None:
    """Copy a project that is built."""
    shutil.copytree(built, folder, dirs_exist_ok=True)
