"""The measure: what it reads from the collections, and what it makes of the answers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from typer.testing import CliRunner

from redshift_rehearsal import Rehearsal
from redshift_rehearsal.cli import app
from redshift_rehearsal.conformance import dbt_tests, projects, sources, table
from redshift_rehearsal.conformance.judging import Judge, Verdict
from redshift_rehearsal.conformance.outside import outside
from redshift_rehearsal.conformance.sources import SOURCES, Example, Source, folder_of
from redshift_rehearsal.conformance.table import Result, Score, digest, written
from redshift_rehearsal.conformance.wrong import WRONG
from redshift_rehearsal.errors import RehearsalError

FIXTURES, VALIDATED = SOURCES


def _written_to(folder: Path, file: str, text: str) -> Path:
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(text)
    return folder


def test_a_file_of_sql_is_read_statement_by_statement(tmp_path: Path) -> None:
    text = "-- first\nselect 1;\n\nselect 'a;b';\nselect  1;\n"
    _written_to(tmp_path, f"{FIXTURES.folder}/some.sql", text)
    _written_to(tmp_path, "elsewhere/other.sql", "select 3")
    found = FIXTURES.examples(tmp_path)
    assert [(example.file, example.line, example.sql) for example in found] == [
        ("some.sql", 2, "-- first\nselect 1"),
        ("some.sql", 4, "select 'a;b'"),
        ("some.sql", 5, "select  1"),
    ]


def test_of_pythons_tests_the_statements_of_redshift_are_read(tmp_path: Path) -> None:
    text = """
def test(self):
    self.validate_identity("select 1", "select 2")
    self.validate_all("getdate()", read={"duckdb": "x"}, write={"redshift": "SYSDATE", "spark": "y"})
    self.other("select 3")
    self.validate_identity(sql)
"""
    found = VALIDATED.examples(_written_to(tmp_path, VALIDATED.folder, text))
    assert sorted(example.sql for example in found) == [
        "SELECT SYSDATE FROM example",
        "SELECT getdate() FROM example",
        "select 1",
        "select 2",
    ]


def test_without_a_network_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with pytest.raises(RehearsalError, match="cannot be fetched.*--sources FOLDER"):
        folder_of(FIXTURES, None)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_the_collection_is_an_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["conformance", "--sources", str(tmp_path)])
    assert result.exit_code == 1
    assert "does not hold test/fixtures/dialects/redshift" in result.stderr


def test_what_has_been_fetched_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept = tmp_path / "redshift-rehearsal" / f"sqlfluff-{FIXTURES.commit[:12]}"
    kept.mkdir(parents=True)
    assert folder_of(FIXTURES, None) == kept


@pytest.fixture(scope="module")
def judge(rehearsal: Rehearsal) -> Iterator[Judge]:
    connection = psycopg2.connect(
        host=rehearsal.host, port=rehearsal.port, dbname=rehearsal.database, user=rehearsal.user, password="any"
    )
    connection.autocommit = True
    yield Judge(connection)
    connection.close()


@pytest.mark.parametrize(
    ("sql", "verdict"),
    [
        ("select 1", Verdict.RUNS),
        ("select a.x, b.y from one a join two b on a.id = b.id", Verdict.RUNS),
        ("select dateadd(day, n, started_at) from other_schema.t", Verdict.RUNS),
        ("insert into t (a, b) select 1, 2", Verdict.RUNS),
        ("alter table t rename column a to b", Verdict.RUNS),
        ("grant select on t to public", Verdict.RUNS),
        ("select distinct on (a) a from t", Verdict.REFUSED),
        ("select a fro t where", Verdict.REFUSED),
        ("fetch next from nothing", Verdict.UNDECIDED),
        ("select my_own_function(a) from t", Verdict.UNDECIDED),
    ],
)
def test_verdict(judge: Judge, sql: str, verdict: Verdict) -> None:
    assert judge.judge(sql).verdict == verdict


def test_nothing_of_a_statement_is_left_for_the_next(judge: Judge) -> None:
    for _ in range(2):
        assert judge.judge("create table made (a int)").verdict == Verdict.RUNS
        assert judge.judge("create table other.made (a int)").verdict == Verdict.RUNS
        assert judge.judge("commit").verdict == Verdict.RUNS


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("create model m from t", "machine learning"),
        ("select st_x(g) from t", "geometry"),
        ("create database d from arn 'a'", "other databases and services"),
        ("create external schema s from data catalog database 'd'", ""),
        ("select model from t", ""),
    ],
)
def test_what_is_left_out(sql: str, reason: str) -> None:
    assert outside(sql) == reason


def test_the_table_counts_what_runs_of_what_is_decided_and_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "WRONG", {digest("w1"): "p.html", digest("w2"): "p.html"})
    verdicts = {"a": "runs", "b": "refused", "c": "undecided", "d": "not rehearsed", "w1": "runs", "w2": "refused"}
    results = [Result(Example("f", 1, sql), table.Judgement(Verdict(verdict))) for sql, verdict in verdicts.items()]
    row = written([Score(FIXTURES, results, 5)]).splitlines()[-1]
    assert [cell.strip() for cell in row.strip("|").split("|")][1:] == [
        "6", "5", "1 of 2", "1", "1", "1", "1", "66.7%",
    ]  # fmt: skip


def test_pages_of_wrong_statements_are_redshifts() -> None:
    assert all(page.endswith(".html") for page in WRONG.values())
    assert all(len(one) == 12 for one in WRONG)


JUNIT = """<testsuites><testsuite>
<testcase classname="tests.functional.test_a.TestA" name="test_one"/>
<testcase classname="tests.functional.test_a.TestA" name="test_two"><failure message="no&#10; such type"/></testcase>
<testcase classname="tests.functional.test_a.TestA" name="test_three"><skipped message="flaky"/></testcase>
<testcase classname="tests.functional.test_a.TestB" name="test_four"><error message="on setup">...</error></testcase>
<testcase classname="tests.functional.test_auth.TestIAMUser" name="test_five"><error message="no cluster"/></testcase>
<testcase classname="tests.functional.adapter.cross_database.test_seed.TestSeed" name="test_six"><skipped/></testcase>
</testsuite></testsuites>"""


def test_outcomes_of_dbts_tests_are_counted_but_for_those_that_need_aws(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(JUNIT)
    found = dbt_tests.outcomes(report)
    assert dbt_tests.written(found).splitlines()[-1] == (
        "| dbt-redshift's functional tests | 3 | 1 | 33.3% | IAM: 1, a second database: 1, dbt-redshift skips it: 1 |"
    )
    assert dbt_tests.details(found).splitlines() == [
        "tests.functional.test_a.TestA.test_two: no such type",
        "tests.functional.test_a.TestB.test_four: on setup",
    ]


def test_dbts_tests_need_their_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "find_spec", lambda module: None if module == "pytest" else object())
    with pytest.raises(RehearsalError, match="need the Python package pytest: pip install 'pytest'"):
        dbt_tests.run(tmp_path, print)


def test_what_is_a_projects_own_mistake_is_counted_apart() -> None:
    name = projects.DBT_UTILS.repository
    found = [
        projects.Outcome(name, "model.a", "success"),
        projects.Outcome(name, "test.b", "warn"),
        projects.Outcome(name, "test.not_empty_string_passing_string_trim_whitespace_false.a41c", "fail", "1 row"),
        projects.Outcome(name, "model.c", "error", "no\n such\n type"),
    ]
    assert f"| {name} | 4 | 2 | 1 | 1 |" in projects.written(found).splitlines()
    first, second = projects.details(found).splitlines()
    assert "blanks at the end" in first
    assert second == f"{name} model.c: error: no such type"


def test_projects_need_dbt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "find_spec", lambda _: None)
    with pytest.raises(RehearsalError, match="pip install dbt-redshift"):
        projects.run(tmp_path, print)


@pytest.mark.soak
def test_a_project_is_run_in_a_copy_with_its_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, tools = tmp_path / "moons" / "inside", tmp_path / "tools"
    shutil.copytree(Path(__file__).parent / "project", inside)
    # What it asks for is not fetched from dbt's hub.
    _written_to(inside, "packages.yml", "packages: [{package: nobody/nothing, version: 1.0.0}]")
    _written_to(tools, "dbt_project.yml", "name: tools")
    _written_to(tools, "macros/fail.sql", "{% macro fail() %}{{ run_query('select 1 from from') }}{% endmacro %}")
    sources_of = [Source(name, f"who/{name}", "0", "", "", lambda _: iter(())) for name in ("moons", "tools")]
    project = projects.Project(
        sources_of[0], "inside", (sources_of[1],), ("seed", "run --select mistake largest", "run-operation tools.fail")
    )
    monkeypatch.setattr(projects, "PROJECTS", (project,))
    found = {one.node: one for one in projects.run(tmp_path, print)}
    assert {node: one.went_well for node, one in found.items()} == {
        "seed.planets.planets": True,
        "model.planets.largest": True,
        "model.planets.mistake": False,
        "macro.tools.fail": False,
    }
    assert "DISTINCT ON" in found["model.planets.mistake"].message
    assert "nobody" in (inside / "packages.yml").read_text()
