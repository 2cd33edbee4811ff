"""Months, days, corrections and kills: what later runs make of them is what one run over the whole lake makes."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import duckdb
import pytest

from scripts.lake.landing import land_day, land_month
from scripts.lake.layout import DELIMITER, MONTHS, RAW_ZONE
from scripts.lake.layout import TABLES as RAW_TABLES
from tests.python.dbt_project import dbt_env
from tests.python.incremental.comparison import (
    INCREMENTAL,
    RUN,
    RUN_ALL,
    STAGE,
    TABLES,
    built_in_one_go,
    contents,
    take_in,
)
from tests.python.incremental.forked_dbt import ARTIFACTS, ForkedDbt, forked_dbt
from tests.python.tickit import make_lake

ANEW = {"TICKIT_REBUILD_FACTS": "yes"}


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, installed_packages: None) -> Iterator[ForkedDbt]:
    """Return a warehouse of a lake until September, with copies of both as they are at the start."""
    folder = tmp_path_factory.mktemp("grown")
    env = dbt_env(folder, "ci", folder / "lake")
    assert make_lake(["--scale", "0.01", "--dest", env["TICKIT_LAKE"], "--until", "2008-09"]) == 0
    with forked_dbt(env) as dbt:
        for command in (STAGE, ("seed",), RUN_ALL):
            dbt.must_run(*command)
        shutil.copytree(folder / "lake", folder / "lake_before")
        shutil.copy(dbt.warehouse, folder / "warehouse_before")
        yield dbt


@pytest.fixture
def dbt(begun: ForkedDbt) -> ForkedDbt:
    """Return it as it was at the start."""
    folder = begun.warehouse.parent
    shutil.rmtree(folder / "lake")
    shutil.copytree(folder / "lake_before", folder / "lake")
    shutil.copy(folder / "warehouse_before", begun.warehouse)
    begun.warehouse.with_name(begun.warehouse.name + ".wal").unlink(missing_ok=True)
    return begun


@pytest.fixture
def lake(dbt: ForkedDbt) -> Path:
    """Return the lake, to grow."""
    return Path(dbt.env["TICKIT_LAKE"])


def _events(lake: Path) -> Iterator[str]:
    """Deliver, one after the other, what a source system delivers; yield what it was."""
    land_month(lake, "2008-10")
    yield "a month"
    for day in ("2008-11-01", "2008-11-02"):
        land_day(lake, day)
    yield "two days"
    land_month(lake, "2008-11", ["late", "corrected"])
    yield "the complete month, corrected, with late lines of the one before"
    land_month(lake, "2008-04", ["corrected"])
    yield "an old month again, corrected"
    land_month(lake, "2008-11", ["empty"])
    land_month(lake, "2008-10", ["truncated"])
    yield "a month again, empty, and one half written"
    land_month(lake, "2008-12", ["duplicated"])
    land_month(lake, "2008-11")
    yield "the month once more, and one twice"
    land_month(lake, "2008-10")
    shutil.rmtree(lake / "raw_tickit_data/sale/sale_month=2008-12")
    yield "the complete half month, and sales of a month gone"
    users = lake / "raw_tickit_data/user/user.txt"
    lines = users.read_text(encoding="utf-8").splitlines(keepends=True)
    users.write_text("".join(line.replace("|WA|", "|OR|") for line in lines[:-3]), encoding="utf-8")
    yield "users changed, three gone"


# A run after each event, and a whole build to compare with, take minutes.
@pytest.mark.parametrize(
    "events_a_run", [4, pytest.param(1, marks=pytest.mark.soak), pytest.param(2, marks=pytest.mark.soak)]
)
def test_a_lake_that_grows_gives_what_a_whole_one_gives(
    events_a_run: int, dbt: ForkedDbt, lake: Path, tmp_path: Path
) -> None:
    for number, what in enumerate(_events(lake), 1):
        if number % events_a_run == 0:
            take_in(dbt)
        if number % (4 * events_a_run) == 0 or events_a_run == 1:
            assert contents(dbt.warehouse) == built_in_one_go(dbt, tmp_path / str(number)), what
    take_in(dbt, RUN_ALL)
    assert contents(dbt.warehouse, TABLES) == built_in_one_go(dbt, tmp_path / "whole", RUN_ALL, TABLES)


@pytest.mark.soak
def test_a_later_run_names_only_the_months_that_changed(dbt: ForkedDbt, lake: Path) -> None:
    take_in(dbt)  # the lake is a copy, so its files are others than those of the first run
    land_month(lake, "2008-10")
    take_in(dbt)
    compiled = Path(dbt.env["DBT_TARGET_PATH"]) / "compiled/tickit_lakehouse/models"
    sales = (compiled / "staging/tickit/base/base_tickit__sales.sql").read_text(encoding="utf-8")
    assert "where sale_month in ('2008-10')" in sales
    fact = (compiled / "marts/sales/fct_sales.sql").read_text(encoding="utf-8")
    assert "sold_at >= cast('2008-10-01' as date) and sold_at < cast('2008-11-01' as date)" in fact

    take_in(dbt)  # nothing new
    assert "where 1 = 0" in (compiled / "staging/tickit/base/base_tickit__sales.sql").read_text(encoding="utf-8")
    assert "where 1 = 0" in (compiled / "marts/sales/fct_sales.sql").read_text(encoding="utf-8")


@pytest.mark.soak
def test_a_broken_delivery_leaves_the_marts_as_they_were(dbt: ForkedDbt, lake: Path) -> None:
    spoilt = {}
    for table, column in (("sale", "pricepaid"), ("listing", "totalprice")):
        file = lake / f"raw_tickit_data/{table}/{table}_month=2008-04/{table}.txt"
        header, *lines = file.read_text(encoding="utf-8").splitlines()
        place = header.split(DELIMITER).index(column)
        rows = [line.split(DELIMITER) for line in lines]
        for fields in rows:
            fields[place] = "abc"
        file.write_text("\n".join([header, *map(DELIMITER.join, rows)]) + "\n", encoding="utf-8")
        spoilt[table] = len(rows)
    marts = [table for table in TABLES if "staging" not in table]
    before = contents(dbt.warehouse, TABLES)
    dbt.must_run(*STAGE)
    code, output = dbt.run("build", "--exclude-resource-type", "unit_test", "--exclude", "tag:python")
    assert code == 1
    for table, count in spoilt.items():
        assert (
            f"stg_tickit__{table}s: {count} rows rejected, more than 1.0 % of the lines of base_tickit__{table}s"
            in output
        )
    after = contents(dbt.warehouse, TABLES)
    assert {table: after[table] for table in marts} == {table: before[table] for table in marts}
    with duckdb.connect(str(dbt.warehouse), read_only=True) as connection:
        snapshots = connection.execute("select table_name from duckdb_tables() where table_name like '%snapshot'")
        assert "listing_prices_snapshot" not in {name for (name,) in snapshots.fetchall()}


# Names of folders, one a table: what is read and what is not is for the declaration to say, not for a name.
ODD_FOLDERS = {
    "a month of its own": "user/user_month=2008-03",
    "folders in folders": "venue/north/venue_month=2008-04/x=1",
    "a month that is not declared": "sale/sale_month=2009-01",
    "another case": "listing/Listing_Month=2008-04",
    "another column": "sale/listing_month=2008-04",
    "a table that is not declared": "refund/refund_month=2008-04",
    "an apostrophe": "sale/sale_month=2008-01'",
    "a condition": "sale/sale_month=x') or 'a' in ('a",
    "a backslash": "sale/sale_month=2008-01\\",
    "a folder of a month, deeper": "event/sale_month=2008-04",
}


@pytest.mark.soak
def test_a_folder_is_read_or_not_whatever_it_is_called(dbt: ForkedDbt, lake: Path, tmp_path: Path) -> None:
    """Later runs give what a build from nothing does, and a warning names each folder that nobody reads."""
    keys = {}
    for number, folder in enumerate(ODD_FOLDERS.values(), 800_001):
        table = folder.partition("/")[0]
        layout = RAW_TABLES.get(table, RAW_TABLES["sale"])
        files = sorted((lake / RAW_ZONE / layout.name).rglob("*.txt"))
        header, line, *_ = files[0].read_text(encoding="utf-8").splitlines()
        odd = lake / RAW_ZONE / folder
        odd.mkdir(parents=True)
        (odd / "odd.txt").write_text(f"{header}\n{number}|{line.partition('|')[2]}\n", encoding="utf-8")
        keys[folder] = number
    take_in(dbt)
    assert contents(dbt.warehouse) == built_in_one_go(dbt, tmp_path / "whole")
    code, output = dbt.run("test", "--select", "path:tests/dbt/staging")
    assert code == 0, output
    read = {"user/user_month=2008-03", "venue/north/venue_month=2008-04/x=1", "event/sale_month=2008-04"}
    with duckdb.connect(str(dbt.warehouse), read_only=True) as connection:
        for folder, key in keys.items():
            table = folder.partition("/")[0]
            if table in RAW_TABLES:
                staged = connection.execute(
                    f"from tickit_staging.stg_tickit__{table}s where {table}_id = {key}"
                ).fetchall()
                assert bool(staged) == (folder in read), folder
    for folder in set(keys) - read:
        assert f"place: raw_tickit_data/{folder}, file_count: 1" in output


@pytest.mark.soak
def test_a_file_that_comes_after_the_staging_is_taken_in_by_the_next(
    dbt: ForkedDbt, lake: Path, tmp_path: Path
) -> None:
    """On a warehouse that is there as from nothing: no line of it is read, none counted, and none missed later."""
    take_in(dbt)  # the lake is a copy, so its files are others than those of the first run
    before = contents(dbt.warehouse)
    land_month(lake, "2008-10")
    venues = RAW_TABLES["venue"].path(lake)
    venues.with_name("more.txt").write_text(
        "\n".join([RAW_TABLES["venue"].header, "800001|Hall|Kent|WA|1"]) + "\n", encoding="utf-8"
    )
    dbt.must_run(*RUN)
    assert contents(dbt.warehouse) == before
    take_in(dbt)
    assert contents(dbt.warehouse) == built_in_one_go(dbt, tmp_path / "whole")
    dbt.must_run("test", "--select", "path:tests/dbt/staging")


def test_a_file_that_changes_after_the_staging_fails_the_build(dbt: ForkedDbt, lake: Path) -> None:
    """Its header was not looked at: with buyer and seller in each other's place, all lines would be typed."""
    dbt.must_run(*STAGE)
    path = RAW_TABLES["sale"].path(lake, "2008-04")
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    order = header.split(DELIMITER)
    seller, buyer = order.index("sellerid"), order.index("buyerid")
    swapped = []
    for line in (header, *lines):
        fields = line.split(DELIMITER)
        fields[seller], fields[buyer] = fields[buyer], fields[seller]
        swapped.append(DELIMITER.join(fields))
    path.write_text("\n".join(swapped) + "\n", encoding="utf-8")
    code, output = dbt.run("build", "--exclude-resource-type", "unit_test", "--exclude", "tag:python")
    assert code == 1
    assert "fail files_are_as_they_were_staged" in output
    assert "path: raw_tickit_data/sale/sale_month=2008-04/sale.txt, problem: was written again" in output
    code, output = dbt.run(*STAGE)
    assert code == 1, output


@pytest.mark.soak
def test_a_file_of_the_same_size_and_time_is_taken_in(dbt: ForkedDbt, lake: Path, tmp_path: Path) -> None:
    path = RAW_TABLES["sale"].path(lake, "2008-04")
    times, text = path.stat(), path.read_text(encoding="utf-8")
    header, first, *rest = text.splitlines(keepends=True)
    fields = first.split(DELIMITER)
    place = header.split(DELIMITER).index("pricepaid")
    fields[place] = "9" * fields[place].index(".") + fields[place][fields[place].index(".") :]
    path.write_text("".join([header, DELIMITER.join(fields), *rest]), encoding="utf-8")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert path.stat().st_size == times.st_size
    before = contents(dbt.warehouse)
    take_in(dbt)
    assert contents(dbt.warehouse) != before
    assert contents(dbt.warehouse) == built_in_one_go(dbt, tmp_path / "whole")


@pytest.mark.soak
def test_a_number_of_lines_that_was_none_is_counted_again(dbt: ForkedDbt) -> None:
    """A file that could not be read for a moment has no lines: it must not count as empty for ever."""
    with duckdb.connect(str(dbt.warehouse)) as connection:
        connection.execute(
            "update tickit_staging.base_tickit__line_counts set line_count = 0 where delivery = '2008-04'"
        )
    dbt.must_run(*RUN)
    dbt.must_run("test", "--select", "every_raw_line_is_in_its_base_model")


@pytest.mark.soak
def test_months_that_are_gone_or_empty_are_reported_by_name(dbt: ForkedDbt, lake: Path) -> None:
    """In each build, not in the first alone; and a month between others that never came."""
    lines = RAW_TABLES["sale"].path(lake, "2008-04").read_text(encoding="utf-8").count("\n") - 1
    shutil.rmtree(RAW_TABLES["sale"].path(lake, "2008-04").parent)
    RAW_TABLES["sale"].path(lake, "2008-05").write_bytes(b"")
    RAW_TABLES["listing"].path(lake, "2008-05").write_text(RAW_TABLES["listing"].header + "\n", encoding="utf-8")
    land_month(lake, "2008-12")
    for _ in range(2):
        take_in(dbt)
        code, output = dbt.run("test", "--select", "path:tests/dbt/staging")
        assert code == 0, output
        gone = "problem: delivered before, and gone, lines_before:"
        lacking = "problem: not delivered, though a later month is, lines_before:"
        assert f"table_name: sale, delivery: 2008-04, {gone} {lines}\n" in output
        for table, month in (("sale", "2008-10"), ("sale", "2008-11"), ("listing", "2008-10"), ("listing", "2008-11")):
            assert f"table_name: {table}, delivery: {month}, {lacking} None\n" in output
        assert output.count(lacking) + output.count(gone) == 5
        assert "table_name: sale, delivery: 2008-05, file_count: 1, size_bytes: 0\n" in output
        assert "table_name: listing, delivery: 2008-05, file_count: 1, size_bytes: " in output


def test_a_month_whose_files_are_touched_is_loaded_again(dbt: ForkedDbt, lake: Path) -> None:
    """Rows that somebody changed in the warehouse: no file shows it, so its files are touched."""

    def sales() -> list[tuple]:
        with duckdb.connect(str(dbt.warehouse), read_only=True) as connection:
            return connection.execute(
                "select * exclude (delivery_version) from tickit_sales.fct_sales order by all"
            ).fetchall()

    take_in(dbt)  # the lake is a copy, so its files are others than those of the first run
    before, sold = contents(dbt.warehouse), sales()
    with duckdb.connect(str(dbt.warehouse)) as connection:
        connection.execute("update tickit_staging.base_tickit__sales set price_paid = 1 where delivery = '2008-04'")
        connection.execute(
            "delete from tickit_sales.fct_sales where sold_at >= '2008-04-01' and sold_at < '2008-05-01'"
        )
    RAW_TABLES["sale"].path(lake, "2008-04").touch()
    take_in(dbt, RUN_ALL)
    compiled = Path(dbt.env["DBT_TARGET_PATH"]) / "compiled/tickit_lakehouse/models"
    base = (compiled / "staging/tickit/base/base_tickit__sales.sql").read_text(encoding="utf-8")
    assert "where sale_month in ('2008-04')" in base
    assert sales() == sold
    # The versions in the facts are others, as the files are.
    changed = {table for table, content in contents(dbt.warehouse).items() if content != before[table]}
    assert changed == {"tickit_sales.fct_sales", "tickit_sales.fct_listings"}
    dbt.must_run("test", "--select", "every_raw_line_is_in_its_base_model", "path:tests/dbt/integrity")


@pytest.mark.soak
def test_an_edited_seed_is_seen(dbt: ForkedDbt) -> None:
    for edit in ("division = null", "region = 'Elsewhere'"):  # the second, of a row with an empty field
        with duckdb.connect(str(dbt.warehouse)) as connection:
            connection.execute(f"update tickit_seeds.states set {edit} where state_code = 'WA'")
        dbt.must_run("run", "--select", "dim_users")
        with duckdb.connect(str(dbt.warehouse), read_only=True) as connection:
            users, seed = (
                set(connection.execute(f"select division, region from {table} where state_code = 'WA'").fetchall())
                for table in ("tickit_core.dim_users", "tickit_seeds.states")
            )
        assert users == seed


@pytest.mark.soak
def test_a_file_replaced_between_its_listing_and_its_reading_is_read_again(
    dbt: ForkedDbt, lake: Path, tmp_path: Path
) -> None:
    """Files are listed before they are read, so what was read under an older version is seen by the next run."""
    land_month(lake, "2008-05", ["corrected"])
    dbt.must_run("run", "--select", "base_tickit__files")
    land_month(lake, "2008-05")
    land_month(lake, "2008-04", ["corrected"])
    dbt.must_run("run", *INCREMENTAL, "--exclude", "base_tickit__files")
    take_in(dbt)
    assert contents(dbt.warehouse) == built_in_one_go(dbt, tmp_path / "whole")


@pytest.mark.soak
def test_a_file_replaced_while_it_is_read_is_the_old_one_or_the_new(dbt: ForkedDbt, lake: Path) -> None:
    """DuckDB opens a file once, and a rename leaves the open one as it is; so two files are never mixed."""
    month = RAW_TABLES["sale"].path(lake, "2008-09")
    header, line, *_ = month.read_text(encoding="utf-8").splitlines()
    count = 300_000
    versions = []
    for buyer in ("11111", "22222"):
        fields = [*line.split(DELIMITER)[:3], buyer, *line.split(DELIMITER)[4:]]
        versions.append(month.with_name(f".{buyer}"))
        versions[-1].write_text("\n".join([header, *[DELIMITER.join(fields)] * count]) + "\n", encoding="utf-8")
    ended = Event()
    replaced = 0

    def replace() -> None:
        nonlocal replaced
        while not ended.wait(0.01):
            unfinished = month.with_name(".unfinished")
            unfinished.hardlink_to(versions[replaced % 2])
            unfinished.rename(month)
            replaced += 1

    seen = set()
    with duckdb.connect(str(dbt.warehouse), read_only=True) as connection, ThreadPoolExecutor() as pool:
        replacing = pool.submit(replace)
        try:
            while not replacing.done() and (len(seen) < 2 or replaced < 20):
                found = connection.execute(
                    "select count(*), list(distinct buyerid) from tickit_external.sale where sale_month = '2008-09'"
                ).fetchone()
                # The first query may see the file of the lake.
                if found[0] >= count:
                    seen.add(tuple(found[1]))
        finally:
            ended.set()
        replacing.result()
    assert seen == {("11111",), ("22222",)}


def test_a_full_refresh_of_the_big_tables_is_refused_unless_meant(dbt: ForkedDbt) -> None:
    before = contents(dbt.warehouse)
    code, output = dbt.run(*RUN, "--full-refresh")
    assert code == 1
    assert "TICKIT_REBUILD_FACTS=yes" in output
    dbt.must_run(*RUN, "--full-refresh", env=ANEW)
    assert contents(dbt.warehouse) == before


@pytest.mark.parametrize(("days", "status"), [(0, "pass"), (40, "warn"), (70, "error")])
def test_freshness_is_the_age_of_the_newest_file(days: int, status: str, dbt: ForkedDbt, lake: Path) -> None:
    newest = time.time() - days * 86_400
    for path in (lake / "raw_tickit_data" / "sale").rglob("*.txt"):
        os.utime(path, (newest, newest))
        newest -= 86_400
    dbt.must_run(*STAGE)
    code, output = dbt.run("source", "freshness", "--select", "source:tickit_external.sale", env=ARTIFACTS)
    results = json.loads((Path(dbt.env["DBT_TARGET_PATH"]) / "sources.json").read_text())["results"]
    assert [result["status"] for result in results] == [status], output
    assert code == (status == "error")


# `make soak` kills 500.
KILLS = int(os.environ.get("TICKIT_KILLS", "6"))
# A comparison with an undisturbed build after so many.
KILLS_IN_A_ROW = 10
# All that adds to a table that is there, and what it reads; the rest are views, and tables that each run builds from
# nothing.
KILLED = (
    *("build", "--exclude-resource-type", "test", "unit_test", "--select", "fct_sales", "fct_listings"),
    *("base_tickit__files", "base_tickit__deliveries", "base_tickit__line_counts"),
    *("base_tickit__listings", "base_tickit__sales"),
    *("base_tickit__repeated_keys", "stg_tickit__delivered_months", "listing_prices_snapshot"),
)


@pytest.mark.soak
@pytest.mark.repeated
def test_killed_runs_are_repaired_by_the_next(dbt: ForkedDbt, lake: Path, tmp_path: Path) -> None:
    """Killed again and again, each on what the last left, while deliveries go on; then one run, and all is right."""
    drawn = random.Random(42)  # noqa: S311 - the same deliveries and moments in every run, as far as a clock can repeat
    undisturbed = {**ANEW, "TICKIT_WAREHOUSE": str(tmp_path / dbt.warehouse.name)}
    shutil.copy(dbt.warehouse, undisturbed["TICKIT_WAREHOUSE"])
    dbt.must_run(*KILLED)
    begun = time.monotonic()
    dbt.must_run(*KILLED)
    seconds = time.monotonic() - begun
    killed_after = []
    attempts = 0
    while len(killed_after) < KILLS:
        attempts += 1
        assert attempts <= 3 * KILLS, f"of {attempts} runs only {len(killed_after)} were killed before their end"
        land_month(lake, drawn.choice(MONTHS[:9]), drawn.choice([[], ["corrected"]]))
        dbt.must_run(*STAGE)
        code, output = dbt.run(*KILLED, kill_after=drawn.uniform(0.15, 0.9) * seconds)
        if code != -signal.SIGKILL:
            assert code == 0, output
            continue
        killed_after.append(len(re.findall(r" OK (created|snapshotted) ", output)))
        if len(killed_after) % KILLS_IN_A_ROW == 0 or len(killed_after) == KILLS:
            dbt.must_run(*KILLED)
            dbt.must_run(*STAGE, env=undisturbed)
            dbt.must_run(*KILLED, "--full-refresh", env=undisturbed)
            assert contents(dbt.warehouse) == contents(Path(undisturbed["TICKIT_WAREHOUSE"])), killed_after
    # The kills were spread over the runs: before, between and after tables.
    assert len(set(killed_after)) > min(KILLS / 10, 4), killed_after
    dbt.must_run(*RUN_ALL)
    dbt.must_run("test", "--select", "history_of_listing_prices_snapshot", "path:tests/dbt/integrity")
