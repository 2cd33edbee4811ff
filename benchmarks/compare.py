"""Compare two sets of marts row for row."""

from __future__ import annotations

from pathlib import Path

import duckdb

from scripts.core.sql import literal

# Columns that say how a row came into the table, not what it says: the yardsticks have no use for them.
TECHNICAL = frozenset({"delivery_version"})


def differences(ours: Path, theirs: Path, marts: list[str]) -> list[str]:
    """Return what differs between the marts of two databases, in words, one line a table; nothing if they agree.

    A column that only ours has is not compared, as a yardstick need not have each. A table is compared by its columns,
    their types, its number of rows and the sum of a 64-bit hash of every row, which no order changes. The two files
    must not have one name.
    """
    with duckdb.connect() as connection:
        # Under the name that each has for the process that made it: the views of some name their database.
        connection.execute(f"attach {literal(ours)} (read_only); attach {literal(theirs)} (read_only)")
        found = {name: _relations(connection, path.stem) for name, path in (("ours", ours), ("theirs", theirs))}
        lines = []
        for mart in marts:
            missing = [name for name, relations in found.items() if mart not in relations]
            if missing:
                lines.append(f"{mart}: there is none in {' and '.join(missing)}")
                continue
            difference = _difference(connection, found["ours"][mart], found["theirs"][mart])
            if difference:
                lines.append(f"{mart}: {difference}")
        return lines


def _relations(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, str]:
    """Return each table and view of a database by its name alone; a view of a virtual layer comes before its table."""
    rows = connection.execute(
        'select table_name, format(\'"{}"."{}"."{}"\', database_name, schema_name, table_name)'
        " from (select database_name, schema_name, table_name from duckdb_tables()"
        " union all select database_name, schema_name, view_name from duckdb_views() where not internal)"
        " where database_name = ?",
        [database],
    ).fetchall()
    return dict(rows)


def _difference(connection: duckdb.DuckDBPyConnection, ours: str, theirs: str) -> str | None:
    columns = [_columns(connection, relation) for relation in (ours, theirs)]
    if not columns[1].items() <= columns[0].items():
        odd = {(name, kind) for name, kind in columns[0].items() ^ columns[1].items() if name in columns[1]}
        return f"other columns or types: {', '.join(sorted(f'{name} {kind}' for name, kind in odd))}"
    names = ", ".join(f'"{name}"' for name in sorted(columns[1]))
    counts = [
        connection.execute(f"select count(*), sum(hash({names})::hugeint) from {relation}").fetchall()[0]
        for relation in (ours, theirs)
    ]
    if counts[0][0] != counts[1][0]:
        return f"{counts[0][0]:,} rows against {counts[1][0]:,}"
    if counts[0][1] != counts[1][1]:
        return "as many rows, with other values"
    return None


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    rows = connection.execute(f"describe {relation}").fetchall()
    return {name: kind for name, kind, *_ in rows if name not in TECHNICAL}
