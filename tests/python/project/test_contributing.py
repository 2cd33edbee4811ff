"""CONTRIBUTING is right: a copy of the project that gets a column and a table as it says, and no more, builds."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.python.dbt_project import ROOT, STRICT, dbt_env
from tests.python.faults.checkout import copy_project
from tests.python.project.raw_zone import create_raw_views

pytestmark = pytest.mark.soak

SECTIONS = ("Add a column", "Add a source table")
# What a new column of `sale` that goes to fct_sales may cost.
MOST_PLACES = 6

PROMOTIONS = "promoid|eventid|pctoff|startdate\n1|1|20|2008-01-01\n2|2|15|\n2|3|15|\n3|3|half|2008-02-01\n"
# Half of the promotions are rejected, and one row in a hundred may be. In each command, so that one parse serves all.
TOLERANT = ("--vars", "{tolerated_percent: 60}")


def snippets(section: str) -> Iterator[tuple[str, str, str]]:
    """Yield the blocks of a section that name a file in their first line: its language, the file, the rest."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    [body] = re.findall(rf"^## {section}[^\n]*\n(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL)
    for block in re.findall(r"^   ```\w+\n.*?^   ```$", body, re.MULTILINE | re.DOTALL):
        language, *lines = textwrap.dedent(block).splitlines()[:-1]
        path = re.fullmatch(r" ?(?:#|--) (\S+\.(?:sql|yml))", lines[0])
        assert path, f"a block of {section} names no file: {lines[0]}"
        yield language.removeprefix("```"), path[1], "\n".join(lines[1:]) + "\n"


def follow(project: Path, section: str) -> list[str]:
    """Do in a copy of the project what the blocks say; return the files that they name."""
    paths = []
    for language, name, content in snippets(section):
        path = project / name
        if language == "diff":
            kept, result = (
                "".join(f"{line[1:]}\n" for line in content.splitlines() if line[:1] in signs) for signs in (" ", " +")
            )
            text = path.read_text(encoding="utf-8")
            assert text.count(kept) == 1, (
                f"CONTRIBUTING changes {name} at lines that are there {text.count(kept)} times"
            )
            path.write_text(text.replace(kept, result), encoding="utf-8")
        else:
            assert not path.exists()
            path.write_text(content, encoding="utf-8")
        paths.append(name)
    return paths


def run(project: Path, *command: str, env: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout[-6000:]}\n{done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that follows both sections, with its lake and its warehouse."""
    folder = tmp_path_factory.mktemp("contributing")
    project = copy_project(folder / "project")
    independent = Path("tests/python/project/independent")
    shutil.copytree(ROOT / independent, project / independent)
    env = dbt_env(folder, "ci", folder / "lake") | {"DBT_PROFILES_DIR": str(project / "profiles")}

    assert len(follow(project, SECTIONS[0])) == MOST_PLACES
    follow(project, SECTIONS[1])
    python, dbt = sys.executable, str(Path(sys.executable).with_name("dbt"))
    run(project, python, "-m", "scripts.cli", "raw-fields", env=env)
    run(project, python, "-m", "scripts.cli", "lake", "--scale", "0.001", "--dest", str(folder / "lake"), env=env)
    promotion = folder / "lake/raw_tickit_data/promotion/promotion.txt"
    assert promotion.read_text() == PROMOTIONS.splitlines()[0] + "\n"
    promotion.write_text(PROMOTIONS)
    for sales in (folder / "lake").rglob("sale_month=2008-0*/sale.txt"):
        assert sales.read_text().startswith(
            "saleid|listid|sellerid|buyerid|eventid|dateid|qtysold|pricepaid|commission|"
        )
        sales.write_text(sales.read_text().replace("|\n", "|web\n"))

    run(project, dbt, *STRICT, "run-operation", "stage_external_sources", *TOLERANT, env=env)
    select = ("--select", "states", "path:models/staging", "+fct_sales", "--indirect-selection", "cautious")
    run(project, dbt, *STRICT, "build", *select, *TOLERANT, env=env)
    return folder


def test_the_column_is_in_the_mart_as_the_independent_query_has_it(built: Path) -> None:
    query = (built / "project/tests/python/project/independent/marts/fct_sales.sql").read_text()
    with duckdb.connect(str(built / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        create_raw_views(connection, built / "lake")
        connection.execute(f"create temporary table expected as {query}")
        mart = "(select * exclude (delivery_version) from tickit_sales.fct_sales)"
        for one, other in ((mart, "expected"), ("expected", mart)):
            assert connection.execute(f"(from {one}) except all (from {other}) limit 3").fetchall() == []
        channels = connection.execute("select distinct sales_channel from tickit_sales.fct_sales").fetchall()
    assert set(channels) == {("web",), (None,)}


def test_the_rows_of_the_table_are_staged_or_rejected(built: Path) -> None:
    with duckdb.connect(str(built / "warehouse.duckdb"), read_only=True) as connection:
        staged = connection.execute("from tickit_staging.stg_tickit__promotions order by promotion_id").fetchall()
        rejected = connection.execute(
            "select line, reject_reason from tickit_staging.stg_tickit__rejected_rows "
            "where table_name = 'promotion' order by line"
        ).fetchall()
        counted = connection.execute(
            "select line_count from tickit_staging.base_tickit__line_counts where table_name = 'promotion'"
        ).fetchall()
    assert [row[:3] for row in staged] == [(1, 1, 20), (2, 2, 15)]
    assert rejected == [
        ("2|3|15|", "promoid repeats an earlier line's"),
        ("3|3|half|2008-02-01", "pctoff is not an integer"),
    ]
    assert counted == [(4,)]


def test_what_was_built_was_tested_too(built: Path) -> None:
    results = (built / "target" / "run_results.json").read_text()
    for test in (
        "promotion_lines_are_typed_or_rejected_with_the_reason",
        "checks_stg_tickit__promotions",
        "foreign_keys_stg_tickit__promotions",
        "every_line_is_staged_or_rejected",
    ):
        assert test in results
