"""The dashboard, drawn once from a tiny warehouse whose totals are known, and the mistakes that a user can make."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
import yaml

from scripts.build.dashboard import BOARDS, Board
from tests.python.tickit import dashboard as draw

ROOT = Path(__file__).parents[3]

# A dbt project with the dashboard's marts and nothing else: parsed in a second, where the real one takes ten.
PROJECT = {
    "dbt_project.yml": "{name: small, profile: small, flags: {send_anonymous_usage_stats: false}}",
    "profiles/profiles.yml": """
        small:
          target: dev
          outputs:
            dev: {type: duckdb, schema: tickit, path: "{{ env_var('TICKIT_WAREHOUSE', 'small.duckdb') }}"}
        """,
    "models/exposures.yml": """
        exposures:
          - name: sales_dashboard
            type: dashboard
            owner: {name: Test}
            depends_on: [ref('fct_sales'), ref('fct_listings'), ref('dim_dates')]
        """,
    "models/fct_sales.sql": "{{ config(schema='sales') }} select 1",
    "models/fct_listings.sql": "{{ config(schema='sales') }} select 1",
    "models/dim_dates.sql": "{{ config(schema='core') }} select 1",
}

# Revenue 1,234,000, commission 185,100 (15 %), 5 tickets sold in 3 sales, 20 offered: sell-through 25 %.
MARTS = """
create schema tickit_core;
create schema tickit_sales;
create table tickit_core.dim_dates as
select day::date as calendar_date, dayname(day) as day_name, dayofweek(day) as day_of_week
from generate_series(date '2008-01-01', date '2008-02-28', interval 1 day) as days(day);
create table tickit_sales.fct_sales as
select
    *, cast(price * 0.15 as decimal(18, 2)) as commission, cast(price as decimal(18, 2)) as price_paid,
    'BUYER001' as buyer_username, 'SELLER01' as seller_username
from (values
    (1, 600000, 2, date '2008-01-01', timestamp '2008-01-03 20:00:00', 2, 'Macbeth', 'Plays', 'Globe', 'Boston', 'MA'),
    (1, 600000, 2, date '2008-02-01', timestamp '2008-02-29 20:00:00', 28, 'Tosca', 'Opera', null, 'Miami', 'FL'),
    (9, 34000, 1, date '2008-02-02', null, null, null, null, null, null, null)
) as sales(
    event_id, price, quantity_sold, sold_date, event_starts_at, days_before_event, event_name, category_name,
    venue_name, venue_city, venue_state_code
);
create table tickit_sales.fct_listings as
select * from (values (1, 'Plays', 10, 4), (9, null, 10, 1)) as l(event_id, category_name, ticket_count, quantity_sold);
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project with its warehouse, and the real boards."""
    folder = tmp_path_factory.mktemp("project") / 'o\'brien "x" $(y) [z]'
    for name, text in PROJECT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    shutil.copytree(ROOT / "dashboards", folder / "dashboards")
    with duckdb.connect(folder / "small.duckdb") as connection:
        connection.execute(MARTS)
    return folder


@pytest.fixture(scope="module", autouse=True)
def in_project(project: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DBT_TARGET", "DBT_PROFILES_DIR", "DBT_PROJECT_DIR", "DBT_TARGET_PATH", "TICKIT_WAREHOUSE"):
            patch.delenv(name, raising=False)
        patch.chdir(project)
        yield


@pytest.fixture(scope="module")
def page(project: Path) -> str:
    with pytest.MonkeyPatch.context() as patch:
        # TICKIT_WAREHOUSE may be a path from the root, and its name need not be that of a schema.
        patch.setenv("TICKIT_WAREHOUSE", str(project / "small.duckdb"))
        assert draw([]) == 0
    assert [path.name for path in (project / "reports").iterdir()] == ["dashboard.html"]
    return (project / "reports" / "dashboard.html").read_text()


def words(page: str) -> str:
    """What a reader sees, the pieces parted by one space."""
    text = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


@pytest.mark.parametrize(
    "figure",
    [
        "$ 1.234 M Revenue, US dollars $411,333 a sale",
        "$ 185.1 K Commission, US dollars 15.0% of revenue",
        "5 Tickets sold 1.7 a sale",
        "3 Sales 2008-01-01 to 2008-02-02",
        "25.0 % Sell-through, percent 20 tickets offered",
    ],
)
def test_headline_figures(page: str, figure: str) -> None:
    assert figure in words(page)


@pytest.mark.parametrize(
    "title",
    [
        "Revenue by month of sale",
        "Revenue per day, by weekday",
        "Revenue by category",
        "Sell-through by category",
        "Tickets sold by weeks left until the event",
        "The ten venues with most revenue",
        "The ten events with most revenue",
    ],
)
def test_charts_are_there(page: str, title: str) -> None:
    assert title in words(page)


def test_unknown_events_are_shown_not_dropped(page: str) -> None:
    seen = words(page)
    assert "Not known" in seen
    assert "event not known" in seen
    assert "Name not known, Miami, FL" in seen
    assert "$34.0K" in seen


def test_names_no_person(page: str) -> None:
    assert "BUYER001" not in page
    assert "SELLER01" not in page


def test_fetches_nothing(page: str) -> None:
    fetched = []

    class Loads(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            named = [value for name, value in attrs if name in ("src", "srcset", "href", "xlink:href", "data")]
            fetched.extend(value for value in named if not re.match(r"#|data:", value or "#"))

    Loads().feed(page)
    styles = re.sub(r"<script\b.*?</script>", "", page, flags=re.DOTALL)
    fetched += re.findall(r"url\((?!\s*['\"]?(?:data:|#))[^)]{0,80}", styles)
    fetched += re.findall(r"@import|fetch\(|XMLHttpRequest|WebSocket|sendBeacon", page)
    # The names of XML's vocabularies look like addresses and are never fetched.
    fetched += [url for url in re.findall(r"https?://[^\"'\s<>)]+", page) if not url.startswith("http://www.w3.org/")]
    assert fetched == []


def test_missing_warehouse(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TICKIT_WAREHOUSE", "missing.duckdb")
    assert draw([]) == 1
    assert "Error: there is no warehouse at missing.duckdb yet: build it with `make run`." in capsys.readouterr().err
    assert not Path("missing.duckdb").exists()


def test_warehouse_without_marts(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    duckdb.connect("empty.duckdb").close()
    monkeypatch.setenv("TICKIT_WAREHOUSE", "empty.duckdb")
    assert draw([]) == 1
    assert capsys.readouterr().err == "Error: there is no fct_sales in empty.duckdb: build it with `make run`.\n"


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


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_exposure_names_what_the_board_reads(board: Board) -> None:
    exposures = yaml.safe_load((ROOT / "models/_exposures.yml").read_text())["exposures"]
    (depends_on,) = (exposure["depends_on"] for exposure in exposures if exposure["name"] == board.exposure)
    read = re.findall(r"ref\('\w+'\)", (ROOT / board.file).read_text())
    assert {name for name in depends_on if not name.startswith("metric(")} == set(read)
