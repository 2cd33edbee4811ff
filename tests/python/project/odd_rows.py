"""Rows that are right by their form and say two things at once, or nothing: AWS's own files have such rows, too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scripts.lake.layout import DELIMITER, TABLES


def _rows(path: Path) -> list[dict[str, str]]:
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    return [dict(zip(header.split(DELIMITER), line.split(DELIMITER), strict=True)) for line in lines]


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    lines = [DELIMITER.join(rows[0]), *(DELIMITER.join(row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _change(path: Path, *changes: Callable[[dict[str, str]], dict[str, str]]) -> None:
    """Change the first row by the first change, the second by the second, and so on."""
    rows = _rows(path)
    for row, change in zip(rows, changes, strict=False):
        row.update(change(row))
    _write(path, rows)


def _times(number: str, factor: int) -> str:
    return f"{float(number) * factor:.2f}"


def add_odd_rows(lake: Path) -> None:
    """Change a few rows of every table, and add sales: of a listing of a later month, and too many of one ticket."""
    one_ticket = next(row for row in _rows(TABLES["listing"].path(lake, "2008-01")) if row["numtickets"] == "1")
    late = _rows(TABLES["listing"].path(lake, "2008-11"))[0]

    def sale(key: int, listing: dict[str, str], day: str, quantity: int) -> dict[str, str]:
        price = float(listing["priceperticket"]) * quantity
        return {
            "saleid": str(key),
            "listid": listing["listid"],
            "sellerid": listing["sellerid"],
            "buyerid": "1" if listing["sellerid"] != "1" else "2",
            "eventid": listing["eventid"],
            "dateid": "1886",
            "qtysold": str(quantity),
            "pricepaid": f"{price:.2f}",
            "commission": f"{price * 0.15:.2f}",
            "saletime": f"{day} 12:00:00",
        }

    sales = TABLES["sale"].path(lake, "2008-03")
    added = [
        sale(9_000_001, late, "2008-03-03", 1),
        *(sale(9_000_002 + i, one_ticket, "2008-03-04", 8) for i in (0, 1)),
    ]
    _write(sales, [*_rows(sales), *added])
    _change(
        sales,
        lambda row: {"dateid": "1827"},
        lambda row: {"dateid": "99999"},
        lambda row: {"sellerid": "3" if row["sellerid"] != "3" else "4"},
        lambda row: {"eventid": "1" if row["eventid"] != "1" else "2"},
        lambda row: {"pricepaid": _times(row["pricepaid"], 2), "commission": _times(row["commission"], 2)},
        lambda row: {"commission": _times(row["commission"], 2)},
        lambda row: {"buyerid": row["sellerid"]},
    )
    _change(
        TABLES["listing"].path(lake, "2008-03"),
        lambda row: {"dateid": "1827"},
        lambda row: {"totalprice": _times(row["totalprice"], 2)},
    )
    _change(TABLES["event"].path(lake), lambda row: {"dateid": "1827"}, lambda row: {"dateid": "1828"})
    _change(TABLES["venue"].path(lake), lambda row: {"venueseats": "0"}, lambda row: {"venueseats": ""})
    nothing_asked = dict.fromkeys([name for name in TABLES["user"].columns if name.startswith("like")], "")
    _change(TABLES["user"].path(lake), *[lambda row: nothing_asked] * 50)
