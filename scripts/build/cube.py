"""Pack the results of queries for the dashboard: columns of numbers, behind a head that says where each one is.

The page reads them as typed arrays: 360,000 rows at once, and no text has to be parsed. What is packed is

    4 bytes   length of the head, little-endian
    head      JSON, see `pack`
    columns   first the lowest byte of each of its numbers, then the next one of each, and so on

compressed with gzip, the same bytes for the same input. High bytes are alike, and amounts are often whole dollars:
sorted by bytes, and divided by what all of them can be divided by, the data is a seventh to a quarter smaller.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np

_EPOCH = date(1970, 1, 1).toordinal()
# The smallest that holds all values is taken; the name is the one that the page knows.
_INTEGERS = {"u1": "<u1", "u2": "<u2", "u4": "<u4", "i4": "<i4"}


@dataclass(frozen=True)
class Table:
    """The result of a query: the names of its columns, and its rows."""

    names: Sequence[str]
    rows: Sequence[Sequence[Any]]


def pack(head: Mapping[str, Any], tables: Mapping[str, Table]) -> bytes:
    """Return head and tables, compressed.

    The head gets the key ``tables``: for each table ``rows``, how many, and ``columns``, for each name

    - ``type``: u1, u2, u4, i4 or f8, and ``at``, the offset of its first byte from the end of the head;
    - ``times``, if each number is to be multiplied by it;
    - ``is_date``, if the values are days since 1 January 1970;
    - ``values``, if the numbers are places in this list of texts and truth values.

    An empty value is NaN, or None in ``values``.
    """
    columns = bytearray()
    described: dict[str, Any] = {}
    for name, table in tables.items():
        described[name] = {"rows": len(table.rows), "columns": {}}
        for place, column in enumerate(table.names):
            about, numbers = _encode([row[place] for row in table.rows])
            described[name]["columns"][column] = about | {"at": len(columns)}
            columns += numbers.view(np.uint8).reshape(len(numbers), numbers.itemsize).T.tobytes()
    text = json.dumps({**head, "tables": described}, separators=(",", ":"), ensure_ascii=False).encode()
    return gzip.compress(len(text).to_bytes(4, "little") + text + bytes(columns), mtime=0)


def _encode(values: list[Any]) -> tuple[dict[str, Any], np.ndarray[Any, Any]]:
    """Return what the head says of a column, and its numbers."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {date}:
        days = [None if value is None else value.toordinal() - _EPOCH for value in values]
        about, numbers = _numbers(days)
        return about | {"is_date": True}, numbers
    if kinds <= {int, float, Decimal}:
        return _numbers(values)
    texts = [str(value) if isinstance(value, date | datetime) else value for value in values]
    distinct = sorted(set(texts), key=lambda value: (value is not None, str(value)))
    places = {value: place for place, value in enumerate(distinct)}
    about, numbers = _numbers([places[value] for value in texts])
    return about | {"values": distinct}, numbers


def _numbers(values: list[Any]) -> tuple[dict[str, Any], np.ndarray[Any, Any]]:
    if all(isinstance(value, int) or (isinstance(value, Decimal) and value % 1 == 0) for value in values):
        times = math.gcd(*map(int, values)) or 1
        whole = [int(value) // times for value in values]
        least, most = min(whole, default=0), max(whole, default=0)
        for name, kind in _INTEGERS.items():
            limits = np.iinfo(kind)
            if limits.min <= least and most <= limits.max:
                return {"type": name} | ({"times": times} if times > 1 else {}), np.array(whole, dtype=kind)
    return {"type": "f8"}, np.array([np.nan if value is None else float(value) for value in values], dtype="<f8")
