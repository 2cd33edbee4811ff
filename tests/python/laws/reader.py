"""The raw zone as a reader of bytes sees it: which lines there are, and what those say that can be used.

Shares no code with the project but the declaration of the columns, so that a mistake there is not repeated here.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from scripts.lake.layout import TABLES, Field

MONTHS = [f"2008-{month:02}" for month in range(1, 13)]

INTEGER = re.compile(r"-?[0-9]{1,10}")
MONEY = re.compile(r"-?[0-9]{1,6}([.][0-9]{1,2})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]")
TRUE, FALSE = {"true", "t", "yes", "y", "1"}, {"false", "f", "no", "n", "0"}

NULLS = ("", r"\N")
# The replacement for bytes that are not UTF-8, in the raw zone of the warehouse: a field that has it cannot be used.
SUBSTITUTE = "\x1a"

# A text of more bytes may have been cut in the raw columns of the warehouse.
LONGEST = 252

Row = list[str]


@dataclass
class Seen:
    """What is in the files of one table: how many lines, and the rows of those that can be used, as text."""

    lines: int = 0
    rows: list[Row] = field(default_factory=list)

    @property
    def keys(self) -> Counter[int]:
        """How often each key is on a usable line."""
        return Counter(int(row[0]) for row in self.rows)


def read(lake: Path, table: str) -> Seen:
    """Read every file of a table that the engines read: of declared months, and not hidden by its name."""
    seen = Seen()
    folder = lake / "raw_tickit_data" / table
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if path.name[0] in "._#" or path.name.endswith("~"):
            continue
        month = None
        if table in ("sale", "listing"):
            month = path.relative_to(folder).parts[0].removeprefix(f"{table}_month=")
            if month not in MONTHS:
                continue
        for line in path.read_bytes().split(b"\n")[1:]:
            if line:
                seen.lines += 1
                if row := _row(line, table, month):
                    seen.rows.append(row)
    return seen


def _row(line: bytes, table: str, month: str | None) -> Row | None:
    """Return the values of a line that can be used, each written in one way."""
    try:
        fields = line.decode("utf-8").split("|")
    except UnicodeDecodeError:
        return None
    declared = TABLES[table]
    if len(fields) != len(declared.columns):
        return None
    if month and fields[declared.columns.index(declared.partition.of)][:7] != month:
        return None
    row = [_value(text, field) for text, field in zip(fields, declared.fields, strict=True)]
    return None if None in row else row


def _value(text: str, field: Field) -> str | None:
    """Return a field's value as text, empty for NULL; None if the line cannot be used with it."""
    if SUBSTITUTE in text:
        return None
    if field.type.startswith("varchar("):
        if len(text.encode()) > LONGEST:
            return None
        kept = "" if (kept := text.rstrip(" ")) in NULLS else kept
        fits = len(kept.encode()) <= int(field.type[len("varchar(") : -1])
        return kept if fits and (kept or not field.required) else None
    if text in NULLS:
        return None if field.required else ""
    if field.type == "boolean":
        return "true" if text.lower() in TRUE else "false" if text.lower() in FALSE else None
    if field.type == "decimal(8,2)":
        return f"{Decimal(text):.2f}" if MONEY.fullmatch(text) else None
    if field.type == "date":
        return text if DAY.fullmatch(text) and _is_day(text) else None
    if field.type == "timestamp":
        return text if TIME.fullmatch(text) and _is_day(text[:10]) else None
    return str(int(text)) if INTEGER.fullmatch(text) and -(2**31) <= int(text) < 2**31 else None


def _is_day(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return False
    return True
