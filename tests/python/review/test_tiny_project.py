"""A whole review of a small dbt project: production is only read, rows that differ are counted, failures reported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from redshift_rehearsal import Rehearsal

from tests.python.dbt_project import ROOT

FILES = {
    ".gitignore": "/reports/\ntarget/\nlogs/\nwarehouse/\ndbt_packages/\n",
    "dbt_project.yml": """
name: tickit_lakehouse
version: "1.0"
profile: tiny
macro-paths: [macros]
flags: {send_anonymous_usage_stats: false}
""",
    "profiles/profiles.yml": """
tiny:
  target: dev
  outputs:
    dev: {type: duckdb, path: "{{ env_var('TICKIT_WAREHOUSE', 'warehouse/tiny.duckdb') }}", schema: main, threads: 1}
    rehearsal: {type: redshift, host: 127.0.0.1, port: "{{ env_var('REHEARSAL_PORT', '5440') | as_number }}", user: dbt,
      password: rehearsal, dbname: tickit, schema: tickit, threads: 1, sslmode: disable, ra3_node: true}
""",
    "macros/stage_external_sources.sql": "{% macro stage_external_sources() %}{% endmacro %}",
    "models/sales.sql": "select range as sale_id, range * 10 as price from range(6)",
    "models/totals.sql": "select sale_id % 2 as half, sum(price)::int as revenue from {{ ref('sales') }} group by 1",
    "models/copies.sql": "select * from {{ ref('totals') }}",
    "models/other.sql": "select 1 as n",
    "models/_models.yml": """
models:
  - name: sales
    columns: [{name: sale_id, data_type: bigint, data_tests: [unique, not_null]}, {name: price}]
  - name: totals
    columns: [{name: half, data_tests: [unique]}, {name: revenue, data_tests: [not_null]}]
  - name: copies
    columns: [{name: half, data_tests: [unique]}, {name: revenue}]
exposures:
  - {name: board, type: dashboard, owner: {name: Ann}, depends_on: [ref('copies')]}
""",
}  # fmt: skip


class Project:
    """A repository with the project, its first commit built."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        foreign = ("DBT_", "TICKIT_", "REDSHIFT_", "GITHUB_", "REHEARSAL_")
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        self.env |= {"PYTHONPATH": str(ROOT), "DBT_PROFILES_DIR": "profiles"}
        for name, text in FILES.items():
            self.write(name, text)
        for macro in (ROOT / "macros/review").iterdir():
            self.write(f"macros/{macro.name}", macro.read_text(encoding="utf-8"))
        self.call("git", "init", "-q", "-b", "main")
        self.call("git", "add", ".")
        self.call("git", "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-qm", "one")
        (folder / "warehouse").mkdir()
        self.call(str(Path(sys.executable).with_name("dbt")), "run", "--quiet")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text, encoding="utf-8")

    def call(self, *command: str, code: int = 0) -> str:
        done = subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def review(self, *, code: int = 0) -> str:
        """Review what is not committed; return the report."""
        self.call(sys.executable, "-m", "scripts.cli", "review", "--base", "HEAD", code=code)
        return (self.folder / "reports/review/review.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("tiny"))


@pytest.mark.soak
def test_a_change_of_rows_is_reported_and_production_is_as_it_was(project: Project) -> None:
    production = project.folder / "warehouse/tiny.duckdb"
    before = production.read_bytes()
    project.write("models/sales.sql", FILES["models/sales.sql"].replace("range(6)", "range(1, 8)"))
    report = project.review()
    lines = report.splitlines()
    assert "**3 of 3 relations differ: 2 rows added, 1 row removed, 4 rows changed.** 5 tests passed." in lines, report
    assert "| `sales` | 6 → 7 | 2 | 1 | 0 |" in lines
    assert "| `totals` | 2 → 2 | 0 | 0 | 2 |" in lines
    assert "- keys of rows added, the first 2: `6`, `7`" in lines
    assert "| `price` | 150 | 280 |" in lines
    assert "- exposure **board**, owner Ann" in lines
    assert "`other`" not in report
    assert production.read_bytes() == before
    with duckdb.connect(str(project.folder / "target/review/tickit_review.duckdb"), read_only=True) as connection:
        assert connection.sql("select count(*) from main.copies").fetchone() == (2,)


@pytest.mark.soak
def test_a_test_that_fails_is_in_the_report_and_in_the_exit_code(project: Project) -> None:
    project.write("models/sales.sql", "select 1 as sale_id, 10 as price union all select 1, 20")
    report = project.review(code=1)
    assert "**Do not merge: 1 failure.**" in report
    assert "- **fail** sale\\_id of sales: 1 value on more than one row (`models/_models.yml`)" in report.splitlines()


@pytest.mark.soak
def test_what_does_not_parse_is_in_the_report(project: Project) -> None:
    project.write("models/sales.sql", "select * from {{ ref('nowhere') }}")
    assert "which was not found" in project.review(code=1)
    project.write("models/sales.sql", FILES["models/sales.sql"])


@pytest.mark.soak
def test_a_review_on_redshift_drops_what_it_and_dead_ones_made(project: Project, rehearsal: Rehearsal) -> None:
    """On the stand-in, as no Redshift is here."""
    asks = """
import json, os, sys
from pathlib import Path
from rich.console import Console
from scripts.review.build import Review, place
review = Review(place("rehearsal", Path("target/redshift"), None, 12), Console())
names = "select cast(nspname as varchar) from pg_namespace where nspname like 'pr%' order by 1"
schemas = lambda: [row[0] for row in review.rows({"schemas": names})["schemas"]]
with review.begun():
    for name in ("pr_12_core", "pr_1_core", "pr_3_began_202001010000", "pr_3_core", "pr_33_core", "prod_core"):
        review._operation("make_schema", {"name": name})
    made = schemas()
try:
    with review.begun():
        again = schemas()
        raise SystemError
except SystemError:
    pass
with review.begun():
    review._operation("drop_review", {"prefix": "pr_12"})
    left = schemas()
print(json.dumps([made, again, left]))
"""
    project.write(
        "macros/make_schema.sql",
        "{% macro make_schema(name) %}"
        "{% do adapter.create_schema(api.Relation.create(database=target.database, schema=name)) %}{% endmacro %}",
    )
    project.env["REHEARSAL_PORT"] = str(rehearsal.port)
    said = project.call(sys.executable, "-c", asks).splitlines()
    made, again, left = json.loads(said[-1])
    assert {"pr_12_core", "pr_3_core", "pr_1_core"} < set(made)
    assert [name for name in again if not name.startswith("pr_12_began_")] == ["pr_1_core", "pr_33_core", "prod_core"]
    assert left == ["pr_1_core", "pr_33_core", "prod_core"]
