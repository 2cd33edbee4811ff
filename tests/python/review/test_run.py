"""The command on a repository of its own: what it compares with, what it refuses, how fast nothing is reviewed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from scripts.cli import main
from scripts.core.errors import TickitError
from scripts.review import base as bases
from scripts.review.build import number_of_pull_request, place
from scripts.review.git import base_commit, changed_files, extract
from scripts.review.report import Problem, Report
from scripts.review.run import Request, _finish
from tests.python.dbt_project import ROOT
from tests.python.review.manifests import manifest


def _git(*arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a branch `work`, one commit after `main`, which has gone on."""
    for name in ("DBT_TARGET", "TICKIT_LAKE", "TICKIT_WAREHOUSE", "GITHUB_STEP_SUMMARY", "GITHUB_REF"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "repository"
    (folder / "models").mkdir(parents=True)
    (folder / "profiles").mkdir()
    (folder / "profiles/profiles.yml").write_text((ROOT / "profiles/profiles.yml").read_text())
    (folder / ".gitignore").write_text("reports/\ntarget/\n")
    (folder / "models/a.sql").write_text("select 1")
    (folder / "README.md").write_text("one")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DBT_PROFILES_DIR", "profiles")
    _git("init", "-q", "-b", "main")
    _git("add", ".")
    _git("commit", "-qm", "one")
    _git("switch", "-qc", "work")
    (folder / "README.md").write_text("two")
    _git("commit", "-qam", "two")
    _git("switch", "-q", "main")
    (folder / "models/b.sql").write_text("select 2")
    _git("add", ".")
    _git("commit", "-qm", "main goes on")
    _git("switch", "-q", "work")
    return folder


def test_what_main_did_since_is_no_change_of_the_branch(repository: Path) -> None:
    assert changed_files(base_commit("main")) == ["README.md"]


def test_files_that_are_not_committed_count(repository: Path) -> None:
    (repository / "models/a.sql").write_text("select 3")
    (repository / "models/with blank ü.sql").write_text("select 4")
    (repository / "README.md").write_text("one")
    assert changed_files(base_commit("main")) == ["models/a.sql", "models/with blank ü.sql"]


def test_nothing_that_dbt_reads_is_reviewed_without_dbt_and_in_seconds(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(repository / "target-summary.md"))
    (repository / "target-summary.md").write_text("before\n")
    asks = (
        "import sys; from scripts.cli import main; code = main(['review', '--base', 'main']);"
        "print('dbt.cli' in sys.modules); sys.exit(code)"
    )
    started = time.process_time(), time.perf_counter()
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {asks}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert time.perf_counter() - started[1] < 60  # on any machine: dbt alone would take longer here
    report = (repository / "reports/review/review.md").read_text()
    assert "Nothing to review in dbt: no file that dbt reads has changed." in report
    assert (repository / "target-summary.md").read_text() == "before\n" + report
    assert done.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--base", "no/such"], 2, "there is no commit no/such here: fetch it"),
        (["--base=--all"], 2, "--base is --all: give a branch"),
        (["--base", "main", "--number", "0"], 2, "0 is not in the range"),
        (["--base", "main", "--comment"], 2, "--comment needs GITHUB_TOKEN and GITHUB_REPOSITORY"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(
    repository: Path,
    arguments: list[str],
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("GITHUB_TOKEN", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)
    assert main(["review", *arguments]) == code
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_without_a_warehouse_it_is_said_how_to_get_one(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "models/a.sql").write_text("select 3")
    assert main(["review", "--base", "main"]) == 2
    assert "there is no warehouse at warehouse/tickit.duckdb to compare with: build it" in capsys.readouterr().err


def test_redshift_needs_the_number(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "models/a.sql").write_text("select 3")
    assert main(["review", "--base", "main", "--target", "redshift"]) == 2
    assert "give --number" in capsys.readouterr().err
    monkeypatch.setenv("GITHUB_REF", "refs/pull/12/merge")
    assert [number_of_pull_request(given) for given in (None, 3)] == [12, 3]
    where = place("redshift", repository, None, 12)
    assert where.profile()["tickit_lakehouse"]["outputs"]["review"]["schema"] == "pr_12"


def test_production_is_attached_for_reading_by_the_name_that_its_views_know(repository: Path) -> None:
    where = place("dev", repository / "target", repository / "copy.duckdb", None)
    settings = where.profile()["tickit_lakehouse"]["outputs"]["review"]
    assert settings["attach"] == [{"path": str(repository / "copy.duckdb"), "alias": "tickit", "read_only": True}]
    assert settings["path"] == str(repository / "target/tickit_review.duckdb")
    assert f"{repository}/profiles/../packages/external_tables/python" in settings["module_paths"]


def test_the_base_is_what_was_committed(repository: Path, tmp_path: Path) -> None:
    (repository / "models/a.sql").write_text("select 3")
    (tmp_path / "base").mkdir()
    extract(base_commit("main"), tmp_path / "base")
    assert (tmp_path / "base/models/a.sql").read_text() == "select 1"
    assert not (tmp_path / "base/models/b.sql").exists()


def test_a_state_that_main_has_kept_brings_its_seconds(tmp_path: Path) -> None:
    with pytest.raises(TickitError, match=r"give a folder with the manifest\.json"):
        bases.from_state(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps(manifest()))
    assert bases.from_state(tmp_path).seconds is None
    results = {"results": [{"unique_id": "model.shop.sales", "execution_time": 1.5}]}
    (tmp_path / "run_results.json").write_text(json.dumps(results))
    assert bases.from_state(tmp_path).seconds == {"model.shop.sales": 1.5}


@pytest.mark.parametrize(("status", "code"), [("fail", 1), ("error", 1), ("warn", 0)])
def test_the_exit_code_is_that_of_the_worst_and_the_report_is_written(repository: Path, status: str, code: int) -> None:
    report = Report("main", "0123456789", problems=[Problem(status, "what failed", "models/a.sql")])
    assert _finish(report, Request("main", "dev"), Console(quiet=True)) == code
    assert f"**{status}** what failed" in (repository / "reports/review/review.md").read_text()
