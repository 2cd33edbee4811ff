r"""Reads the files of external tables as Spectrum reads them: rows for PostgreSQL's COPY.

Text: fields by position; a missing field is NULL, an empty one an empty string, what is too much is dropped; `\N` is
NULL; quotes and backslashes are data. Source: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_EXTERNAL_TABLE.html
"""

from __future__ import annotations

import bz2
import gzip
import re
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from scripts.rehearsal.errors import Refused
from scripts.rehearsal.external import CREATE_TABLE_PAGE

_NULL = b"\\N"  # also COPY's own
_DEFAULT_WIDTHS = {"varchar": 256, "character varying": 256, "char": 1, "character": 1, "string": 65535}


@dataclass(frozen=True)
class Layout:
    """How to read a file: its columns as (name, type), the delimiter, and the table's properties."""

    columns: list[tuple[str, str]]
    delimiter: str = "|"
    properties: dict[str, str] = field(default_factory=dict)

    @cached_property
    def widths(self) -> list[int]:
        """The most bytes that each text column holds; 0 for other types."""
        return [_width(kind) for _, kind in self.columns]

    def handling(self, of: str, default: str) -> str:
        """Return what to do with invalid or surplus characters; the default unless data cleansing is on."""
        if self.properties.get("data_cleansing_enabled", "").lower() != "true":
            return default
        cleansing_default = {"invalid": "SET_TO_NULL", "surplus": "SET_TO_NULL"}[of]
        asked = self.properties.get(f"{of}_char_handling", cleansing_default).upper()
        return default if asked == "DISABLED" else asked


def data_files(place: Path) -> list[Path]:
    """Return the files of a location, also in folders below, in order.

    "Amazon Redshift Spectrum ignores hidden files and files that begin with a period, underscore, or hash mark or end
    with a tilde." A location may also be a single file, or have none.
    """
    found = [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.is_file())
    return [path for path in found if path.name[0] not in "._#" and not path.name.endswith("~")]


def rows_of_text(path: Path, layout: Layout) -> bytes:
    """Return the rows of a text file in the text format of COPY."""
    lines = _content(path).split(b"\n")
    if lines and not lines[-1]:
        lines.pop()  # after the last end of line there is no line
    skipped = int(layout.properties.get("skip.header.line.count", "0"))
    rows = (_row(line, path, layout) for line in lines[skipped:])
    return b"".join(row for row in rows if row is not None)


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(content)
    return bz2.decompress(content) if path.suffix == ".bz2" else content


def _row(line: bytes, path: Path, layout: Layout) -> bytes | None:
    """Return a line as a row of COPY; None if the table's properties say to drop it."""
    count = len(layout.columns)
    fields: list[bytes | None] = line.split(layout.delimiter.encode(), count)[:count]
    null = layout.properties.get("serialization.null.format", "\\N").encode()
    if null in line:
        fields = [None if value == null else value for value in fields]
    if b"\0" in line or not _is_utf8(line):
        fields = [_valid(value, path, layout) for value in fields]
    if len(line) > min(width or len(line) for width in layout.widths):
        fields = [_fitted(value, width, path, layout) for value, width in zip(fields, layout.widths, strict=False)]
    if _DROPPED in fields:
        return None
    fields += [None] * (count - len(fields))
    if b"\\" in line or b"\t" in line or b"\r" in line:
        fields = [value if value is None else _escaped(value) for value in fields]
    return b"\t".join(_NULL if value is None else value for value in fields) + b"\n"


_DROPPED = b"\0dropped"  # no field of a file can say this: a zero byte is not valid


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
    handling = layout.handling("invalid", "FAIL")
    if handling == "SET_TO_NULL":
        return None
    if handling == "DROP_ROW":
        return _DROPPED
    if handling == "REPLACE":
        replacement = layout.properties.get("replacement_char", "?")
        return value.replace(b"\0", b"\xff").decode(errors="replace").replace("\ufffd", replacement).encode()
    # On Redshift the query fails; here the registration, so that it is seen at once.
    raise Refused("invalid characters", f"{path.name} has a field that is not valid UTF-8", CREATE_TABLE_PAGE)


def _fitted(value: bytes | None, width: int, path: Path, layout: Layout) -> bytes | None:
    """Return a field that fits its column, in bytes ("surplus_char_handling"); cut unless data cleansing is on."""
    if value is None or not width or len(value) <= width:
        return value
    handling = layout.handling("surplus", "TRUNCATE")
    if handling == "SET_TO_NULL":
        return None
    if handling == "DROP_ROW":
        return _DROPPED
    if handling == "TRUNCATE":
        return value[:width].decode(errors="ignore").encode()  # a character is never cut in two
    raise Refused("surplus characters", f"{path.name} has a field longer than {width} bytes", CREATE_TABLE_PAGE)


def _escaped(value: bytes) -> bytes:
    return value.replace(b"\\", b"\\\\").replace(b"\t", b"\\t").replace(b"\r", b"\\r")


def _width(kind: str) -> int:
    name, _, size = kind.partition("(")
    if name not in _DEFAULT_WIDTHS:
        return 0
    return int(re.sub(r"\D", "", size) or _DEFAULT_WIDTHS[name])


def rows_of_parquet(path: Path, layout: Layout) -> bytes:
    """Return the rows of a Parquet file as CSV for COPY; columns are found by name, one that lacks is NULL."""
    import duckdb  # not needed for text

    with duckdb.connect() as connection, tempfile.TemporaryDirectory() as folder:
        source = connection.read_parquet(str(path))
        present = {name.lower(): name for name in source.columns}
        columns = ", ".join(
            f'cast("{present[name]}" as varchar) as "{name}"' if name in present else f'null as "{name}"'
            for name, _ in layout.columns
        )
        rows = Path(folder) / "rows.csv"
        # All values are quoted and NULL is not, which is how COPY tells it from an empty string.
        source.query("source", f"select {columns} from source").write_csv(str(rows), header=False, quoting=1)
        return rows.read_bytes()
