"""Build the marts the fastest way known: ``python -m benchmarks.floor --lake lake --database marts.duckdb``.

What the project is compared with: no framework, one process, SQL written for these marts alone. It sets the same lines
aside, by the same rules, and makes the same assertions. The SQL is in ``sql/``, run file by file; ``careful.py`` types
tables with lines that are not as they should be, of which a good delivery has none.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import duckdb

from benchmarks.floor.careful import REJECTED_ROWS, SHAPES, type_carefully
from benchmarks.lakes import columns_of
from scripts.core.sql import literal
from scripts.lake.layout import RAW_ZONE, TABLES, Field, Table

SQL = Path(__file__).with_name("sql")
SEEDS = Path(__file__).parents[2] / "seeds"

# What the typed reader takes for a boolean, of all that staging does.
_BOOLEAN = "[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]"

# What the SQL files use beyond DuckDB's own.
_MACROS = r"""
create temp macro whole_lines(files) as table
    from read_csv(
        files, auto_detect = false, header = true, delim = chr(1), quote = '', escape = '',
        hive_partitioning = false, filename = true, columns = {'line': 'varchar'}
    );
-- The month of the folder that a file is in.
create temp macro folder_month(path) as regexp_extract(path, '_month=([0-9-]{7})/', 1);
-- Whole numbers close together: one bit each is a seventh of the cost of a hash table.
create temp macro count_distinct_whole(x) as bit_count(bitstring_agg(x));
"""


class ChecksFailedError(Exception):
    """An assertion about the marts does not hold: the message names it."""


def main() -> int:
    """Build and check; return 0, or 1 if an assertion failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.floor", description=__doc__.splitlines()[0])
    parser.add_argument("--lake", type=Path, required=True, help="the lake that is read")
    parser.add_argument("--database", type=Path, required=True, help="the DuckDB file that is created, or replaced")
    parser.add_argument("--no-checks", action="store_true", help="build only")
    parser.add_argument("--memory-limit", help="DuckDB's memory_limit, such as 2GB")
    wanted = parser.parse_args()
    try:
        seconds = build(wanted.lake, wanted.database, checks=not wanted.no_checks, memory_limit=wanted.memory_limit)
    except ChecksFailedError as failed:
        print(f"error: {failed}", file=sys.stderr)
        return 1
    print(json.dumps(seconds, indent=2))
    return 0


def build(lake: Path, database: Path, *, checks: bool = True, memory_limit: str | None = None) -> dict[str, float]:
    """Build every mart of the lake in a new database; return the seconds of each step."""
    database.unlink(missing_ok=True)
    seconds = {}
    # `latest`: the file format of this DuckDB, not of the oldest one that could read it.
    connection = duckdb.connect(str(database), config={"storage_compatibility_version": "latest"})
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set preserve_insertion_order = false")
    if memory_limit:
        connection.execute(f"set memory_limit = {literal(memory_limit)}")
    steps = {"staging": _stage, "dimensions": _run, "facts": _run, "reports": _run}
    for name, step in steps.items():
        started = time.perf_counter()
        step(connection, name, lake)
        seconds[name] = time.perf_counter() - started
    if checks:
        started = time.perf_counter()
        _check(connection)
        seconds["checks"] = time.perf_counter() - started
    started = time.perf_counter()
    connection.close()
    seconds["close"] = time.perf_counter() - started
    return seconds


def _stage(connection: duckdb.DuckDBPyConnection, name: str, lake: Path) -> None:
    """Type the raw tables: in one go if every line has its shape, the odd tables carefully."""
    connection.execute(_MACROS)
    connection.execute(REJECTED_ROWS)
    for seed in ("states", "holidays_2008"):
        connection.execute(f"create temp table {seed} as from read_csv(?, header = true)", [f"{SEEDS / seed}.csv"])
    for table in TABLES:
        files = (lake / RAW_ZONE / table / "**" / "*.txt").as_posix()
        connection.execute(f"set variable {table}_files = {literal(files)}")

    careful = _odd_tables(connection, lake)
    for statement in _statements(name):
        table = statement.partition("create temp table ")[2].split()[0].strip('"')
        if table not in careful:
            try:
                connection.execute(statement)
            except duckdb.Error:  # the right shape and no value: 2008-02-30, 9999999999
                careful.add(table)
            else:
                if not _is_good(connection, table):
                    connection.execute(f'drop table "{table}"')
                    careful.add(table)
        if table in careful:
            type_carefully(connection, table, lake)


def _odd_tables(connection: duckdb.DuckDBPyConnection, lake: Path) -> set[str]:
    """Count the lines of each table into `lines`; return the tables that have a line of another shape."""
    # A carriage return ends a line for the reader, and what is not UTF-8 stops it.
    spoilt = connection.execute(
        "select distinct regexp_extract(filename, ?, 1) from read_blob(?)"
        # In this order: after decode(..., 'replace'), DuckDB 1.5.5 takes decode(content) for the same.
        " where try(decode(content)) is null or contains(decode(content, 'replace'), chr(13))",
        [f"/{RAW_ZONE}/([a-z]+)/", (lake / RAW_ZONE / "**" / "*.txt").as_posix()],
    ).fetchall()
    odd = {table for (table,) in spoilt}
    connection.execute("create temp table lines (table_name varchar, line_count bigint, odd_count bigint)")
    for table in TABLES.values():
        if table.name not in odd:
            connection.execute(f"insert into lines {_counting(table)}")
    odd |= {table for (table,) in connection.execute("select table_name from lines where odd_count > 0").fetchall()}
    return odd


def _counting(table: Table) -> str:
    """Return a query: how many lines a table has, and how many have another shape than staging.sql relies on.

    Another shape is a number that the typed reader would be lenient with, a field too few or too many, a backslash (the
    NULL marker is an empty field), a substitute, a time that is not in the month of its folder. Lines are read whole,
    and one pattern judges all fields of a line.
    """
    odd = f"not regexp_full_match(line, {literal('[|]'.join(map(_shape, table.fields)))})"
    if table.partition:
        number = table.columns.index(table.partition.of) + 1
        # The end of a line is found at once, a field in the middle is searched for.
        is_last = number == len(table.columns)
        month = "substring(line, -19, 7)" if is_last else f"left(split_part(line, '|', {number}), 7)"
        odd += f" or {month} <> folder_month(filename)"
    files = literal(f"{table.name}_files")
    return f"select {literal(table.name)}, count(*), count_if({odd}) from whole_lines(getvariable({files}))"


def _shape(field: Field) -> str:
    """Return the pattern of a field that the typed reader reads as staging does."""
    if field.type.startswith("varchar("):
        return r"[^|\\\x1a]" + ("+" if field.required else "*")
    shape = _BOOLEAN if field.type == "boolean" else SHAPES[field.type]
    return f"({shape})" + ("" if field.required else "?")


def _is_good(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Return whether every line has its required texts, no text too long, and a key of its own."""
    key = TABLES[table].fields[0].name
    texts = [field for field in TABLES[table].fields if field.type.startswith("varchar(")]
    conditions = [f"coalesce(max(strlen({text.name})), 0) <= {text.type[len('varchar(') : -1]}" for text in texts]
    conditions += [f"count({text.name}) = count(*) and min(strlen({text.name})) > 0" for text in texts if text.required]
    others = " and ".join(conditions) or "true"
    try:
        query = f'select coalesce({others} and count_distinct_whole({key}) = count(*), true) from "{table}"'
        return bool(connection.execute(query).fetchall()[0][0])
    except duckdb.Error:  # keys too far apart for a bit each
        query = f'select coalesce({others} and count(distinct {key}) = count(*), true) from "{table}"'
        return bool(connection.execute(query).fetchall()[0][0])


def _run(connection: duckdb.DuckDBPyConnection, name: str, lake: Path) -> None:
    """Run a file of SQL."""
    for statement in _statements(name):
        connection.execute(statement)


def _check(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the assertions; print the warnings, and raise ChecksFailedError if another does not hold."""
    failed = []
    for statement in _statements("checks"):
        result = connection.execute(statement)
        table = statement.rpartition("\nfrom ")[2].split()[0].rstrip(";")
        names = [column[0] for column in result.description]
        for name, count in zip(names, result.fetchall()[0], strict=True):
            if count:
                line = f"{table}: {name}: {count}"
                print(line) if name.startswith("warn_") else failed.append(line)
    if failed:
        raise ChecksFailedError("; ".join(failed))


def _statements(name: str) -> list[str]:
    """Return the statements of a file."""
    text = (SQL / f"{name}.sql").read_text()
    for table in TABLES:
        text = text.replace(f"{{columns_of_{table}}}", columns_of(table))
    return [part for part in text.split(";\n") if part.strip()]


if __name__ == "__main__":
    sys.exit(main())
