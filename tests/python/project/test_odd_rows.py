"""Two columns that say the same thing: one decides everywhere, and where the other disagrees a warning has the number.

What is not known stays empty. The marts and the analyses are what independent queries give on a lake with such rows.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from benchmarks.compare import differences
from benchmarks.floor.__main__ import build as build_floor
from benchmarks.yardsticks import Reference
from tests.python.dbt_project import dbt_env, must_run_dbt
from tests.python.project.odd_rows import add_odd_rows
from tests.python.project.raw_zone import create_raw_views
from tests.python.project.test_analyses import QUERIES as ANALYSES
from tests.python.project.test_marts import QUERIES as ALL_MARTS
from tests.python.project.test_marts import TECHNICAL

# The other needs the Python models, which are not built here.
MARTS = {name: query for name, query in ALL_MARTS.items() if name != "rpt_recommended_events"}

# For each warning, a query over the raw files for the number that it has to say.
WARNINGS = {
    "fct_sales: {} against date_id_is_the_day_of_sold_at": (
        "from sale join date using (dateid) where saletime::date <> caldate"
    ),
    "date_id of fct_sales: {} with a key that is not in date_id of dim_dates": (
        "from sale where dateid not in (select dateid from date)"
    ),
    "fct_sales: {} against seller_is_the_listings": (
        "from sale as s join listing as l using (listid) where s.sellerid <> l.sellerid"
    ),
    "fct_sales: {} against event_is_the_listings": (
        "from sale as s join listing as l using (listid) where s.eventid <> l.eventid"
    ),
    "fct_sales: {} against price_is_quantity_times_the_listings": (
        "from sale join listing using (listid) where round(100 * pricepaid) <> round(100 * qtysold * priceperticket)"
    ),
    "fct_sales: {} against commission_is_15_percent": (
        "from sale where abs(round(100 * commission) - 15 * pricepaid) >= 1"
    ),
    "fct_sales: {} against buyer_and_seller_differ": "from sale where buyerid = sellerid",
    "fct_sales: {} against sale_follows_its_listing": (
        "from sale join listing using (listid) where listtime > saletime"
    ),
    "fct_listings: {} against date_id_is_the_day_of_listed_at": (
        "from listing join date using (dateid) where listtime::date <> caldate"
    ),
    "fct_listings: {} against no_more_sold_than_offered": (
        "from listing as l where numtickets < (select sum(qtysold) from sale where listid = l.listid)"
    ),
    "fct_listings: {} against total_is_count_times_price": (
        "from listing where round(100 * totalprice) <> round(100 * numtickets * priceperticket)"
    ),
    "dim_events: {} against date_id_is_the_day_of_starts_at": (
        "from event join date using (dateid) where starttime::date <> caldate"
    ),
}


@pytest.fixture(scope="module")
def odd_lake(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the small lake and add rows to it that disagree with themselves."""
    folder = tmp_path_factory.mktemp("odd") / "lake"
    shutil.copytree(lake, folder)
    add_odd_rows(folder)
    return folder


@pytest.fixture(scope="module")
def built(odd_lake: Path, installed_packages: None) -> tuple[dict[str, str], str]:
    """Build that lake, with all data tests; return the environment and what dbt said."""
    env = dbt_env(odd_lake.parent, "ci", odd_lake)
    must_run_dbt("run-operation", "stage_external_sources", env=env)
    output = must_run_dbt(
        "build", "--exclude", "tag:python", "rpt_recommended_events", "resource_type:unit_test", env=env
    )
    must_run_dbt("compile", "--select", "path:analyses", env=env)
    return env, output


@pytest.fixture
def connection(odd_lake: Path, built: tuple[dict[str, str], str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse, with a view of each raw table beside."""
    with duckdb.connect(built[0]["TICKIT_WAREHOUSE"], read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        create_raw_views(connection, odd_lake)
        yield connection


@pytest.mark.parametrize(("warning", "query"), WARNINGS.items())
def test_a_disagreement_is_a_warning_with_its_number(
    warning: str, query: str, built: tuple[dict[str, str], str], connection: duckdb.DuckDBPyConnection
) -> None:
    (count,) = connection.execute(f"select count(*) {query}").fetchone()
    assert count > 0
    assert warning.format(f"{count} row" if count == 1 else f"{count} rows") in built[1]


@pytest.mark.parametrize("name", MARTS)
def test_marts_are_what_independent_queries_give(name: str, connection: duckdb.DuckDBPyConnection) -> None:
    schema = connection.execute(
        "select schema_name from duckdb_tables() where table_name = ? and schema_name like 'tickit_%'", [name]
    ).fetchone()[0]
    connection.execute(f"create temporary table expected as {MARTS[name]}")
    names = ", ".join(column for column in connection.table(f"{schema}.{name}").columns if column != TECHNICAL)
    mart = f"(select {names} from {schema}.{name})"
    for one, other in ((mart, "expected"), ("expected", mart)):
        assert connection.execute(f"(from {one}) except all (from {other}) limit 5").fetchall() == []


@pytest.mark.parametrize("name", ANALYSES)
def test_analyses_are_what_independent_queries_give(
    name: str, built: tuple[dict[str, str], str], connection: duckdb.DuckDBPyConnection
) -> None:
    compiled = Path(built[0]["DBT_TARGET_PATH"]) / f"compiled/tickit_lakehouse/analyses/{name}.sql"
    assert connection.sql(compiled.read_text()).fetchall() == connection.sql(ANALYSES[name]).fetchall()


@pytest.mark.soak
def test_the_yardsticks_of_the_benchmark_say_the_same(
    odd_lake: Path, built: tuple[dict[str, str], str], tmp_path: Path
) -> None:
    build_floor(odd_lake, tmp_path / "floor.duckdb")
    reference = Reference(odd_lake, tmp_path)
    reference.prepare()
    reference.run("build")
    for other in (tmp_path / "floor.duckdb", reference.database):
        assert differences(Path(built[0]["TICKIT_WAREHOUSE"]), other, [*MARTS]) == []
