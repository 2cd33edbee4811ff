"""Too many bad lines, or a value out of range: the build fails and says in plain words what is wrong, and where."""

from __future__ import annotations

import re

import pytest

from tests.python.faults.broken_delivery import NEGATIVE, NEGATIVE_PRICE
from tests.python.faults.checkout import Checkout, Run
from tests.python.faults.spoiling import MARCH, MAY, lines_of

pytestmark = pytest.mark.soak


def test_the_run_fails(broken: tuple[Checkout, Run]) -> None:
    output = broken[1].must_end(1)
    assert "The build failed: see above for what and where. Nothing below a failure was built." in output
    assert "Rows per mart" not in output


def test_too_many_bad_lines_are_named_with_table_and_counts(broken: tuple[Checkout, Run]) -> None:
    checkout, run = broken
    bad = len(lines_of(checkout.lake, "sale", MAY)) - 1
    problem = f"fail stg_tickit__sales: {bad} rows rejected, more than 1.0 % of the lines of base_tickit__sales"
    assert problem in run.output
    assert f"table_name: sale, reject_reason: pricepaid is not a decimal(8,2), line_count: {bad}" in run.output


def test_a_negative_price_is_named_with_model_and_column(broken: tuple[Checkout, Run]) -> None:
    checkout, run = broken
    assert "fail price_paid of stg_tickit__sales: 1 row below 0.01" in run.output
    assert "models/staging/tickit/stg_tickit__sales.yml" in run.output
    sale_id = int(lines_of(checkout.lake, "sale", MARCH)[NEGATIVE].split(b"|")[0])
    staged = checkout.query(
        "select price_paid::varchar from tickit_staging.stg_tickit__sales where sale_id = ?", [sale_id]
    )
    assert staged == [(NEGATIVE_PRICE.decode(),)]


def test_nothing_below_a_failure_is_built(broken: tuple[Checkout, Run]) -> None:
    checkout, run = broken
    tables = checkout.tables()
    assert {"stg_tickit__sales", "stg_tickit__rejected_rows", "dim_venues"} <= tables
    assert not {"fct_sales", "dim_users", "rpt_likes_by_persona"} & tables
    assert re.search(r"Skipped, because they read what failed: \d+ models, \d+ tests", run.output)


def test_every_line_is_staged_or_rejected(broken: tuple[Checkout, Run]) -> None:
    for raw, accounted in broken[0].accounts().values():
        assert raw == accounted


@pytest.mark.parametrize(
    ("what", "shown"),
    [("--inline .*price_paid < 0.01.*", "-50"), ("--inline .*stg_tickit__rejected_rows.*", "not a decimal")],
)
def test_the_printed_command_shows_the_rows(what: str, shown: str, broken: tuple[Checkout, Run]) -> None:
    """Pasted as it is printed, into a shell in the folder of the project."""
    checkout, run = broken
    (command,) = set(re.findall(rf"the rows: (.* {what})$", run.output, re.MULTILINE))
    assert shown in checkout.execute("sh", "-c", command).must_end(0)


def test_dbt_itself_names_the_check_and_keeps_it(broken: tuple[Checkout, Run]) -> None:
    """In its output, and where it stores failures."""
    checkout, _ = broken
    name = "checks_stg_tickit__sales"
    command = (".venv/bin/dbt", "test", "--profiles-dir", "profiles", "--store-failures", "--select", name)
    output = checkout.execute(*command).must_end(1)
    problem = "price_paid of stg_tickit__sales: 1 row below 0.01"
    assert f"fail {problem}" in output
    assert re.search(r"the rows: select \* from .*stg_tickit__sales.* where price_paid < 0.01", output)
    assert (problem,) in checkout.query(f"select problem from tickit_test_failures.{name}")
