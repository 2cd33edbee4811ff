"""CREATE EXTERNAL TABLE AS: the rows of a query become files, and the files a table.

Source: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_EXTERNAL_TABLE_usage.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from redshift_rehearsal.copying import Options, columns_of, content_of, partitioned
from redshift_rehearsal.copying import write as write_file
from redshift_rehearsal.errors import REDSHIFT_DOCS, Refused
from redshift_rehearsal.external import CREATE_TABLE_PAGE, PARQUET, AddPartitions, CreateTable, CreateTableAs

# PostgreSQL's name of a type -> that of an external table; the types that are not here it cannot have.
_TYPES = {
    r"smallint|integer|bigint|real|double precision|boolean|date|character varying\(\d+\)|character\(\d+\)": r"\g<0>",
    r"text|character varying": "varchar(65535)",
    r"numeric(\(\d+,\d+\))": r"decimal\1",
    r"numeric": "decimal(38,10)",
    r"timestamp without time zone": "timestamp",
}


@dataclass(frozen=True)
class Written:
    """The files of a query, and the commands that make a table of them."""

    files: list[Path]
    table: CreateTable
    partitions: AddPartitions


def write(connection: Connection, command: CreateTableAs, query: str, place: Path) -> Written:
    """Write the rows of a query in PostgreSQL's words below a place; raise Refused for what no table holds."""
    table = command.table
    if any(place.rglob("*")):
        message = f"the location {table.location} must be empty"
        raise Refused("external table", message, f"{REDSHIFT_DOCS}r_CREATE_EXTERNAL_TABLE_usage.html")
    types = {name: _type(name, kind) for name, kind in columns_of(connection, query)}
    is_parquet = table.file_format == PARQUET
    options = Options(
        values={"delimiter": table.delimiter, "null": "\\N"},
        form=PARQUET if is_parquet else "delimited",
        booleans=("true", "false"),
        line_delimiter=table.line_delimiter,
    )
    stem = f"{datetime.now(UTC):%Y%m%d_%H%M%S_%f}_0000_part_00{'.parquet' if is_parquet else ''}"
    parts = [
        (path, content_of(connection, part, options))
        for path, part in partitioned(connection, query, command.partitions, keep=False)
    ]
    files, partitions = [], []
    for path, content in parts:
        files.append(place / path / stem)
        write_file(files[-1], content)
        if command.partitions:
            values = [unquote(part.partition("=")[2]) for part in path.parts]
            location = f"{table.location.rstrip('/')}/{path.as_posix()}"
            partitions.append((dict(zip(command.partitions, values, strict=True)), location))
    columns = [(name, kind) for name, kind in types.items() if name not in command.partitions]
    of_partitions = [(name, types[name]) for name in command.partitions]
    return Written(
        files,
        replace(table, columns=columns, partition_columns=of_partitions),
        AddPartitions(table.schema, table.name, if_not_exists=False, partitions=partitions),
    )


def _type(name: str, kind: str) -> str:
    for pattern, external in _TYPES.items():
        if match := re.fullmatch(pattern, kind):
            return match.expand(external)
    raise Refused("external table", f'column "{name}": an external table has no type {kind}', CREATE_TABLE_PAGE)
