"""A lake that must not be built on: a month with decimal commas, and a negative price."""

from __future__ import annotations

from pathlib import Path

from tests.python.faults.spoiling import MARCH, MAY, changed, lines_of, write_lines

# Line of the March file.
NEGATIVE = 30
NEGATIVE_PRICE = b"-50.00"


def break_delivery(lake: Path) -> None:
    """Spoil the lake."""
    header, *sales = lines_of(lake, "sale", MAY)
    write_lines(lake, "sale", [header, *(line.replace(b".", b",") for line in sales)], MAY)
    march = lines_of(lake, "sale", MARCH)
    march[NEGATIVE] = changed("sale", march[NEGATIVE], pricepaid=NEGATIVE_PRICE)
    write_lines(lake, "sale", march, MARCH)
