"""The source system: what it has for each month and day, delivered or not.

It is played by a hidden folder of the lake, ``.source-system``, that no reader of a lake looks into. Its files are laid
out as the lake's, one a table and month. `hold_back` moves the months there that are not to be delivered yet; a month
that was delivered at first gets there when it is asked for, so that it can be sent again as it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from scripts.lake.layout import DELIMITER, MONTHS, PARTITIONED, Table
from scripts.lake.writing import SOURCE_SYSTEM

# Not every byte of AWS's originals is UTF-8, and Latin-1 gives each back as it was.
ENCODING = "latin-1"


def hold_back(lake: Path, until: str) -> None:
    """Take the months after ``until`` (``YYYY-MM``) out of the raw zone; the source system has them now."""
    for table in PARTITIONED:
        for month in (month for month in MONTHS if month > until):
            path = table.path(lake, month)
            if path.exists():
                kept = table.path(lake / SOURCE_SYSTEM, month)
                kept.parent.mkdir(parents=True)
                path.rename(kept)
                path.parent.rmdir()


def held_back(lake: Path) -> list[str]:
    """Return the months, in order, that are not complete."""
    return [
        month
        for month in MONTHS
        if any(
            table.path(lake / SOURCE_SYSTEM, month).exists() and not table.path(lake, month).exists()
            for table in PARTITIONED
        )
    ]


def file_of_month(lake: Path, table: Table, month: str) -> Path | None:
    """Return the file of a month as the source system has it, None if it has none."""
    places = (table.path(lake / SOURCE_SYSTEM, month), table.path(lake, month))
    return next((place for place in places if place.exists()), None)


def keep(lake: Path, month: str) -> None:
    """Give the source system a copy of a month that was in the lake from the beginning, before it is sent again."""
    for table in PARTITIONED:
        kept = table.path(lake / SOURCE_SYSTEM, month)
        if not kept.exists() and table.path(lake, month).exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            unfinished = kept.with_suffix(".part")
            shutil.copyfile(table.path(lake, month), unfinished)
            unfinished.rename(kept)


def lines_of_day(lake: Path, table: Table, day: str) -> Iterator[str]:
    """Yield the lines of a day (``YYYY-MM-DD``); one without a readable time is the first day's of its month."""
    month = day[:7]
    position = table.columns.index(table.month_of)
    is_first = day.endswith("-01")

    def is_of_day(line: str) -> bool:
        if not is_first and f"{DELIMITER}{day}" not in line:
            return False  # most lines: not worth splitting
        fields = line.split(DELIMITER)
        time = fields[position] if position < len(fields) else ""
        return time.startswith(day) or (is_first and not time.startswith(month))

    return filter(is_of_day, lines_of_month(lake, table, month))


def lines_of_month(lake: Path, table: Table, month: str) -> Iterator[str]:
    """Yield the lines of a month, without header and line ends."""
    path = file_of_month(lake, table, month)
    if path is None:
        return
    with path.open(encoding=ENCODING, newline="\n") as file:
        next(file, None)
        for line in file:
            yield line.removesuffix("\n")
