"""The dashboards, written from tiny marts whose totals are known, and the mistakes that a user can make."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import redshift_connector
import yaml
from redshift_rehearsal import Rehearsal

from scripts.build import dashboard
from scripts.build.dashboard import PAGE
from scripts.core.errors import TickitError
from tests.python.build.dashboard_data import (
    ALL_QUERIES,
    BASIC,
    COLUMNS,
    HOSTILE,
    RELATIONS,
    data_of,
    make_project,
    statements,
    write_board,
)
from tests.python.dbt_project import ROOT
from tests.python.tickit import dashboard as draw


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small project with its warehouse, in a folder whose name is hard to write."""
    folder = tmp_path_factory.mktemp("project") / 'o\'brien "x" $(y) [z]'
    make_project(folder)
    with duckdb.connect(folder / "small.duckdb") as connection:
        for statement in statements():
            connection.execute(statement)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DBT_TARGET", "DBT_PROFILES_DIR", "DBT_PROJECT_DIR", "DBT_TARGET_PATH", "TICKIT_WAREHOUSE"):
            patch.delenv(name, raising=False)
        patch.setenv("SOURCE_DATE_EPOCH", "1227700000")
        patch.chdir(folder)
        yield folder


@pytest.fixture(scope="module")
def page(project: Path) -> str:
    assert draw([]) == 0
    assert [path.name for path in (project / "reports").iterdir()] == ["dashboard.html"]
    return (project / "reports" / "dashboard.html").read_text(encoding="utf-8")


def _data(page: Path) -> dict[str, Any]:
    return data_of(page.read_text(encoding="utf-8"))


def _totals(tables: dict[str, Any], sales: str, listings: str) -> list[int]:
    of_sales = [
        sum(row[name] for row in tables[sales]) for name in ("revenue", "commission", "tickets_sold", "sale_count")
    ]
    names = ("tickets_offered", "tickets_sold", "listing_count", "sold_out_count")
    return [*of_sales, *(sum(row[name] for row in tables[listings]) for name in names)]


TOTALS = [123_400_000, 18_510_000, 5, 3, 30, 12, 3, 1]


def test_the_page_has_the_numbers_of_the_marts(page: str) -> None:
    data = data_of(page)
    assert _totals(data["tables"], "sales", "listings") == TOTALS
    assert (data["board"], data["warehouse"], data["read_at"]) == ("sales", "small.duckdb", "2008-11-26 11:46 UTC")
    assert data["missing"] == []
    assert data["tables"]["sales"][0] == {
        "event_id": 1, "sold_date": date(2008, 10, 31), "seller_id": 11, "sale_count": 1, "tickets_sold": 2,
        "revenue": 60_000_000, "commission": 9_000_000,
    }  # fmt: skip
    assert [(row["event_id"], row["venue_id"]) for row in data["tables"]["events"]] == [(1, 1), (2, 2), (3, 3)]
    assert [row["user_count"] for row in data["tables"]["campaigns"]] == [5]
    assert [row["reading"] for row in data["tables"]["price_effect"]] == ["10 % dearer, 5 % fewer orders"]
    assert [row["seller_id"] for row in data["tables"]["grades"]] == [11]
    # By the chosen method, of the last origin.
    assert [(row["measure"], row["forecast"]) for row in data["tables"]["forecast_errors"]] == [
        *(("revenue", 8), ("revenue", 12), ("tickets", 8), ("tickets", 12)),
    ]


def test_the_health_board_has_the_operations_alone(tmp_path: Path) -> None:
    tables = _data(write_board(tmp_path, board="health"))["tables"]
    assert list(tables) == ["rejected", "runs", "tests", "nodes", "sources"]
    assert tables["runs"] == [
        {"job_name": "daily", "target_name": "dev", "started_at": "2026-11-27 03:00:00", "status": "timeout",
         "seconds": 7321, "usual_seconds": 1234, "failed_node_count": 4, "failed_test_count": 5, "warning_count": 6}
    ]  # fmt: skip
    assert [(row["file_date"], row["row_count"]) for row in tables["rejected"]] == [
        (date(2026, 11, 26), 8421),
        (None, 1),
    ]
    assert [row["node_name"] for row in tables["nodes"]] == ["fct_listings"]


def test_a_large_lake_has_the_same_totals_without_events(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(dashboard, "DETAIL_ROWS", 5)
    tables = _data(write_board(tmp_path))["tables"]
    assert _totals(tables, "sales_by_place", "listings_by_place") == TOTALS
    assert not {"sales", "listings", "events"} & set(tables)
    # Two venues of the same name are two.
    assert [(row["category_name"], row["venue_id"]) for row in tables["sales_by_place"]] == [
        ("Plays", 1),
        ("Pop", 2),
        (None, None),
    ]
    assert [row["seller_id"] for row in tables["top_sellers"]] == [12, 11]


def test_what_is_not_built_is_left_out(tmp_path: Path) -> None:
    data = _data(write_board(tmp_path, statements(*BASIC)))
    assert set(data["tables"]) == {"size", "venues", "events", "sales", "listings"}
    assert data["missing"] == [name for name, query in ALL_QUERIES.items() if "if built" in query.words]


def test_marts_without_rows_are_no_error(tmp_path: Path) -> None:
    data = _data(write_board(tmp_path, statements(rows={})))
    assert all(rows == [] for name, rows in data["tables"].items() if name != "size")


def test_the_same_marts_give_the_same_page(project: Path, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard, "_relations", lambda _: RELATIONS)
    again = project / "again.html"
    assert draw(["--output", again]) == 0
    assert again.read_text(encoding="utf-8") == page


def test_no_name_of_a_delivered_file_is_html(page: str) -> None:
    assert HOSTILE in {row["event_name"] for row in data_of(page)["tables"]["events"]}
    assert "<img" not in page
    assert page.count("</script>") == 2
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "dashboards/page/src").glob("*.js"))
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", source) == []


def test_the_page_may_load_nothing(page: str) -> None:
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    script = page.rpartition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert rules == {
        "default-src": "'none'",
        "script-src": f"'sha256-{digest}'",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    fetched = [url for url in re.findall(r"https?://[^\"'`\s<>)]+", page) if not url.startswith("http://www.w3.org/")]
    assert fetched == []


def test_the_page_is_built_from_its_sources() -> None:
    """As dashboards/page/build.mjs counts them."""
    folder = ROOT / "dashboards/page"
    sources = [folder / name for name in ("index.html", "style.css", "package-lock.json")]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in [*sources, *sorted((folder / "src").iterdir())]))
    assert f'<meta name="sources" content="{digest.hexdigest()}">' in (ROOT / PAGE).read_text(encoding="utf-8"), (
        "dashboards/page has changed since dashboards/page.html was built: npm ci && npm run build in dashboards/page"
    )
    assert "http" not in re.sub(r'"(url|funding)": .*', "", (folder / "package-lock.json").read_text(encoding="utf-8"))


def test_both_engines_answer_alike(rehearsal: Rehearsal) -> None:
    """Through Redshift's own driver, from the stand-in for Redshift."""
    with rehearsal.connect() as theirs, duckdb.connect() as ours:
        theirs.autocommit = True
        run_theirs = dashboard._Run(theirs, redshift_connector.Error)
        for statement in statements():
            theirs.cursor().execute(statement)
            ours.execute(statement)
        try:
            found = {}
            for name, query in ALL_QUERIES.items():
                sql = dashboard._REF.sub(lambda ref: RELATIONS[ref.group(1)], query.sql)
                found[name] = run_theirs(sql)
                answer = dashboard._Run(ours, duckdb.Error)(sql)
                assert (name, list(map(list, found[name].rows))) == (name, list(map(list, answer.rows)))
                assert list(found[name].names) == list(answer.names)
            assert all(table.rows for table in found.values())
            with pytest.raises(dashboard._MissingTableError):
                run_theirs("select 1 from tickit_nowhere.fct_sales")
            with pytest.raises(dashboard._MissingTableError):
                run_theirs("select 1 from tickit_sales.fct_nothing")
        finally:
            for schema in sorted({relation.split(".")[0] for relation in RELATIONS.values()}):
                theirs.cursor().execute(f"drop schema {schema} cascade")


def test_missing_warehouse(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TICKIT_WAREHOUSE", "missing.duckdb")
    assert draw([]) == 1
    assert "Error: there is no warehouse at missing.duckdb yet: build it with `make run`." in capsys.readouterr().err
    assert not Path("missing.duckdb").exists()


def test_warehouse_without_marts(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    duckdb.connect("empty.duckdb").close()
    monkeypatch.setenv("TICKIT_WAREHOUSE", "empty.duckdb")
    monkeypatch.setattr(dashboard, "_relations", lambda _: RELATIONS)
    assert draw([]) == 1
    error = capsys.readouterr().err
    assert error == "Error: there is no fct_sales or fct_listings yet: build it with `make run`.\n"


def test_a_failing_query_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = [statement.replace("venue_name varchar", "name varchar") for statement in statements(*BASIC, rows={})]
    with duckdb.connect(tmp_path / "w.duckdb") as connection:
        for statement in made:
            connection.execute(statement)
    monkeypatch.setenv("TICKIT_WAREHOUSE", str(tmp_path / "w.duckdb"))
    monkeypatch.setattr(dashboard, "_relations", lambda _: RELATIONS)
    assert draw([]) == 1
    assert "Error: a query of dashboards/queries.sql failed: Binder Error" in capsys.readouterr().err


def test_a_query_without_its_line_is_an_error() -> None:
    with pytest.raises(TickitError, match="ends with a semicolon"):
        dashboard.queries("-- query: sales (sales)\nselect 1\n")


def test_warehouse_being_written(capsys: pytest.CaptureFixture[str]) -> None:
    hold = "import duckdb; c = duckdb.connect('small.duckdb'); print('open', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout.readline() == b"open\n"
        assert draw([]) == 1
        writer.communicate(b"\n")
    error = capsys.readouterr().err
    assert error.startswith("Error: small.duckdb is in use by process ")
    assert error.count("\n") == 1


def test_damaged_warehouse(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    content = bytearray(Path("small.duckdb").read_bytes())
    content[4096:8192] = bytes(4096)
    Path("damaged.duckdb").write_bytes(content)
    monkeypatch.setenv("TICKIT_WAREHOUSE", "damaged.duckdb")
    assert draw([]) == 1
    assert capsys.readouterr().err.startswith("Error: damaged.duckdb is damaged, or no DuckDB file.")


def test_unknown_target(capsys: pytest.CaptureFixture[str]) -> None:
    assert draw(["--target", "nowhere"]) == 1
    assert "target nowhere is not in profiles/profiles.yml: choose dev." in capsys.readouterr().err


@pytest.mark.parametrize(("board", "exposure"), [("sales", "sales_dashboard"), ("health", "operations_health")])
def test_exposure_names_what_the_board_reads(board: str, exposure: str) -> None:
    exposures = yaml.safe_load((ROOT / "models/_exposures.yml").read_text())["exposures"]
    (depends_on,) = (each["depends_on"] for each in exposures if each["name"] == exposure)
    read = {f"ref('{name}')" for query in ALL_QUERIES.values() if board in query.words for name in query.refs}
    assert {name for name in depends_on if not name.startswith("metric(")} == read


def test_the_words_of_queries_are_known() -> None:
    assert {word for query in ALL_QUERIES.values() for word in query.words} == {
        *("sales", "health", "detail", "summary", "if built"),
    }
    assert set(COLUMNS) == {name for query in ALL_QUERIES.values() for name in query.refs}


def test_quicksight_reads_columns_of_the_mart_and_no_person() -> None:
    class Loader(yaml.SafeLoader):
        """Reads CloudFormation's short functions as what they are called with."""

    Loader.add_multi_constructor("!", lambda loader, _, node: loader.construct_scalar(node))
    template = yaml.load((ROOT / "dashboards/quicksight.yml").read_text(encoding="utf-8"), Loader)  # noqa: S506
    (table,) = template["Resources"]["Sales"]["Properties"]["PhysicalTableMap"].values()
    read = {column["Name"]: column["Type"] for column in table["RelationalTable"]["InputColumns"]}
    kinds = {"timestamp": "DATETIME", "varchar": "STRING", "integer": "INTEGER", "decimal": "DECIMAL"}
    declared = COLUMNS[table["RelationalTable"]["Name"]]
    assert read == {name: kinds[re.split(r"\W", declared[name])[0]] for name in read}
    assert [name for name in read if name.startswith(("buyer", "seller"))] == []
    definition = (ROOT / "dashboards/quicksight.yml").read_text(encoding="utf-8").partition("  Analysis:")[2]
    assert set(re.findall(r"ColumnName: (\w+)", definition)) <= set(read)
    assert len(re.findall(r"- (?:Line|Bar)ChartVisual:", definition)) == 3
