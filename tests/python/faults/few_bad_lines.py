"""A lake with a few bad lines of every kind, fewer than the project tolerates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scripts.lake.tickit import with_added_columns
from tests.python.faults.spoiling import MARCH, MAY, add_line, changed, lines_of, write_lines

SALE = with_added_columns("sale", b"900001|1|1|1|1|1827|1|50.00|7.50|2008-03-01 10:00:00")
LISTING = with_added_columns("listing", b"900005|1|1|1827|1|50.00|50.00|2008-03-01 10:00:00")
USER = with_added_columns("user", b"900002|ABCDEFGH|Ann|Lee|Kent|WA|a@example.com|(555) 555-0100" + b"|true" * 10)
DATE = with_added_columns("date", b"900003|2008-01-01|1|1|1|1|2008|false")


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be used, why, and what is kept of it where that is not the line as it was."""

    table: str
    content: bytes
    reason: str
    kept: bytes | None = None


BAD_LINES = {
    "too few fields": BadLine(
        "sale", SALE.rpartition(b"|")[0], "too few fields", SALE.rpartition(b"|")[0] + b"|<null>"
    ),
    "too many fields": BadLine("sale", SALE + b"|x", "too many fields"),
    "an empty field too many": BadLine("listing", LISTING + b"|", "too many fields"),
    "a NULL marker too many": BadLine("listing", LISTING + b"|\\N", "too many fields"),
    "a long field too many": BadLine(
        "listing", LISTING + b"|" + b"x" * 300, "too many fields", LISTING + b"|" + b"x" * 256
    ),
    "a field too many that is not UTF-8": BadLine(
        "listing", LISTING + b"|M\xfcller", "too many fields", LISTING + b"|M\x1aller"
    ),
    "no key": BadLine("sale", changed("sale", SALE, saleid=b""), "saleid is missing"),
    "NULL marker as the key": BadLine("listing", changed("listing", LISTING, listid=b"\\N"), "listid is missing"),
    "NULL marker as a required time, the last field": BadLine(
        "listing", changed("listing", LISTING, listtime=b"\\N"), "listtime is missing"
    ),
    "bad integer": BadLine("sale", changed("sale", SALE, qtysold=b"two"), "qtysold is not an integer"),
    "bad decimal": BadLine("sale", changed("sale", SALE, pricepaid=b"50,00"), "pricepaid is not a decimal(8,2)"),
    "bad time": BadLine("sale", changed("sale", SALE, saletime=b"2008-02-30 10:00:00"), "saletime is not a timestamp"),
    "other month": BadLine(
        "sale", changed("sale", SALE, saletime=b"2008-04-01 10:00:00"), "saletime is not in the month of its folder"
    ),
    "the hour 24 of the last day": BadLine(
        "listing", changed("listing", LISTING, listtime=b"2008-03-31 24:00:00"), "listtime is not a timestamp"
    ),
    "a leap second": BadLine(
        "listing", changed("listing", LISTING, listtime=b"2008-03-31 23:59:60"), "listtime is not a timestamp"
    ),
    "bad date": BadLine("date", changed("date", DATE, caldate=b"2008-13-01"), "caldate is not a date"),
    "bad boolean": BadLine("user", changed("user", USER, likejazz=b"maybe"), "likejazz is not a boolean"),
    "long text": BadLine("user", changed("user", USER, state=b"Kansas"), "state is longer than 2 bytes"),
    "not UTF-8": BadLine(
        "user",
        changed("user", USER, lastname=b"M\xfcller"),
        "lastname is not valid UTF-8",
        changed("user", USER, lastname=b"M\x1aller"),
    ),
    "very long text": BadLine(
        "user",
        changed("user", USER, firstname=b"A" * 257),
        "firstname is longer than 30 bytes",
        changed("user", USER, firstname=b"A" * 256),
    ),
    "more after many blanks": BadLine(
        "user",
        changed("user", USER, city=b"Kent" + b" " * 300 + b"WA"),
        "city is longer than 30 bytes",
        changed("user", USER, city=b"Kent" + b" " * 252),
    ),
}

# Good lines with the NULL marker of Hive, MySQL and Postgres wherever a field may be empty.
NULL_MARKERS = {
    "user": with_added_columns("user", b"800001|ABCDEFGH|\\N|\\N|Kent|WA" + b"|\\N" * 12),
    "venue": with_added_columns("venue", b"800001|\\N  |Kent|WA|\\N"),
}

# Line of the March file -> the field that names something unknown.
ORPHANS = {
    "buyer": (10, "buyerid", "buyer_id of fct_sales"),
    "event": (11, "eventid", "event_id of fct_sales"),
    "listing": (12, "listid", "listing_id of fct_sales"),
    "seller": (13, "sellerid", "seller_id of fct_sales"),
}
UNKNOWN = b"99999999"

# As text it sorts before every other price, so that it is content, not the file, that would put it first.
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
        add_line(lake, bad.table, bad.content, MARCH if bad.table in ("listing", "sale") else None)
    for table, line in NULL_MARKERS.items():
        add_line(lake, table, line)
    undeclared = changed("sale", march[1], saleid=UNDECLARED_KEY, saletime=b"2009-01-01 10:00:00")
    write_lines(lake, "sale", [march[0], undeclared], UNDECLARED)
