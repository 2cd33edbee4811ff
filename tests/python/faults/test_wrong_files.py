"""Files that are not what the YAML declares: all are named in one error, and nothing is changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from tests.python.faults.checkout import Checkout, Run
from tests.python.faults.spoiling import MAY, lines_of, write_lines


@pytest.fixture(scope="module")
def wrong(new_checkout: Callable[[], Checkout]) -> tuple[Checkout, Run]:
    checkout = new_checkout()
    lake = checkout.lake
    shutil.rmtree(lake / "raw_tickit_data" / "venue")
    write_lines(lake, "category", lines_of(lake, "category")[1:])
    header, *events = lines_of(lake, "event")
    write_lines(lake, "event", [header.replace(b"starttime", b"begins"), *events])
    write_lines(lake, "date", [line.replace(b"|", b";") for line in lines_of(lake, "date")])
    write_lines(lake, "sale", [line.rpartition(b"|")[0] for line in lines_of(lake, "sale", MAY)], MAY)
    return checkout, checkout.run()


def test_the_run_fails_and_nothing_is_built(wrong: tuple[Checkout, Run]) -> None:
    checkout, run = wrong
    output = run.must_end(1)
    assert "External tables: 5 problems; nothing was changed." in output
    assert "> in macro" not in output
    assert checkout.tables() == set()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("venue", "no files under {lake}/raw_tickit_data/venue/"),
        ("category", "category.txt: the first line names none of the 4 columns: it looks like data, of 4 fields."),
        ("event", "event.txt: the file calls begins what the YAML calls starttime."),
        ("date", "date.txt: the header has no delimiter '|'."),
        ("sale", "sale_month=2008-05/sale.txt: the file has no column saletime."),
    ],
    ids=["missing table", "header missing", "header renamed", "wrong delimiter", "column missing in one month"],
)
def test_the_file_and_the_fault_are_named(table: str, message: str, wrong: tuple[Checkout, Run]) -> None:
    checkout, run = wrong
    (line,) = [line for line in run.output.splitlines() if f"- tickit_external.{table} " in line]
    assert message.format(lake=checkout.lake) in line
    assert "models/staging/tickit/_tickit__sources.yml" in line
