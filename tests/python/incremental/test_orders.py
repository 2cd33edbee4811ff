"""Late listings, keys that repeat in other months, users that come later: whatever the order, as built from nothing."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pytest

from scripts.lake.layout import DELIMITER
from scripts.lake.layout import TABLES as RAW_TABLES
from tests.python.dbt_project import dbt_env
from tests.python.incremental.comparison import built_in_one_go, contents, take_in
from tests.python.incremental.forked_dbt import ForkedDbt, forked_dbt
from tests.python.tickit import make_lake

# TICKIT_ORDERS_SEED=7 draws others.
ORDERS = int(os.environ.get("TICKIT_ORDERS", "4"))
SEED = int(os.environ.get("TICKIT_ORDERS_SEED", "1"))
DRAWN_MONTHS = ("2008-01", "2008-02", "2008-03", "2008-04")
# Has deliveries always: dbt cannot build facts of nothing.
LAST_MONTH = "2008-12"


@pytest.fixture(scope="module")
def dbt(tmp_path_factory: pytest.TempPathFactory, installed_packages: None) -> Iterator[ForkedDbt]:
    """Return dbt on a lake of 500 users whose sales and listings the tests write; and its warehouse, not built yet."""
    folder = tmp_path_factory.mktemp("orders")
    env = dbt_env(folder, "ci", folder / "lake")
    assert make_lake(["--scale", "0.01", "--dest", env["TICKIT_LAKE"]]) == 0
    with forked_dbt(env) as running:
        running.must_run("seed")
        yield running


@pytest.fixture
def lake(dbt: ForkedDbt) -> Path:
    """Return the lake, with one sale and its listing in December."""
    lake = Path(dbt.env["TICKIT_LAKE"])
    for table in ("sale", "listing"):
        shutil.rmtree(RAW_TABLES[table].path(lake, LAST_MONTH).parents[1])
    _deliver(lake, "listing", LAST_MONTH, [_listing(90, f"{LAST_MONTH}-01", tickets=4)])
    _deliver(lake, "sale", LAST_MONTH, [_sale(90, 90, f"{LAST_MONTH}-02")])
    return lake


def _listing(key: int, day: str, *, seller: int = 1, event: int = 1, tickets: int = 2) -> str:
    values = (key, seller, event, 1827, tickets, "10.00", f"{tickets * 10}.00", f"{day} 10:00:00")
    return DELIMITER.join(map(str, values))


def _sale(key: int, listing: int, day: str, *, seller: int = 1, buyer: int = 2, event: int = 1) -> str:
    values = (key, listing, seller, buyer, event, 1827, 1, "10.00", "1.50", f"{day} 12:00:00")
    return DELIMITER.join(map(str, values))


def _deliver(lake: Path, table: str, month: str, lines: Sequence[str] | None) -> None:
    """Write a month; None takes it away."""
    path = RAW_TABLES[table].path(lake, month)
    if lines is None:
        shutil.rmtree(path.parent, ignore_errors=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([RAW_TABLES[table].header, *lines]) + "\n", encoding="utf-8")


def _drawn_lines(drawn: random.Random, table: str, month: str) -> list[str]:
    """Return lines of few keys, so that keys repeat and listings come in other months than their sales."""
    lines = []
    for _ in range(drawn.randint(1, 6)):
        day = f"{month}-{drawn.randint(1, 28):02}"
        seller, event = drawn.randint(1, 4), drawn.choice([1, 2, 3, 10**6])
        if table == "listing":
            lines.append(_listing(drawn.randint(1, 8), day, seller=seller, event=event, tickets=drawn.randint(1, 3)))
        else:
            buyer = drawn.choice([1, 2, 3, 4, 5, 10**6])
            listing = drawn.randint(1, 9)
            lines.append(_sale(drawn.randint(1, 12), listing, day, seller=seller, buyer=buyer, event=event))
    return lines


# What is delivered, and which sales (with the day of their listing) are complete afterwards.
LATE = (
    ("nothing", "listing", "2008-02", [_listing(10, "2008-02-01")], []),
    ("it comes", "listing", "2008-03", [_listing(11, "2008-03-05")], [(1, "2008-03-05")]),
    ("it changes", "listing", "2008-03", [_listing(11, "2008-03-06")], [(1, "2008-03-06")]),
    ("an earlier line of its key comes", "listing", "2008-02", [_listing(11, "2008-02-07")], [(1, "2008-02-07")]),
    ("the earlier line goes", "listing", "2008-02", None, [(1, "2008-03-06")]),
    ("it goes", "listing", "2008-03", None, []),
    (
        *("it comes in another month", "listing", "2008-04"),
        [_listing(12, "2008-04-01"), _listing(11, "2008-04-02")],
        [(1, "2008-04-02"), (2, "2008-04-01")],
    ),
    ("its sales go", "sale", "2008-01", None, []),
)
SHORT = {"nothing", "it changes", "an earlier line of its key comes", "the earlier line goes", "it goes"}


@pytest.mark.soak
@pytest.mark.parametrize("story", ["short", pytest.param("whole", marks=pytest.mark.soak)])
def test_a_late_listing_comes_changes_and_goes(story: str, dbt: ForkedDbt, lake: Path, tmp_path: Path) -> None:
    _deliver(lake, "sale", "2008-01", [_sale(1, 11, "2008-01-10"), _sale(2, 12, "2008-01-11")])
    _deliver(lake, "sale", "2008-02", [_sale(3, 90, "2008-02-10")])
    for what, table, month, lines, complete in LATE:
        if story == "short" and what not in SHORT:
            continue
        _deliver(lake, table, month, lines)
        take_in(dbt)
        with duckdb.connect(str(dbt.warehouse), read_only=True) as connection:
            found = connection.execute(
                "select sale_id, listed_at::date::text from tickit_sales.fct_sales"
                " where listing_id < 90 and listed_at is not null order by sale_id"
            ).fetchall()
        assert found == complete, what
        if what in {"the earlier line goes", "it comes in another month"}:
            assert contents(dbt.warehouse) == built_in_one_go(dbt, tmp_path / what), what


@pytest.mark.soak
def test_deliveries_in_any_order_give_what_the_last_lake_gives(dbt: ForkedDbt, lake: Path, tmp_path: Path) -> None:
    drawn = random.Random(SEED)  # noqa: S311 - the same in every run
    users = RAW_TABLES["user"].path(lake)
    header, *lines = users.read_text(encoding="utf-8").splitlines(keepends=True)
    history = []
    for number in range(ORDERS):
        for _ in range(drawn.randint(1, 3)):
            table, month = drawn.choice(["sale", "listing"]), drawn.choice(DRAWN_MONTHS)
            _deliver(lake, table, month, drawn.choice([None, *[_drawn_lines(drawn, table, month)] * 4]))
            history.append((number, table, month))
        if drawn.random() < 0.3:
            # Some of those who buy and sell are not known yet, or no more.
            users.write_text("".join([header, *lines[drawn.randint(0, 3) :]]), encoding="utf-8")
            history.append((number, "user"))
        take_in(dbt)
        assert contents(dbt.warehouse) == built_in_one_go(dbt, tmp_path / str(number)), history
