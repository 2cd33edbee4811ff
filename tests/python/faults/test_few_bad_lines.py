"""A few bad lines stop nothing: each is rejected with its reason, the run warns and succeeds."""

from __future__ import annotations

import re

import pytest

from scripts.lake.layout import TABLES
from tests.python.faults.checkout import Checkout, Run
from tests.python.faults.few_bad_lines import BAD_LINES, CHEAP, ORPHANS, REPEATED, UNDECLARED, UNDECLARED_KEY, UNKNOWN
from tests.python.faults.spoiling import MARCH, lines_of


def test_the_run_succeeds_and_warns(few: tuple[Checkout, Run]) -> None:
    output = few[1].must_end(0)
    assert "warn rejected_rows_are_reported" in output
    # Not within a word, as in the name of rpt_run_failures.
    assert not re.search(r"\bfail", output)


def test_every_line_is_staged_or_rejected(few: tuple[Checkout, Run]) -> None:
    assert {table: raw for table, (raw, _) in few[0].accounts().items()} == {
        table: accounted for table, (_, accounted) in few[0].accounts().items()
    }


@pytest.mark.parametrize("kind", BAD_LINES)
def test_a_bad_line_is_set_aside_with_its_reason(kind: str, few: tuple[Checkout, Run]) -> None:
    checkout, run = few
    bad = BAD_LINES[kind]
    rows = checkout.query(
        "select line, source_file from tickit_staging.stg_tickit__rejected_rows"
        " where table_name = ? and reject_reason = ?",
        [bad.table, bad.reason],
    )
    path = TABLES[bad.table].path(checkout.lake, MARCH if bad.table in ("listing", "sale") else None)
    assert ((bad.kept or bad.content).decode(), str(path.relative_to(checkout.lake))) in rows
    assert len(rows) == sum((bad.table, bad.reason) == (other.table, other.reason) for other in BAD_LINES.values())
    assert f"table_name: {bad.table}, reject_reason: {bad.reason}, line_count: {len(rows)}" in run.output


def test_the_null_marker_is_an_empty_field(few: tuple[Checkout, Run]) -> None:
    checkout, _ = few
    assert checkout.query("from tickit_staging.stg_tickit__users where user_id = 800001") == [
        (800001, "ABCDEFGH", None, None, "Kent", "WA", *[None] * 12)
    ]
    assert checkout.query("from tickit_staging.stg_tickit__venues where venue_id = 800001") == [
        (800001, None, "Kent", "WA", None)
    ]


@pytest.mark.parametrize(
    ("table", "key"), [("sales", "sale_id"), ("users", "user_id"), ("dates", "date_id"), ("listings", "listing_id")]
)
def test_no_bad_line_is_staged(table: str, key: str, few: tuple[Checkout, Run]) -> None:
    ((found, all_rows),) = few[0].query(
        f"select count(*) filter ({key} >= 900000 or {key} is null), count(*) from tickit_staging.stg_tickit__{table}"
    )
    assert found == 0
    assert all_rows > 300


@pytest.mark.parametrize("kind", REPEATED)
def test_of_a_repeated_key_the_first_line_is_kept(kind: str, few: tuple[Checkout, Run]) -> None:
    """First is the earlier file, then the lesser content."""
    checkout, _ = few
    number, month, other_price = REPEATED[kind]
    line = lines_of(checkout.lake, "sale", MARCH)[number]
    key, price = int(line.split(b"|")[0]), line.split(b"|")[7].decode()
    other = CHEAP["pricepaid"].decode() if other_price else price
    kept, set_aside = (other, price) if month == MARCH else (price, other)
    assert checkout.query("select price_paid::varchar from tickit_sales.fct_sales where sale_id = ?", [key]) == [
        (kept,)
    ]
    rejected = checkout.query(
        "select reject_reason, split_part(line, '|', 8), source_file from tickit_staging.stg_tickit__rejected_rows"
        " where table_name = 'sale' and line like ?",
        [f"{key}|%"],
    )
    assert [row[:2] for row in rejected] == [("saleid repeats an earlier line's", set_aside)]
    assert f"sale_month={month}/" in rejected[0][2]


@pytest.mark.parametrize("kind", ORPHANS)
def test_a_sale_of_something_unknown_stays_and_is_reported(kind: str, few: tuple[Checkout, Run]) -> None:
    checkout, run = few
    number, field, place = ORPHANS[kind]
    sale_id = int(lines_of(checkout.lake, "sale", MARCH)[number].split(b"|")[0])
    column = place.split()[0]
    assert checkout.query(
        f"select {column}, has_known_keys from tickit_sales.fct_sales where sale_id = ?", [sale_id]
    ) == [(int(UNKNOWN), False)]
    assert f"warn {place}: 1 row with a key that is not in " in run.output


def test_only_sales_of_something_unknown_are_flagged(few: tuple[Checkout, Run]) -> None:
    ((flagged,),) = few[0].query("select count(*) from tickit_sales.fct_sales where not has_known_keys")
    assert flagged == len(ORPHANS)


def test_a_month_that_is_not_declared_is_reported(few: tuple[Checkout, Run]) -> None:
    checkout, run = few
    assert f"no declared partition covers sale_month={UNDECLARED}/" in run.output
    assert "this data is not read" in run.output
    assert checkout.query("from tickit_sales.fct_sales where sale_id = ?", [int(UNDECLARED_KEY)]) == []


def test_the_summary_counts_the_rows_of_the_marts(few: tuple[Checkout, Run]) -> None:
    """Not those of the history of the jobs, nor of the table that the metrics need."""
    counted = few[1].output.partition("Rows per mart")[2].partition("Rejected rows")[0]
    models = {line.split()[0] for line in counted.splitlines() if line.strip()}
    assert {"fct_sales", "dim_users", "rpt_daily_sales"} <= models
    assert not {name for name in models if "run" in name or "spine" in name}


def test_the_summary_counts_rejected_lines(few: tuple[Checkout, Run]) -> None:
    rejected = few[1].output.partition("Rejected rows")[2]
    assert "sale              4  saleid repeats an earlier line's" in rejected
    assert "stg_tickit__rejected_rows, with file and content" in rejected
