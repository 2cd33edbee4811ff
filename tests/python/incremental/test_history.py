"""Snapshots: what changed, went and came back in the lake is a row of history each, and nothing else is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from scripts.lake.layout import TABLES
from tests.python.incremental.kept_history import (
    KEEP,
    STAGE,
    Kept,
    listings_of,
    rewrite,
    set_field,
    without,
)
from tests.python.tickit import make_lake

CITY, STATE, LIKES_SPORTS, SEATS, PRICE, TOTAL, LISTED_AT = 4, 5, 8, 4, 5, 6, 7


@pytest.mark.soak
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
    (cheaper, gone, moved), stays = listings_of(lake, "2008-02")[:3], listings_of(lake, "2008-02")[3]
    for change in (
        set_field("1", CITY, "Elsewhere"),
        set_field("3", LIKES_SPORTS, ""),
        set_field("4", LIKES_SPORTS, "TRUE"),
    ):
        rewrite(user, change)
    rewrite(user, without("2"))
    rewrite(venue, set_field("1", SEATS, "77"))
    rewrite(venue, set_field("2", SEATS, ""))
    rewrite(february, set_field(cheaper[0], PRICE, "1.25"))
    rewrite(february, set_field(cheaper[0], TOTAL, f"{int(cheaper[4]) * 1.25:.2f}"))
    rewrite(february, without(gone[0], moved[0]))
    moved[LISTED_AT] = "2008-03-01 00:00:00"
    rewrite(march, lambda lines: [*lines, moved])
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
    kept.keep("--full-refresh")
    assert kept.row_counts() == second

    # What was is again; the listing that was gone comes back; a whole month is gone, which is no evidence for its
    # rows.
    for path, content in ((user, users_before), (venue, venues_before), (february, february_before)):
        path.write_bytes(content)
    rewrite(march, without(moved[0]))
    shutil.rmtree(january.parent)
    kept.keep()
    kept.must_agree()
    assert kept.history("users_snapshot", "is_deleted", 2) == [(False,), (True,), (False,)]
    seats = [seats for (seats,) in kept.history("venues_snapshot", "seat_count", 2)]
    assert len(seats) == 3 and seats[0] == seats[2] is not None
    assert kept.history("listing_prices_snapshot", "is_deleted", int(gone[0])) == [(False,), (True,), (False,)]
    third = kept.row_counts()
    assert third[2] == second[2] + 3
    kept.keep()
    assert kept.row_counts() == third


@pytest.mark.soak
def test_a_run_that_is_killed_leaves_no_gap(kept: Kept) -> None:
    march = TABLES["listing"].path(kept.lake, "2008-03")
    listing = listings_of(kept.lake, "2008-03")[0]
    count = kept.row_counts()[2]
    for number in range(1, 4):
        rewrite(march, set_field(listing[0], TOTAL, f"{number}.00"))
        kept.dbt.run(*KEEP, kill_after=0.3 + number / 3)
    kept.keep()
    kept.must_agree()
    totals = [str(total) for (total,) in kept.history("listing_prices_snapshot", "total_price", int(listing[0]))]
    # What a killed run had not come to is known from the next one on.
    assert totals[-1] == "3.00"
    assert totals[1:] == sorted(set(totals[1:]))
    assert kept.row_counts()[2] == count + len(totals) - 1


@pytest.mark.soak
def test_a_listing_that_is_left_in_an_unchanged_month_is_not_gone(kept: Kept) -> None:
    february, march = (TABLES["listing"].path(kept.lake, month) for month in ("2008-02", "2008-03"))
    listing = listings_of(kept.lake, "2008-02")[5]
    again = [*listing[:LISTED_AT], "2008-03-02 00:00:00"]
    rewrite(march, lambda lines: [*lines, again])
    kept.keep()
    assert kept.history("listing_prices_snapshot", "delivery", int(listing[0])) == [("2008-02",)]
    rewrite(february, without(listing[0]))
    kept.keep()
    kept.must_agree()
    months = kept.history("listing_prices_snapshot", "delivery, is_deleted", int(listing[0]))
    assert months == [("2008-02", False), ("2008-03", False)]


@pytest.mark.soak
def test_a_column_that_is_new_begins_a_row_of_all(kept: Kept) -> None:
    now = "select count(*) from tickit_snapshots.venues_snapshot where dbt_valid_to is null"
    before, holding = kept.row_counts()[1], kept.query(now)[0][0]
    with duckdb.connect(str(kept.dbt.warehouse)) as connection:
        connection.execute("alter table tickit_snapshots.venues_snapshot drop column seat_count")
    # As `make run` does after a change of code.
    kept.keep("--full-refresh")
    kept.must_agree()
    assert (kept.row_counts()[1], kept.query(now)[0][0]) == (before + holding, holding)


@pytest.mark.soak
def test_what_is_wrong_with_a_history_is_told(kept: Kept) -> None:
    """Each check of `history_of` can fail."""
    ended = "venue_id = 2 and dbt_valid_from = (select min(dbt_valid_from) from {0})"
    faults = {
        "that hold now, beside another": "insert into {0} select * replace (current_timestamp::timestamp as "
        "dbt_valid_from) from {0} where dbt_valid_to is null and venue_id = 5",
        "that overlap another": "update {0} set dbt_valid_to = dbt_valid_to + interval 1 hour where " + ended,
        "that no other follows": "update {0} set dbt_valid_to = dbt_valid_to - interval 1 microsecond where " + ended,
        "fewer that hold now": "delete from {0} where dbt_valid_to is null and venue_id = 6",
        "of keys that base_tickit__venues has no more": "insert into {0} select * replace (999 as venue_id) from {0} "
        "where dbt_valid_to is null and venue_id = 5",
    }
    good = kept.dbt.warehouse.read_bytes()
    for words, statement in faults.items():
        with duckdb.connect(str(kept.dbt.warehouse)) as connection:
            assert connection.execute(statement.format("tickit_snapshots.venues_snapshot")).fetchone() == (1,)
        code, output = kept.dbt.run("test", "--select", "history_of_venues_snapshot")
        assert code == 1, words
        assert words in output
        kept.dbt.warehouse.write_bytes(good)


@pytest.mark.soak
def test_a_row_is_gone_only_if_a_delivery_says_so(kept: Kept) -> None:
    """Not if its line is rejected, or if a line has no key that can be read, or if no line of all is usable."""
    user = TABLES["user"].path(kept.lake)
    before, rows = user.read_bytes(), kept.row_counts()[0]
    # A line that is rejected is there: of its row, nothing is known.
    rewrite(user, set_field("7", STATE, "TOO LONG"))
    kept.keep()
    assert kept.row_counts()[0] == rows
    # The key of a line cannot be read: it may be any of those that are on no line.
    rewrite(user, set_field("8", 0, "x8"))
    rewrite(user, without("9"))
    kept.keep()
    assert kept.row_counts()[0] == rows
    # A header and no line; a header and lines of which none can be used; no file.
    rewrite(user, lambda _: [])
    kept.keep()
    rewrite(user, lambda _: [["a", "b"], ["c", "d"]])
    kept.keep()
    user.unlink()
    for command in (STAGE, KEEP, ("snapshot",)):  # which may be refused
        kept.dbt.run(*command)
    assert kept.row_counts()[0] == rows
    # All are back, but 9.
    user.write_bytes(before)
    rewrite(user, without("9"))
    kept.keep()
    kept.must_agree()
    assert kept.row_counts()[0] == rows + 1
    assert kept.history("users_snapshot", "is_deleted", 9) == [(False,), (True,)]


@pytest.mark.soak
def test_a_clock_that_was_set_back_leaves_the_order(kept: Kept) -> None:
    """The rows that are there are moved to the future, which is the same and needs no clock."""
    with duckdb.connect(str(kept.dbt.warehouse)) as connection:
        for column in ("dbt_valid_from", "dbt_valid_to", "dbt_updated_at"):
            connection.execute(f"update tickit_snapshots.users_snapshot set {column} = {column} + interval 5 year")
    ended = [end for (end,) in kept.history("users_snapshot", "dbt_valid_from", 11)]
    for city in ("Here", "There"):
        rewrite(TABLES["user"].path(kept.lake), set_field("11", CITY, city))
        kept.dbt.must_run(*STAGE)
        output = kept.dbt.must_run(*KEEP)
        assert "users_snapshot has a row of" in output
        assert "Was the clock set back?" in output
    kept.must_agree()
    rows = kept.history("users_snapshot", "city, dbt_valid_from, dbt_valid_to", 11)
    assert [city for city, _, _ in rows][-2:] == ["Here", "There"]
    assert rows[0][1] == ended[0]
    assert all(begun < (end or begun.replace(year=9999)) for _, begun, end in rows)


@pytest.mark.soak
def test_a_history_is_of_one_lake(kept: Kept, tmp_path: Path) -> None:
    noted = "select distinct lake from tickit_snapshots.venues_snapshot"
    ((lake,),) = kept.query(noted)
    assert lake.startswith("synthetic, scale 0.01, seed 42, generator version ")
    before = kept.all_rows()

    # Another lake in its place. Its own marts are refused as well, as staging is what history is made of.
    assert make_lake(["--scale", "0.01", "--seed", "7", "--dest", str(tmp_path / "lake"), "--until", "2008-03"]) == 0
    for mine, theirs in ((kept.lake, tmp_path / "mine"), (tmp_path / "lake", kept.lake)):
        mine.rename(theirs)
    kept.dbt.must_run(*STAGE)
    for command in (KEEP, ("snapshot",), ("run", "--select", "staging")):
        code, output = kept.dbt.run(*command)
        assert code == 1
        assert output.count("is the history of another lake (synthetic, scale 0.01, seed 42") == 1
        assert kept.all_rows() == before
    # The first one again, and one that nothing is known of but its place.
    shutil.rmtree(kept.lake)
    (tmp_path / "mine").rename(kept.lake)
    kept.keep()
    assert kept.all_rows() == before
    (kept.lake / "lake.json").rename(tmp_path / "lake.json")
    code, output = kept.dbt.run(*KEEP)
    assert (code, f"than the one that is staged ({kept.lake})" in output) == (1, True)
    # It is the same lake.
    kept.dbt.must_run(*KEEP, env={"TICKIT_SAME_LAKE_AS": lake})
    kept.keep()
    assert kept.query(f"{noted} where dbt_valid_to is null") == [(str(kept.lake),)]
    assert kept.all_rows() == before


@pytest.mark.soak
def test_a_history_of_before_takes_the_lake_that_it_finds(kept: Kept) -> None:
    with duckdb.connect(str(kept.dbt.warehouse)) as connection:
        connection.execute("alter table tickit_snapshots.venues_snapshot drop column lake")
    rows = kept.row_counts()
    kept.keep()
    assert kept.row_counts() == rows
    noted = "select distinct lake is null from tickit_snapshots.venues_snapshot where dbt_valid_to is null"
    assert kept.query(noted) == [(False,)]
