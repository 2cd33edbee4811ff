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

from scripts.core.errors import TickitError
from scripts.core.progress import Progress
from scripts.lake.layout import DELIMITER, MONTHS, TABLES, Field, Table
from scripts.lake.oddities import KEPT, oddities
from scripts.lake.tickit import PUBLISHED, fields_of_original
from scripts.lake.writing import write_header

WHERE_TO_FIND_THEM = (
    "AWS keeps all seven in the folder tickit/ of its public bucket redshift-downloads (SOURCE=s3://redshift-downloads"
    "/tickit/), and as tickitdb.zip in the Getting Started guide of Amazon Redshift."
)


@dataclass(frozen=True)
class Original:
    """One of AWS's files and the table of the lake that it becomes. Columns that AWS's lacks are empty in the lake."""

    file: str
    table: Table
    delimiter: str = DELIMITER

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns of the file, in their order."""
        return fields_of_original(self.table.name)


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

# What a field is not, if it cannot be converted.
_IN_WORDS = {
    "integer": "a whole number",
    "money": "an amount",
    "boolean": "a boolean",
    "date": "a date",
    "time": "a time",
    "american_time": "a time",
    "day": "a day of the week",
    "month": "a month",
    "quarter": "a quarter",
}

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
-- What Redshift's COPY reads (r_Boolean_type in its Database Developer Guide), in upper and lower case.
create macro as_boolean(v) as case
    when lower(v) in ('true', 't', 'yes', 'y', '1') then 'true'
    when lower(v) in ('false', 'f', 'no', 'n', '0') then 'false' end;
create macro as_date(v) as case when regexp_full_match(v, '\d{4}-\d{2}-\d{2}')
    then strftime(try_strptime(v, '%Y-%m-%d'), '%Y-%m-%d') end;
create macro as_time(v) as case when regexp_full_match(v, '\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}')
    then strftime(try_strptime(v, '%Y-%m-%d %H:%M:%S'), '%Y-%m-%d %H:%M:%S') end;
create macro as_american_time(v) as case when regexp_full_match(v, '\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}:\d{2}')
    then strftime(try_strptime(v, '%m/%d/%Y %H:%M:%S'), '%Y-%m-%d %H:%M:%S') end;
-- The day of the week becomes the day of the month, which only the date beside it knows.
create macro as_day(v, caldate) as case when upper(trim(v)) in ('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')
    then day(as_date(caldate)::date)::varchar end;
create macro as_month(v) as list_position(
    ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'], upper(trim(v)))::varchar;
create macro as_quarter(v) as case when trim(v) in ('1', '2', '3', '4') then trim(v) end;
-- Unknown is what COPY loads as NULL: an empty field, \N, and blanks where the column is no text.
create macro is_unknown(v, is_text) as v in ('', '\N') or (not is_text and trim(v) = '');
"""

# What AWS writes otherwise than the type of the column says.
_OWN_KINDS = {"saletime": "american_time", "day": "day", "month": "month", "qtr": "quarter"}
_KINDS = {"integer": "integer", "decimal(8,2)": "money", "boolean": "boolean", "date": "date", "timestamp": "time"}


# Of these tables no value is shown, as it may be a person's.
_OF_PERSONS = ("user",)
_MOST_SHOWN = 40


def convert_originals(source: Path, folder: Path, progress: Progress) -> dict[str, int]:
    """Write the tables of the lake into ``folder`` from the originals in ``source``, a folder or a zip.

    Memory is bounded: the lines pass through a DuckDB file on the disk of ``folder``, which is removed at the end.
    ``progress`` gets a note for each kind of oddity in the files, see `scripts.lake.oddities`.

    Returns:
        Lines per table of the lake, those that staging will reject included.

    Raises:
        TickitError: ``source`` cannot be read, lacks a file, or holds a file that is not what its name says.

    """
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".originals-") as scratch:
            if source.is_file():
                _unzip(source, Path(scratch))
            files = _find_originals(source, Path(scratch) if source.is_file() else source)
            with duckdb.connect(Path(scratch) / "lines.duckdb", config={"memory_limit": _MEMORY}) as connection:
                connection.execute(_MACROS)
                rows = {
                    original.table.name: _convert(connection, original, files[original.file], folder, progress)
                    for original in ORIGINALS
                }
                for table in TABLES.values():
                    if table.name not in rows:
                        write_header(table, folder)
                        rows[table.name] = 0
                for oddity in oddities(connection):
                    progress.note(f"odd: {oddity}")
                return rows
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise TickitError(f"cannot convert {source}: {error}") from error


def _find_originals(source: Path, folder: Path) -> dict[str, Path]:
    """Find the seven files by name, all from ``folder`` or all from one folder in it; errors name ``source``."""
    if not folder.is_dir():
        raise TickitError(f"there is no folder and no zip {source}. {WHERE_TO_FIND_THEM}")
    names = [original.file for original in ORIGINALS]
    candidates = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    found = [{name: path / name for name in names if (path / name).is_file()} for path in candidates]
    most = max(found, key=len)
    if missing := [name for name in names if name not in most]:
        raise TickitError(f"{source} lacks {', '.join(missing)}. {WHERE_TO_FIND_THEM}")
    return most


def _unzip(archive: Path, folder: Path) -> None:
    """Extract the originals, and nothing else, from ``archive``."""
    names = {original.file for original in ORIGINALS}
    try:
        with zipfile.ZipFile(archive) as members:
            for member in members.infolist():
                path = PurePosixPath(member.filename.replace("\\", "/"))
                if path.is_absolute() or ".." in path.parts:
                    raise TickitError(
                        f"{archive} holds {member.filename}, a path out of its folder: it is not AWS's zip."
                    )
                if path.name in names:
                    target = folder / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with members.open(member) as packed, target.open("wb") as unpacked:
                        shutil.copyfileobj(packed, unpacked)
    # RuntimeError: encrypted. NotImplementedError: a compression that Python lacks. The others: damaged.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise TickitError(f"cannot unzip {archive}: {error}. {WHERE_TO_FIND_THEM}") from error


def _convert(
    connection: duckdb.DuckDBPyConnection, original: Original, file: Path, folder: Path, progress: Progress
) -> int:
    """Convert one file into its table in ``folder`` and return the number of lines."""
    table = original.table
    steps = file.stat().st_size // _CHUNK_BYTES + 1
    progress.start(table.name, steps)
    connection.execute("create or replace table lines (number bigint, line varchar)")
    _load_lines(connection, original, file, progress)
    connection.execute(_conversion(original), {"delimiter": original.delimiter})
    lines, converted, first_month = connection.execute(
        "select count(*), count(*) filter (is_converted), min(month) from converted"
    ).fetchall()[0]
    misfits = _misfits(connection, original) if converted < lines else []
    if not converted:
        raise TickitError(
            f"{file} cannot be read as AWS's {table.name}: "
            + (f"none of its {lines:,} lines fits. {'; '.join(misfits)}." if lines else "it is empty.")
        )
    if table.partition and not first_month:
        raise TickitError(
            f"{file} cannot be read as AWS's {table.name}: none of its {lines:,} lines has a {table.month_of} in "
            f"{_YEAR}, the year of the lake's folders."
        )
    _write(connection, table, folder, first_month)
    connection.execute(f'create table "{table.name}" as select {_kept(table)} from converted where is_converted')
    progress.done(table.name, _summary(table, lines, lines - converted, misfits))
    return int(lines)


def _load_lines(connection: duckdb.DuckDBPyConnection, original: Original, file: Path, progress: Progress) -> None:
    """Fill the table ``lines``, in the order of the file, without blank lines and without a header.

    Not DuckDB's CSV reader: it has an opinion on quotes, carriage returns and encodings, and a lake has all of them.
    """
    with file.open("rb") as stream:
        first = stream.readline().decode("latin-1")
        # AWS's own commands for the public bucket say IGNOREHEADER 1, those for older copies of the files do not.
        if first.split(original.delimiter)[0].strip().lower() not in (original.table.columns[0], "salesid"):
            stream.seek(0)
        before = int(stream.tell() > 0)
        while chunk := stream.read(_CHUNK_BYTES) + stream.readline():
            connection.execute(
                "insert into lines select number, line from (select unnest(lines) as line, "
                "unnest(range($before + 1, $before + len(lines) + 1)) as number "
                "from (select string_split($chunk, chr(10)) as lines)) where line <> ''",
                {"before": before, "chunk": chunk.decode("latin-1").replace("\r\n", "\n")},
            )
            before += chunk.count(b"\n")
            progress.step(original.table.name)


def _valued(original: Original) -> str:
    """Return CTEs, the last of which, ``valued``, has the fields of each line as they are and as the lake has them.

    Beside each column "x" there is "lake_x", NULL if it cannot be converted; ``is_whole`` says that no field lacks.
    """
    fields = original.fields
    named = ", ".join(f'fields[{number}] as "{field.column}"' for number, field in enumerate(fields, start=1))
    values = ", ".join(f'{_expression(field)} as "lake_{field.column}"' for field in fields)
    return f"""
    split as (select rowid as position, number, line, string_split(line, $delimiter) as fields from lines),
    named as (select position, number, line, fields, len(fields) = {len(fields)} as is_whole, {named} from split),
    valued as (select *, {values} from named)
    """


def _conversion(original: Original) -> str:
    """Return SQL that makes the table ``converted`` from ``lines``.

    Its columns: position, line of the lake, month, is_converted, and what `oddities` asks for.
    """
    columns = [field.column for field in original.fields]
    all_known = " and ".join(f'"lake_{column}" is not null' for column in columns)
    added = ["''"] * (len(original.table.columns) - len(columns))
    joined = ", ".join([f'coalesce("lake_{column}", "{column}")' for column in columns] + added)
    kept = "".join(f", {expression} as {name}" for name, expression in KEPT[original.table.name].items())
    partition = original.table.partition
    time = f'"lake_{partition.of}"' if partition else "null::varchar"
    return f"""
    create or replace table converted as
    with {_valued(original)}
    select
        position,
        case when is_whole then concat_ws('{DELIMITER}', {joined})
            else replace(line, $delimiter, '{DELIMITER}') end as line,
        case when left({time}, 4) = '{_YEAR}' then left({time}, 7) end as month,
        is_whole and {all_known} as is_converted
        {kept}
    from valued
    """


def _kept(table: Table) -> str:
    """Return the columns that `oddities` asks for."""
    return ", ".join(KEPT[table.name])


def _misfits(connection: duckdb.DuckDBPyConnection, original: Original) -> list[str]:
    """Say of the lines that could not be converted why: by column, how many they are, and the first of them."""
    table = original.table
    connection.execute(
        f"""
        create or replace temp table misfit as
        with {_valued(original)}
        select * from valued where position in (select position from converted where not is_converted)
        """,
        {"delimiter": original.delimiter},
    )
    said = []
    of_another_length = "select count(*), min(number), arg_min(len(fields), number) from misfit where not is_whole"
    lines, first, fields = connection.execute(of_another_length).fetchall()[0]
    if lines:
        said.append(
            f"{_counted(lines)} not {len(original.fields)} fields separated by {original.delimiter!r}, "
            f"line {first:,} has {fields}"
        )
    for field in original.fields:
        column = field.column
        lines, first, value = connection.execute(
            f'select count(*), min(number), arg_min("{column}", number) from misfit '
            f'where is_whole and "lake_{column}" is null'
        ).fetchall()[0]
        if lines:
            where = f"line {first:,}" + ("" if table.name in _OF_PERSONS else f": {_shown(value)}")
            said.append(f"{column} is not {_IN_WORDS[_kind(field)]} in {lines:,}, first in {where}")
    return said


def _counted(lines: int) -> str:
    return f"{lines:,} {'line has' if lines == 1 else 'lines have'}"


def _shown(value: str) -> str:
    """Return a value as it may be printed: short, in one line, without control characters."""
    return ascii(value[:_MOST_SHOWN]) + ("..." if len(value) > _MOST_SHOWN else "")


def _kind(field: Field) -> str:
    """Return what AWS's file has in a column."""
    return _OWN_KINDS.get(field.column) or _KINDS.get(field.type, "text")


def _expression(field: Field) -> str:
    """Return SQL that converts a column."""
    column, kind = field.column, _kind(field)
    converted = f'as_day("{column}", caldate)' if kind == "day" else f'as_{kind}("{column}")'
    return f"""case when is_unknown("{column}", {str(kind == "text").lower()}) then '' else {converted} end"""


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


def _summary(table: Table, lines: int, unconverted: int, misfits: list[str]) -> str:
    """Say what became of a table."""
    notes = [f"{lines:,} rows"]
    if lines != PUBLISHED[table.name].rows:
        notes.append(f"AWS publishes {PUBLISHED[table.name].rows:,}")
    if unconverted:
        notes.append(f"{unconverted:,} could not be converted and went in as they are: staging rejects them")
    return "; ".join([*notes, *misfits])
