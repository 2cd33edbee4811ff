"""A lake with a few bad lines of every kind, fewer than the project tolerates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.python.faults.spoiling import MARCH, MAY, add_line, changed, lines_of, write_lines

SALE = b"900001|1|1|1|1|1827|1|50.00|7.50|2008-03-01 10:00:00"
USER = b"900002|ABCDEFGH|Ann|Lee|Kent|WA|a@example.com|(555) 555-0100" + b"|true" * 10
DATE = b"900003|2008-01-01|1|1|1|1|2008|false"


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be used, and why. It has a key of its own."""

    table: str
    content: bytes
    reason: str


BAD_LINES = {
    "too few fields": BadLine("sale", SALE.rpartition(b"|")[0], "too few fields"),
    "too many fields": BadLine("sale", SALE + b"|x", "too many fields"),
    "no key": BadLine("sale", changed("sale", SALE, saleid=b""), "saleid is missing"),
    "bad integer": BadLine("sale", changed("sale", SALE, qtysold=b"two"), "qtysold is not an integer"),
    "bad decimal": BadLine("sale", changed("sale", SALE, pricepaid=b"50,00"), "pricepaid is not a decimal(8,2)"),
    "bad time": BadLine("sale", changed("sale", SALE, saletime=b"2008-02-30 10:00:00"), "saletime is not a timestamp"),
    "other month": BadLine(
        "sale", changed("sale", SALE, saletime=b"2008-04-01 10:00:00"), "saletime is not in the month of its folder"
    ),
    "bad date": BadLine("date", changed("date", DATE, caldate=b"2008-13-01"), "caldate is not a date"),
    "bad boolean": BadLine("user", changed("user", USER, likejazz=b"maybe"), "likejazz is not a boolean"),
    "long text": BadLine("user", changed("user", USER, state=b"Kansas"), "state is longer than 2 bytes"),
    "not UTF-8": BadLine(
        "user", changed("user", USER, lastname=b"M\xfcller"), "lastname is not valid UTF-8 or over 256 bytes"
    ),
    "very long text": BadLine(
        "user", changed("user", USER, firstname=b"A" * 257), "firstname is not valid UTF-8 or over 256 bytes"
    ),
}

# Line of the March file -> the field that names something unknown.
ORPHANS = {
    "buyer": (10, "buyerid", "buyer_id of fct_sales"),
    "event": (11, "eventid", "event_id of fct_sales"),
    "listing": (12, "listid", "listing_id of fct_sales"),
    "seller": (13, "sellerid", "seller_id of fct_sales"),
}
UNKNOWN = b"99999999"

# As text it stands before every other price, so that it is content, not the file, that would put it first.
CHEAP = {"pricepaid": b"1.00", "commission": b"0.15"}
# Line of the March file that is repeated -> in which month, and with another price or as it is.
REPEATED = {
    "identical, same file": (2, MARCH, False),
    "different, same file": (3, MARCH, True),
    "identical, other partition": (4, MAY, False),
    "different, other partition": (5, MAY, True),
}

UNDECLARED = "2009-01"
UNDECLARED_KEY = b"900004"


def add_few_bad_lines(lake: Path) -> None:
    """Spoil the lake."""
    march = lines_of(lake, "sale", MARCH)
    for number, field, _ in ORPHANS.values():
        march[number] = changed("sale", march[number], **{field: UNKNOWN})
    write_lines(lake, "sale", march, MARCH)
    for number, month, other_price in REPEATED.values():
        repeated = changed("sale", march[number], **(CHEAP if other_price else {}))
        # In the month of its folder, whichever that is.
        add_line(lake, "sale", repeated.replace(f"|{MARCH}-".encode(), f"|{month}-".encode()), month)
    for bad in BAD_LINES.values():
        add_line(lake, bad.table, bad.content, MARCH if bad.table == "sale" else None)
    undeclared = changed("sale", march[1], saleid=UNDECLARED_KEY, saletime=b"2009-01-01 10:00:00")
    write_lines(lake, "sale", [march[0], undeclared], UNDECLARED)
