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
        ([0, 1, 255], "u1"),
        ([1, 256], "u2"),
        ([1, 65_535], "u2"),
        ([1, 87_980], "u4"),
        ([1, 2**32 - 1], "u4"),
        ([1, 2**32], "f8"),
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


def test_amounts_are_divided_by_what_all_can_be_divided_by() -> None:
    """Commissions of whole dollars: 15 % of 728 and of 1,000,000."""
    cents = [10_920, 15_000_000]
    assert (_about(cents)["type"], _about(cents)["times"]) == ("u4", 120)
    assert _out(cents) == cents
    assert "times" not in _about([0, 0])
    assert _out([-4, 6]) == [-4, 6]
