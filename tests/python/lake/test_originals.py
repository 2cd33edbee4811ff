"""The conversion of AWS's original files: what comes out to the byte, and that no line is lost."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path

import duckdb
import pytest

from scripts.core.errors import TickitError
from scripts.core.progress import Silent
from scripts.lake import originals
from scripts.lake.layout import TABLES
from scripts.lake.originals import convert_originals
from scripts.lake.tickit import PUBLISHED
from tests.python.lake.originals_fixture import FILES, LAKE, ROWS, USER, read_lake, write_originals
from tests.python.tickit import make_lake as main


class Told(Silent):
    """Keeps the messages to the user."""

    def __init__(self) -> None:
        self.messages: dict[str, str] = {}
        self.notes: list[str] = []

    def done(self, what: str, message: str) -> None:
        self.messages[what] = message

    def note(self, message: str) -> None:
        self.notes.append(message.removeprefix("odd: "))


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


def test_every_published_table_has_an_original() -> None:
    assert {original.table.name for original in originals.ORIGINALS} == set(PUBLISHED) <= set(TABLES)


def test_a_synthetic_lake_comes_back_from_the_originals_form_to_the_byte(tmp_path: Path, dest: Path) -> None:
    lake = tmp_path / "lake"
    assert main(["--scale", "0.001", "--dest", str(lake)]) == 0
    rows = convert_originals(exported(lake, tmp_path / "aws"), dest, Silent())
    # A month without a row is a file without lines in a synthetic lake, and no file here.
    assert with_lines(dest) == with_lines(lake)
    assert rows == json.loads((lake / "lake.json").read_text())["rows"]


def with_lines(lake: Path) -> dict[str, bytes]:
    return {path: content for path, content in read_lake(lake).items() if content.count(b"\n") > 1}


def exported(lake: Path, folder: Path) -> Path:
    """Write a lake in the form of AWS's files."""
    folder.mkdir()
    for original in originals.ORIGINALS:
        columns = {column: "varchar" for column in original.table.columns}
        added = ", ".join(original.table.columns[len(original.fields) :])
        every = f"* exclude ({added})" if added else "*"
        months = "strftime(make_date(2008, month::int, 1), '%b')"
        # Until 28 February AWS's weekday is the next day's.
        weekday = "left(strftime(caldate::date + if(dateid::int < 1886, 1, 0), '%a'), 2)"
        american = "strftime(saletime::timestamp, '%-m/%-d/%Y %H:%M:%S')"
        changes = {
            "date": f"{every} replace (upper({weekday}) as day, upper({months}) as month, upper(holiday) as holiday)",
            "sale": f"{every} replace ({american} as saletime, regexp_replace(commission, '0$', '') as commission)",
            "user": f"{every} replace ("
            + ", ".join(f"upper({c}) as {c}" for c in columns if c.startswith("like"))
            + ")",
        }
        duckdb.sql(
            f"""
            copy (
                select {changes.get(original.table.name, every)}
                from read_csv('{lake}/raw_tickit_data/{original.table.name}/**/*.txt', delim = '|', header = true,
                    quote = '', columns = {columns}, auto_detect = false, hive_partitioning = false, nullstr = '')
                order by {original.table.columns[0]}::int
            ) to '{folder / original.file}' (header false, delimiter '{original.delimiter}', quote '')
            """
        )
    return folder


# What is odd in the files


def spoil(file: Path, number: int, *changes: tuple[int, str]) -> None:
    """Set fields of a line of an original, both counted from 0."""
    delimiter = "\t" if file.name == "sales_tab.txt" else "|"
    lines = file.read_text().splitlines()
    fields = lines[number].split(delimiter)
    for at, value in changes:
        fields[at] = value
    lines[number] = delimiter.join(fields)
    file.write_text("\n".join(lines) + "\n")


def test_each_oddity_is_counted(tmp_path: Path, dest: Path) -> None:
    lake = tmp_path / "lake"
    assert main(["--scale", "0.001", "--dest", str(lake)]) == 0
    aws = exported(lake, tmp_path / "aws")
    as_ever = Told()
    convert_originals(aws, dest, as_ever)
    assert as_ever.notes == [
        "59 in date: the day of the week is not caldate's",
        "1 in date: days between the first and the last that no row has",
        "3 in venue: no venuename",
        "7 in venue: no venueseats",
        "7 in venue: 0 venueseats",
        "50 in user: a like is empty",
    ]
    page = (Path(__file__).parents[3] / "docs/original_files.md").read_text()
    assert "".join(f"    odd: {note}\n" for note in as_ever.notes[:2]) in page
    sale, listing, event = aws / "sales_tab.txt", aws / "listings_pipe.txt", aws / "allevents_pipe.txt"
    spoil(event, 0, (3, "1827"))
    spoil(event, 1, (1, "999"), (4, ""))
    spoil(event, 2, (2, "99"))
    sold = {line.split("\t")[1] for line in sale.read_text().splitlines()}
    unsold = [at for at, line in enumerate(listing.read_text().splitlines()) if line.split("|")[0] not in sold]
    spoil(listing, unsold[0], (1, "9999"), (3, "1900"))
    spoil(listing, unsold[1], (2, "9999"), (6, "1.00"))
    spoil(aws / "allusers_pipe.txt", 3, (2, ""))
    spoil(aws / "category_pipe.txt", 9, (0, "11"))
    for number, changes in enumerate(
        (
            [(1, "99999")],
            [(5, "1")],
            [(4, "99999")],
            [(2, "99998")],
            [(3, "99997")],
            [(6, "99")],
            [(8, "0.01")],
            [(7, "1"), (8, "0.15")],
            [(9, "1/1/2008 00:00:00")],
            [(9, "12/31/2008 23:59:59")],
        ),
        start=100,
    ):
        spoil(sale, number, *changes)
    fields = sale.read_text().splitlines()[120].split("\t")
    spoil(sale, 120, (2, fields[3]))
    told = Told()
    convert_originals(aws, tmp_path, told)
    assert sorted(set(told.notes) - set(as_ever.notes)) == sorted(
        [
            "1 in category: catid is another row's too",
            "1 in event: venueid is in no venue",
            "1 in event: catid is in no category",
            "1 in event: dateid is another day than starttime",
            "1 in event: no eventname",
            "1 in listing: sellerid is in no user",
            "1 in listing: eventid is in no event",
            "1 in listing: dateid is another day than listtime",
            "1 in listing: totalprice is not numtickets x priceperticket",
            "1 in listing: more tickets are sold than it has",
            "1 in sale: listid is in no listing",
            "1 in sale: sellerid is in no user",
            "1 in sale: buyerid is in no user",
            "1 in sale: eventid is in no event",
            "1 in sale: dateid is in no date",
            "2 in sale: dateid is another day than saletime",
            "2 in sale: sellerid is not the listing's",
            "1 in sale: eventid is not the listing's",
            "1 in sale: buyerid is sellerid",
            "1 in sale: saletime is before the listing's listtime",
            "1 in sale: saletime is after the event's starttime",
            "2 in sale: pricepaid is not qtysold x the listing's priceperticket",
            "1 in sale: commission is not 15 % of pricepaid",
            "1 in user: no firstname or no lastname",
        ]
    )


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
        ("date2008_pipe", "1|2008-01-09|XX|1|MAI|5|2008|on", "date/date.txt", "1|2008-01-09|XX|1|MAI|5|2008|on"),
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
    with pytest.raises(TickitError, match=r"aws lacks venue_pipe.txt, sales_tab.txt. .*bucket redshift-downloads"):
        convert_originals(source, dest, Silent())
    assert list(dest.iterdir()) == []


def test_files_missing_from_a_zip_are_named_with_the_zip(tmp_path: Path, dest: Path) -> None:
    archive = zipped(tmp_path / "tickitdb.zip", {"x/sales_tab.txt": b""})
    with pytest.raises(TickitError, match=r"tickitdb.zip lacks category_pipe.txt, .*listings_pipe.txt\. "):
        convert_originals(archive, dest, Silent())


def test_no_source(tmp_path: Path, dest: Path) -> None:
    with pytest.raises(TickitError, match="there is no folder and no zip .*nowhere"):
        convert_originals(tmp_path / "nowhere", dest, Silent())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"1|2008-01-25 14:30:00\n", r"none of its 1 lines fits. 1 line has not 6 fields .* line 1 has 2\."),
        (b"\x00" * 1000, "line 1 has 1"),
        (
            b"eventid\n\n1|2|3|soon|x|2008-01-25 14:30:00\n2|2|3|4|x|\x1b[31m" + b"9" * 60 + b"\n",
            r"none of its 2 lines fits. dateid is not a whole number in 1, first in line 3: 'soon'; "
            rf"starttime is not a time in 1, first in line 4: '\\x1b\[31m{'9' * 35}'\.\.\.\.",
        ),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, dest: Path, content: bytes, message: str) -> None:
    source = write_originals(tmp_path / "aws", allevents_pipe=content)
    with pytest.raises(TickitError, match=f"allevents_pipe.txt cannot be read as AWS's event: .*{message}"):
        convert_originals(source, dest, Silent())


def test_what_is_said_of_users_shows_none_of_them(tmp_path: Path, dest: Path) -> None:
    told = Told()
    users = FILES["allusers_pipe.txt"] + f"x|{USER}{'|1' * 10}\n5|{USER}|maybe{'|0' * 9}\n6|{USER}\n".encode()
    convert_originals(write_originals(tmp_path / "aws", allusers_pipe=users), dest, told)
    assert told.messages["user"].partition("rejects them; ")[2] == (
        "1 line has not 18 fields separated by '|', line 6 has 8; "
        "userid is not a whole number in 1, first in line 4; likesports is not a boolean in 1, first in line 5"
    )
    with pytest.raises(TickitError) as refused:
        convert_originals(write_originals(tmp_path / "no user", allusers_pipe=f"x|{USER}|{USER}".encode()), dest, told)
    assert not [field for field in USER.split("|") if field in str(refused.value)]


@pytest.mark.parametrize("time", [b"", b"2/18/2009 02:36:48"])
def test_sales_without_a_month_of_the_lake_are_refused(tmp_path: Path, dest: Path, time: bytes) -> None:
    source = write_originals(tmp_path / "aws", sales_tab=b"1\t1\t36861\t21191\t7872\t1875\t4\t728\t109.2\t" + time)
    with pytest.raises(TickitError, match="cannot be read as AWS's sale: none of its 1 lines has a saletime in 2008"):
        convert_originals(source, dest, Silent())


def test_a_broken_zip(tmp_path: Path, dest: Path) -> None:
    (tmp_path / "tickitdb.zip").write_bytes(b"<html>404</html>")
    with pytest.raises(TickitError, match="cannot unzip .*tickitdb.zip: File is not a zip file"):
        convert_originals(tmp_path / "tickitdb.zip", dest, Silent())


def test_a_zip_with_a_flipped_bit(tmp_path: Path, dest: Path) -> None:
    archive = zipped(tmp_path / "tickitdb.zip", FILES)
    content = bytearray(archive.read_bytes())
    content[60] ^= 1
    archive.write_bytes(content)
    with pytest.raises(TickitError, match="cannot unzip .*tickitdb.zip: "):
        convert_originals(archive, dest, Silent())


@pytest.mark.parametrize("member", ["../sales_tab.txt", "/tmp/sales_tab.txt", "..\\..\\sales_tab.txt"])  # noqa: S108
def test_a_zip_that_leaves_its_folder_is_refused(tmp_path: Path, dest: Path, member: str) -> None:
    archive = zipped(tmp_path / "tickitdb.zip", FILES | {member: b"evil"})
    with pytest.raises(TickitError, match="a path out of its folder"):
        convert_originals(archive, dest, Silent())
    assert list(dest.iterdir()) == []


def test_an_original_that_cannot_be_read(tmp_path: Path, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(originals, "_write", full)
    with pytest.raises(TickitError, match="cannot convert .*No space left on device"):
        convert_originals(write_originals(tmp_path / "aws"), dest, Silent())
