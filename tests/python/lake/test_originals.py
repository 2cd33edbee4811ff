"""The conversion of AWS's original files: what comes out to the byte, and that no line is lost."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path

import duckdb
import pytest

from scripts.lake import originals
from scripts.lake.__main__ import main
from scripts.lake.errors import LakeError
from scripts.lake.layout import TABLES
from scripts.lake.originals import convert_originals
from scripts.lake.progress import Silent
from tests.python.lake.originals_fixture import FILES, LAKE, ROWS, read_lake, write_originals


class Told(Silent):
    """Keeps what the user is told."""

    def __init__(self) -> None:
        self.messages: dict[str, str] = {}

    def done(self, what: str, message: str) -> None:
        self.messages[what] = message


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    folder = tmp_path / "dest"
    folder.mkdir()
    return folder


def zipped(archive: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return archive


def converted_line(dest: Path, path: str) -> bytes:
    return read_lake(dest)[path].splitlines()[-1]


# What comes out


def test_every_quirk_of_the_originals_is_converted_to_the_byte(tmp_path: Path, dest: Path) -> None:
    rows = convert_originals(write_originals(tmp_path / "aws"), dest, Silent())
    assert read_lake(dest) == LAKE
    assert rows == ROWS
    assert [path.name for path in dest.iterdir()] == ["raw_tickit_data"], "scratch files are left behind"


def test_the_cut_into_chunks_leaves_no_mark(tmp_path: Path, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(originals, "_CHUNK_BYTES", 7)
    monkeypatch.setattr(originals, "_ROWS_AT_ONCE", 2)
    convert_originals(write_originals(tmp_path / "aws"), dest, Silent())
    assert read_lake(dest) == LAKE


def test_the_disk_of_the_lake_does_the_work(tmp_path: Path, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_originals(tmp_path / "aws")
    monkeypatch.setattr(tempfile, "tempdir", "/no/such/folder")
    convert_originals(source, dest, Silent())
    assert read_lake(dest) == LAKE


def test_a_header_is_no_row(tmp_path: Path, dest: Path) -> None:
    sales = b"salesid\tlistid\n" + FILES["sales_tab.txt"]
    categories = b"CATID|CATGROUP|CATNAME|CATDESC\r\n" + FILES["category_pipe.txt"]
    source = write_originals(tmp_path / "aws", sales_tab=sales, category_pipe=categories)
    convert_originals(source, dest, Silent())
    assert read_lake(dest) == LAKE


def test_every_column_of_the_lake_has_a_kind_and_no_other() -> None:
    assert set(originals._KINDS) == {column for table in TABLES.values() for column in table.columns}
    assert {original.table.name for original in originals.ORIGINALS} == set(TABLES)


def test_a_synthetic_lake_comes_back_from_the_originals_form_to_the_byte(tmp_path: Path, dest: Path) -> None:
    lake = tmp_path / "lake"
    assert main(["--scale", "0.001", "--dest", str(lake)]) == 0
    rows = convert_originals(exported(lake, tmp_path / "aws"), dest, Silent())
    # A month without a row is a file without lines in a synthetic lake, and no file here.
    assert read_lake(dest) == {path: content for path, content in read_lake(lake).items() if content.count(b"\n") > 1}
    assert rows == json.loads((lake / "lake.json").read_text())["rows"]


def exported(lake: Path, folder: Path) -> Path:
    """Write a lake in the form of AWS's files."""
    folder.mkdir()
    for original in originals.ORIGINALS:
        columns = {column: "varchar" for column in original.table.columns}
        months = "strftime(make_date(2008, month::int, 1), '%b')"
        weekday = "left(strftime(caldate::date, '%a'), 2)"
        american = "strftime(saletime::timestamp, '%-m/%-d/%Y %H:%M:%S')"
        changes = {
            "date": f"* replace (upper({weekday}) as day, upper({months}) as month, upper(holiday) as holiday)",
            "sale": f"* replace ({american} as saletime, regexp_replace(commission, '0$', '') as commission)",
            "user": "* replace (" + ", ".join(f"upper({c}) as {c}" for c in columns if c.startswith("like")) + ")",
        }
        duckdb.sql(
            f"""
            copy (
                select {changes.get(original.table.name, "*")}
                from read_csv('{lake}/raw_tickit_data/{original.table.name}/**/*.txt', delim = '|', header = true,
                    quote = '', columns = {columns}, auto_detect = false, hive_partitioning = false, nullstr = '')
                order by {original.table.columns[0]}::int
            ) to '{folder / original.file}' (header false, delimiter '{original.delimiter}', quote '')
            """
        )
    return folder


# Lines that cannot be converted


BAD_SALES = {
    "9\t1\t2\t3\t4\t5\t6\t7.00\t8.00\tsoon": "9|1|2|3|4|5|6|7.00|8.00|soon",
    "9\t1\t2\t3\t4\t5\t6\t7.00\t8.00\t2/30/2008 02:36:48": "9|1|2|3|4|5|6|7.00|8.00|2/30/2008 02:36:48",
    "9\t1\t2\t3\t4\t5\t6\t7.00\t8.00\t2/18/08 02:36:48": "9|1|2|3|4|5|6|7.00|8.00|2/18/08 02:36:48",
    "9\t1\t2\t3\t4\t5\t6\t7\t8.125\t2/18/2008 02:36:48": "9|1|2|3|4|5|6|7.00|8.125|2008-02-18 02:36:48",
    "9\t1\t2\t3\t4\t5\t1.6\t7\t8\t2/18/2008 02:36:48": "9|1|2|3|4|5|1.6|7.00|8.00|2008-02-18 02:36:48",
    "9\t1\t2\t3\t4\t5\t6\t1e3\t8\t2/18/2008 02:36:48": "9|1|2|3|4|5|6|1e3|8.00|2008-02-18 02:36:48",
    "9\t1\t2\t3\t4\t5\t6\t7.00\t2/18/2008 02:36:48": "9|1|2|3|4|5|6|7.00|2/18/2008 02:36:48",
    "9\t1\t2\t3\t4\t5\t6\t7\t8\t2/18/2008 02:36:48\t": "9|1|2|3|4|5|6|7|8|2/18/2008 02:36:48|",
    "9\t1\t2\t3\t4\t5\t6\t7\t8|9\t2/18/2008 02:36:48": "9|1|2|3|4|5|6|7.00|8|9|2008-02-18 02:36:48",
    "no sale at all": "no sale at all",
}


def test_bad_sales_go_in_as_they_are_and_are_told(tmp_path: Path, dest: Path) -> None:
    source = write_originals(tmp_path / "aws", sales_tab=FILES["sales_tab.txt"] + "\n".join(BAD_SALES).encode())
    told = Told()
    rows = convert_originals(source, dest, told)
    # Where no month can be read the first month of the file takes the line: February here, as in the other lines.
    lines = read_lake(dest)["sale/sale_month=2008-02/sale.txt"].decode().splitlines()
    assert lines[2:] == list(BAD_SALES.values())
    assert rows["sale"] == 3 + len(BAD_SALES)
    assert f"; {len(BAD_SALES)} could not be converted and went in as they are" in told.messages["sale"]
    assert "could not" not in told.messages["listing"]


@pytest.mark.parametrize(
    ("time", "in_the_lake"),
    [("1/1/2009 00:00:00", "2009-01-01 00:00:00"), ("12/31/0208 00:00:00", "0208-12-31 00:00:00"), ("", "")],
)
def test_a_sale_of_no_month_of_the_lake_lies_where_it_is_read(
    tmp_path: Path, dest: Path, time: str, in_the_lake: str
) -> None:
    sales = f"9\t1\t2\t3\t4\t5\t6\t7.00\t8.00\t{time}\n".encode() + FILES["sales_tab.txt"]
    convert_originals(write_originals(tmp_path / "aws", sales_tab=sales), dest, Silent())
    assert set(read_lake(dest)) == set(LAKE)
    line = f"9|1|2|3|4|5|6|7.00|8.00|{in_the_lake}".encode()
    assert line in read_lake(dest)["sale/sale_month=2008-02/sale.txt"].splitlines()


@pytest.mark.parametrize(
    ("file", "bad", "path", "in_the_lake"),
    [
        ("date2008_pipe", "1|2008-02-31|WE|1|JAN|1|2008|TRUE", "date/date.txt", "1|2008-02-31|WE|1|1|1|2008|true"),
        ("date2008_pipe", "1|2008-01-09|XX|1|MAI|5|2008|yes", "date/date.txt", "1|2008-01-09|XX|1|MAI|5|2008|yes"),
        ("venue_pipe", "4|Two|fields|too|many|0|0", "venue/venue.txt", "4|Two|fields|too|many|0|0"),
        ("venue_pipe", "5|Ca\xadf", "venue/venue.txt", "5|Ca\xadf"),
        ("allevents_pipe", "2|1|2|3|x|2008-01-25 24:00:00", "event/event.txt", "2|1|2|3|x|2008-01-25 24:00:00"),
    ],
)
def test_a_bad_line_of_another_table_too(
    tmp_path: Path, dest: Path, file: str, bad: str, path: str, in_the_lake: str
) -> None:
    source = write_originals(tmp_path / "aws", **{file: FILES[f"{file}.txt"] + b"\n" + bad.encode("latin-1")})
    told = Told()
    convert_originals(source, dest, told)
    assert converted_line(dest, path) == in_the_lake.encode("latin-1")
    assert "1 could not be converted" in told.messages[path.partition("/")[0]]


def test_the_published_number_of_rows_is_told_where_it_differs(tmp_path: Path, dest: Path) -> None:
    eleven = b"".join(b"%d|Sports|MLB|Major League Baseball\n" % number for number in range(1, 12))
    told = Told()
    convert_originals(write_originals(tmp_path / "aws", category_pipe=eleven), dest, told)
    assert told.messages["category"] == "11 rows"
    assert told.messages["sale"] == "3 rows; AWS publishes 172,456"


# Sources that are none


def test_the_files_may_be_one_folder_deeper(tmp_path: Path, dest: Path) -> None:
    write_originals(tmp_path / "aws" / "tickit")
    (tmp_path / "aws" / "another").mkdir()
    convert_originals(tmp_path / "aws", dest, Silent())
    assert read_lake(dest) == LAKE


@pytest.mark.parametrize("folder", ["", "tickitdb/"])
def test_a_zip_is_as_good_as_a_folder(tmp_path: Path, dest: Path, folder: str) -> None:
    members = {f"{folder}{name}": content for name, content in FILES.items()}
    members |= {f"__MACOSX/._{name}": b"Mac" for name in FILES} | {"ATTRIBUTES.txt": b""}
    convert_originals(zipped(tmp_path / "tickitdb.zip", members), dest, Silent())
    assert read_lake(dest) == LAKE
    assert [path.name for path in dest.iterdir()] == ["raw_tickit_data"]


def test_missing_files_are_named_with_where_to_find_them(tmp_path: Path, dest: Path) -> None:
    source = write_originals(tmp_path / "aws", sales_tab=None, venue_pipe=None)
    with pytest.raises(LakeError, match=r"aws lacks venue_pipe.txt, sales_tab.txt. .*bucket redshift-downloads"):
        convert_originals(source, dest, Silent())
    assert list(dest.iterdir()) == []


def test_files_missing_from_a_zip_are_named_with_the_zip(tmp_path: Path, dest: Path) -> None:
    archive = zipped(tmp_path / "tickitdb.zip", {"x/sales_tab.txt": b""})
    with pytest.raises(LakeError, match=r"tickitdb.zip lacks category_pipe.txt, .*listings_pipe.txt\. "):
        convert_originals(archive, dest, Silent())


def test_no_source(tmp_path: Path, dest: Path) -> None:
    with pytest.raises(LakeError, match="there is no folder and no zip .*nowhere"):
        convert_originals(tmp_path / "nowhere", dest, Silent())


@pytest.mark.parametrize("content", [b"", b"1|2008-01-25 14:30:00\n", b"\x00" * 1000])
def test_a_file_of_another_form_is_refused(tmp_path: Path, dest: Path, content: bytes) -> None:
    source = write_originals(tmp_path / "aws", allevents_pipe=content)
    with pytest.raises(LakeError, match="allevents_pipe.txt is empty or not AWS's: none of .* has 6 readable fields"):
        convert_originals(source, dest, Silent())


@pytest.mark.parametrize("time", [b"", b"2/18/2009 02:36:48"])
def test_sales_without_a_month_of_the_lake_are_refused(tmp_path: Path, dest: Path, time: bytes) -> None:
    source = write_originals(tmp_path / "aws", sales_tab=b"1\t1\t36861\t21191\t7872\t1875\t4\t728\t109.2\t" + time)
    with pytest.raises(LakeError, match="sales_tab.txt is not AWS's: none of its 1 lines has a saletime in 2008"):
        convert_originals(source, dest, Silent())


def test_a_broken_zip(tmp_path: Path, dest: Path) -> None:
    (tmp_path / "tickitdb.zip").write_bytes(b"<html>404</html>")
    with pytest.raises(LakeError, match="cannot unzip .*tickitdb.zip: File is not a zip file"):
        convert_originals(tmp_path / "tickitdb.zip", dest, Silent())


def test_a_zip_with_a_flipped_bit(tmp_path: Path, dest: Path) -> None:
    archive = zipped(tmp_path / "tickitdb.zip", FILES)
    content = bytearray(archive.read_bytes())
    content[60] ^= 1
    archive.write_bytes(content)
    with pytest.raises(LakeError, match="cannot unzip .*tickitdb.zip: "):
        convert_originals(archive, dest, Silent())


@pytest.mark.parametrize("member", ["../sales_tab.txt", "/tmp/sales_tab.txt", "..\\..\\sales_tab.txt"])  # noqa: S108
def test_a_zip_that_leaves_its_folder_is_refused(tmp_path: Path, dest: Path, member: str) -> None:
    archive = zipped(tmp_path / "tickitdb.zip", FILES | {member: b"evil"})
    with pytest.raises(LakeError, match="a path out of its folder"):
        convert_originals(archive, dest, Silent())
    assert list(dest.iterdir()) == []


def test_an_original_that_cannot_be_read(tmp_path: Path, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(originals, "_write", full)
    with pytest.raises(LakeError, match="cannot convert .*No space left on device"):
        convert_originals(write_originals(tmp_path / "aws"), dest, Silent())
