"""Columns that were added to AWS's tables: lines and original files that lack them still fit the lake."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.core.progress import Silent
from scripts.lake.oddities import KEPT
from scripts.lake.originals import convert_originals
from scripts.lake.tickit import PUBLISHED, Published, with_added_columns
from tests.python.lake.originals_fixture import LAKE, read_lake, write_originals


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"1|2|3|4|5|6|7|8.00", b"1|2|3|4|5|6|7|8.00|1.00|2008-01-01 00:00:00"),
        (b"1|2|3|4|5|6|7|8.00|more", b"1|2|3|4|5|6|7|8.00|1.00|2008-01-01 00:00:00|more"),
        (b"1|2", b"1|2"),
    ],
)
def test_a_line_gets_a_value_for_each_added_column(
    monkeypatch: pytest.MonkeyPatch, line: bytes, expected: bytes
) -> None:
    monkeypatch.setitem(PUBLISHED, "sale", Published(rows=1, columns=8))
    assert with_added_columns("sale", line) == expected


def test_a_column_that_an_original_lacks_is_empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(PUBLISHED, "category", Published(rows=2, columns=3))
    monkeypatch.delitem(KEPT["category"], "catdesc")
    aws = write_originals(tmp_path / "aws", category_pipe=b"1|Sports|MLB\n2|Sports|NHL\n")
    (tmp_path / "dest").mkdir()
    convert_originals(aws, tmp_path / "dest", Silent())
    category = b"catid|catgroup|catname|catdesc\n1|Sports|MLB|\n2|Sports|NHL|\n"
    assert read_lake(tmp_path / "dest") == LAKE | {"category/category.txt": category}
