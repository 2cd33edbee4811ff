"""The page of the operations: in words where nothing is recorded, in numbers where something is."""

from __future__ import annotations

import re
import shutil

import duckdb
import pytest
import yaml

from scripts.build.dashboard import BOARDS
from tests.python.dbt_project import ROOT
from tests.python.tickit import dashboard as draw

REPORTS = {
    path.stem: yaml.safe_load(path.read_text())["models"][0]["columns"]
    for path in sorted((ROOT / "models/operations").glob("rpt_*.yml"))
}
# A dbt project with the names that the page reads and nothing else: parsed in a second.
PROJECT = {
    "dbt_project.yml": "{name: small, profile: small, flags: {send_anonymous_usage_stats: false}}",
    "profiles/profiles.yml": "small: {target: dev, outputs: {dev: {type: duckdb, schema: tickit, path: small.duckdb}}}",
    "models/exposures.yml": yaml.safe_dump(
        {
            "exposures": [
                {
                    "name": BOARDS["health"].exposure,
                    "type": "dashboard",
                    "owner": {"name": "Test"},
                    "depends_on": [f"ref('{name}')" for name in REPORTS],
                }
            ]
        }
    ),
    **{f"models/{name}.sql": "{{ config(schema='operations') }} select 1" for name in REPORTS},
}
ROWS = {
    "rpt_run_health": {
        "job_name": "daily", "target_name": "dev", "started_at": "2026-11-27 03:00:00", "status": "timeout",
        "seconds": 7321, "usual_seconds": 1234, "failed_node_count": 4, "failed_test_count": 5, "warning_count": 6,
    },
    "rpt_unreliable_tests": {
        "test_name": "checks_fct_sales", "target_name": "dev", "is_failing": True, "is_flaky": True, "run_count": 29,
        "failed_run_count": 17, "last_failure_count": 3, "last_failed_at": "2026-11-27 03:00:00",
    },
    "rpt_slowest_nodes": {
        "node_name": "fct_listings", "target_name": "dev", "slowness_rank": 1, "recent_seconds": 12.5,
        "earlier_seconds": 10, "change_percent": 25,
    },
    "rpt_source_freshness": {"table_name": "venue", "target_name": "dev", "status": "warn", "age_days": 41},
    "rpt_rejected_rows_by_day": {
        "file_date": "2026-11-26", "table_name": "user", "reject_reason": "userid is not an integer", "row_count": 8421,
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a reader of the page sees where nothing is recorded."""
    folder = tmp_path_factory.mktemp("health")
    for name, text in PROJECT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    shutil.copytree(ROOT / "dashboards", folder / "dashboards")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DBT_TARGET", "DBT_PROFILES_DIR", "DBT_PROJECT_DIR", "DBT_TARGET_PATH", "TICKIT_WAREHOUSE"):
            patch.delenv(name, raising=False)
        patch.chdir(folder)
        with duckdb.connect("small.duckdb") as connection:
            _create_reports(connection)
        assert draw(["--board", "health"]) == 0
    html = (folder / "reports/health.html").read_text()
    text = re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def _create_reports(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema tickit_operations")
    for name, columns in REPORTS.items():
        declared = ", ".join(f"{column['name']} {column['data_type']}" for column in columns)
        connection.execute(f"create table tickit_operations.{name} ({declared})")


@pytest.mark.parametrize(
    "words",
    [
        "No run is recorded yet. tickit job daily records one.",
        "No test has failed in the runs that are recorded.",
        "No build is recorded yet.",
        "No check of freshness is recorded yet.",
        "No row is rejected.",
        "0 Runs recorded",
        "0 Tests failing now",
    ],
)
def test_an_empty_history_says_so_in_words(page: str, words: str) -> None:
    assert words in page


def test_what_is_recorded_is_shown_instead_of_the_words() -> None:
    """By the queries alone: to draw a page takes ten seconds and more."""
    shown = {}
    with duckdb.connect() as connection:
        _create_reports(connection)
        for name, row in ROWS.items():
            marks = ", ".join("?" for _ in row)
            connection.execute(
                f"insert into tickit_operations.{name} ({', '.join(row)}) values ({marks})", list(row.values())
            )
        for name, query in yaml.safe_load((ROOT / BOARDS["health"].file).read_text())["queries"].items():
            sql = re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"tickit_operations.\1", query["sql"])
            shown[name] = [tuple(map(str, row)) for row in connection.execute(sql).fetchall()]
    assert shown == {
        "totals": [("1", "1", "1", "1", "1", "8421")],
        "runs": [("daily on dev", "2026-11-27 03:00 UTC", "timeout", "7321.00", "1234.00", "4", "5", "6")],
        "tests": [("checks_fct_sales", "failing", "dev", "3", "17", "29", "2026-11-27 03:00 UTC")],
        "nodes": [("fct_listings", "dev", "1", "12.50", "10.00", "25.0", "None")],
        "sources": [("venue", "dev", "warn", "41", "None", "None")],
        "rejected": [("2026-11-26", "user", "userid is not an integer", "8421")],
    }
