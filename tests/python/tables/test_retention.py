"""Old versions and stray files go; what somebody needs stays. A person who was erased is in no file any more."""

from __future__ import annotations

import os
import time
from pathlib import Path
from uuid import uuid4

import duckdb
import pyarrow.parquet as pq
import pytest
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.manifest import read_manifest_list
from pyiceberg.table import Table

from scripts.core.errors import TickitError
from scripts.tables import publish as publishing
from scripts.tables import retention
from scripts.tables.declared import OpenTable
from tests.python.tables.conftest import SALES, Shop

USER, NAME = 3, b"buyer_03"


def _aged(path: Path, hours: float) -> Path:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))
    return path


def _stray(shop: Shop, folder: str, hours: float) -> Path:
    """Leave what a killed publisher leaves: a whole data file that no version names."""
    to = shop.lake / "tables" / folder / f"00000-0-{uuid4()}.parquet"
    to.parent.mkdir(parents=True, exist_ok=True)
    source = next((shop.lake / "tables/fct_sales/data").rglob("*.parquet"))
    to.write_bytes(source.read_bytes())
    return _aged(to, hours)


def test_old_versions_and_stray_files_go_and_nothing_else(shop: Shop) -> None:
    shop.publish()
    for price in (1, 2):
        shop.change(f"update marts.fct_sales set price = {price} where sale_id = 0")
        shop.publish()
    old, new = _stray(shop, "fct_sales/data", 25), _stray(shop, "fct_sales/data", 1)
    # Of a table whose first publisher was killed.
    never = _stray(shop, "fct_never/data", 25)
    # Not ours, and of another catalog's.
    others = [
        shop.lake / "tables" / name
        for name in (
            "fct_sales/data/notes.parquet",
            "notes/2008.parquet",
            f"fct_other/data/00000-0-{uuid4()}.parquet",
            f"fct_other/metadata/00000-{uuid4()}.metadata.json",
        )
    ]
    for other in others:
        other.parent.mkdir(parents=True, exist_ok=True)
        other.write_text("not ours")
        _aged(other, 99)
    with shop.tables() as tables:
        assert [(each.table, each.versions) for each in retention.expire(tables, days=1)] == [
            ("fct_sales", 0),
            ("fct_never", 0),
        ]
        assert (old.exists(), new.exists(), never.exists()) == (False, True, False)
        assert len(shop.files("tables/fct_sales/data/sold*/*.parquet")) == 5
        (sales,) = retention.expire(tables, days=0)
        assert sales.versions == 2
        assert len(tables.existing("fct_sales").snapshots()) == 1
    assert len(shop.files("tables/fct_sales/data/sold*/*.parquet")) == 3
    assert new.exists()
    assert all(other.exists() for other in others)
    assert shop.published() == shop.mart()
    assert not shop.publish().is_changed


class Killed(BaseException):
    """SIGKILL, as far as Python can act it: nothing after it runs."""


def test_a_killed_publish_is_seen_by_no_reader_and_repaired_by_the_next(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.publish()
    before = shop.published()
    shop.change("update marts.fct_sales set price = 7")

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        # All files are written, and the catalog has not changed.
        patch.setattr(Table, "_do_commit", killed)
        patch.setattr(publishing._Publication, "_delete_written", lambda _: None)
        with pytest.raises(Killed):
            shop.publish()
    assert len(shop.files()) == 6
    assert shop.published() == before
    assert shop.publish().version == 2
    assert shop.published() == shop.mart() != before


def test_a_failed_publish_takes_its_files_with_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.publish()
    files = shop.files()
    shop.change("update marts.fct_sales set price = 7")
    rows = publishing.rows_of

    def fails(table: OpenTable, warehouse: duckdb.DuckDBPyConnection, month: str) -> object:
        if month == "2008-03":
            raise TickitError("no memory left")
        return rows(table, warehouse, month)

    monkeypatch.setattr(publishing, "rows_of", fails)
    monkeypatch.setattr(publishing, "_AT_ONCE", 1)
    with pytest.raises(TickitError, match="no memory left"):
        shop.publish()
    assert shop.files() == files


def test_of_two_publishers_one_wins_and_the_other_goes_on_from_there(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.publish()
    shop.change("update marts.fct_sales set price = 7 where sold_date < '2008-02-01'")
    commit, raced = Table._do_commit, []

    def race(self: Table, *arguments: object, **options: object) -> None:
        if not raced:
            raced.append(True)
            # Just before the first commits, a second publishes the same and one month more.
            shop.change("update marts.fct_sales set price = 8 where sold_date >= '2008-03-01'")
            assert shop.publish().written == ("2008-01", "2008-03")
        commit(self, *arguments, **options)

    monkeypatch.setattr(Table, "_do_commit", race)
    outcome = shop.publish()
    # The first compares again: January is there by now. It had read March before the change, and writes what it read.
    assert (outcome.version, outcome.written) == (3, ("2008-03",))
    # Three months, of which the second wrote two and the first one; what the first wrote at first is gone.
    assert len(shop.files()) == 3 + 2 + 1


def test_a_publisher_that_never_wins_gives_up_in_a_sentence(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.publish()
    files = shop.files()
    shop.change("update marts.fct_sales set price = 7")

    def loses(*_: object, **__: object) -> None:
        raise CommitFailedException("another")

    monkeypatch.setattr(Table, "_do_commit", loses)
    monkeypatch.setattr(publishing.time, "sleep", lambda _: None)
    with pytest.raises(TickitError, match="fct_sales: another process published it 5 times meanwhile"):
        shop.publish()
    assert shop.files() == files


def _holds(shop: Shop) -> list[str]:
    """Return every file below the lake's tables that holds the user: in rows, in statistics, or in plain bytes."""
    io, found = PyArrowFileIO(), []
    for path in (path for path in (shop.lake / "tables").rglob("*") if path.is_file()):
        if path.suffix == ".parquet":
            rows = pq.read_table(path)
            holds = USER in rows["buyer_id"].to_pylist() or NAME.decode() in rows["buyer_username"].to_pylist()
        elif path.name.startswith("snap-"):
            holds = False
            for manifest in read_manifest_list(io.new_input(str(path))):
                for entry in manifest.fetch_manifest_entry(io, discard_deleted=False):
                    file = entry.data_file
                    holds = holds or NAME in {*file.lower_bounds.values(), *file.upper_bounds.values()}
        else:
            holds = NAME in path.read_bytes()
        if holds:
            found.append(path.name)
    return found


def test_an_erased_person_is_in_no_file(shop: Shop) -> None:
    # The user is the first and the last by name in some month, so that statistics name the user.
    shop.change("delete from marts.fct_sales where buyer_id <> 3 and sold_date < '2008-02-01' and sale_id > 5")
    shop.change("insert into marts.fct_sales values (901, 3, 'buyer_03', '2008-06-01 00:00', '2008-06-01', 1)")
    shop.publish()
    shop.change("update marts.fct_sales set price = 1 where sale_id in (3, 200)")
    shop.publish()
    _stray(shop, "fct_sales/data", 0.01)
    assert _holds(shop)
    expected = [row for row in shop.mart() if row[1] != USER]
    with shop.tables() as tables:
        (erased,) = retention.erase(tables, [SALES], USER)
    assert erased.rows == 300 // 10 + 1
    assert _holds(shop) == []
    assert shop.published() == expected
    with shop.tables() as tables:
        table = tables.existing("fct_sales")
        assert len(table.snapshots()) == 1
        assert len(list(table.scan().plan_files())) == 3
    # The mart without the person is what is published: only files that held the person are written again.
    shop.change("delete from marts.fct_sales where buyer_id = 3")
    shop.publish()
    assert shop.published() == expected


def test_history_holds_no_person_who_left_the_mart_before(shop: Shop) -> None:
    # A month of this user alone: its file is named after the user in statistics.
    shop.change("insert into marts.fct_sales values (901, 3, 'buyer_03', '2008-06-01 00:00', '2008-06-01', 1)")
    shop.publish()
    shop.change("delete from marts.fct_sales where buyer_id = 3")
    shop.publish()
    # In older files, and in the newest manifest, which names those that went.
    assert _holds(shop)
    with shop.tables() as tables:
        (erased,) = retention.erase(tables, [SALES], USER)
    assert erased.rows == 0
    assert _holds(shop) == []
    assert shop.published() == shop.mart()
