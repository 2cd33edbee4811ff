"""Land new data in a lake, as the source system delivers it: a month, or a day, of listings and sales.

A month comes as ``sale.txt`` in its folder, a day as ``sale_2008-12-05.txt`` in its month's. A month's file closes the
month: it has all lines, and takes the place of the days' files (and of copies). What is sent again under its name
replaces what was there. So however the days and months come, each line is in the lake once.

    land_month(lake, "2008-12")
    land_day(lake, next_day(lake), events=["corrected"])
"""

from __future__ import annotations

import re
import shutil
from calendar import monthrange
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import cast

from scripts.core.errors import TickitError
from scripts.lake.landing import events as make
from scripts.lake.landing.events import EVENTS, LISTING, SALE, Delivery
from scripts.lake.landing.source_system import (
    ENCODING,
    file_of_month,
    held_back,
    keep,
    lines_of_day,
    lines_of_month,
)
from scripts.lake.layout import DELIMITER, MONTHS, PARTITIONED, RAW_ZONE, Table, data_files
from scripts.lake.writing import count_rows, locked, read_manifest, rows_of_file, write_manifest

UNFINISHED = ".lake-being-landed"

_HOW_TO_HOLD_BACK = "`make lake UNTIL=2008-11` makes a lake whose later months are still to come."


@dataclass
class Landing:
    """What a landing did: the rows of each file that it wrote, and the files that it removed."""

    files: dict[Path, int] = field(default_factory=dict)
    removed: list[Path] = field(default_factory=list)


def land_month(lake: Path, month: str, events: Collection[str] = ()) -> Landing:
    """Land a month (``YYYY-MM``) in the lake, whether or not it or some of its days are there already.

    ``events``: names from EVENTS. ``lake.json`` is brought up to date.

    Raise TickitError if the month, an event or the lake is not there, or the lake cannot be written.
    """
    _check(lake, month, events)
    return _land(lake, month, None, events)


def land_day(lake: Path, day: str, events: Collection[str] = ()) -> Landing:
    """Land a day (``YYYY-MM-DD``) in the lake as a file of its own in its month's folder, else as `land_month`.

    Raise TickitError also if the day's month is complete.
    """
    month = day[:7]
    _check(lake, month, events)
    if day not in days_of(month):
        raise TickitError(f"{day} is not a day of {month}: give one such as {month}-01.")
    if month not in held_back(lake):
        raise TickitError(f"{day} is in the lake: {month} is complete. MONTH={month} sends the month again.")
    return _land(lake, month, day, events)


def next_month(lake: Path) -> str:
    """Return the first month that is not complete; raise TickitError if there is none."""
    _check_lake(lake)
    for month in held_back(lake):
        return month
    raise TickitError(
        f"nothing is held back in {lake}: every month has been delivered. {_HOW_TO_HOLD_BACK} "
        f"MONTH={MONTHS[-1]} sends a month again."
    )


def next_day(lake: Path) -> str:
    """Return the first day that has not been delivered, alone or with its month; raise TickitError if there is none."""
    next_month(lake)
    for month in held_back(lake):
        for day in days_of(month):
            if not all(_file(lake, table, month, day).exists() for table in _tables(lake, month)):
                return day
    raise TickitError(f"every day is in {lake}: a month's own file closes it. Give MONTH={next_month(lake)}.")


def days_of(month: str) -> list[str]:
    """Return the days of a month (``YYYY-MM``)."""
    year, number = map(int, month.split("-"))
    return [date(year, number, day + 1).isoformat() for day in range(monthrange(year, number)[1])]


def _check(lake: Path, month: str, events: Collection[str]) -> None:
    """Raise TickitError for what cannot land."""
    _check_lake(lake)
    if month not in MONTHS:
        raise TickitError(f"{month} is not a month of TICKIT: give {MONTHS[0]} to {MONTHS[-1]}.")
    if unknown := [event for event in events if event not in EVENTS]:
        raise TickitError(f"there is no event {unknown[0]}: give some of {', '.join(EVENTS)}.")
    if not _tables(lake, month):
        raise TickitError(f"the source system has no listings and no sales of {month}.")
    if "late" in events:
        _month_before(lake, month)
    for table in PARTITIONED:
        # What cannot be counted afterwards is named before anything lands.
        deque(data_files(lake / RAW_ZONE / table.name), maxlen=0)


def _check_lake(lake: Path) -> None:
    if not (lake / RAW_ZONE).is_dir():
        raise TickitError(f"there is no lake in {lake}. {_HOW_TO_HOLD_BACK}")


def _month_before(lake: Path, month: str) -> str:
    """Return the latest complete month before this one."""
    delivered = [earlier for earlier in MONTHS if earlier < month and LISTING.path(lake, earlier).exists()]
    if not delivered:
        raise TickitError(f"nothing can come late with {month}: no month before it is complete.")
    return delivered[-1]


def _tables(lake: Path, month: str) -> list[Table]:
    """Return the tables of which the source system has this month."""
    return [table for table in PARTITIONED if file_of_month(lake, table, month)]


def _file(lake: Path, table: Table, month: str, day: str | None = None, suffix: str = "") -> Path:
    """Return where a month or a day lands: ``sale.txt``, ``sale_2008-12-05.txt``, with the suffix in the name's end.

    The month's own name sorts first, and staging uses the first line of a key in the order of files.
    """
    path = table.path(lake, month)
    return path.with_name(f"{table.name}{f'_{day}' if day else ''}{suffix}.txt")


def _land(lake: Path, month: str, day: str | None, events: Collection[str]) -> Landing:
    """Write all files of a landing aside, move them into the lake, and remove those whose place they take."""
    landing = Landing()
    try:
        with locked(lake), _folder(lake) as aside:
            keep(lake, month)
            files = dict(_delivered(lake, aside, month, day, events))
            for path, finished in files.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                if "truncated" in events:
                    # The fault is a file that can be seen while it is half written: under its own name, from the start.
                    path.write_bytes(make.cut(finished.read_bytes()))
                else:
                    finished.rename(path)
                landing.files[path] = rows_of_file(path)
            for path in _replaced(lake, month, day):
                if path not in files:
                    path.unlink()
                    landing.removed.append(path)
            _update_manifest(lake)
    except OSError as error:
        raise TickitError(f"cannot write to {lake}: {error.strerror}. A landing can be repeated.") from error
    return landing


@contextmanager
def _folder(lake: Path) -> Iterator[Path]:
    """Yield a hidden folder in the lake for files that are not finished; one that a killed landing left is removed."""
    folder = lake / UNFINISHED
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _delivered(
    lake: Path, aside: Path, month: str, day: str | None, events: Collection[str]
) -> Iterator[tuple[Path, Path]]:
    """Write what is delivered into the folder ``aside``; yield where each file belongs, and where it is."""
    changed = _changed_lines(lake, month, day, events)
    for table in _tables(lake, month):
        path = _file(lake, table, month, day)
        finished = aside / path.name
        if changed is None:
            shutil.copyfile(cast("Path", file_of_month(lake, table, month)), finished)
        else:
            _write(finished, table, changed[table.name], events)
        if "duplicated" in events:
            copy = _file(lake, table, month, day, "_again")
            yield copy, Path(shutil.copyfile(finished, aside / copy.name))
        yield path, finished
    if "late" in events:
        before = _month_before(lake, month)
        late = make.late_lines(lines_of_month(lake, LISTING, before), int(day[-2:]) if day else 0)
        for table in PARTITIONED:
            path = _file(lake, table, before, suffix=f"_late_{day or month}")
            _write(aside / path.name, table, late[table.name], ())
            yield path, aside / path.name


def _changed_lines(lake: Path, month: str, day: str | None, events: Collection[str]) -> Delivery | None:
    """Return the lines that are delivered, None for a month's files as they are: those are copied, and not read."""
    if not day and not set(events) & {"corrected", "dropped_column", "new_column", "empty"}:
        return None
    if "empty" in events:
        return {table.name: [] for table in PARTITIONED}
    delivery = {
        table.name: list(lines_of_day(lake, table, day) if day else lines_of_month(lake, table, month))
        for table in PARTITIONED
    }
    return make.correct(delivery, lambda listings: _sold(lake, month, listings)) if "corrected" in events else delivery


def _sold(lake: Path, since: str, listings: set[str]) -> set[str]:
    """Return which of the listings of a month are sold in it or later."""
    at = SALE.columns.index("listid")
    lines = (line for month in MONTHS if month >= since for line in lines_of_month(lake, SALE, month))
    return listings & {line.split(DELIMITER, at + 1)[at] for line in lines if line.count(DELIMITER) > at}


def _write(path: Path, table: Table, lines: list[str], events: Collection[str]) -> None:
    """Write a file with its header, less a column or with one more if the events ask for it."""
    lines = [table.header, *lines]
    if "dropped_column" in events:
        lines = make.drop_column(table, lines)
    if "new_column" in events:
        lines = make.add_column(lines)
    with path.open("w", encoding=ENCODING, newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)


def _replaced(lake: Path, month: str, day: str | None) -> list[Path]:
    """Return the files whose place a landing takes: a day's copies, and for a month also those of all its days."""
    of_day = f"_{day}" if day else r"(_\d{4}-\d\d-\d\d)?"
    return [
        path
        for table in PARTITIONED
        for path in sorted(table.path(lake, month).parent.glob("*.txt"))
        if re.fullmatch(rf"{table.name}{of_day}(_again)?\.txt", path.name)
    ]


def _update_manifest(lake: Path) -> None:
    """Write into ``lake.json`` how many rows are in the lake now and which months are awaited."""
    about = read_manifest(lake)
    rows = {**about.pop("rows"), **{table.name: count_rows(lake, table) for table in PARTITIONED}}
    about.pop("awaited_months", None)
    write_manifest(lake, rows=rows, **(about | awaited(lake)))


def awaited(lake: Path) -> dict[str, list[str]]:
    """Return what ``lake.json`` says of months that are not complete: nothing, if there are none."""
    months = held_back(lake)
    return {"awaited_months": months} if months else {}
