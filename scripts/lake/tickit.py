"""What AWS publishes of TICKIT, whatever has been added to its tables here: how many rows and columns each has."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.lake.layout import DELIMITER, TABLES, Field


@dataclass(frozen=True)
class Published:
    """A table of TICKIT. Its columns are the first ones of the table in the lake, in the same order."""

    rows: int
    columns: int


PUBLISHED = {
    "category": Published(rows=11, columns=4),
    "date": Published(rows=365, columns=8),
    "event": Published(rows=8_798, columns=6),
    "listing": Published(rows=192_497, columns=8),
    "sale": Published(rows=172_456, columns=10),
    "user": Published(rows=49_990, columns=18),
    "venue": Published(rows=202, columns=5),
}

_VALUES = {
    "integer": "1",
    "decimal(8,2)": "1.00",
    "date": "2008-01-01",
    "timestamp": "2008-01-01 00:00:00",
    "boolean": "true",
}


def fields_of_original(table: str) -> tuple[Field, ...]:
    """Return the columns that AWS's file of a table has."""
    return TABLES[table].fields[: PUBLISHED[table].columns]


def with_added_columns(table: str, line: bytes) -> bytes:
    """Return a line of AWS's columns with a valid value for each column that the table has beyond them.

    A line with fewer fields than AWS's has too few of them still; fields beyond them stay at the end.
    """
    fields, count = line.split(DELIMITER.encode()), PUBLISHED[table].columns
    if len(fields) < count:
        return line
    added = [_VALUES.get(field.type, "x").encode() for field in TABLES[table].fields[count:]]
    return DELIMITER.encode().join([*fields[:count], *added, *fields[count:]])
