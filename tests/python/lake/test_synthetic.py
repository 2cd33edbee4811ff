"""The synthetic lake is well formed: exact counts, keys, rules of the business, and the same bytes every time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from scripts.core.progress import Silent
from scripts.lake import synthetic
from scripts.lake.layout import TABLES, Table
from scripts.lake.synthetic import make_synthetic, row_counts
from scripts.lake.synthetic.truth import REVENUE
from scripts.lake.tickit import PUBLISHED, fields_of_original

Query = Callable[[str], list[tuple]]
MONTHS = [f"2008-{month:02}" for month in range(1, 13)]
TICKIT = [TABLES[name] for name in PUBLISHED]


def digest(folder: Path) -> dict[str, str]:
    """Hash every file below the folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def make(folder: Path, scale: float = 0.01, seed: int = 42, threads: int = 2) -> dict[str, str]:
    folder.mkdir()
    make_synthetic(folder, scale=scale, seed=seed, threads=threads, progress=Silent())
    return digest(folder)


def tickit_rows(scale: float) -> dict[str, int]:
    """Return the rows of the tables that TICKIT has; any other gets its header alone."""
    rows = row_counts(scale)
    assert {name for name, count in rows.items() if not count} == TABLES.keys() - PUBLISHED.keys()
    return {name: rows[name] for name in PUBLISHED}


# --- Size and form


@pytest.mark.parametrize("table", TICKIT, ids=lambda table: table.name)
def test_scale_one_has_the_published_rows(query: Query, table: Table) -> None:
    assert query(f'select count(*) from "{table.name}"') == [(PUBLISHED[table.name].rows,)]


@pytest.mark.parametrize("table", TICKIT, ids=lambda table: table.name)
def test_every_file_has_the_header_and_nothing_else_is_written(lake_at_scale_one: Path, table: Table) -> None:
    paths = [table.path(lake_at_scale_one, month) for month in (MONTHS if table.partition else [None])]
    assert sorted((lake_at_scale_one / "raw_tickit_data" / table.name).rglob("*.txt")) == paths
    for path in paths:
        text = path.read_bytes()
        header, _, rest = text.decode("ascii").partition("\n")
        assert header == table.header
        assert rest.endswith("\n")
        assert b"\r" not in text
        assert b'"' not in text
        assert {line.count("|") for line in rest.splitlines()} == {len(table.columns) - 1}


@pytest.mark.parametrize("table", [table for table in TICKIT if table.partition], ids=lambda table: table.name)
def test_a_row_lies_in_the_partition_of_its_month(lake_at_scale_one: Path, table: Table) -> None:
    column = table.columns.index(table.partition.of)
    for month in MONTHS:
        lines = table.path(lake_at_scale_one, month).read_text().splitlines()[1:]
        assert {line.split("|")[column][:7] for line in lines} == {month}


def test_rows_grow_with_the_scale_but_for_what_is_fixed() -> None:
    assert tickit_rows(0.001) == {
        "category": 11,
        "date": 365,
        "event": 9,
        "listing": 192,
        "sale": 172,
        "user": 50,
        "venue": 202,
    }
    assert tickit_rows(100) == {
        "category": 11,
        "date": 365,
        "event": 879_800,
        "listing": 19_249_700,
        "sale": 17_245_600,
        "user": 4_999_000,
        "venue": 2_020,
    }


@pytest.mark.parametrize(("scale", "seed"), [(0.001, 0), (0.001, 1), (0.0017, 2**63 - 1), (0.0137, 7)])
def test_counts_are_exact_at_small_scales_with_any_seed(tmp_path: Path, scale: float, seed: int) -> None:
    make(tmp_path / "lake", scale, seed)
    for name, rows in row_counts(scale).items():
        files = (tmp_path / "lake" / "raw_tickit_data" / name).rglob("*.txt")
        assert sum(len(file.read_text().splitlines()) - 1 for file in files) == rows


def test_texts_fit_the_types_of_the_originals(query: Query) -> None:
    widths = {
        (table, field.column): int(field.type[len("varchar(") : -1])
        for table in PUBLISHED
        for field in fields_of_original(table)
        if field.type.startswith("varchar(")
    }
    assert len(widths) == 14
    for (table, column), width in widths.items():
        [(longest,)] = query(f'select max(length({column})) from "{table}"')
        assert 1 < longest <= width, column
    assert query("select max(totalprice) < 1000000, min(priceperticket) >= 20 from listing") == [(True, True)]


# --- The same to the byte


@pytest.mark.soak
@pytest.mark.parametrize("threads", [1, 4])
def test_the_lake_does_not_depend_on_the_threads(tmp_path: Path, lake_at_scale_one: Path, threads: int) -> None:
    # At scale 1, because a small table is worked on by one thread whatever the setting.
    assert make(tmp_path / "lake", scale=1, threads=threads) == digest(lake_at_scale_one)


@pytest.mark.soak
def test_the_lake_does_not_depend_on_the_parts_it_is_made_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = make(tmp_path / "whole")
    monkeypatch.setattr(synthetic, "ROWS_AT_ONCE", 100)
    assert make(tmp_path / "parts") == whole


def test_another_seed_gives_another_lake(tmp_path: Path) -> None:
    one, other = make(tmp_path / "one", seed=1), make(tmp_path / "other", seed=2)
    same = {Path(name).name for name, value in one.items() if other[name] == value}
    same -= {f"{name}.txt" for name in TABLES.keys() - PUBLISHED.keys()}
    assert same == {"category.txt", "date.txt"}


def test_duckdb_hashes_as_it_did() -> None:
    """If this fails, the same seed gives another lake than before: raise synthetic.VERSION with the new value."""
    sql = "select hash(hash(42::bigint, 'purpose', 7::bigint, 0::bigint))"
    assert duckdb.sql(sql).fetchone() == (3843481612832335445,)
    assert synthetic.VERSION == 2


# --- Keys and rules


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("category", "catid"),
        ("date", "dateid"),
        ("date", "caldate"),
        ("event", "eventid"),
        ("listing", "listid"),
        ("sale", "saleid"),
        ("user", "userid"),
        ("user", "username"),
        ("user", "email"),
        ("venue", "venueid"),
    ],
)
def test_keys_are_unique(query: Query, table: str, key: str) -> None:
    assert query(f'select count(*) - count(distinct {key}) from "{table}"') == [(0,)]


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        ("event.venueid", "venue.venueid"),
        ("event.catid", "category.catid"),
        ("event.dateid", "date.dateid"),
        ("listing.sellerid", "user.userid"),
        ("listing.eventid", "event.eventid"),
        ("listing.dateid", "date.dateid"),
        ("sale.listid", "listing.listid"),
        ("sale.sellerid", "user.userid"),
        ("sale.buyerid", "user.userid"),
        ("sale.eventid", "event.eventid"),
        ("sale.dateid", "date.dateid"),
    ],
)
def test_references_lead_somewhere(query: Query, child: str, parent: str) -> None:
    (child_table, child_key), (parent_table, parent_key) = child.split("."), parent.split(".")
    assert query(f'select {child_key} from {child_table} except select {parent_key} from "{parent_table}"') == []


RULES = {
    "a sale comes after its listing": "saletime > listtime",
    "a sale comes before its event": "saletime < starttime",
    "the seller of a sale is the listing's": "sale.sellerid = listing.sellerid",
    "the event of a sale is the listing's": "sale.eventid = listing.eventid",
    "nobody buys from himself": "buyerid <> sale.sellerid",
    "a sale is for one to eight tickets": "qtysold between 1 and 8",
    "a buyer pays the listing's price": "pricepaid = qtysold * priceperticket",
    "commission is 15 % of what is paid": "abs(commission - 0.15 * pricepaid) <= 0.005000001",
    "the date of a sale is the day of its time": (
        "(select caldate from date where dateid = sale.dateid) = saletime::date"
    ),
    "the date of a listing is the day of its time": (
        "(select caldate from date where dateid = listing.dateid) = listtime::date"
    ),
    "the date of an event is the day of its time": (
        "(select caldate from date where dateid = event.dateid) = starttime::date"
    ),
    "everything is in 2008": "year(listtime) = 2008 and year(starttime) = 2008",
    "events are shows and concerts": "catid between 6 and 9",
    "a listing's total is what its tickets cost": "totalprice = numtickets * priceperticket",
}


@pytest.mark.parametrize("rule", RULES)
def test_rules_hold_for_every_sale(query: Query, rule: str) -> None:
    sql = f"""
        select count(*) from sale
        inner join listing using (listid)
        inner join event on event.eventid = sale.eventid
        where ({RULES[rule]}) is not true
    """
    assert query(sql) == [(0,)]


@pytest.mark.parametrize(
    ("dateid", "day"), [(1827, "2008-01-01"), (1885, "2008-02-28"), (1886, "2008-03-01"), (2191, "2008-12-31")]
)
def test_the_calendar_is_the_one_that_aws_ships(query: Query, dateid: int, day: str) -> None:
    assert query(f"select caldate::varchar from date where dateid = {dateid}") == [(day,)]


def test_the_calendar_leaves_out_29_february_only(query: Query) -> None:
    assert query("select max(dateid) - min(dateid) + 1, count(*) from date") == [(365, 365)]
    [(missing,)] = query(
        "select day::date::varchar from generate_series(timestamp '2008-01-01', timestamp '2008-12-31', interval 1 day)"
        " as days (day) where day::date not in (select caldate from date)"
    )
    assert missing == "2008-02-29"


@pytest.mark.parametrize(("table", "time"), [("sale", "saletime"), ("listing", "listtime"), ("event", "starttime")])
def test_the_market_is_closed_on_29_february_and_open_on_31_december(query: Query, table: str, time: str) -> None:
    days = dict(query(f"select {time}::date::varchar, count(*) from {table} group by all"))
    assert "2008-02-29" not in days
    # A listing comes a day before its event at the latest.
    last = "2008-12-30" if table == "listing" else "2008-12-31"
    assert {"2008-02-28", "2008-03-01", last} <= days.keys()
    assert max(days) == last


def test_no_listing_sells_more_than_it_has(query: Query) -> None:
    assert query("select count(*) from sold where tickets > numtickets") == [(0,)]


def test_a_few_venues_have_no_name_or_no_seats(query: Query) -> None:
    [(nameless, without_seats, zero_seats)] = query(
        "select count(*) filter (venuename is null), count(*) filter (venueseats is null), "
        "count(*) filter (venueseats = 0) from venue"
    )
    assert 1 <= nameless <= 10
    assert 1 <= without_seats <= 20
    assert 1 <= zero_seats <= 20


def test_addresses_reach_nobody(query: Query) -> None:
    assert query(
        r"select count(*) from user where not regexp_full_match(email, '[a-z.0-9]+@example\.(com|org|net)')"
    ) == [(0,)]
    assert query(r"select count(*) from user where not regexp_full_match(phone, '\(\d{3}\) 555-01\d{2}')") == [(0,)]


def test_revenue_is_the_published_one(query: Query) -> None:
    [(commission, paid)] = query("select sum(commission), sum(pricepaid) from sale")
    assert commission == pytest.approx(16_614_814.65, rel=0.001)
    assert paid == pytest.approx(REVENUE, rel=0.001)
