"""Snapshots: what changed, went and came back in the lake is a row of history each, and nothing else is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from scripts.lake.__main__ import main as make_lake
from scripts.lake.layout import DELIMITER, TABLES
from tests.python.dbt_project import dbt_env
from tests.python.incremental.forked_dbt import ForkedDbt, forked_dbt

# Snapshot -> what it is the history of, and its columns.
SNAPSHOTS = {
    "users_snapshot": ("stg_tickit__users", "user_id, city, state_code, likes_sports, likes_musicals"),
    "venues_snapshot": ("stg_tickit__venues", "venue_id, venue_name, city, state_code, seat_count"),
    "listing_prices_snapshot": (
        "stg_tickit__listings",
        "listing_id, ticket_count, price_per_ticket, total_price",
    ),
}
KEEP = ("build", "--select", *(f"+{name}" for name in SNAPSHOTS), "--exclude-resource-type", "test", "unit_test")
TEST = ("test", "--select", "path:snapshots+")


@dataclass
class Kept:
    """A lake with January to March and the history that is kept of it."""

    lake: Path
    dbt: ForkedDbt

    def query(self, sql: str) -> list[tuple]:
        """Ask the warehouse."""
        with duckdb.connect(str(self.dbt.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def history(self, snapshot: str, columns: str, key: int) -> list[tuple]:
        """Return the rows of one key, the oldest first."""
        key_column = SNAPSHOTS[snapshot][1].partition(",")[0]
        return self.query(
            f"select {columns} from tickit_snapshots.{snapshot} where {key_column} = {key} order by dbt_valid_from"
        )

    def row_counts(self) -> list[int]:
        """Return the rows of each snapshot."""
        return [self.query(f"select count(*) from tickit_snapshots.{name}")[0][0] for name in SNAPSHOTS]

    def keep(self, *options: str) -> None:
        """Take in what is in the lake."""
        self.dbt.must_run(*KEEP, *options)

    def must_agree(self) -> None:
        """Compare what holds now with staging, row by row, and run the data tests."""
        for name, (staged, columns) in SNAPSHOTS.items():
            now = f"select {columns} from tickit_snapshots.{name} where dbt_valid_to is null and not is_deleted"
            there = f"select {columns} from tickit_staging.{staged}"
            assert self.query(f"(({now}) except all ({there})) union all (({there}) except all ({now}))") == [], name
        self.dbt.must_run(*TEST)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, installed_packages: None) -> Iterator[Kept]:
    """Return what was kept by a first run."""
    folder = tmp_path_factory.mktemp("history")
    lake = folder / "lake"
    assert make_lake(["--scale", "0.01", "--dest", str(lake), "--until", "2008-03"]) == 0
    with forked_dbt({**dbt_env(folder, "ci", lake), "TICKIT_REBUILD_FACTS": "yes"}) as dbt:
        dbt.must_run("run-operation", "stage_external_sources")
        dbt.must_run(*KEEP)
        yield Kept(lake, dbt)


def _rewrite(path: Path, change: Callable[[list[list[str]]], Sequence[list[str]]]) -> None:
    """Send a file again, with other lines, each a list of fields; as a whole, by rename."""
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    changed = change([line.split(DELIMITER) for line in lines])
    unfinished = path.with_name(f".{path.name}")
    unfinished.write_text("\n".join([header, *map(DELIMITER.join, changed)]) + "\n", encoding="utf-8")
    unfinished.rename(path)


def _listings(lake: Path, month: str) -> list[list[str]]:
    lines = TABLES["listing"].path(lake, month).read_text(encoding="utf-8").splitlines()[1:]
    return [line.split(DELIMITER) for line in lines]


def _set(key: str, field: int, value: str) -> Callable[[list[list[str]]], list[list[str]]]:
    return lambda lines: [[*line[:field], value, *line[field + 1 :]] if line[0] == key else line for line in lines]


def _without(*keys: str) -> Callable[[list[list[str]]], list[list[str]]]:
    return lambda lines: [line for line in lines if line[0] not in keys]


CITY, LIKES_SPORTS, SEATS, PRICE, TOTAL, LISTED_AT = 4, 8, 4, 5, 6, 7


def test_history(kept: Kept) -> None:
    """One story, as each chapter begins with what the last one left."""
    lake = kept.lake
    user, venue = TABLES["user"].path(lake), TABLES["venue"].path(lake)
    january, february, march = (TABLES["listing"].path(lake, f"2008-0{month}") for month in (1, 2, 3))
    kept.must_agree()
    first = kept.row_counts()
    assert all(first)

    # Nothing new: nothing compared, nothing added.
    kept.keep()
    assert kept.row_counts() == first

    # Late changes: a user moves, one is gone, a wish is withdrawn; a venue is rebuilt, another's seats become unknown;
    # a price changes, a listing is gone, one moves to another month.
    users_before, venues_before = user.read_bytes(), venue.read_bytes()
    february_before = february.read_bytes()
    (cheaper, gone, moved), stays = _listings(lake, "2008-02")[:3], _listings(lake, "2008-02")[3]
    for change in (_set("1", CITY, "Elsewhere"), _set("3", LIKES_SPORTS, ""), _set("4", LIKES_SPORTS, "TRUE")):
        _rewrite(user, change)
    _rewrite(user, _without("2"))
    _rewrite(venue, _set("1", SEATS, "77"))
    _rewrite(venue, _set("2", SEATS, ""))
    _rewrite(february, _set(cheaper[0], PRICE, "1.25"))
    _rewrite(february, _set(cheaper[0], TOTAL, f"{int(cheaper[4]) * 1.25:.2f}"))
    _rewrite(february, _without(gone[0], moved[0]))
    moved[LISTED_AT] = "2008-03-01 00:00:00"
    _rewrite(march, lambda lines: [*lines, moved])
    kept.keep()
    kept.must_agree()
    cities = [city for city, _ in kept.history("users_snapshot", "city, is_deleted", 1)]
    assert len(cities) == 2 and cities[1] == "Elsewhere" != cities[0]
    assert [deleted for (deleted,) in kept.history("users_snapshot", "is_deleted", 2)] == [False, True]
    assert kept.history("users_snapshot", "likes_sports", 3)[-1] == (None,)
    assert [seats for (seats,) in kept.history("venues_snapshot", "seat_count", 1)][1:] == [77]
    assert [seats for (seats,) in kept.history("venues_snapshot", "seat_count", 2)][1:] == [None]
    prices = kept.history("listing_prices_snapshot", "price_per_ticket, is_deleted", int(cheaper[0]))
    assert [(str(price), deleted) for price, deleted in prices] == [(cheaper[PRICE], False), ("1.25", False)]
    assert kept.history("listing_prices_snapshot", "is_deleted", int(gone[0])) == [(False,), (True,)]
    months = kept.history("listing_prices_snapshot", "delivery, is_deleted", int(moved[0]))
    assert months == [("2008-02", False), ("2008-03", False)]
    assert kept.history("listing_prices_snapshot", "is_deleted", int(stays[0])) == [(False,)]
    second = kept.row_counts()
    changed_users = kept.query("select count(*) from tickit_snapshots.users_snapshot where dbt_valid_to is not null")
    assert [later - before for before, later in zip(first, second, strict=True)] == [changed_users[0][0], 2, 3]

    # The same again, file by file: compared, as the files are new, and found to be the same. Then not even compared.
    for path in (user, venue, february):
        os.utime(path)
    kept.keep()
    assert kept.row_counts() == second
    kept.keep()
    assert kept.row_counts() == second
    # After a change of code.
    kept.dbt.must_run(*KEEP, "--full-refresh")
    assert kept.row_counts() == second

    # What was is again; the listing that was gone comes back; a month is gone as a whole.
    for path, content in ((user, users_before), (venue, venues_before), (february, february_before)):
        path.write_bytes(content)
    _rewrite(march, _without(moved[0]))
    in_january = kept.query("select count(*) from tickit_staging.stg_tickit__listings where listed_at < '2008-02-01'")
    shutil.rmtree(january.parent)
    kept.dbt.must_run("run-operation", "stage_external_sources")
    kept.keep()
    kept.must_agree()
    assert kept.history("users_snapshot", "is_deleted", 2) == [(False,), (True,), (False,)]
    seats = [seats for (seats,) in kept.history("venues_snapshot", "seat_count", 2)]
    assert len(seats) == 3 and seats[0] == seats[2] is not None
    assert kept.history("listing_prices_snapshot", "is_deleted", int(gone[0])) == [(False,), (True,), (False,)]
    of_january = (
        "select count(*) from tickit_snapshots.listing_prices_snapshot where delivery = '2008-01' and is_deleted"
    )
    assert kept.query(of_january) == in_january
    third = kept.row_counts()
    assert third[2] == second[2] + 3 + in_january[0][0]
    kept.keep()
    assert kept.row_counts() == third


def test_a_run_that_is_killed_leaves_no_gap(kept: Kept) -> None:
    march = TABLES["listing"].path(kept.lake, "2008-03")
    listing = _listings(kept.lake, "2008-03")[0]
    count = kept.row_counts()[2]
    for number in range(1, 4):
        _rewrite(march, _set(listing[0], TOTAL, f"{number}.00"))
        kept.dbt.run(*KEEP, kill_after=0.3 + number / 3)
    kept.keep()
    kept.must_agree()
    totals = [str(total) for (total,) in kept.history("listing_prices_snapshot", "total_price", int(listing[0]))]
    # What a killed run had not come to is known from the next one on.
    assert totals[-1] == "3.00"
    assert totals[1:] == sorted(set(totals[1:]))
    assert kept.row_counts()[2] == count + len(totals) - 1


def test_a_listing_that_is_left_in_an_unchanged_month_is_not_gone(kept: Kept) -> None:
    february, march = (TABLES["listing"].path(kept.lake, month) for month in ("2008-02", "2008-03"))
    listing = _listings(kept.lake, "2008-02")[5]
    again = [*listing[:LISTED_AT], "2008-03-02 00:00:00"]
    _rewrite(march, lambda lines: [*lines, again])
    kept.keep()
    assert kept.history("listing_prices_snapshot", "delivery", int(listing[0])) == [("2008-02",)]
    _rewrite(february, _without(listing[0]))
    kept.keep()
    kept.must_agree()
    months = kept.history("listing_prices_snapshot", "delivery, is_deleted", int(listing[0]))
    assert months == [("2008-02", False), ("2008-03", False)]


def test_a_column_that_is_new_begins_a_row_of_all(kept: Kept) -> None:
    now = "select count(*) from tickit_snapshots.venues_snapshot where dbt_valid_to is null"
    before, holding = kept.row_counts()[1], kept.query(now)[0][0]
    with duckdb.connect(str(kept.dbt.warehouse)) as connection:
        connection.execute("alter table tickit_snapshots.venues_snapshot drop column seat_count")
    # As `make run` does after a change of code.
    kept.keep("--full-refresh")
    kept.must_agree()
    assert (kept.row_counts()[1], kept.query(now)[0][0]) == (before + holding, holding)


def test_what_is_wrong_with_a_history_is_told(kept: Kept) -> None:
    """Each check of `history_of` can fail."""
    ended = "venue_id = 2 and dbt_valid_from = (select min(dbt_valid_from) from {0})"
    faults = {
        "that hold now, beside another": "insert into {0} select * replace (current_timestamp::timestamp as "
        "dbt_valid_from) from {0} where dbt_valid_to is null and venue_id = 5",
        "that overlap another": "update {0} set dbt_valid_to = dbt_valid_to + interval 1 hour where " + ended,
        "that no other follows": "update {0} set dbt_valid_to = dbt_valid_to - interval 1 microsecond where " + ended,
        "that hold now more or fewer": "delete from {0} where dbt_valid_to is null and venue_id = 6",
    }
    good = kept.dbt.warehouse.read_bytes()
    for words, statement in faults.items():
        with duckdb.connect(str(kept.dbt.warehouse)) as connection:
            assert connection.execute(statement.format("tickit_snapshots.venues_snapshot")).fetchone() == (1,)
        code, output = kept.dbt.run("test", "--select", "history_of_venues_snapshot")
        assert code == 1, words
        assert words in output
        kept.dbt.warehouse.write_bytes(good)
