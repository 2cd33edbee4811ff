"""Delimited text is read by position and byte for byte, as Spectrum reads it."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Weather

INVALID = b"\xe9"
# É and ß hold the bytes 80 to 9F, which a latin-1 reader refuses; the others take two, three and four bytes.
VALID = "ÉcÄ ß – 漢字 😀 ÿ\x7f"


def properties(**more: str) -> str:
    """Table properties with a header and data cleansing, and these."""
    pairs = {"skip.header.line.count": "1", "data_cleansing_enabled": "true", **more}
    return "(" + ", ".join(f"'{name}'='{value}'" for name, value in pairs.items()) + ")"


def read(weather: Weather, content: str | bytes, *columns: str, **external: str) -> list[tuple]:
    """The rows of one file with a header, in the order of the first column."""
    header = "|".join(column for column in columns if not column.startswith("_")).encode()
    body = content.encode() if isinstance(content, str) else content
    weather.put("station/s.txt", header + b"\n" + body)
    weather.declare(weather.table("station", *columns, **external))
    staged = weather.stage()
    assert staged.success, staged.error
    return weather.rows('select * exclude "$path" from weather_external.station order by 1 nulls last')


# Both forms of reading must agree: the second one is taken where a file has a byte that is not UTF-8.
@pytest.fixture(params=["fast", "exact"])
def tail(request: pytest.FixtureRequest) -> bytes:
    """Something to put at the end of a file, so that it is read in this form."""
    return b"" if request.param == "fast" else b"zzz|" + INVALID + b"\n"


LINES = {
    "1|a": ("1", "a", None),
    "1": ("1", None, None),
    "1|": ("1", "", None),
    "|": ("", "", None),
    "1|a|b": ("1", "a", "b"),
    "1|a|b|c": ("1", "a", "b"),
    "\\N|\\N": (None, None, None),
    "1|\\Nx": ("1", "\\Nx", None),
    '1|"a"': ("1", '"a"', None),
    '1|"a': ("1", '"a', None),
    "1|a\\|b": ("1", "a\\", "b"),
    " 1 | a ": (" 1 ", " a ", None),
    "1|" + VALID: ("1", VALID, None),
}


def test_lines(weather: Weather, tail: bytes) -> None:
    for number, line in enumerate(LINES):
        weather.put(f"station/{number:02}.txt", f"id|name\n{line}\n")
    weather.put("station/tail.txt", b"id|name\n" + tail)
    weather.declare(weather.table("station", "id", "name", "_surplus"))
    assert weather.stage().success
    rows = weather.rows('select id, name, _surplus from weather_external.station order by "$path"')
    assert dict(zip(LINES, rows, strict=False)) == LINES
    assert rows[len(LINES) :] == ([("zzz", None, None)] if tail else [])


def test_the_last_line_needs_no_end_and_blank_lines_are_no_rows(weather: Weather, tail: bytes) -> None:
    assert read(weather, b"1|a\n\n" + tail + b"2|b", "id", "name")[:2] == [("1", "a"), ("2", "b")]


def test_an_empty_file_is_no_rows(weather: Weather, tail: bytes) -> None:
    weather.put("station/empty.txt", b"")
    assert read(weather, b"1|a\n" + tail, "id", "name")[0] == ("1", "a")


def test_another_null_format(weather: Weather, tail: bytes) -> None:
    handling = {"serialization.null.format": "", "invalid_char_handling": "SET_TO_NULL"}
    assert read(weather, b"1|\n" + tail, "id", "name", table_properties=properties(**handling))[0] == ("1", None)


def test_an_invalid_field_is_null_and_its_row_stays(weather: Weather) -> None:
    rows = read(weather, b"1|" + INVALID + b"|c\n2|" + VALID.encode() + b"|\xc3\n", "id", "name", "more")
    assert rows == [("1", None, "c"), ("2", VALID, None)]


def test_all_characters_are_exact_beside_an_invalid_one(weather: Weather) -> None:
    characters = [
        chr(code) for code in (*range(0x20, 0x800), *range(0x800, 0x110000, 997)) if not 0xD800 <= code < 0xE000
    ]
    characters = [character for character in characters if character != "|"]
    lines = b"".join(f"{number:05d}|{character}\n".encode() for number, character in enumerate(characters))
    rows = read(weather, lines + b"99999|" + INVALID + b"\n", "id", "name")
    assert [name for _, name in rows] == [*characters, None]


def test_only_the_partition_with_invalid_bytes_is_read_in_the_slow_form(weather: Weather) -> None:
    weather.put("reading/month=2024-01/r.txt", "station|value\n1|a\n")
    weather.put("reading/month=2024-02/r.txt", b"station|value\n1|" + INVALID + b"\n")
    weather.declare(weather.table("reading", "station", "value", partitions=[weather.months("2024-01", "2024-02")]))
    (view,) = (sql for sql in weather.stage().ddl if "create or replace view" in sql)
    assert view.count("read_csv(") == view.count("read_blob(") == 1
    assert weather.rows("select value, month from weather_external.reading order by month") == [
        ("a", "2024-01"),
        (None, "2024-02"),
    ]


def test_an_invalid_file_that_comes_later_fails_until_it_is_staged(weather: Weather) -> None:
    read(weather, "1|a\n", "id", "name")
    weather.put("station/later.txt", b"id|name\n2|" + INVALID + b"\n")
    with pytest.raises(Exception, match="not utf-8 encoded"):
        weather.rows("select * from weather_external.station")
    assert weather.stage().line("raw.station").startswith("recreated (other bytes in its files")
    assert weather.rows("select id, name from weather_external.station order by id") == [("1", "a"), ("2", None)]


def test_an_invalid_field_is_null_without_data_cleansing(weather: Weather) -> None:
    weather.put("station/s.txt", b"id|name\n1|" + INVALID + b"\n")
    weather.declare(weather.table("station", "id", "name", table_properties="('skip.header.line.count'='1')"))
    assert "is not valid UTF-8 in some field, and such a field is NULL" in weather.stage().warnings[0]
    assert weather.rows("select id, name from weather_external.station") == [("1", None)]


@pytest.mark.parametrize(
    ("more", "said"), [({}, "nobody knows"), ({"invalid_char_handling": "FAIL"}, "so queries of it fail")]
)
def test_invalid_bytes_are_refused_where_spectrum_refuses_or_says_nothing(
    weather: Weather, more: dict[str, str], said: str
) -> None:
    weather.put("station/s.txt", b"id|name\n1|" + INVALID + b"\n")
    weather.declare(weather.table("station", "id", "name", table_properties=properties(**more)))
    staged = weather.stage()
    assert said in " ".join([*staged.warnings, staged.error])
    if staged.success:
        with pytest.raises(Exception, match="not utf-8 encoded"):
            weather.rows("select * from weather_external.station")


# A sound character; bytes that begin or continue one; overlong forms; a half of a pair; beyond the last; zero.
PIECES = [
    *(b"a", b" ", b"\xc3\xa9", b"\xe2\x82\xac", b"\xf0\x9f\x98\x80", b"\xef\xbf\xbd", b"\x1a", b"\\N"),
    *(b"\x80", b"\xbf", b"\xc3", b"\xe2", b"\xe2\x82", b"\xf0\x9f", b"\xf0\x9f\x98", b"\xff", b"\xfe", b"\0"),
    *(b"\xc0\xaf", b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80"),
]


def replaced(field: bytes, replacement: str) -> str:
    """Each byte of a field that belongs to no character is the replacement."""
    text = field.replace(b"\0", b"\xff").decode(errors="surrogateescape")
    return "".join(replacement if "\udc80" <= character <= "\udcff" else character for character in text)


@pytest.mark.parametrize("replacement", ["\x1a", "?", "é", "'"])
def test_each_invalid_byte_is_replaced_and_the_rest_of_the_field_stays(weather: Weather, replacement: str) -> None:
    random = Random(replacement)  # noqa: S311 - the same fields in every run
    fields = [b"".join(random.choices(PIECES, k=random.randint(0, 3))) for _ in range(500)] + PIECES
    lines = b"".join(b"%05d|%s|x\n" % numbered for numbered in enumerate(fields))
    handling = {"invalid_char_handling": "REPLACE", "replacement_char": replacement.replace("'", "''")}
    rows = read(weather, lines, "id", "name", "_surplus", table_properties=properties(**handling))
    expected = [None if field == b"\\N" else replaced(field, replacement) for field in fields]
    assert [name for _, name, _ in rows] == expected
    assert {surplus for _, _, surplus in rows} == {"x"}


@pytest.mark.parametrize("size", ["small", pytest.param("large", marks=pytest.mark.soak)])
def test_a_zero_byte_is_no_text(weather: Weather, size: str) -> None:
    body = (LARGE if size == "large" else b"") + b"2|a\0b\n"
    rows = read(weather, body, "id", "name")
    assert rows[-1] == ("2", None)


# With the delimiter in it, no field is NULL by its text: NULL says that the line has ended before.
@pytest.mark.parametrize("null_format", ["|", "a|b"])
def test_a_null_format_that_no_field_can_have(weather: Weather, tail: bytes, null_format: str) -> None:
    handling = {"invalid_char_handling": "SET_TO_NULL", "serialization.null.format": null_format}
    lines = b"1|\\N|\n2|a|b\n3\n4|\n" + tail
    rows = read(weather, lines, "id", "name", "_surplus", table_properties=properties(**handling))
    assert rows[:4] == [("1", "\\N", ""), ("2", "a", "b"), ("3", None, None), ("4", "", None)]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("'invalid_char_handling'='DROP_ROW', 'data_cleansing_enabled'='true'", "DROP_ROW' is not supported"),
        ("'surplus_char_handling'='DROP_ROW', 'data_cleansing_enabled'='true'", "DROP_ROW' is not supported"),
        ("'surplus_char_handling'='truncate', 'data_cleansing_enabled'='true'", "truncate' is not supported"),
        ("'column_count_mismatch_handling'='FAIL', 'data_cleansing_enabled'='true'", "FAIL' is not supported"),
        ("'column_count_mismatch_handling'='DROP_ROW', 'data_cleansing_enabled'='true'", "DROP_ROW' is not supported"),
        ("'numeric_overflow_handling'='DROP_ROW', 'data_cleansing_enabled'='true'", "DROP_ROW' is not supported"),
        ("'compression_type'='gzip'", "gzip' is not supported on DuckDB; none is"),
        ("'data_cleansing_enabled'='TRUE'", "TRUE' is not supported on DuckDB; true, false are"),
        ("'invalid_char_handling'='REPLACE'", "has no effect without 'data_cleansing_enabled'"),
        ("'Skip.Header.Line.Count'='1'", "write 'skip.header.line.count'"),
        ("'skip.header.line.count'='one'", "is not a number of lines"),
        ("'invalid_char_handling'='REPLACE', 'data_cleansing_enabled'='true'", "needs a 'replacement_char'"),
        (
            "'invalid_char_handling'='REPLACE', 'replacement_char'='??', 'data_cleansing_enabled'='true'",
            "needs a 'replacement_char' of one character",
        ),
    ],
)
def test_a_property_that_would_be_ignored_is_an_error(weather: Weather, written: str, said: str) -> None:
    weather.put("station/s.txt", "1|a\n")
    weather.declare(weather.table("station", "id", "name", table_properties=f"({written})"))
    assert said in weather.stage().error


def test_a_carriage_return_is_data(weather: Weather) -> None:
    weather.put("station/s.txt", "id|name\r\n1|a\rb\r\n2|c\r\n")
    weather.declare(weather.table("station", "id", "name"))
    staged = weather.stage()
    assert "has carriage returns" in staged.warnings[0]
    assert weather.rows("select id, name from weather_external.station order by id") == [("1", "a\rb\r"), ("2", "c\r")]
    assert "has carriage returns" in weather.stage().warnings[0], "an unchanged run must still say it"


# Over 64 MB, a file is not read in one piece, unless something is in it.
LARGE = ("1|" + "a" * 200 + "\n").encode() * (65 * 2**20 // 203)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (b"id|name\n", b"", ""),
        pytest.param(b"id|name\n", b"2|no end", "", marks=pytest.mark.soak),
        pytest.param(b"id|name\n", b"2|\xc3\xa9\n\n", "", marks=pytest.mark.soak),
        pytest.param(b"\xef\xbb\xbfid|name\n", b"", "", marks=pytest.mark.soak),
        (b"id|name\n", b"2|a\rb\n", "has carriage returns"),
        pytest.param(b"id|name\r\n", b"", "has carriage returns", marks=pytest.mark.soak),
        (b"id|name\n", b"2|" + INVALID + b"\n", "is not valid UTF-8"),
        pytest.param(b"id;name\n", b"", "the header has no delimiter '|'", marks=pytest.mark.soak),
    ],
)
def test_a_large_file_is_judged_as_a_small_one(weather: Weather, first: bytes, last: bytes, said: str) -> None:
    header = "('skip.header.line.count'='1')"
    for name, middle in (("large", LARGE), ("small", LARGE[:203])):
        weather.put(f"{name}/s.txt", first + middle + last)
        weather.declare(weather.table(name, "id", "name", table_properties=header))
        staged = weather.stage()
        found = [*staged.warnings, staged.error or ""]
        assert any(said in text for text in found) if said else found == [""], name


@pytest.mark.parametrize(
    ("handling", "expected"),
    [
        # With data cleansing Spectrum makes NULL of what does not fit its column; without, it cuts it, in bytes.
        ("'data_cleansing_enabled'='true'", [("1", "abc"), ("2", None), ("3", None), ("4", None)]),
        ("'data_cleansing_enabled'='false'", [("1", "abc"), ("2", "abc"), ("3", "ab"), ("4", None)]),
        (
            "'data_cleansing_enabled'='true', 'surplus_char_handling'='TRUNCATE'",
            [("1", "abc"), ("2", "abc"), ("3", "ab"), ("4", None)],
        ),
    ],
)
def test_a_text_longer_than_its_column(weather: Weather, handling: str, expected: list[tuple]) -> None:
    weather.put("station/s.txt", "id|name\n1|abc\n2|abcd\n3|abé\n4|\\N\n")
    weather.declare(
        weather.table(
            "station", "id", ("name", "varchar(3)"), table_properties=f"('skip.header.line.count'='1', {handling})"
        )
    )
    assert weather.stage().success
    assert weather.rows("select id, name from weather_external.station order by id") == expected


def test_a_text_longer_than_its_column_can_fail_the_query(weather: Weather) -> None:
    read(weather, "1|abcd\n", "id", "name", table_properties=properties(surplus_char_handling="FAIL"))
    weather.declare(
        weather.table(
            "station", "id", ("name", "varchar(3)"), table_properties=properties(surplus_char_handling="FAIL")
        )
    )
    assert weather.stage().success
    with pytest.raises(Exception, match='column "name" has a text of more than 3 bytes'):
        weather.rows("select * from weather_external.station")


def test_other_types_are_cast_and_empty_is_null(weather: Weather) -> None:
    weather.put("station/s.txt", "id|height|opened\n1|5.25|2008-01-31\n2||\n")
    weather.declare(weather.table("station", ("id", "int"), ("height", "numeric(5,2)"), ("opened", "date")))
    assert weather.stage().success
    assert weather.rows(
        "select typeof(id), height::varchar, opened::varchar from weather_external.station order by id"
    ) == [
        ("INTEGER", "5.25", "2008-01-31"),
        ("INTEGER", None, None),
    ]


@pytest.mark.parametrize("written", ["\t", "\\t", "\\011"])
def test_delimiters_can_be_written_as_codes(weather: Weather, written: str) -> None:
    weather.put("station/s.txt", "id\tname\n1\tBern\n")
    weather.declare(weather.table("station", "id", "name", row_format=f"DELIMITED FIELDS TERMINATED BY '{written}'"))
    staged = weather.stage()
    assert staged.success, staged.error
    assert weather.rows("select id, name from weather_external.station") == [("1", "Bern")]


def test_files_that_spectrum_ignores_are_ignored_and_subfolders_are_read(weather: Weather) -> None:
    for name in ("s.txt", "deep/er/s.txt", "_SUCCESS", ".hidden", "#s.txt#", "s.txt~"):
        weather.put(f"station/{name}", "id\n1\n")
    weather.declare(weather.table("station", "id"))
    assert weather.stage().success
    assert weather.rows('select "$path" from weather_external.station order by 1') == [
        (str(weather.lake / "station/deep/er/s.txt"),),
        (str(weather.lake / "station/s.txt"),),
    ]
