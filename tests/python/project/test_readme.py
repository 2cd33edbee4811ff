"""The commands that README lists for dbt by hand succeed after new data came; its badges and its table are true."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from scripts.lake.landing import land_month
from tests.python.conftest import Warehouse
from tests.python.dbt_project import ROOT, dbt_env
from tests.python.incremental.forked_dbt import ForkedDbt, forked_dbt

README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTION = re.search(r"^## Work with dbt itself\n(.*?)^## ", README + "\n## ", re.MULTILINE | re.DOTALL)
ALL_LAYERS, ONE_MART = re.findall(r"^```sh\n(.*?)^```", SECTION[1], re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def built(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkedDbt]:
    """dbt on a copy of a built warehouse and of its lake."""
    folder = tmp_path_factory.mktemp("readme")
    lake = shutil.copytree(warehouse.lake, folder / "lake")
    env = dbt_env(folder, "ci", lake)
    shutil.copy(warehouse.path, env["TICKIT_WAREHOUSE"])
    with forked_dbt(env) as dbt:
        yield dbt


def _commands(listed: str) -> list[list[str]]:
    """Return the arguments of each line that calls dbt, and of no other."""
    lines = [line for line in listed.splitlines() if line and not line.startswith(("source ", "export "))]
    assert [line for line in lines if not line.startswith("dbt ")] == []
    return [shlex.split(line, comments=True)[1:] for line in lines]


@pytest.mark.soak
@pytest.mark.parametrize("listed", [ONE_MART, ALL_LAYERS], ids=["one mart", "all layers"])
def test_the_commands_by_hand_work_after_new_data(built: ForkedDbt, listed: str) -> None:
    sales = "select count(*), sum(price_paid) from tickit_sales.fct_sales"
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        before = connection.sql(sales).fetchall()
    month = {ONE_MART: "2008-11", ALL_LAYERS: "2008-12"}[listed]
    land_month(Path(built.env["TICKIT_LAKE"]), month, ["corrected"])
    for command in _commands(listed):
        if command != ["deps"]:  # a fixture has done that for all tests, and it would take the package from them
            built.must_run(*command)
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        assert connection.sql(sales).fetchall() != before


def test_the_lists_hold_what_dbt_can_build() -> None:
    """A person who follows the list has all that `make run` makes: each layer, the seeds, the histories, the tests."""
    assert {command[0] for command in _commands(ALL_LAYERS)} == {
        "deps", "run-operation", "seed", "run", "snapshot", "test", "show",
    }  # fmt: skip


def test_badges_are_true() -> None:
    badges = dict(re.findall(r"^!\[([A-Za-z]+) ([^]]+)\]\(https://img\.shields\.io/badge/", README, re.MULTILINE))
    locked = dict(re.findall(r"^([a-z-]+)==([0-9]+\.[0-9]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    required = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["require-dbt-version"]
    assert badges == {
        "Python": "3.11 or later",
        "dbt": locked["dbt-core"],
        "DuckDB": locked["duckdb"],
        "Licence": "Apache-2.0",
    }
    assert f">={badges['dbt']}.0" in required
    assert "sys.version_info < (3, 11)" in (ROOT / "Makefile").read_text()
    assert "Apache License" in (ROOT / "LICENSE").read_text()


def test_the_pictures_and_links_of_the_first_screen_are_there() -> None:
    assert [path for path in re.findall(r'src="([^"]+)"', README) if not Path(ROOT, path).is_file()] == []


def test_every_mart_is_in_the_table() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE))
    assert {path.stem for path in (ROOT / "models/marts").rglob("*.sql")} - named == set()
