"""Rows as JSON, CSV or an Arrow stream."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import orjson
import pyarrow as pa

from scripts.api.problems import ProblemError

Rows = Sequence[Sequence[Any]]


class Format(StrEnum):
    """How the rows are written."""

    json = "json"
    csv = "csv"
    arrow = "arrow"


MEDIA_TYPES = {
    Format.json: "application/json",
    Format.csv: "text/csv",
    Format.arrow: "application/vnd.apache.arrow.stream",
}

_OPTIONS = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS


def accepted(accept: str) -> Format:
    """Return the format that an Accept header asks for first; raise ProblemError (406) if it takes none of ours."""
    wanted = []
    for part in accept.split(","):
        media_type, *parameters = (word.strip() for word in part.lower().split(";"))
        quality = next((value[2:] for value in parameters if value.startswith("q=")), "1")
        try:
            wanted.append((-float(quality), media_type))
        except ValueError:
            wanted.append((-1.0, media_type))
    for negative, media_type in sorted(wanted, key=lambda each: each[0]):
        if negative == 0:
            continue
        if media_type in ("", "*/*", "application/*", "application/json"):
            return Format.json
        for found, name in MEDIA_TYPES.items():
            if media_type in (name, f"{name.partition('/')[0]}/*"):
                return found
    raise ProblemError(406, f"the Accept header takes none of {', '.join(MEDIA_TYPES.values())}.")


def json_page(columns: Sequence[str], rows: Rows, next_cursor: str | None) -> bytes:
    """Write a page of a collection: its rows as objects, and the cursor of the next page or null."""
    data = [dict(zip(columns, row, strict=True)) for row in rows]
    return orjson.dumps({"data": data, "next_cursor": next_cursor}, default=_number, option=_OPTIONS)


def json_item(columns: Sequence[str], row: Sequence[Any]) -> bytes:
    """Write one row as an object."""
    return orjson.dumps(dict(zip(columns, row, strict=True)), default=_number, option=_OPTIONS)


def csv_page(columns: Sequence[str], rows: Rows) -> bytes:
    """Write rows with a header; a missing value is an empty field."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_text(value) for value in row] for row in rows)
    return text.getvalue().encode()


def arrow_page(columns: Sequence[str], rows: Rows, types: Sequence[str | None]) -> bytes:
    """Write rows as an Arrow stream; a column without a declared type gets that of its values."""
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    arrays = [
        pa.array(list(column), type=_arrow_type(declared) if declared else None)
        for column, declared in zip(values, types, strict=True)
    ]
    table = pa.table(dict(zip(columns, arrays, strict=True)))
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _number(value: object) -> object:
    if isinstance(value, Decimal):
        if value == value.to_integral_value() and not value.as_tuple().exponent:
            return int(value)
        number = float(value)
        return number if math.isfinite(number) else None
    raise TypeError(type(value).__name__)


def _text(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else value


def _arrow_type(declared: str) -> Any:
    if declared.startswith("varchar"):
        return pa.string()
    if declared.startswith("decimal"):
        precision, scale = (int(part) for part in declared.removeprefix("decimal(").rstrip(")").split(","))
        return pa.decimal128(precision, scale)
    return {
        "integer": pa.int32(),
        "bigint": pa.int64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us", tz="UTC"),
        "double precision": pa.float64(),
    }[declared]
