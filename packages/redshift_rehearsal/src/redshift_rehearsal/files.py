r"""Reads the files of external tables as Spectrum reads them: rows for PostgreSQL's COPY.

Text: fields by position; a missing field is NULL, an empty one an empty string, what is too much is dropped; `\N` is
NULL; quotes and backslashes are data. A serde splits a line in another way. Source: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_EXTERNAL_TABLE.html
"""

from __future__ import annotations

import bz2
import csv
import gzip
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from redshift_rehearsal.errors import Refused
from redshift_rehearsal.external import CREATE_TABLE_PAGE, CSV_SERDE, JSON_SERDES, LAZY_SIMPLE_SERDE, REGEX_SERDE
from redshift_rehearsal.long_names import name_in_full

_NULL = b"\\N"  # also COPY's own
# What Hive calls the partition of the rows whose column is NULL.
NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"
_DEFAULT_WIDTHS = {"varchar": 256, "character varying": 256, "char": 1, "character": 1, "string": 65535}


@dataclass(frozen=True)
class Layout:
    """How to read a file: its columns as (name, type), the delimiters, the table's properties and its serde."""

    columns: list[tuple[str, str]]
    delimiter: str = "|"
    line_delimiter: str = "\n"
    properties: dict[str, str] = field(default_factory=dict)
    serde: str = LAZY_SIMPLE_SERDE
    serde_properties: dict[str, str] = field(default_factory=dict)

    @cached_property
    def widths(self) -> list[int]:
        """The most bytes that each text column holds; 0 for other types."""
        return [_width(kind) for _, kind in self.columns]

    @cached_property
    def names(self) -> list[str]:
        """The names of the columns as they are in a file."""
        return [name_in_full(name) for name, _ in self.columns]

    def handling(self, of: str) -> str:
        """Return what to do with "invalid" or "surplus" characters.

        Without data cleansing an invalid text is NULL and a longer one is cut ("data handling examples" of the page);
        with it, a longer one is NULL by default, and the page has no default for an invalid one, so it is refused.
        """
        if self.properties.get("data_cleansing_enabled") != "true":
            return {"invalid": "SET_TO_NULL", "surplus": "TRUNCATE"}[of]
        return self.properties.get(f"{of}_char_handling", {"invalid": "DISABLED", "surplus": "SET_TO_NULL"}[of])


def data_files(place: Path) -> list[Path]:
    """Return the files of a location, also in folders below, in order.

    "Amazon Redshift Spectrum ignores hidden files and files that begin with a period, underscore, or hash mark or end
    with a tilde." A location may also have none.
    """
    found = sorted(path for path in place.rglob("*") if path.is_file())
    return [path for path in found if path.name[0] not in "._#" and not path.name.endswith("~")]


def rows_of_text(path: Path, layout: Layout) -> bytes:
    """Return the rows of a text file in the text format of COPY."""
    content = _content(path)
    if layout.serde in JSON_SERDES:
        return b"".join(_json_rows(content, path, layout))
    lines = content.split(layout.line_delimiter.encode())
    if lines and not lines[-1]:
        lines.pop()  # after the last end of line there is no line
    skipped = int(layout.properties.get("skip.header.line.count", "0"))
    return b"".join(_row(line, _fields(line, layout), path, layout) for line in lines[skipped:])


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(content)
    return bz2.decompress(content) if path.suffix == ".bz2" else content


def _row(line: bytes, fields: list[bytes | None], path: Path, layout: Layout) -> bytes:
    """Return the fields of a line as a row of COPY; no field has a byte that the line has not."""
    count = len(layout.columns)
    fields = fields[:count]
    null = layout.properties.get("serialization.null.format", "\\N").encode()
    if null in line:
        fields = [None if value == null else value for value in fields]
    is_invalid = b"\0" in line or not _is_utf8(line)
    if is_invalid:
        fields = [_valid(value, path, layout) for value in fields]
    # A replacement may be longer than what it replaces, and of any character.
    if is_invalid or len(line) > min(width or len(line) for width in layout.widths):
        fields = [_fitted(value, width, path, layout) for value, width in zip(fields, layout.widths, strict=False)]
    fields += [None] * (count - len(fields))
    if is_invalid or b"\\" in line or b"\t" in line or b"\r" in line or b"\n" in line:
        fields = [value if value is None else _escaped(value) for value in fields]
    return b"\t".join(_NULL if value is None else value for value in fields) + b"\n"


def _fields(line: bytes, layout: Layout) -> list[bytes | None]:
    """Split a line as its serde does."""
    if layout.serde == CSV_SERDE:
        return _csv_fields(line, layout.serde_properties)
    if layout.serde == REGEX_SERDE:
        found = re.fullmatch(layout.serde_properties.get("input.regex", ""), line.decode(errors="surrogateescape"))
        # A line that does not match is a row of NULLs.
        return [_encoded(value) for value in found.groups()] if found else [None] * len(layout.columns)
    return [*line.split(layout.delimiter.encode(), len(layout.columns))]


def _encoded(value: str | None) -> bytes | None:
    return None if value is None else value.encode(errors="surrogateescape")


def _csv_fields(line: bytes, properties: dict[str, str]) -> list[bytes | None]:
    text = line.decode(errors="surrogateescape").removesuffix("\r")
    reader = csv.reader(
        [text],
        delimiter=properties.get("separatorChar", ","),
        quotechar=properties.get("quoteChar", '"'),
        escapechar=properties.get("escapeChar", "\\"),
    )
    return [_encoded(value) for value in next(reader, [""])] or [b""]


def _json_rows(content: bytes, path: Path, layout: Layout) -> Iterator[bytes]:
    """Yield the rows of JSON objects, which may be on several lines, or in one list ('strip.outer.array')."""
    text, place = content.decode(errors="replace"), 0
    mapped = [layout.serde_properties.get(f"mapping.{name}", name).lower() for name in layout.names]
    between = _IN_A_LIST if layout.serde_properties.get("strip.outer.array") == "true" else _BLANKS
    while (place := _after(between, text, place)) < len(text):
        try:
            found, place = _JSON.raw_decode(text, place)
            if not isinstance(found, dict):
                raise ValueError("no object")
        except ValueError as error:
            if layout.serde_properties.get("ignore.malformed.json") != "true":
                message = f"{path.name} holds what is no JSON object: {text[place : place + 60]}"
                raise Refused("JSON", message, CREATE_TABLE_PAGE) from error
            found = {}
            end = text.find("\n", place)
            place = len(text) if end < 0 else end
        values = {name.lower(): value for name, value in found.items()}
        fields = [_json_field(values.get(name)) for name in mapped]
        yield _row(b"\t".join(value or b"" for value in fields), fields, path, layout)


def _after(between: re.Pattern[str], text: str, place: int) -> int:
    found = between.match(text, place)
    return found.end() if found else place


_JSON = json.JSONDecoder()
_BLANKS, _IN_A_LIST = re.compile(r"\s*"), re.compile(r"[\s,\[\]]*")


def _json_field(value: object) -> bytes | None:
    if value is None or isinstance(value, str):
        return None if value is None else value.encode()
    return json.dumps(value).encode()


def _is_utf8(text: bytes) -> bool:
    if text.isascii():
        return True
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _valid(value: bytes | None, path: Path, layout: Layout) -> bytes | None:
    """Return a field that is text, or what the table says to do with one that is not ("invalid_char_handling")."""
    if value is None or (_is_utf8(value) and b"\0" not in value):
        return value
    handling = layout.handling("invalid")
    if handling == "SET_TO_NULL":
        return None
    if handling == "REPLACE":
        text = value.replace(b"\0", b"\xff").decode(errors="surrogateescape")
        replacement = layout.properties.get("replacement_char", "?")
        return _NO_CHARACTER.sub(lambda _: replacement, text).encode()
    # On Redshift the query fails; here the registration, so that it is seen at once.
    raise Refused("invalid characters", f"{path.name} has a field that is not valid UTF-8", CREATE_TABLE_PAGE)


# Python's name for a byte that belongs to no character.
_NO_CHARACTER = re.compile("[\udc80-\udcff]")


def _fitted(value: bytes | None, width: int, path: Path, layout: Layout) -> bytes | None:
    """Return a field that fits its column, in bytes ("surplus_char_handling")."""
    if value is None or not width or len(value) <= width:
        return value
    handling = layout.handling("surplus")
    if handling == "SET_TO_NULL":
        return None
    if handling in ("TRUNCATE", "DISABLED"):
        return value[:width].decode(errors="ignore").encode()  # a character is never cut in two
    raise Refused("surplus characters", f"{path.name} has a field longer than {width} bytes", CREATE_TABLE_PAGE)


def _escaped(value: bytes) -> bytes:
    return value.replace(b"\\", b"\\\\").replace(b"\t", b"\\t").replace(b"\r", b"\\r").replace(b"\n", b"\\n")


def _width(kind: str) -> int:
    name, _, size = kind.partition("(")
    if name not in _DEFAULT_WIDTHS:
        return 0
    return 65535 if size.startswith("max") else int(re.sub(r"\D", "", size) or _DEFAULT_WIDTHS[name])


def _parquet_type(kind: str) -> str:
    """Return what DuckDB calls the type of a column that a Parquet file may have for a declared one."""
    if _width(kind):
        return "VARCHAR"
    name, _, size = kind.partition("(")
    if name in ("decimal", "numeric"):
        precision, _, scale = (size.rstrip(")") or "18").partition(",")
        return f"DECIMAL({precision.strip()},{scale.strip() or 0})"
    return {
        "int2": "SMALLINT",
        "int": "INTEGER",
        "int4": "INTEGER",
        "int8": "BIGINT",
        "real": "FLOAT",
        "float4": "FLOAT",
        "double precision": "DOUBLE",
        "float8": "DOUBLE",
        "float": "DOUBLE",
        "bool": "BOOLEAN",
    }.get(name, name.upper())


def rows_of_parquet(path: Path, layout: Layout) -> bytes:
    """Return the rows of a Parquet file as CSV for COPY; columns are found by name, one that lacks is NULL."""
    import duckdb  # not needed for text

    with duckdb.connect() as connection, tempfile.TemporaryDirectory() as folder:
        source = connection.read_parquet(str(path))
        present = {name.lower(): name for name in source.columns}
        found = {name.lower(): str(kind) for name, kind in zip(source.columns, source.types, strict=True)}
        connection.execute("set timezone = 'UTC'")
        for name, (_, kind) in zip(layout.names, layout.columns, strict=True):
            if name in found and found[name].replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMP") != _parquet_type(kind):
                raise Refused(
                    "Parquet types",
                    f"{path.name} has an incompatible Parquet schema for column {name}: it is {found[name]}, and "
                    f"declared {kind}",
                    "https://repost.aws/knowledge-center/redshift-spectrum-data-errors",
                )
        columns = ", ".join(
            f'cast("{present[name]}" as varchar) as "{name}"' if name in present else f'null as "{name}"'
            for name in layout.names
        )
        rows = Path(folder) / "rows.csv"
        # All values are quoted and NULL is not, which is how COPY tells it from an empty string.
        source.query("source", f"select {columns} from source").write_csv(str(rows), header=False, quoting=1)
        return rows.read_bytes()
