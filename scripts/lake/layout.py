"""The layout of the raw zone: which tables, columns, partitions and paths it has.

Every maker of a lake writes this layout and every test of a lake reads it from here. The dbt side declares the
same columns in ``models/staging/tickit/_tickit__sources.yml``; a test holds the two together.

    <dest>/lake.json                                             what was made, from what, how many rows
    <dest>/raw_tickit_data/category/category.txt
    <dest>/raw_tickit_data/sale/sale_month=2008-01/sale.txt      Hive month partitions

A file is UTF-8 text, one header line, fields separated by ``|``, lines ended by a line feed, nothing quoted. An
unknown value is an empty field. Dates are ``YYYY-MM-DD``, times ``YYYY-MM-DD HH:MM:SS`` (UTC), booleans ``true`` and
``false``, money has two decimals.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.lake.errors import LakeError

RAW_ZONE = "raw_tickit_data"
# What Python models make of it, one folder a model (macros/publishing).
PUBLISHED_ZONE = "published"
DELIMITER = "|"

# TICKIT's only year: the external tables declare its months, and nobody would read the folder of another one.
MONTHS = tuple(f"2008-{month:02}" for month in range(1, 13))


@dataclass(frozen=True)
class Partition:
    """A Hive partition by calendar month: folder ``<name>=YYYY-MM``, taken from the time column ``of``."""

    name: str
    of: str


@dataclass(frozen=True)
class Table:
    """One table of the raw zone.

    ``rows`` is the published number of rows at scale 1.
    """

    name: str
    rows: int
    columns: tuple[str, ...]
    partition: Partition | None = None

    @property
    def header(self) -> str:
        """The first line of every file of this table."""
        return DELIMITER.join(self.columns)

    def path(self, dest: Path, month: str | None = None) -> Path:
        """Return the file of this table, or of one of its months (``YYYY-MM``), in the lake at ``dest``."""
        folder = dest / RAW_ZONE / self.name
        if self.partition:
            if month is None:
                raise ValueError(f"{self.name} is partitioned by month: say which")
            folder = folder / f"{self.partition.name}={month}"
        return folder / f"{self.name}.txt"


LIKES = (
    "likesports",
    "liketheatre",
    "likeconcerts",
    "likejazz",
    "likeclassical",
    "likeopera",
    "likerock",
    "likevegas",
    "likebroadway",
    "likemusicals",
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table("category", 11, ("catid", "catgroup", "catname", "catdesc")),
        Table(
            "date",
            365,
            # day, month and qtr are numbers here: day of the month 1-31, 1-12, 1-4.
            ("dateid", "caldate", "day", "week", "month", "qtr", "year", "holiday"),
        ),
        Table("event", 8_798, ("eventid", "venueid", "catid", "dateid", "eventname", "starttime")),
        Table(
            "listing",
            192_497,
            (
                "listid",
                "sellerid",
                "eventid",
                "dateid",
                "numtickets",
                "priceperticket",
                "totalprice",
                "listtime",
            ),
            Partition("listing_month", of="listtime"),
        ),
        Table(
            "sale",
            172_456,
            (
                "saleid",
                "listid",
                "sellerid",
                "buyerid",
                "eventid",
                "dateid",
                "qtysold",
                "pricepaid",
                "commission",
                "saletime",
            ),
            Partition("sale_month", of="saletime"),
        ),
        Table(
            "user",
            49_990,
            (
                "userid",
                "username",
                "firstname",
                "lastname",
                "city",
                "state",
                "email",
                "phone",
                *LIKES,
            ),
        ),
        Table("venue", 202, ("venueid", "venuename", "venuecity", "venuestate", "venueseats")),
    )
}

PARTITIONED = tuple(table for table in TABLES.values() if table.partition)


def is_data_file(name: str) -> bool:
    """Return whether the engines read a file of this name; the macro in packages/external_tables says the same.

    They leave alone what is being written, or left by a desktop.
    """
    return len(name) > 1 and name[0] not in "._#" and not name.endswith("~")


def data_files(folder: Path) -> Iterator[Path]:
    """Yield every file below ``folder`` that the engines read, in the order of folders and names.

    A folder that is missing has none. Raise LakeError for what would be left out silently: a folder that may not be
    opened, a link to a folder, a name that is not UTF-8.
    """
    for parent, folders, names in os.walk(folder, onerror=_refuse_unless_gone):
        folders.sort()
        for name in (*folders, *sorted(names)):
            path = Path(parent, name)
            try:
                name.encode()
            except UnicodeEncodeError as error:
                shown = os.fsencode(path).decode(errors="backslashreplace")
                raise LakeError(f"{shown}: the name is not UTF-8, and no engine reads it. Rename it.") from error
            if name in folders and path.is_symlink():
                raise LakeError(
                    f"{path} is a link to a folder, and no engine looks into it. Replace it by the folder itself."
                )
        yield from (Path(parent, name) for name in sorted(names) if is_data_file(name))


def _refuse_unless_gone(error: OSError) -> None:
    """Raise LakeError for a folder that cannot be listed; one that was taken away since has no files."""
    if not isinstance(error, FileNotFoundError):
        raise LakeError(
            f"cannot open the folder {error.filename}: {error.strerror}. Its files would be missing: make it readable."
        ) from error
