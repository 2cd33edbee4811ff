"""How tests spoil a lake: lines added, fields of a line changed."""

from __future__ import annotations

from pathlib import Path

from scripts.lake.layout import TABLES

MARCH = "2008-03"
MAY = "2008-05"


def lines_of(lake: Path, table: str, month: str | None = None) -> list[bytes]:
    """Return the lines of a file, the header first."""
    return TABLES[table].path(lake, month).read_bytes().rstrip(b"\n").split(b"\n")


def write_lines(lake: Path, table: str, lines: list[bytes], month: str | None = None) -> None:
    """Replace the lines of a file."""
    path = TABLES[table].path(lake, month)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"\n".join(lines) + b"\n")


def add_line(lake: Path, table: str, line: bytes, month: str | None = None) -> None:
    """Add a line to the end of a file."""
    write_lines(lake, table, [*lines_of(lake, table, month), line], month)


def changed(table: str, line: bytes, **fields: bytes) -> bytes:
    """Return the line with other values in the named fields."""
    columns = TABLES[table].columns
    values = dict(zip(columns, line.split(b"|"), strict=True))
    assert fields.keys() <= values.keys()
    return b"|".join((values | fields).values())
