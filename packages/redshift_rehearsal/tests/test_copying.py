"""COPY and UNLOAD over the folders that stand for S3 (r_COPY.html, r_UNLOAD.html)."""

from __future__ import annotations

import bz2
import gzip
import json
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from redshift_rehearsal import Rehearsal

ROLE = "iam_role 'arn:aws:iam::123456789012:role/loader'"
_number = count()


@pytest.fixture
def folder(rehearsal: Rehearsal) -> tuple[Path, str]:
    """Give a folder of the lake's and its address."""
    name = f"copying_{next(_number)}"
    place = rehearsal.settings.folders["s3://rehearsal/lake"] / name
    place.mkdir()
    return place, f"s3://rehearsal/lake/{name}"


@pytest.fixture
def table(rehearsal: Rehearsal) -> Iterator[str]:
    """Make a table and drop it again."""
    name = f"copied_{next(_number)}"
    rehearsal.run(f"create table {name} (id int, name varchar(5), day date)")
    yield name
    rehearsal.run(f"drop table {name}")


def _rows(rehearsal: Rehearsal, table: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in rehearsal.run(f"select * from {table} order by 1")]


@pytest.mark.parametrize(
    ("file", "content", "options"),
    [
        ("a.csv", b'id,name,day\n1,"a,b",2020-01-02\n2,c,\n', "csv ignoreheader 1"),
        ("a.txt", b"1|a,b|2020-01-02\n2|c|\n", ""),
        ("a.tsv", b"1\ta,b\t2020-01-02\n2\tc\t\n", "delimiter '\\t'"),
        ("a.gz", gzip.compress(b"1|a,b|2020-01-02\n2|c|\n", mtime=0), "gzip"),
        ("a.bz2", bz2.compress(b"1|a,b|2020-01-02\n2|c|\n"), "bzip2"),
        ("a.json", b'{"id": 1, "name": "a,b", "day": "2020-01-02", "x": 0}\n{"name": "c", "id": 2}\n', "json 'auto'"),
        ("b.json", b'{"ID": 1, "Name": "a,b", "day": "2020-01-02"}{"id": 2, "NAME": "c"}', "json 'auto ignorecase'"),
        ("a.txt", b"1|a,b|02.01.2020\n2|c|\n", "dateformat 'DD.MM.YYYY'"),
        ("a.txt", b"1|a,b|2020-01-02\n2|c\n", "fillrecord"),
        ("a.txt", b'"1"|"a,b"|2020-01-02\n2|"c"|\n', "removequotes"),
    ],
)
def test_forms_of_files(
    rehearsal: Rehearsal, folder: tuple[Path, str], table: str, file: str, content: bytes, options: str
) -> None:
    place, address = folder
    (place / file).write_bytes(content)
    rehearsal.run(f"copy {table} from '{address}/' {ROLE} {options}")
    assert _rows(rehearsal, table) == [(1, "a,b", date(2020, 1, 2)), (2, "c", None)]


def test_all_files_whose_key_begins_so_are_read_and_no_other(
    rehearsal: Rehearsal, folder: tuple[Path, str], table: str
) -> None:
    place, address = folder
    for number, name in enumerate(["part1", "part2.txt", "other", "_part3"]):
        (place / name).write_text(f"{number}|x|\n")
    rehearsal.run(f"copy {table} from '{address}/part' {ROLE}")
    assert [row[0] for row in _rows(rehearsal, table)] == [0, 1]


def test_manifest(rehearsal: Rehearsal, folder: tuple[Path, str], table: str) -> None:
    place, address = folder
    (place / "one.txt").write_text("1|x|\n")
    entries = [{"url": f"{address}/one.txt", "mandatory": True}, {"url": f"{address}/none.txt", "mandatory": False}]
    (place / "m.manifest").write_text(json.dumps({"entries": entries}))
    rehearsal.run(f"copy {table} from '{address}/m.manifest' {ROLE} manifest")
    assert len(_rows(rehearsal, table)) == 1


def test_columns_that_are_named(rehearsal: Rehearsal, folder: tuple[Path, str], table: str) -> None:
    place, address = folder
    (place / "a.csv").write_text("x,7\n")
    rehearsal.run(f"copy {table} (name, id) from '{address}/a.csv' {ROLE} csv")
    assert _rows(rehearsal, table) == [(7, "x", None)]


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("1|toolong|\n", "", "too long"),
        ("1|a\n", "", "another number of fields"),
        ("1|a||\n", "", "another number of fields"),
        ("x|a|\n", "", "invalid input syntax"),
        ("1|a|\n", "delimiter '||'", "single character"),
        ("1|a|\n", "avro 'auto'", "not rehearsed: COPY of AVRO"),
        ("1|a|\n", "whatever", 'syntax error at or near "whatever"'),
        ("{oh", "json 'auto'", "invalid JSON"),
    ],
)
def test_what_cannot_be_loaded_loads_nothing(
    rehearsal: Rehearsal, folder: tuple[Path, str], table: str, content: str, options: str, message: str
) -> None:
    place, address = folder
    (place / "good.txt").write_text("0|a|\n")
    (place / "wrong.txt").write_text(content)
    assert message in rehearsal.error(f"copy {table} from '{address}/' {ROLE} {options}")
    assert _rows(rehearsal, table) == []


def test_truncatecolumns(rehearsal: Rehearsal, folder: tuple[Path, str], table: str) -> None:
    place, address = folder
    (place / "a.txt").write_text("1|toolong|\n")
    rehearsal.run(f"copy {table} from '{address}/' {ROLE} truncatecolumns")
    assert _rows(rehearsal, table) == [(1, "toolo", None)]


def test_a_copy_is_part_of_its_transaction(rehearsal: Rehearsal, folder: tuple[Path, str], table: str) -> None:
    place, address = folder
    (place / "a.txt").write_text("1|x|\n")
    with rehearsal.connect(autocommit=False) as connection, connection.cursor() as cursor:
        cursor.execute(f"copy {table} from '{address}/' {ROLE}")
        cursor.execute(f"select count(*) from {table}")
        assert [list(row) for row in cursor.fetchall()] == [[1]]
        connection.rollback()
    assert _rows(rehearsal, table) == []


def test_a_copy_needs_the_privilege_to_insert(rehearsal: Rehearsal, folder: tuple[Path, str], table: str) -> None:
    place, address = folder
    (place / "a.txt").write_text("1|x|\n")
    assert "permission denied" in rehearsal.error(f"copy {table} from '{address}/' {ROLE}", user="reader")


@pytest.mark.parametrize(
    ("form", "form_of_copy"),
    [("", ""), ("csv header", "csv ignoreheader 1"), ("format parquet", "format parquet"), ("json", "json 'auto'"),
     ("gzip", "gzip"), ("delimiter ',' addquotes", "delimiter ',' removequotes")],
)  # fmt: skip
def test_what_is_unloaded_can_be_copied(
    rehearsal: Rehearsal, folder: tuple[Path, str], table: str, form: str, form_of_copy: str
) -> None:
    _, address = folder
    rehearsal.run(f"insert into {table} values (1, 'a', '2020-01-02'), (2, 'b', null)")
    before = _rows(rehearsal, table)
    rehearsal.run(f"unload ('select * from {table} where name <> \\'x\\'') to '{address}/out_' {ROLE} {form}")
    rehearsal.run(f"delete from {table}")
    rehearsal.run(f"copy {table} from '{address}/out_' {ROLE} {form_of_copy}")
    assert _rows(rehearsal, table) == before


def test_unload_writes_over_nothing_unless_told(rehearsal: Rehearsal, folder: tuple[Path, str], table: str) -> None:
    place, address = folder
    unload = f"unload ('select 1 as a') to '{address}/out_' {ROLE} parallel off"
    rehearsal.run(unload)
    assert (place / "out_000").read_text() == "1\n"
    assert "is not empty" in rehearsal.error(unload)
    rehearsal.run(unload.replace("select 1", "select 2") + " allowoverwrite")
    assert (place / "out_000").read_text() == "2\n"
    assert "distinct on" in rehearsal.error(unload.replace("select 1 as a", "select distinct on (a) a from t"))


def test_unload_sees_what_its_user_may_see(rehearsal: Rehearsal, folder: tuple[Path, str], table: str) -> None:
    _, address = folder
    assert "permission denied" in rehearsal.error(f"unload ('select * from {table}') to '{address}/x' {ROLE}", "reader")
