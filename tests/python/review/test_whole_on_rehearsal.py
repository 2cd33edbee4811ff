"""A whole review of this project on the stand-in for Redshift: production is built there, then changes are reviewed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from redshift_rehearsal import Rehearsal, start

from scripts.rehearsal.setting_up import create_external_schema, environment, settings, write_inventory
from tests.python.conftest import Warehouse
from tests.python.dbt_project import ROOT, own_environment
from tests.python.faults.checkout import copy_project, ended, read_until
from tests.python.tickit import TICKIT

pytestmark = pytest.mark.soak

_GIT = ("git", "-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
_SELLERS = Path("models/marts/sales/rpt_monthly_sales_by_seller.sql")
_VENUES = Path("models/marts/core/dim_venues.sql")


@dataclass(frozen=True)
class Production:
    """The project as a repository of one commit, and the stand-in on which that commit is built."""

    folder: Path
    rehearsal: Rehearsal

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start a command in the repository."""
        own = {name: value for name, value in own_environment().items() if not name.startswith("GITHUB_")}
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env={**own, **environment(self.rehearsal), "DBT_PROFILES_DIR": "profiles"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start_review(self) -> subprocess.Popen[str]:
        """Start a review of what is not committed, as that of pull request 12."""
        return self.start(*TICKIT, "review", "--base", "HEAD", "--target", "rehearsal", "--number", "12")

    def review(self, code: int) -> str:
        """Review what is not committed; return the report."""
        ended(self.start_review()).must_end(code)
        return (self.folder / "reports/review/review.md").read_text(encoding="utf-8")

    def edit(self, model: Path, texts: Mapping[str, str]) -> None:
        """Replace texts of a model, each of which is there once."""
        sql = (ROOT / model).read_text(encoding="utf-8")
        for old, new in texts.items():
            assert sql.count(old) == 1, sql
            sql = sql.replace(old, new)
        (self.folder / model).write_text(sql, encoding="utf-8")

    def schemas(self) -> set[str]:
        """Return the names of the schemas of reviews and of production."""
        rows = self.rehearsal.run("select cast(nspname as varchar(127)) from pg_namespace")
        return {name for (name,) in rows if name.startswith(("pr_", "tickit"))}


@pytest.fixture(scope="module")
def production(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """Build the project on the stand-in from the small lake, in which DuckDB has published the Python models."""
    folder = tmp_path_factory.mktemp("production")
    lake = folder / "lake"
    shutil.copytree(warehouse.lake, lake)
    write_inventory(lake)
    project = copy_project(folder / "project")
    shutil.copy(ROOT / ".gitignore", project)
    for command in (("init", "-q"), ("add", "."), ("commit", "-qm", "production")):
        subprocess.run([*_GIT, *command], cwd=project, check=True, capture_output=True)
    with start(settings(lake)) as running:
        create_external_schema(running)
        made = Production(project, running)
        for arguments in (
            ("run-operation", "stage_external_sources"),
            ("build", "--exclude-resource-type", "test", "unit_test"),
        ):
            dbt = Path(TICKIT[0]).with_name("dbt")
            ended(made.start(str(dbt), *arguments, "--target", "rehearsal")).must_end(0)
        yield made


def test_rows_that_differ_are_reported_and_the_schemas_dropped_also_those_of_a_killed_review(
    production: Production,
) -> None:
    table = "tickit_sales.rpt_monthly_sales_by_seller"
    january = "month_start_date = '2008-01-01'"
    ((before, moved, more),) = production.rehearsal.run(
        f"select count(*), sum(case when seller_id % 50 = 3 then 1 else 0 end), "
        f"sum(case when seller_id % 50 <> 3 and {january} then 1 else 0 end) from {table}"
    )
    assert moved > 0
    assert more > 0
    schemas = production.schemas()
    production.edit(
        _SELLERS,
        {
            "sales.seller_id,": "sales.seller_id + case when sales.seller_id % 50 = 3 then 1000000 else 0 end "
            "as seller_id,",
            "count(*)": "count(*) + case when min(sales.sold_date) < '2008-02-01' then 1 else 0 end",
        },
    )

    killed = production.start_review()
    read_until(killed, "Comparing the rows")
    killed.kill()
    killed.wait()
    left = production.schemas() - schemas
    assert "pr_12_sales" in left
    assert len(left) == 2

    report = production.review(0)
    lines = report.splitlines()
    verdict = (
        f"**1 of 1 relation differs: {moved} rows added, {moved} rows removed, {more} rows changed.** 1 test passed."
    )
    assert lines[4] == verdict, report
    assert f"| `rpt_monthly_sales_by_seller` | {before} → {before} | {moved} | {moved} | {more} |" in lines
    assert f"- other values in `sale_count` ({more} rows)" in lines
    assert re.search(r"^- keys of rows added, the first 5: `2008-..-01, 1000[0-9]+`", report, re.MULTILINE)
    assert "- exposure **Daily sales figures**, owner Lakehouse team" in lines
    assert production.schemas() == schemas
    assert production.rehearsal.run(f"select count(*) from {table}") == [(before,)]


def test_a_failure_is_the_verdict_and_the_schemas_are_dropped_too(production: Production) -> None:
    schemas = production.schemas()
    shutil.copy(ROOT / _SELLERS, production.folder / _SELLERS)
    production.edit(_VENUES, {"nullif(venues.seat_count, 0)": "nullif(venues.seat_count, 0) + 1"})
    report = production.review(1)
    assert "**Do not merge: 1 failure.**" in report
    assert "unit test no\\_seats\\_means\\_not\\_known returns other rows than expected" in report
    assert production.schemas() == schemas
