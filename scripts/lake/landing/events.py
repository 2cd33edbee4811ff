"""What can go wrong with a delivery, and what is only inconvenient: each event changes the lines that are sent.

Nothing here is drawn by chance. Which lines are changed, taken out or put in is decided by their place in the file, so
the same event on the same month gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from scripts.lake.layout import DELIMITER, PARTITIONED, TABLES, Table

EVENTS = {
    "late": "with it come lines of the latest month delivered before, in a further file in that month's folder",
    "corrected": "some lines are changed, some are gone, some are new",
    "duplicated": "the same content comes again under another name",
    "dropped_column": "the file lacks a column: commission of a sale, totalprice of a listing",
    "new_column": "the file has one more column at the end: channel",
    "empty": "the file has its header and no line",
    "truncated": "the second half of the file is missing, from the middle of a line on",
}

Delivery = dict[str, list[str]]
"""The lines of a month or a day by table, without headers."""

LISTING, SALE = TABLES["listing"], TABLES["sale"]

# One line in so many.
_CORRECTED = 100
_LATE = 200

# New keys are made from the key of a line by adding one of these: beyond all keys of a lake of the greatest scale, and
# within what an integer of four bytes holds.
_NEW_BY_CORRECTION = 1_000_000_000
_NEW_BY_DELAY = 1_500_000_000

_DISCOUNT = Decimal("0.9")
_COMMISSION = Decimal("0.15")
_CENT = Decimal("0.01")
# What a required field looks like in a line that another is made from. Other types: anything.
_SHAPES = {"integer": r"\d+", "decimal(8,2)": r"\d+\.\d\d", "timestamp": r".+"}
_MOST_TICKETS_A_SALE = 8

_DROPPED = {"listing": "totalprice", "sale": "commission"}
_NEW_COLUMN = ("channel", "web")


def correct(delivery: Delivery, is_sold: Callable[[set[str]], set[str]]) -> Delivery:
    """Correct a delivery: of a hundred lines one gets a lower price, one is gone, and one is new.

    A listing that has been sold stays: ``is_sold`` returns which of some listings (``listid``) have.
    """
    new = _offers_and_sales(delivery["listing"][2::_CORRECTED], _NEW_BY_CORRECTION)
    withdrawn = {_field(LISTING, line, "listid") for line in delivery["listing"][1::_CORRECTED]}
    withdrawn -= is_sold(withdrawn)
    corrected = {}
    for name, lines in delivery.items():
        lines = [_cheaper(TABLES[name], line) if not at % _CORRECTED else line for at, line in enumerate(lines)]
        gone = {at for at in range(1, len(lines), _CORRECTED)}
        if name == "listing":
            gone = {at for at in gone if _field(LISTING, lines[at], "listid") in withdrawn}
        corrected[name] = [line for at, line in enumerate(lines) if at not in gone] + new[name]
    return corrected


def late_lines(listings: Iterable[str], start: int) -> Delivery:
    """Return lines that come late: offers like every 200th of these from ``start`` (0 to 31) on, and a sale of each."""
    return _offers_and_sales(list(listings)[start::_LATE], _NEW_BY_DELAY)


def drop_column(table: Table, lines: list[str]) -> list[str]:
    """Take a column out of the lines, the header among them."""
    at = table.columns.index(_DROPPED.get(table.name, table.columns[-1]))
    return [DELIMITER.join(fields[:at] + fields[at + 1 :]) for fields in map(_split, lines)]


def add_column(lines: list[str]) -> list[str]:
    """Add a column at the end of the lines, of which the first is the header."""
    name, value = _NEW_COLUMN
    return [f"{line}{DELIMITER}{value if at else name}" for at, line in enumerate(lines)]


def cut(content: bytes) -> bytes:
    """Cut a file off in the middle of a line, about half way through."""
    middle = len(content) // 2
    start = content.rfind(b"\n", 0, middle) + 1
    end = content.find(b"\n", start)
    return content[: (start + end) // 2]


def _offers_and_sales(listings: list[str], new_keys_from: int) -> Delivery:
    """Make a new listing like each of these, and a sale of it to the seller's neighbour in the list of users."""
    new: Delivery = {table.name: [] for table in PARTITIONED}
    for offer in filter(None, (_values(LISTING, line) for line in listings)):
        offer["listid"] = str(new_keys_from + int(offer["listid"]))
        seller, tickets = int(offer["sellerid"]), min(int(offer["numtickets"]), _MOST_TICKETS_A_SALE)
        paid = tickets * Decimal(offer["priceperticket"])
        sale = {
            **offer,
            "saleid": offer["listid"],
            "buyerid": str(seller - 1 if seller > 1 else seller + 1),
            "qtysold": str(tickets),
            "pricepaid": _money(paid),
            "commission": _money(paid * _COMMISSION),
            "saletime": offer["listtime"],
        }
        new["listing"].append(DELIMITER.join(offer[column] for column in LISTING.columns))
        new["sale"].append(DELIMITER.join(sale.get(column, "") for column in SALE.columns))
    return new


def _cheaper(table: Table, line: str) -> str:
    """Lower every amount of money of a line by a tenth."""
    values = _values(table, line)
    if values is None:
        return line
    if table is LISTING:
        values["priceperticket"] = _money(Decimal(values["priceperticket"]) * _DISCOUNT)
        values["totalprice"] = _money(Decimal(values["priceperticket"]) * int(values["numtickets"]))
    elif table is SALE:
        values["pricepaid"] = _money(Decimal(values["pricepaid"]) * _DISCOUNT)
        values["commission"] = _money(Decimal(values["pricepaid"]) * _COMMISSION)
    return DELIMITER.join(values.values())


def _values(table: Table, line: str) -> dict[str, str] | None:
    """Return the fields of a line by column; None for a line of AWS's that staging rejects: it is no model."""
    fields = _split(line)
    if len(fields) != len(table.columns):
        return None
    values = dict(zip(table.columns, fields, strict=True))
    shapes = [_SHAPES.get(field.type, ".*") if field.required else ".*" for field in table.fields]
    return values if all(map(re.fullmatch, shapes, values.values())) else None


def _money(amount: Decimal) -> str:
    return str(max(amount.quantize(_CENT), _CENT))


def _field(table: Table, line: str, column: str) -> str:
    fields = _split(line)
    at = table.columns.index(column)
    return fields[at] if at < len(fields) else ""


def _split(line: str) -> list[str]:
    return line.split(DELIMITER)
