"""The walk through a lake's files: all of them in one order, and what cannot be walked is named."""

from __future__ import annotations

import os
import re
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scripts.core.errors import TickitError
from scripts.lake.layout import data_files, is_data_file
from tests.python.dbt_project import ROOT

MACRO = ROOT / "packages/external_tables/macros/duckdb/duckdb_wanted.sql"


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")


def test_all_files_in_one_order(tmp_path: Path) -> None:
    put(tmp_path, "b/b.txt", "b/a.txt", "a/x=1/z.txt", "top.txt", "b/.hidden", "b/_SUCCESS", "b/copy~")
    (tmp_path / "b" / "link.txt").symlink_to(tmp_path / "top.txt")
    names = [path.relative_to(tmp_path).as_posix() for path in data_files(tmp_path)]
    assert names == ["top.txt", "a/x=1/z.txt", "b/a.txt", "b/b.txt", "b/link.txt"]


def test_a_missing_folder_has_none(tmp_path: Path) -> None:
    assert list(data_files(tmp_path / "nowhere")) == []


@pytest.mark.parametrize("closed", [".", "sale/sale_month=2008-02"])
def test_a_folder_that_may_not_be_opened_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed: str) -> None:
    """By a stand-in of the system's call: as root, which CI may be, every folder opens."""
    put(tmp_path, "sale/sale_month=2008-01/sale.txt", "sale/sale_month=2008-02/sale.txt")
    scandir = os.scandir

    def refusing(path: str) -> object:
        if Path(path) == tmp_path / closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(TickitError, match=f"cannot open the folder {tmp_path / closed}: Permission denied"):
        list(data_files(tmp_path))


@pytest.mark.parametrize("name", ["sale_month=2008-02", ".hidden"])
def test_a_link_to_a_folder_is_named(tmp_path: Path, name: str) -> None:
    put(tmp_path, "elsewhere/sale.txt", "lake/sale/sale_month=2008-01/sale.txt")
    (tmp_path / "lake" / "sale" / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TickitError, match=f"{name} is a link to a folder"):
        list(data_files(tmp_path / "lake"))


@pytest.mark.parametrize("name", [b"sale_\xff.txt", b"sale_month=\xff/sale.txt"])
def test_a_name_that_is_not_utf_8_is_named(tmp_path: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), b"sale", name)))  # noqa: PTH118 - bytes
    put(path.parent, path.name)
    with pytest.raises(TickitError, match=r"\\xff.*: the name is not UTF-8"):
        list(data_files(tmp_path))


@given(st.text(st.sampled_from("a.~_#é \\'"), min_size=1, max_size=4))
@example("a")
@example("~")
def test_the_engines_read_the_same_files(name: str) -> None:
    """The rule is in Python, for the inventory, and in a package that knows no Python."""
    (ignored,) = re.findall(r"not regexp_matches\(\" ~ path ~ \", '(.+?)'\)", MACRO.read_text(encoding="utf-8"))
    with duckdb.connect() as connection:
        for path in (name, f"s3://bucket/raw_tickit_data/{name}"):
            (found,) = connection.execute("select not regexp_matches(?, ?)", [path, ignored]).fetchall()
            assert is_data_file(name) == found[0], path
