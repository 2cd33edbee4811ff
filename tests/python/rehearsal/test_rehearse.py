"""``make rehearse``: the project passes whole, and mistakes put in on purpose are refused for the right reason."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from redshift_rehearsal import Report

from tests.python.conftest import Warehouse
from tests.python.dbt_project import ROOT
from tests.python.tickit import TICKIT

_PROJECT = (
    "dbt_project.yml",
    "packages.yml",
    "package-lock.yml",
    "profiles",
    "packages",
    "macros",
    "models",
    "seeds",
    "snapshots",
    "tests/dbt",
    "scripts",
)
_DOCS = "https://docs.aws.amazon.com/redshift/latest/dg/"

# Model -> (its SQL, what the report says, the page that it names). All read a seed, so that little has to be built.
MISTAKES = {
    "mistake_duckdb_function": (
        "select list_sort(list(state_name)) as names from {{ ref('states') }}",
        "list",
        "c_SQL_functions.html",
    ),
    "mistake_duckdb_syntax": (
        "select state_code, count(*) filter (where region = 'West') as n from {{ ref('states') }} group by 1",
        "FILTER",
        "",
    ),
    "mistake_dist_key": (
        "{{ config(dist='no_such_column') }} select state_code from {{ ref('states') }}",
        'column "no_such_column" named in key does not exist',
        "r_CREATE_TABLE_NEW.html",
    ),
    "mistake_sort_key": (
        "{{ config(sort=['state_code', 'no_such_column']) }} select state_code from {{ ref('states') }}",
        'column "no_such_column" named in key does not exist',
        "r_CREATE_TABLE_NEW.html",
    ),
    "mistake_frame_clause": (
        "select count(*) over (partition by region order by state_code) as n from {{ ref('states') }}",
        "frame",
        "c_Window_functions.html",
    ),
    "mistake_unqualified_name": (
        "{{ config(materialized='view', bind=false) }} select 1 as n from states",
        "relation names inside should be qualified",
        "r_CREATE_VIEW.html",
    ),
}
RIGHT = {
    # Grants are given, and looked up on the second run.
    "right_granted": "{{ config(grants={'select': ['admin']}) }} select state_code from {{ ref('states') }}",
    # After each run the comment of one column is another than the YAML's.
    "right_merged": (
        "{{ config(materialized='incremental', incremental_strategy='merge', unique_key='state_code', "
        "post_hook=\"comment on column {{ this }}.region is 'by hand'\") }} "
        "select state_code, region from {{ ref('states') }}"
    ),
    "right_replaced": (
        "{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='state_code') }} "
        "select state_code, region from {{ ref('states') }}"
    ),
}
_DESCRIBED = """
models:
  - name: right_merged
    columns:
      - {name: state_code, description: "Of a state."}
      - {name: region, description: "Where it is."}
"""


def _rehearse(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "TICKIT_"))}
    return subprocess.run(
        [*TICKIT, "rehearse", *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the project, with models that are wrong and models that are right."""
    folder = tmp_path_factory.mktemp("copy")
    for name in _PROJECT:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "target", "logs", "dbt_packages")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder / name)
    models = folder / "models" / "intermediate"
    for name, sql in {**{name: mistake[0] for name, mistake in MISTAKES.items()}, **RIGHT}.items():
        (models / f"{name}.sql").write_text(sql, encoding="utf-8")
    (models / "_right.yml").write_text(_DESCRIBED, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def log(copy: Path) -> Path:
    return copy / "statements.jsonl"


@pytest.fixture(scope="module")
def report(copy: Path, lake: Path, log: Path) -> str:
    """Rehearse the copy: the models that were added, the seed that they read, and a snapshot."""
    done = _rehearse(
        copy, "--lake", str(lake), "--log", str(log), "--select", "states", "+venues_snapshot", *MISTAKES, *RIGHT
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.mark.parametrize("model", MISTAKES)
def test_a_mistake_is_refused_for_its_reason(report: str, model: str) -> None:
    _, message, page = MISTAKES[model]
    refused = [
        part for part in re.split(r"\n(?=Refused )", report) if part.startswith("Refused ") and f".{model}\n" in part
    ]
    assert len(refused) == 1, f"reported {len(refused)} times:\n{report}"
    assert message.lower() in refused[0].lower()
    assert f"page: {_DOCS}{page}" in refused[0]


@pytest.mark.parametrize("model", RIGHT)
def test_what_is_right_beside_them_is_run(report: str, model: str) -> None:
    assert f".{model}" not in report


def test_a_snapshot_is_written_on_both_runs(report: str) -> None:
    assert "venues_snapshot" not in report
    assert " ".join(report.split()).count("1 snapshot") == 2


@pytest.mark.usefixtures("report")
def test_comments_of_a_table_that_stays_are_sent_where_they_have_changed(log: Path) -> None:
    described = Counter(
        found[1].replace('"', "")
        for statement in Report.of(log).statements
        if (found := re.search(r'comment on column "tickit"\."\w+"\.("\w+"\.\w+)\s+is \$', statement.sql))
    )
    assert described["base_tickit__venues.venue_id"] == described["right_merged.state_code"] == 1
    assert described["right_merged.region"] == 2
    # It is made in both runs.
    assert described["states.state_code"] == 2


@pytest.mark.soak
def test_the_project_passes_whole(warehouse: Warehouse, tmp_path: Path) -> None:
    # DuckDB's build has published what the Python models make; here it is read.
    log = tmp_path / "log"
    done = _rehearse(ROOT, "--lake", str(warehouse.lake), "--log", str(log))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing is published" not in done.stdout
    assert re.search(r"([0-9]+) staged, \1 changed", done.stdout)
    assert re.search(r"([0-9]+) staged, 0 changed, \1 unchanged", done.stdout)
    report = Report.of(log)
    assert report.failures == []
    # Each kind of statement was really sent.
    sent = "\n".join(statement.sql.lower() for statement in report.statements)
    for words in ("with no schema binding", "distkey", "sortkey", "add if not exists\npartition", "comment on column"):
        assert words in sent, words
    for kind in ("model.", "seed.", "snapshot.", "test.", "unit_test."):
        assert any((statement.node or "").startswith(kind) for statement in report.statements), kind


def test_a_lake_that_is_not_there_is_told() -> None:
    done = _rehearse(ROOT, "--lake", "no/such/lake")
    assert done.returncode == 1
    assert "there is no lake at no/such/lake" in done.stderr
    assert "Traceback" not in done.stderr
