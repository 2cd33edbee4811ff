"""Read a table of either engine into a frame whose values compare exactly: decimals as text, times without zone."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import redshift_connector

from scripts.core.errors import TickitError
from scripts.core.sql import literal
from scripts.parity.relations import Relation

# The profile's own for DuckDB.
SCHEMA = "tickit"


class DuckDB:
    """The tables of a DuckDB file."""

    def __init__(self, path: Path) -> None:
        self.connection = duckdb.connect(str(path), read_only=True)
        self.connection.execute("set TimeZone = 'UTC'")

    def rows(self, relation: Relation) -> pl.DataFrame:
        """Return all rows, columns in the order of the model's YAML."""
        columns = ", ".join(f'"{column}"' for column in relation.columns)
        return self.answer(f"select {columns} from {relation.schema}.{relation.name}")

    def answer(self, sql: str) -> pl.DataFrame:
        """Return the rows of a query."""
        return exact(self.connection.execute(sql).pl())

    def columns(self, relation: Relation) -> list[str]:
        """Return the names of the columns, in order."""
        found = self.connection.execute(f"select * from {relation.schema}.{relation.name} limit 0")
        return [column[0] for column in found.description]

    def types(self, relation: Relation) -> dict[str, str]:
        """Return the type of each column, by name; DuckDB keeps no length of a varchar."""
        rows = self.connection.execute(
            "select column_name, lower(data_type) from information_schema.columns "
            "where table_schema = ? and table_name = ? order by ordinal_position",
            [relation.schema, relation.name],
        ).fetchall()
        return dict(rows)


class Redshift:
    """The tables of a Redshift database, or of its rehearsal, through Redshift's own driver.

    ``schema`` is what the names of its schemas begin with, where those of DuckDB begin with ``tickit``.
    """

    def __init__(self, connection: redshift_connector.Connection, schema: str = SCHEMA) -> None:
        self.connection = connection
        self.schema = schema

    def rows(self, relation: Relation) -> pl.DataFrame:
        """Return all rows, columns in the order of the model's YAML; raise TickitError if the table is not there."""
        return self.answer(f"select {', '.join(relation.columns)} from {self._name(relation)}")

    def answer(self, sql: str) -> pl.DataFrame:
        """Return the rows of a query; raise TickitError if it fails."""
        cursor = self._run(sql)
        names, rows = [column[0] for column in cursor.description], cursor.fetchall()
        values = {name: [row[place] for row in rows] for place, name in enumerate(names)}
        return exact(pl.DataFrame(values, strict=False, infer_schema_length=None))

    def columns(self, relation: Relation) -> list[str]:
        """Return the names of the columns, in order. The catalog does not know those of a late-binding view."""
        return [column[0] for column in self._run(f"select * from {self._name(relation)} limit 0").description]

    def types(self, relation: Relation) -> dict[str, str]:
        """Return the type of each column of a table, with lengths and precisions, by name."""
        cursor = self._run(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute "
            f"where attrelid = {literal(self._name(relation))}::regclass and attnum > 0 and not attisdropped "
            "order by attnum"
        )
        return {name: kind for name, kind in cursor.fetchall()}

    def _name(self, relation: Relation) -> str:
        return f"{self.schema}{relation.schema.removeprefix(SCHEMA)}.{relation.name}"

    def _run(self, sql: str) -> redshift_connector.Cursor:
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql)
        except redshift_connector.Error as error:
            message = error.args[0]["M"] if error.args and isinstance(error.args[0], dict) else error
            raise TickitError(f"{message}\nThe statement was: {sql}") from error
        return cursor


def exact(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with decimals as text and whole numbers as one type: nothing is rounded to be compared."""
    # DuckDB adds integers up to one of 128 bits, which arrives as a decimal without places.
    decimals = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Decimal) and kind.scale]
    integers = [
        name
        for name, kind in frame.schema.items()
        if kind.is_integer() or (isinstance(kind, pl.Decimal) and not kind.scale)
    ]
    unknown = [name for name, kind in frame.schema.items() if kind == pl.Null]
    return frame.with_columns(
        pl.col(decimals).cast(pl.String), pl.col(integers).cast(pl.Int64), pl.col(unknown).cast(pl.String)
    )
