"""What is packed for the page comes out as it was, in the smallest numbers that hold it."""

from __future__ import annotations

import gzip
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from scripts.build.cube import Table, pack
from tests.python.build.dashboard_data import unpack


def _about(values: list[Any]) -> dict[str, Any]:
    blob = gzip.decompress(pack({}, {"t": Table(["c"], [(value,) for value in values])}))
    head = json.loads(blob[4 : 4 + int.from_bytes(blob[:4], "little")])
    return head["tables"]["t"]["columns"]["c"]


def _out(values: list[Any]) -> list[Any]:
    packed = pack({}, {"first": Table(["x"], [(1,)]), "t": Table(["c"], [(value,) for value in values])})
    return [row["c"] for row in unpack(packed)["tables"]["t"]]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([0, 255], "u1"),
        ([256], "u2"),
        ([65_535], "u2"),
        ([87_980], "u4"),
        ([2**32 - 1], "u4"),
        ([2**32], "f8"),
        ([-1], "i4"),
        ([-1, 2**31], "f8"),
        ([1, None], "f8"),
        ([Decimal("7.00"), 3], "u1"),
        ([Decimal("7.25")], "f8"),
        ([], "u1"),
    ],
)
def test_numbers_come_out_as_they_were(values: list[Any], kind: str) -> None:
    assert _about(values)["type"] == kind
    assert _out(values) == values


@pytest.mark.parametrize(
    "values",
    [
        [date(2008, 1, 1), date(1970, 1, 1), date(2149, 6, 6)],
        [date(1969, 12, 31)],
        [date(2008, 1, 1), None],
        ["</script>", "ä", None, "", "a"],
        [True, False, None],
    ],
)
def test_dates_texts_and_truth_values_come_out_as_they_were(values: list[Any]) -> None:
    assert _out(values) == values


def test_a_time_is_a_text() -> None:
    assert _out([datetime(2026, 11, 27, 3)]) == ["2026-11-27 03:00:00"]


def test_the_same_input_gives_the_same_bytes() -> None:
    table = Table(["a", "b"], [(1, "x"), (70_000, None)])
    assert pack({"k": 1}, {"t": table}) == pack({"k": 1}, {"t": table})


def test_columns_begin_where_a_typed_array_can() -> None:
    blob = gzip.decompress(pack({"odd": "é"}, {"t": Table(["a", "b"], [(1, 0.5)] * 3)}))
    length = int.from_bytes(blob[:4], "little")
    columns = json.loads(blob[4 : 4 + length])["tables"]["t"]["columns"].values()
    assert [(4 + length + column["at"]) % 8 for column in columns] == [0, 0]
