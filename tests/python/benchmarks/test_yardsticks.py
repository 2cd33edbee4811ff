"""All yardsticks build what the project builds, row for row; a spoilt lake is typed alike, too."""

import shutil
from pathlib import Path

import duckdb
import pytest

from benchmarks.compare import differences
from benchmarks.floor.__main__ import ChecksFailedError, build
from benchmarks.sqlmesh import Sqlmesh, SqlmeshChecked
from benchmarks.yardsticks import EXCLUDE, REFERENCE, Floor, Project, Reference
from tests.python.dbt_project import dbt_env, must_run_dbt
from tests.python.faults.few_bad_lines import UNDECLARED, add_few_bad_lines

REJECTED_ROWS = "stg_tickit__rejected_rows"


@pytest.fixture(scope="module")
def project(lake: Path, tmp_path_factory: pytest.TempPathFactory, installed_packages: None) -> Project:
    built = Project(lake, tmp_path_factory.mktemp("project"))
    built.prepare()
    assert built.run("build").exit_code == 0
    return built


@pytest.mark.soak
def test_the_floor_builds_the_same(project: Project, lake: Path, tmp_path: Path) -> None:
    floor = Floor(lake, tmp_path)
    floor.prepare()
    floor.run("build")
    assert differences(project.database, floor.database, [*project.marts(), REJECTED_ROWS]) == []


@pytest.mark.soak
def test_the_reference_builds_the_same_with_a_fifth_of_the_checks(project: Project, lake: Path, tmp_path: Path) -> None:
    reference = Reference(lake, tmp_path)
    reference.prepare()
    reference.run("build")
    assert differences(project.database, reference.database, project.marts()) == []
    assert project.count_checks() >= 5 * reference.count_checks() > 250


@pytest.mark.soak
def test_the_floor_sets_the_same_lines_aside(lake: Path, tmp_path: Path, installed_packages: None) -> None:
    spoilt = tmp_path / "lake"
    shutil.copytree(lake, spoilt)
    add_few_bad_lines(spoilt)
    # The project reads declared months alone.
    shutil.rmtree(spoilt / "raw_tickit_data" / "sale" / f"sale_month={UNDECLARED}")
    env = dbt_env(tmp_path / "project", "ci", spoilt)
    must_run_dbt("run-operation", "stage_external_sources", env=env)
    must_run_dbt("build", "--exclude-resource-type", "unit_test", *EXCLUDE, env=env)
    build(spoilt, tmp_path / "floor.duckdb")
    marts = ["fct_sales", "fct_listings", "dim_users", "dim_dates", REJECTED_ROWS]
    assert differences(tmp_path / "project" / "warehouse.duckdb", tmp_path / "floor.duckdb", marts) == []


def test_sqlmesh_gets_the_references_sql_without_jinja(lake: Path, tmp_path: Path) -> None:
    sqlmesh = Sqlmesh(lake, tmp_path)
    sqlmesh.write_project()
    models = {path.stem: path.read_text() for path in (tmp_path / "project" / "models").iterdir()}
    assert set(models) == {path.stem for path in REFERENCE.glob("models/*/*.sql")}
    assert [name for name, text in models.items() if "{{" in text] == []
    assert str(lake) in models["stg_sales"]
    assert "tickit.stg_sales" in models["fct_sales"]


@pytest.mark.soak
@pytest.mark.parametrize("kind", [Sqlmesh, SqlmeshChecked])
def test_sqlmesh_builds_the_same(project: Project, lake: Path, tmp_path: Path, kind: type[Sqlmesh]) -> None:
    sqlmesh = kind(lake, tmp_path / "scale" / kind.name)
    sqlmesh.prepare()
    sqlmesh.run("build")
    assert differences(project.database, sqlmesh.database, project.marts()) == []


def test_the_floors_checks_can_fail(lake: Path, tmp_path: Path) -> None:
    spoilt = tmp_path / "lake"
    shutil.copytree(lake, spoilt)
    for path in spoilt.rglob("sale.txt"):
        header, first, *rest = path.read_text().splitlines()
        fields = first.split("|")
        fields[6] = "9"
        path.write_text("\n".join([header, "|".join(fields), *rest]) + "\n")
    with pytest.raises(ChecksFailedError, match="fct_sales: quantity_sold_in_range: 12"):
        build(spoilt, tmp_path / "floor.duckdb")


def test_differences_are_found(tmp_path: Path) -> None:
    tables = {
        "same": ("select 1 as a, 'x' as b union all select 2, 'y'", "select 'y' as b, 2 as a union all select 'x', 1"),
        "values": ("select 1 as a union all select 2", "select 1 as a union all select 3"),
        "rows": ("select 1 as a", "select 1 as a union all select 1"),
        "types": ("select 1 as a", "select 1::bigint as a"),
        "more columns": ("select 1 as a, 'x' as b", "select 1 as a"),
        "fewer columns": ("select 1 as a", "select 1 as a, 'x' as b"),
        "technical": ("select 1 as a, 7 as delivery_version", "select 1 as a"),
    }
    for number, name in enumerate(("ours", "theirs")):
        with duckdb.connect(str(tmp_path / f"{name}.duckdb")) as connection:
            for table, sqls in tables.items():
                connection.execute(f'create table "{table}" as {sqls[number]}')
    found = differences(tmp_path / "ours.duckdb", tmp_path / "theirs.duckdb", [*tables, "none"])
    assert found == [
        "values: as many rows, with other values",
        "rows: 1 rows against 2",
        "types: other columns or types: a BIGINT, a INTEGER",
        "fewer columns: other columns or types: b VARCHAR",
        "none: there is none in ours and theirs",
    ]
