r"""Convert AWS's seven original TICKIT files into the raw zone of the lake.

The originals have no header; six are delimited by pipes, the sales by tabs with times as ``2/18/2008 02:36:48``. The
lake wants one form for all (see `layout`). No line is lost on the way: a value that cannot be read stays as it is, and
a line with too few or too many fields keeps those that it has, so that dbt's staging finds it and sets it aside.

Bytes, not text: the originals hold a few bytes that are no UTF-8, and they too must reach staging. Every byte is
therefore read as one Latin-1 character, converted by rules that look at ASCII only, and written back as the same byte.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path, PurePosixPath

import duckdb

from scripts.lake.errors import LakeError
from scripts.lake.layout import DELIMITER, MONTHS, TABLES, Table
from scripts.lake.progress import Progress

WHERE_TO_FIND_THEM = (
    "AWS keeps all seven in the folder tickit/ of its public bucket redshift-downloads (SOURCE=s3://redshift-downloads"
    "/tickit/), and as tickitdb.zip in the Getting Started guide of Amazon Redshift."
)


@dataclass(frozen=True)
class Original:
    """One of AWS's files and the table of the lake that it becomes. Its columns stand in the order of the lake's."""

    file: str
    table: Table
    delimiter: str = DELIMITER


ORIGINALS = (
    Original("category_pipe.txt", TABLES["category"]),
    Original("venue_pipe.txt", TABLES["venue"]),
    Original("date2008_pipe.txt", TABLES["date"]),
    Original("allevents_pipe.txt", TABLES["event"]),
    Original("allusers_pipe.txt", TABLES["user"]),
    Original("listings_pipe.txt", TABLES["listing"]),
    Original("sales_tab.txt", TABLES["sale"], delimiter="\t"),
)

_YEAR = MONTHS[0][:4]

_CHUNK_BYTES = 4_000_000
_ROWS_AT_ONCE = 10_000
_MEMORY = "1GB"

# How each kind of value is converted: NULL means that it cannot be. The patterns are strict because DuckDB's casts are
# not: to them '1.6' is the integer 2 and '2/18/08' the year 8.
_MACROS = r"""
create macro as_text(v) as v;
create macro as_integer(v) as case when regexp_full_match(v, '-?\d+') then v end;
create macro as_money(v) as case when regexp_full_match(v, '-?\d+(\.\d{1,2})?')
    then try_cast(v as decimal(18, 2))::varchar end;
create macro as_boolean(v) as case when upper(v) in ('TRUE', 'FALSE') then lower(v) end;
create macro as_date(v) as case when regexp_full_match(v, '\d{4}-\d{2}-\d{2}')
    then strftime(try_strptime(v, '%Y-%m-%d'), '%Y-%m-%d') end;
create macro as_time(v) as case when regexp_full_match(v, '\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}')
    then strftime(try_strptime(v, '%Y-%m-%d %H:%M:%S'), '%Y-%m-%d %H:%M:%S') end;
create macro as_american_time(v) as case when regexp_full_match(v, '\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}:\d{2}')
    then strftime(try_strptime(v, '%m/%d/%Y %H:%M:%S'), '%Y-%m-%d %H:%M:%S') end;
-- The day of the week becomes the day of the month, which only the date beside it knows.
create macro as_day(v, caldate) as case when trim(v) in ('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')
    then day(as_date(caldate)::date)::varchar end;
create macro as_month(v) as list_position(
    ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'], trim(v))::varchar;
create macro as_quarter(v) as case when trim(v) in ('1', '2', '3', '4') then trim(v) end;
-- An unknown value is an empty field, or \N, which Redshift's COPY reads as NULL too.
create macro or_unknown(v, converted) as case when v in ('', '\N') then '' else converted end;
"""

# Columns of the same name are of the same kind in every table. All are named, text too: a column that is added to the
# layout and not here is a KeyError and not a guess.
_KINDS = {
    column: kind
    for kind, columns in {
        "text": "catgroup catname catdesc eventname username firstname lastname city state email phone "
        "venuename venuecity venuestate",
        "integer": "catid venueid dateid eventid userid listid saleid sellerid buyerid "
        "week year numtickets qtysold venueseats",
        "money": "priceperticket totalprice pricepaid commission",
        "boolean": "holiday likesports liketheatre likeconcerts likejazz likeclassical likeopera likerock likevegas "
        "likebroadway likemusicals",
        "date": "caldate",
        "time": "starttime listtime",
        "american_time": "saletime",
        "day": "day",
        "month": "month",
        "quarter": "qtr",
    }.items()
    for column in columns.split()
}


def convert_originals(source: Path, folder: Path, progress: Progress) -> dict[str, int]:
    """Write the tables of the lake into ``folder`` from the originals in ``source``, a folder or a zip.

    Memory is bounded: the lines pass through a DuckDB file on the disk of ``folder``, which is removed at the end.

    Returns:
        Lines per table of the lake, those that staging will set aside included.

    Raises:
        LakeError: ``source`` cannot be read, lacks a file, or holds a file that is not what its name says.

    """
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".originals-") as scratch:
            if source.is_file():
                _unzip(source, Path(scratch))
            files = _find_originals(source, Path(scratch) if source.is_file() else source)
            with duckdb.connect(Path(scratch) / "lines.duckdb", config={"memory_limit": _MEMORY}) as connection:
                connection.execute(_MACROS)
                return {
                    original.table.name: _convert(connection, original, files[original.file], folder, progress)
                    for original in ORIGINALS
                }
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise LakeError(f"cannot convert {source}: {error}") from error


def _find_originals(source: Path, folder: Path) -> dict[str, Path]:
    """Find the seven files by name, all from ``folder`` or all from one folder in it; errors name ``source``."""
    if not folder.is_dir():
        raise LakeError(f"there is no folder and no zip {source}. {WHERE_TO_FIND_THEM}")
    names = [original.file for original in ORIGINALS]
    candidates = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    found = [{name: path / name for name in names if (path / name).is_file()} for path in candidates]
    most = max(found, key=len)
    if missing := [name for name in names if name not in most]:
        raise LakeError(f"{source} lacks {', '.join(missing)}. {WHERE_TO_FIND_THEM}")
    return most


def _unzip(archive: Path, folder: Path) -> None:
    """Extract the originals, and nothing else, from ``archive``."""
    names = {original.file for original in ORIGINALS}
    try:
        with zipfile.ZipFile(archive) as members:
            for member in members.infolist():
                path = PurePosixPath(member.filename.replace("\\", "/"))
                if path.is_absolute() or ".." in path.parts:
                    raise LakeError(
                        f"{archive} holds {member.filename}, a path out of its folder: it is not AWS's zip."
                    )
                if path.name in names:
                    target = folder / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with members.open(member) as packed, target.open("wb") as unpacked:
                        shutil.copyfileobj(packed, unpacked)
    # RuntimeError: encrypted. NotImplementedError: a compression that Python lacks. The others: damaged.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise LakeError(f"cannot unzip {archive}: {error}. {WHERE_TO_FIND_THEM}") from error


def _convert(
    connection: duckdb.DuckDBPyConnection, original: Original, file: Path, folder: Path, progress: Progress
) -> int:
    """Convert one file into its table in ``folder`` and return the number of lines."""
    table = original.table
    steps = file.stat().st_size // _CHUNK_BYTES + 1
    progress.start(table.name, steps)
    connection.execute("create or replace table lines (line varchar)")
    _load_lines(connection, original, file, progress)
    connection.execute(_conversion(original), {"delimiter": original.delimiter})
    lines, converted, first_month = connection.execute(
        "select count(*), count(*) filter (is_converted), min(month) from converted"
    ).fetchone()
    if not converted:
        raise LakeError(
            f"{file} is empty or not AWS's: none of its {lines:,} lines has {len(table.columns)} readable fields "
            f"({', '.join(table.columns)}) separated by {original.delimiter!r}."
        )
    if table.partition and not first_month:
        raise LakeError(f"{file} is not AWS's: none of its {lines:,} lines has a {table.partition.of} in {_YEAR}.")
    _write(connection, table, folder, first_month)
    progress.done(table.name, _summary(table, lines, lines - converted))
    return lines


def _load_lines(connection: duckdb.DuckDBPyConnection, original: Original, file: Path, progress: Progress) -> None:
    """Fill the table ``lines``, in the order of the file, without blank lines and without a header.

    Not DuckDB's CSV reader: it has an opinion on quotes, carriage returns and encodings, and a lake has all of them.
    """
    with file.open("rb") as stream:
        first = stream.readline().decode("latin-1")
        # AWS's own commands for the public bucket say IGNOREHEADER 1, those for older copies of the files do not.
        if first.split(original.delimiter)[0].strip().lower() not in (original.table.columns[0], "salesid"):
            stream.seek(0)
        while chunk := stream.read(_CHUNK_BYTES) + stream.readline():
            connection.execute(
                "insert into lines select line from (select unnest(string_split(?, chr(10))) as line) where line <> ''",
                [chunk.decode("latin-1").replace("\r\n", "\n")],
            )
            progress.step(original.table.name)


def _conversion(original: Original) -> str:
    """Return SQL that makes the table ``converted`` from ``lines``: position, line of the lake, month, is_converted."""
    columns = original.table.columns
    named = ", ".join(f'fields[{number}] as "{column}"' for number, column in enumerate(columns, start=1))
    values = ", ".join(f'or_unknown("{column}", {_expression(column)}) as "lake_{column}"' for column in columns)
    all_known = " and ".join(f'"lake_{column}" is not null' for column in columns)
    joined = ", ".join(f'coalesce("lake_{column}", "{column}")' for column in columns)
    partition = original.table.partition
    time = f'"lake_{partition.of}"' if partition else "null::varchar"
    return f"""
    create or replace table converted as
    with split as (select rowid as position, line, string_split(line, $delimiter) as fields from lines),
    named as (select position, line, len(fields) = {len(columns)} as is_whole, {named} from split),
    valued as (select *, {values} from named)
    select
        position,
        case when is_whole then concat_ws('{DELIMITER}', {joined})
            else replace(line, $delimiter, '{DELIMITER}') end as line,
        case when left({time}, 4) = '{_YEAR}' then left({time}, 7) end as month,
        is_whole and {all_known} as is_converted
    from valued
    """


def _expression(column: str) -> str:
    """Return SQL that converts a column."""
    kind = _KINDS[column]
    return f'as_day("{column}", caldate)' if kind == "day" else f'as_{kind}("{column}")'


def _write(connection: duckdb.DuckDBPyConnection, table: Table, folder: Path, first_month: str | None) -> None:
    """Write the files of ``table``, lines in the order of the original; one without a month goes to the first."""
    cursor = connection.execute(
        "select coalesce(month, ?) as month, line from converted order by month, position", [first_month]
    )
    rows = (row for batch in iter(lambda: cursor.fetchmany(_ROWS_AT_ONCE), []) for row in batch)
    for month, lines in groupby(rows, key=itemgetter(0)):
        path = table.path(folder, month)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="latin-1", newline="\n") as file:
            file.write(f"{table.header}\n")
            file.writelines(f"{line}\n" for _, line in lines)


def _summary(table: Table, lines: int, unconverted: int) -> str:
    """Say what became of a table."""
    notes = [f"{lines:,} rows"]
    if lines != table.rows:
        notes.append(f"AWS publishes {table.rows:,}")
    if unconverted:
        notes.append(f"{unconverted:,} could not be converted and went in as they are: staging sets them aside")
    return "; ".join(notes)
