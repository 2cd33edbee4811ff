"""COPY from files and UNLOAD to files: what S3 would hold is in the mapped folders.

COPY reads the files here, and the session itself inserts their rows by `rs.copy_rows`, so that its
privileges, its transaction and its temporary tables count. UNLOAD runs its query in a session of its own and sees what
is committed.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from redshift_rehearsal.errors import REDSHIFT_DOCS, NotRehearsed, Refused
from redshift_rehearsal.external import Reader, unquoted
from redshift_rehearsal.files import NULL_PARTITION
from redshift_rehearsal.lexer import NUMBER, STRING, beginning, name_of, significant, text_of, tokens
from redshift_rehearsal.long_names import name_in_full, shortened
from redshift_rehearsal.rewrites.editing import block, in_dollars

COPY_PAGE = REDSHIFT_DOCS + "r_COPY.html"
UNLOAD_PAGE = REDSHIFT_DOCS + "r_UNLOAD.html"

_MAYBE_OURS = re.compile(r"(copy|unload)\b", re.IGNORECASE)


@dataclass
class Options:
    """The options of COPY and UNLOAD: words that stand alone, and words with a value.

    booleans        how true and false are written
    line_delimiter  what ends a line
    """

    flags: set[str] = field(default_factory=set)
    values: dict[str, str] = field(default_factory=dict)
    form: str = "delimited"
    booleans: tuple[str, str] = ("t", "f")
    line_delimiter: str = "\n"


@dataclass
class Copy:
    """COPY table [(columns)] FROM 'address'."""

    table: str
    columns: list[str]
    address: str
    options: Options


@dataclass
class Unload:
    """UNLOAD ('query') TO 'address'."""

    query: str
    address: str
    options: Options


# Words with a value of the kind: a text, a number, or a text that may be left out.
_TEXTS = {
    *("iam_role", "region", "null", "delimiter", "quote", "dateformat", "timeformat", "encoding", "session_token"),
    *("access_key_id", "secret_access_key", "master_symmetric_key", "kms_key_id", "extension", "fixedwidth"),
}
_NUMBERS = {"ignoreheader", "maxerror", "comprows", "readratio", "rowgroupsize"}
_FLAGS = {
    *("manifest", "gzip", "bzip2", "lzop", "zstd", "emptyasnull", "blanksasnull", "truncatecolumns", "fillrecord"),
    *("ignoreblanklines", "trimblanks", "removequotes", "escape", "explicit_ids", "acceptanydate", "roundec", "noload"),
    *("encrypted", "header", "addquotes", "allowoverwrite", "cleanpath", "verbose", "auto", "ignoreallerrors"),
}
_FORMS = {"csv", "json", "avro", "parquet", "orc", "shapefile"}
_NOT_READ = {"avro": "AVRO", "orc": "ORC", "shapefile": "SHAPEFILE", "fixedwidth": "FIXEDWIDTH"}


def command(sql_text: str) -> Copy | Unload | None:
    """Read COPY or UNLOAD; None if a statement is neither. Raise Refused for what Redshift does not take."""
    if not _MAYBE_OURS.match(sql_text, beginning(sql_text)):
        return None
    parts = significant(tokens(sql_text))
    reader = Reader(parts, COPY_PAGE if parts[0].word == "copy" else UNLOAD_PAGE)
    if reader.takes("copy"):
        start = 1
        reader.qualified_name()
        end = next((at for at, token in enumerate(parts) if token.word in ("(", "from")), len(parts))
        table = text_of(parts[start:end])
        if table.startswith("#"):
            table = f'"{table}"'
        columns = [name_of(column[0]) for column in reader.brackets()] if reader.is_at("(") else []
        reader.expects("from")
        if reader.is_at("stdin"):
            reader.fail()
        address = reader.string()
        if re.match(r"(emr|dynamodb|ssh)://", address):
            raise NotRehearsed(f"COPY from {address.partition(':')[0]}", COPY_PAGE)
        return Copy(table, columns, _s3(address, COPY_PAGE), _options(reader))
    reader.expects("unload")
    (query,) = reader.brackets() or [[]]
    if len(query) != 1 or query[0].kind != STRING:
        reader.fail()
    reader.expects("to")
    return Unload(unquoted(query[0]), _s3(reader.string(), UNLOAD_PAGE), _options(reader))


def _s3(address: str, page: str) -> str:
    if not address.startswith("s3://"):
        raise Refused("address", f"{address} is no path in Amazon S3", page)
    return address


def _options(reader: Reader) -> Options:
    options = Options()
    is_authorized = False
    while not reader.at_end():
        word = reader.name()
        if word == "with":
            word = reader.name()
        if word in ("iam_role", "credentials", "access_key_id"):
            is_authorized = True
        if word == "format":
            reader.takes("as")
            word = reader.name()
        if word in _FORMS:
            options.form = word
            reader.takes("as")
            if reader.is_string():
                options.values["paths"] = reader.string()
        elif word == "iam_role" and reader.takes("default"):
            pass
        elif word == "credentials":
            reader.takes("as")
            reader.string()
        elif word in _TEXTS:
            reader.takes("as")
            options.values[word] = reader.string()
            if word == "fixedwidth":
                options.form = word
        elif word in _NUMBERS:
            reader.takes("as")
            options.values[word] = reader.next(NUMBER).text
        elif word == "acceptinvchars":
            reader.takes("as")
            options.values[word] = reader.string() if reader.is_string() else "?"
        elif word in ("statupdate", "compupdate", "parallel"):
            value = next((one for one in ("on", "off", "true", "false", "preset") if reader.takes(one)), "on")
            options.values[word] = value
        elif word == "maxfilesize":
            reader.takes("as")
            reader.next(NUMBER)
            if not (reader.takes("mb") or reader.takes("gb")):
                reader.fail()
        elif word == "simplify":
            reader.takes("auto")
            reader.next(NUMBER)
        elif word == "partition":
            reader.expects("by")
            options.values["partition"] = ",".join(name_of(column[0]) for column in reader.brackets())
            if reader.takes("include"):
                options.flags.add("include")
        elif word in _FLAGS:
            options.flags.add(word)
        else:
            raise Refused("syntax", f'syntax error at or near "{word}"', reader.page)
    if not is_authorized:
        raise Refused("authorization", "IAM_ROLE or CREDENTIALS must be given", reader.page)
    return options


# ---------------------------------------------------------------------------------------------- COPY
def rows_of(copy: Copy, files: list[Path]) -> Iterator[tuple[list[str | None] | None, str | None]]:
    """Yield the rows of files: fields by position, or an object in JSON. Raise Refused for what cannot be read."""
    options = copy.options
    if options.form in _NOT_READ:
        raise NotRehearsed(f"COPY of {_NOT_READ[options.form]} files", COPY_PAGE)
    for kind in ("lzop", "zstd"):
        if kind in options.flags:
            raise NotRehearsed(f"COPY of {kind.upper()} files", COPY_PAGE)
    for file in files:
        if options.form == "parquet":
            yield from _parquet_rows(file)
            continue
        content = file.read_bytes()
        if "gzip" in options.flags:
            content = gzip.decompress(content)
        elif "bzip2" in options.flags:
            content = bz2.decompress(content)
        try:
            text = content.decode("utf-8", "strict" if "acceptinvchars" not in options.values else "replace")
        except UnicodeDecodeError as error:
            raise _failed(copy, f"{file.name} has a character that is not valid UTF-8") from error
        if "acceptinvchars" in options.values:
            text = text.replace("\ufffd", options.values["acceptinvchars"])
        if options.form == "json":
            yield from _json_rows(copy, text, file)
        else:
            yield from _text_rows(copy, text)


def _failed(copy: Copy, reason: str) -> Refused:
    return Refused("load", f"Load into table '{copy.table}' failed: {reason}. Check 'stl_load_errors'", COPY_PAGE)


def _text_rows(copy: Copy, text: str) -> Iterator[tuple[list[str | None], None]]:
    options = copy.options
    is_csv = options.form == "csv"
    delimiter = options.values.get("delimiter", "," if is_csv else "|")
    if len(delimiter) != 1:
        raise Refused("delimiter", "COPY delimiter must be a single character", COPY_PAGE)
    skipped = int(options.values.get("ignoreheader", "0"))
    rows: Iterator[list[str]]
    if is_csv:
        rows = csv.reader(
            io.StringIO(text, newline=""), delimiter=delimiter, quotechar=options.values.get("quote", '"')
        )
    else:
        lines = text.replace("\r\n", "\n").split("\n")
        if lines and not lines[-1]:
            lines.pop()
        rows = iter([_split(line, delimiter, options) for line in lines])
    for number, fields in enumerate(rows):
        if number < skipped or (
            not any(fields) and len(fields) <= 1 and (is_csv or "ignoreblanklines" in options.flags)
        ):
            continue
        yield [_field(value, options) for value in fields], None


def _split(line: str, delimiter: str, options: Options) -> list[str]:
    """Split a line of delimited text; ESCAPE lets a backslash take the next character as it is."""
    if "removequotes" in options.flags:
        found = re.findall(rf'(?:^|{re.escape(delimiter)})("[^"]*"|[^{re.escape(delimiter)}]*)', line)
        return [one[1:-1] if one[:1] == '"' and one[-1:] == '"' and len(one) > 1 else one for one in found]
    if "escape" not in options.flags:
        return line.split(delimiter)
    fields, value, place = [], "", 0
    while place < len(line):
        if line[place] == "\\" and place + 1 < len(line):
            value += "\\N" if line[place + 1] == "N" else line[place + 1]
            place += 1
        elif line[place] == delimiter:
            fields.append(value)
            value = ""
        else:
            value += line[place]
        place += 1
    return [*fields, value]


def _field(value: str, options: Options) -> str | None:
    if value == options.values.get("null", "\\N"):
        return None
    if "emptyasnull" in options.flags and value == "":
        return None
    if "blanksasnull" in options.flags and value.strip() == "" and value:
        return None
    return value.rstrip(" ") if "trimblanks" in options.flags else value


def _json_rows(copy: Copy, text: str, file: Path) -> Iterator[tuple[None, str]]:
    paths = copy.options.values.get("paths", "auto")
    if paths not in ("auto", "auto ignorecase", "noshred"):
        raise NotRehearsed("COPY with a JSONPaths file", COPY_PAGE)
    decoder, place = json.JSONDecoder(), 0
    while place < len(text):
        if text[place].isspace() or text[place] in ",[]":
            place += 1
            continue
        try:
            found, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise _failed(copy, f"{file.name} holds invalid JSON: {error}") from error
        if paths != "noshred" and isinstance(found, dict):
            folded = str.lower if paths == "auto ignorecase" else str
            found = {shortened(folded(name)): value for name, value in found.items()}
        yield None, json.dumps(found)


def _parquet_rows(file: Path) -> Iterator[tuple[list[str | None], None]]:
    import duckdb  # not needed for text

    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        source = connection.read_parquet(str(file))
        columns = ", ".join(f'cast("{name}" as varchar)' for name in source.columns)
        for row in source.query("source", f"select {columns} from source").fetchall():
            yield list(row), None


def insertion(copy: Copy, files: list[Path]) -> str:
    """Return the SQL with which the session inserts the rows of files, which it holds.

    A table of them would be filled after the session's transaction took its snapshot, and be empty in it.
    """
    rows = _array([_array(fields) if fields is not None else record for fields, record in rows_of(copy, files)])
    options = {
        "by_name": copy.options.form == "json",
        "flags": sorted(copy.options.flags),
        "dateformat": copy.options.values.get("dateformat"),
        "timeformat": copy.options.values.get("timeformat"),
    }
    texts = (copy.table, _array(copy.columns), rows, json.dumps(options))
    table, columns, lines, settings = map(in_dollars, texts)
    return text_of(block(f"perform rs.copy_rows({table}, {columns}::text[], {lines}::text[], {settings}::jsonb)"))


def _array(fields: Sequence[str | None]) -> str:
    """Write an array of texts as PostgreSQL reads it."""
    quoted = ["NULL" if one is None else '"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in fields]
    return "{" + ",".join(quoted) + "}"


# ---------------------------------------------------------------------------------------------- UNLOAD
def unload(connection: Connection, unload_: Unload, query: str, place: Path) -> None:
    """Write the rows of a query to files whose names begin with a place, one for each partition."""
    options = unload_.options
    if options.form in ("avro", "orc", "shapefile"):
        raise NotRehearsed(f"UNLOAD with {options.form.upper()}", UNLOAD_PAGE)
    if "zstd" in options.flags or "lzop" in options.flags:
        raise NotRehearsed("UNLOAD with ZSTD", UNLOAD_PAGE)
    folder, stem = (place, "") if unload_.address.endswith("/") else (place.parent, place.name)
    is_single = options.values.get("parallel") in ("off", "false")
    name = f"{stem}000" if is_single else f"{stem}0000_part_00"
    zipped = ".gz" if "gzip" in options.flags else ".bz2" if "bzip2" in options.flags else ""
    file = f"{name}{'.parquet' if options.form == 'parquet' else ''}{zipped}"
    there = [one for one in folder.glob(f"{stem}*") if one.is_file()] if folder.is_dir() else []
    if there and not {"allowoverwrite", "cleanpath"} & options.flags:
        message = f"Specified unload destination on S3 is not empty: {unload_.address}. Consider using ALLOWOVERWRITE"
        raise Refused("unload", message, UNLOAD_PAGE)
    partitions = [name for name in options.values.get("partition", "").split(",") if name]
    parts = [
        (path, content_of(connection, part, options))
        for path, part in partitioned(connection, query, partitions, keep="include" in options.flags)
    ]
    if "cleanpath" in options.flags:
        for one in there:
            one.unlink()
    for path, content in parts:
        if zipped:
            content = (gzip if zipped == ".gz" else bz2).compress(content)
        write(folder / path / file, content)
    if "manifest" in options.flags:
        address = unload_.address.removesuffix(stem)
        entries = {"entries": [{"url": address + (path / file).as_posix()} for path, _ in parts]}
        (folder / f"{stem}manifest").write_text(json.dumps(entries), encoding="utf-8")


def write(file: Path, content: bytes) -> None:
    """Write a file under a name that nobody reads, then rename it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"_{file.name}.unfinished")
    unfinished.write_bytes(content)
    unfinished.replace(file)


def partitioned(
    connection: Connection, query: str, columns: list[str], *, keep: bool
) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield the folder of each partition of a query, such as day=2008-01-01, and the query of its rows.

    keep  whether the rows have the partition's columns, too
    """
    if not columns:
        yield PurePosixPath(), query
        return
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with connection.cursor() as cursor:
        cursor.execute(f"create temporary table rs_partitioned as {query}")
        cursor.execute("select * from pg_temp.rs_partitioned limit 0")
        all_names = [column.name for column in cursor.description or []]
        if missing := next((name for name in columns if name not in all_names), ""):
            raise Refused("partition", f'partition column "{missing}" is not a column of the query', UNLOAD_PAGE)
        kept = [name for name in all_names if keep or name not in columns]
        if not kept:
            raise Refused("partition", "at least one column must not be a partition column", UNLOAD_PAGE)
        cursor.execute(
            sql.SQL("select distinct {names} from pg_temp.rs_partitioned order by {names}").format(names=names)
        )
        for values in cursor.fetchall():
            condition = sql.SQL(" and ").join(
                sql.SQL("{} is not distinct from {}").format(sql.Identifier(name), sql.Literal(value))
                for name, value in zip(columns, values, strict=True)
            )
            part = sql.SQL("select {} from pg_temp.rs_partitioned where {}").format(
                sql.SQL(", ").join(map(sql.Identifier, kept)), condition
            )
            pairs = zip(columns, values, strict=True)
            texts = [(name, NULL_PARTITION if value is None else _written(value)) for name, value in pairs]
            folders = [f"{name_in_full(name)}={quote(value, safe=' ')}" for name, value in texts]
            yield PurePosixPath(*folders), part.as_string(cursor)


def content_of(connection: Connection, query: str, options: Options) -> bytes:
    """Return the rows of a query as the bytes of a file."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        names = [name_in_full(column.name) for column in cursor.description or []]
        if options.form == "parquet":
            return _parquet_of(names, connection, query)
        return _text_of(names, cursor.fetchall(), options)


def _text_of(names: list[str], rows: list[tuple[object, ...]], options: Options) -> bytes:
    if options.form == "fixedwidth":
        return _fixed_width(names, rows, options.values["fixedwidth"])
    if options.form == "json":
        return "".join(json.dumps(dict(zip(names, row, strict=True)), default=str) + "\n" for row in rows).encode()
    null = options.values.get("null", "")
    delimiter = options.values.get("delimiter", "," if options.form == "csv" else "|")
    texts = [[null if value is None else _written(value, options.booleans) for value in row] for row in rows]
    if "header" in options.flags:
        texts.insert(0, names)
    target = io.StringIO()
    if options.form == "csv":
        csv.writer(target, delimiter=delimiter, lineterminator="\n").writerows(texts)
    else:
        for row in texts:
            if "addquotes" in options.flags:
                row = [f'"{one}"' for one in row]
            elif "escape" in options.flags:
                row = [re.sub(r'([\\"\'\n\r' + re.escape(delimiter) + "])", r"\\\1", one) for one in row]
            target.write(delimiter.join(row) + options.line_delimiter)
    return target.getvalue().encode()


def _fixed_width(names: list[str], rows: list[tuple[object, ...]], specification: str) -> bytes:
    """Write columns of the widths that "column:width, ..." gives; a column is known by its name or its place."""
    pairs = [pair.partition(":") for pair in specification.split(",")]
    if len(pairs) != len(names) or not all(width.strip().isdigit() for _, _, width in pairs):
        raise Refused("fixedwidth", f"FIXEDWIDTH '{specification}' does not give each column a width", UNLOAD_PAGE)
    widths = [int(width) for _, _, width in pairs]
    lines = []
    for row in rows:
        texts = ["" if value is None else _written(value) for value in row]
        if any(len(text) > width for text, width in zip(texts, widths, strict=True)):
            raise Refused("fixedwidth", "a value is longer than its column in FIXEDWIDTH", UNLOAD_PAGE)
        lines.append("".join(text.ljust(width) for text, width in zip(texts, widths, strict=True)) + "\n")
    return "".join(lines).encode()


def _written(value: object, booleans: tuple[str, str] = ("t", "f")) -> str:
    if isinstance(value, bool):
        return booleans[0] if value else booleans[1]
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def columns_of(connection: Connection, query: str) -> list[tuple[str, str]]:
    """Return the columns of a query, each with PostgreSQL's name of its type."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"create temporary table rs_unloaded as select * from ({query.rstrip().rstrip(';')}) as q limit 0"
        )
        cursor.execute(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute "
            "where attrelid = 'pg_temp.rs_unloaded'::regclass and attnum > 0 order by attnum"
        )
        found = [(name, kind) for name, kind in cursor.fetchall()]
        cursor.execute("drop table pg_temp.rs_unloaded")
    return found


def _parquet_of(names: list[str], connection: Connection, query: str) -> bytes:
    """Return a Parquet file with a query's rows, each column of the type that it has in the query."""
    import duckdb  # not needed for text

    kinds = [_duckdb_type(kind) for _, kind in columns_of(connection, query)]
    with connection.cursor() as cursor:
        rows = io.StringIO()
        cursor.copy_expert(f"copy ({query}) to stdout (format csv, force_quote *)", rows)
    with duckdb.connect() as memory, tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "rows.csv", Path(folder) / "rows.parquet"
        source.write_text(rows.getvalue(), encoding="utf-8")
        columns = {name: kind for name, kind in zip(names, kinds, strict=True)}
        memory.read_csv(
            str(source),
            header=False,
            columns=columns,
            quotechar='"',
            escapechar='"',
            na_values="",
            allow_quoted_nulls=False,
            auto_detect=False,
        ).write_parquet(str(target))
        return target.read_bytes()


def _duckdb_type(kind: str) -> str:
    name, _, size = kind.partition("(")
    if name == "numeric":
        return f"DECIMAL({size}" if size else "DECIMAL(38,10)"
    known = {
        "smallint": "SMALLINT", "integer": "INTEGER", "bigint": "BIGINT", "real": "FLOAT", "double precision": "DOUBLE",
        "boolean": "BOOLEAN", "date": "DATE", "timestamp without time zone": "TIMESTAMP",
        "timestamp with time zone": "TIMESTAMPTZ",
    }  # fmt: skip
    return known.get(kind, "VARCHAR")


def files_to_copy(copy: Copy, folder_of: Callable[[str], Path]) -> list[Path]:
    """Return the files of an address: all whose key begins with it, or those of a manifest."""
    if "manifest" in copy.options.flags:
        manifest = folder_of(copy.address)
        if not manifest.is_file():
            raise Refused("copy", f"The specified S3 manifest '{copy.address}' does not exist", COPY_PAGE)
        entries = json.loads(manifest.read_text(encoding="utf-8"))["entries"]
        files = []
        for entry in entries:
            file = folder_of(entry["url"])
            if file.is_file():
                files.append(file)
            elif entry.get("mandatory"):
                raise Refused("copy", f"Problem reading manifest file: {entry['url']} does not exist", COPY_PAGE)
        return files
    place = folder_of(copy.address)
    found: list[Path] = []
    if copy.address.endswith("/") or place.is_dir():
        found += place.rglob("*") if place.is_dir() else []
    if not copy.address.endswith("/") and place.parent.is_dir():
        for one in place.parent.glob(f"{place.name}*"):
            found += one.rglob("*") if one.is_dir() and one != place else [one]
    files = sorted({one for one in found if one.is_file() and one.name[0] not in "._#"})
    if not files:
        raise Refused("copy", f"The specified S3 prefix '{copy.address}' does not exist", COPY_PAGE)
    return files
