"""Statements on external schemas and tables, read from SQL into plain commands that `spectrum` carries out."""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass, field

from redshift_rehearsal.errors import REDSHIFT_DOCS, NotRehearsed, Refused
from redshift_rehearsal.lexer import (
    NAME,
    QUOTED,
    STRING,
    Token,
    beginning,
    closing,
    name_of,
    significant,
    split_arguments,
    tokens,
)

CREATE_SCHEMA_PAGE = REDSHIFT_DOCS + "r_CREATE_EXTERNAL_SCHEMA.html"
CREATE_TABLE_PAGE = REDSHIFT_DOCS + "r_CREATE_EXTERNAL_TABLE.html"
ALTER_TABLE_PAGE = REDSHIFT_DOCS + "r_ALTER_TABLE_external-table.html"
DROP_TABLE_PAGE = REDSHIFT_DOCS + "r_DROP_TABLE.html"
GRANT_PAGE = REDSHIFT_DOCS + "r_GRANT.html"

# The names of the classes that Glue keeps instead of the words of CREATE EXTERNAL TABLE.
TEXT, PARQUET = "textfile", "parquet"
_NOT_READ = ("orc", "avro", "rcfile", "sequencefile")
_INSTEAD = "declare the table over a copy of the files in Parquet or text"
LAZY_SIMPLE_SERDE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
CSV_SERDE = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
REGEX_SERDE = "org.apache.hadoop.hive.serde2.RegexSerDe"
JSON_SERDES = ("org.openx.data.jsonserde.JsonSerDe", "org.apache.hive.hcatalog.data.JsonSerDe")
_SERDES = (LAZY_SIMPLE_SERDE, CSV_SERDE, REGEX_SERDE, *JSON_SERDES)
# Their text: a line a row.
_TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"


@dataclass(frozen=True)
class CreateSchema:
    """CREATE EXTERNAL SCHEMA ... FROM DATA CATALOG."""

    name: str
    if_not_exists: bool
    database: str
    role: str
    outside_transaction: str | None = None


@dataclass(frozen=True)
class DropSchema:
    """DROP SCHEMA of an external schema; the tables stay in Glue on Redshift, and are forgotten here."""

    name: str
    outside_transaction: str | None = None


@dataclass(frozen=True)
class CreateTable:
    """CREATE EXTERNAL TABLE; ``columns`` and ``partition_columns`` are (name, type) pairs.

    serde  the class of ROW FORMAT SERDE, "" without one, and its properties
    """

    schema: str
    name: str
    columns: list[tuple[str, str]] = field(default_factory=list)
    partition_columns: list[tuple[str, str]] = field(default_factory=list)
    delimiter: str = "\x01"
    line_delimiter: str = "\n"
    file_format: str = TEXT
    location: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    serde: str = ""
    serde_properties: dict[str, str] = field(default_factory=dict)
    outside_transaction: str | None = "CREATE EXTERNAL TABLE"


@dataclass(frozen=True)
class CreateTableAs:
    """CREATE EXTERNAL TABLE AS: a table over the files that a query is written to.

    table          what it will be, still without columns
    partitions     the columns of the query that become partitions
    query          in Redshift's words
    """

    table: CreateTable
    partitions: list[str]
    query: str
    outside_transaction: str | None = "CREATE EXTERNAL TABLE AS"


@dataclass(frozen=True)
class DropTable:
    """DROP TABLE of an external table: the files stay."""

    schema: str
    name: str
    if_exists: bool
    outside_transaction: str | None = "DROP TABLE of an external table"


@dataclass(frozen=True)
class AddPartitions:
    """ALTER TABLE ... ADD [IF NOT EXISTS] PARTITION (...) LOCATION '...', each as (values, location)."""

    schema: str
    name: str
    if_not_exists: bool
    partitions: list[tuple[dict[str, str], str]]
    outside_transaction: str | None = "ALTER TABLE ADD PARTITION"


@dataclass(frozen=True)
class DropPartition:
    """ALTER TABLE ... DROP PARTITION (...)."""

    schema: str
    name: str
    values: dict[str, str]
    outside_transaction: str | None = "ALTER TABLE DROP PARTITION"


@dataclass(frozen=True)
class SetLocation:
    """ALTER TABLE ... [PARTITION (...)] SET LOCATION '...'; without values, of the table itself."""

    schema: str
    name: str
    values: dict[str, str]
    location: str
    outside_transaction: str | None = "ALTER TABLE SET LOCATION"


Command = (
    CreateSchema | DropSchema | CreateTable | CreateTableAs | DropTable | AddPartitions | DropPartition | SetLocation
)

# Cheap, because every statement is asked: most are none of ours.
_MAYBE_OURS = re.compile(r"(?:create\s+external|(?:alter|drop)\s+(?:table|schema)|(?:grant|revoke))\b", re.IGNORECASE)


def command(sql: str, external_schemas: Set[str]) -> Command | None:
    """Return what a statement does to external tables; None if it is about something else.

    Raise Refused for what Redshift refuses, and for what the rehearsal does not know.
    """
    if not _MAYBE_OURS.match(sql, beginning(sql)):
        return None
    statement = Reader(significant(tokens(sql)))
    if statement.takes("create", "external"):
        if statement.takes("function"):
            return None
        if statement.takes("schema"):
            return _create_schema(statement)
        statement.expects("table")
        return _create_table(statement, external_schemas)
    if statement.takes("alter", "table"):
        schema, name = statement.qualified_name()
        return _alter_table(statement, schema, name) if schema in external_schemas else None
    if statement.takes("drop", "table"):
        return _drop_table(statement, external_schemas)
    if statement.takes("drop", "schema"):
        statement.takes("if", "exists")
        name = statement.name()
        return DropSchema(name) if name in external_schemas else None
    _check_grant(statement, external_schemas)
    return None


class Reader:
    """Reads a statement from left to right."""

    def __init__(self, parts: list[Token], page: str = CREATE_TABLE_PAGE) -> None:
        self._parts = parts
        self._place = 0
        self.page = page

    def takes(self, *words: str) -> bool:
        """Step over these words, if they are what comes next."""
        following = [token.word for token in self._parts[self._place : self._place + len(words)]]
        if following != list(words):
            return False
        self._place += len(words)
        return True

    def is_at(self, word: str) -> bool:
        """Say whether this word comes next."""
        return self._place < len(self._parts) and self._parts[self._place].word == word

    def is_string(self) -> bool:
        """Say whether a text comes next."""
        return self._place < len(self._parts) and self._parts[self._place].kind == STRING

    def expects(self, *words: str) -> None:
        """Step over these words, which have to come next."""
        if not self.takes(*words):
            self.fail()

    def at_end(self) -> bool:
        """Say whether nothing is left but a semicolon."""
        self.takes(";")
        return self._place >= len(self._parts)

    def fail(self) -> None:
        """Refuse the statement at this place."""
        near = self._parts[self._place].text if self._place < len(self._parts) else "end of statement"
        raise Refused("syntax", f'syntax error at or near "{near}"', self.page)

    def next(self, *kinds: str) -> Token:
        """Step over one token, which has to be of one of these kinds."""
        if self._place >= len(self._parts) or (kinds and self._parts[self._place].kind not in kinds):
            self.fail()
        self._place += 1
        return self._parts[self._place - 1]

    def name(self) -> str:
        """Step over an identifier."""
        return name_of(self.next(NAME, QUOTED))

    def qualified_name(self) -> tuple[str, str]:
        """Step over [database.]schema.name; the schema is empty if there is none."""
        names = [self.name()]
        while self.takes("."):
            names.append(self.name())
        return (["", *names][-2], names[-1])

    def ends(self) -> None:
        """Fail unless the statement ends here."""
        if not self.at_end():
            self.fail()

    def string(self) -> str:
        """Step over a string literal; return what it says."""
        return unquoted(self.next(STRING))

    def brackets(self) -> list[list[Token]]:
        """Step over (...); return what is between its commas."""
        if self._place >= len(self._parts) or self._parts[self._place].word != "(":
            self.fail()
        end = closing(self._parts, self._place)
        inner = self._parts[self._place + 1 : end]
        self._place = end + 1
        return split_arguments(inner)

    def rest(self) -> str:
        """Step over all that is left; return it, a space between its words."""
        parts = self._parts[self._place :]
        self._place = len(self._parts)
        return " ".join(token.text for token in parts).rstrip("; ")

    def skip(self) -> None:
        """Step over whatever comes next."""
        self._place += 1


def unquoted(token: Token) -> str:
    """Return what a string literal says: Redshift reads backslashes in it."""
    escapes = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}

    def character(match: re.Match[str]) -> str:
        escaped = match[1]
        if escaped[0] in "01234567":
            return chr(int(escaped, 8))
        return escapes.get(escaped, escaped)

    return re.sub(r"\\([0-7]{1,3}|.)", character, token.text[1:-1].replace("''", "'"), flags=re.DOTALL)


def _create_schema(statement: Reader) -> CreateSchema:
    statement.page = CREATE_SCHEMA_PAGE
    if_not_exists = statement.takes("if", "not", "exists")
    name = statement.name()
    statement.expects("from")
    if not statement.takes("data", "catalog"):
        raise NotRehearsed("external schemas other than FROM DATA CATALOG", CREATE_SCHEMA_PAGE)
    options: dict[str, str] = {}
    while not statement.at_end():
        option = statement.name()
        if option in ("database", "region", "catalog_id", "catalog_role", "uri"):
            options[option] = statement.string()
        elif option == "iam_role":
            options[option] = "default" if statement.takes("default") else statement.string()
        elif option == "create" and statement.takes("external", "database", "if", "not", "exists"):
            pass
        else:
            statement.fail()
    for needed in ("database", "iam_role"):
        if needed not in options:
            raise Refused("external schema", f"CREATE EXTERNAL SCHEMA needs {needed.upper()}", CREATE_SCHEMA_PAGE)
    role = options["iam_role"]
    if role not in ("default", "SESSION") and not role.startswith("arn:aws"):
        raise Refused("external schema", f'Invalid IAM role "{role}": an ARN is expected', CREATE_SCHEMA_PAGE)
    return CreateSchema(name, if_not_exists, options["database"], role)


def _create_table(statement: Reader, external_schemas: Set[str]) -> CreateTable | CreateTableAs:
    schema, name = statement.qualified_name()
    if schema not in external_schemas:
        raise Refused("external table", f'schema "{schema}" is not an external schema', CREATE_TABLE_PAGE)
    is_of_query = not statement.is_at("(")
    made = CreateTable(schema, name, columns=[] if is_of_query else _columns(statement))
    clauses: dict[str, object] = {}
    partitions: list[str] = []
    while not statement.at_end() and not (is_of_query and statement.is_at("as")):
        if is_of_query and statement.takes("partitioned", "by"):
            # Their types are those of the query.
            partitions = [name_of(column[0]) for column in statement.brackets()]
        else:
            _clause(statement, clauses)
    # Without STORED AS a file is text.
    if "location" not in clauses:
        raise Refused("external table", "CREATE EXTERNAL TABLE needs LOCATION", CREATE_TABLE_PAGE)
    table = CreateTable(**(made.__dict__ | clauses))
    if not is_of_query:
        return table
    statement.expects("as")
    if "file_format" not in clauses:
        raise Refused("external table", "CREATE EXTERNAL TABLE AS needs STORED AS", CREATE_TABLE_PAGE)
    return CreateTableAs(table, partitions, statement.rest())


def _clause(statement: Reader, clauses: dict[str, object]) -> None:
    """Read one of the clauses that follow the columns."""
    if statement.takes("partitioned", "by"):
        clauses["partition_columns"] = _columns(statement)
    elif statement.takes("row", "format", "delimited"):
        while True:
            if statement.takes("fields", "terminated", "by"):
                clauses["delimiter"] = _delimiter(statement)
            elif statement.takes("lines", "terminated", "by"):
                clauses["line_delimiter"] = _delimiter(statement)
            else:
                break
    elif statement.takes("stored", "as"):
        if statement.takes("inputformat"):
            _input_format(statement)
            return
        clauses["file_format"] = file_format = statement.name()
        if file_format in _NOT_READ:
            raise NotRehearsed(f"STORED AS {file_format.upper()}; {_INSTEAD}", CREATE_TABLE_PAGE)
        if file_format not in (TEXT, PARQUET):
            statement.fail()
    elif statement.takes("location"):
        clauses["location"] = _location(statement)
    elif statement.takes("table", "properties"):
        clauses["properties"] = properties = _properties(statement)
        _check_properties(properties)
    elif statement.takes("row", "format", "serde"):
        clauses["serde"] = serde = statement.string()
        if serde not in _SERDES:
            raise NotRehearsed(f"ROW FORMAT SERDE '{serde}'; {_INSTEAD}", CREATE_TABLE_PAGE)
        if statement.takes("with", "serdeproperties"):
            clauses["serde_properties"] = _properties(statement)
    else:
        statement.fail()


def _properties(statement: Reader) -> dict[str, str]:
    """Read ('name'='value', ...)."""
    pairs = statement.brackets()
    if any([token.kind for token in pair[::2]] != [STRING, STRING] or pair[1].word != "=" for pair in pairs):
        statement.fail()
    return {unquoted(key): unquoted(value) for key, _, value in pairs}


def _input_format(statement: Reader) -> None:
    """Read INPUTFORMAT 'class' OUTPUTFORMAT 'class': of text, which is all that the serdes here read."""
    read = statement.string()
    statement.expects("outputformat")
    statement.string()
    if read != _TEXT_INPUT:
        raise NotRehearsed(f"INPUTFORMAT '{read}'; {_INSTEAD}", CREATE_TABLE_PAGE)


def _delimiter(statement: Reader) -> str:
    r"""Read one character; AWS's examples write the end of a line as '\n\l', too."""
    written = statement.string()
    if len(written.removesuffix("l") if written == "\nl" else written) != 1:
        raise Refused("delimiter", f"'{written}' is not a single character", CREATE_TABLE_PAGE)
    return written[0]


# Values of which AWS's page says what a query gives. DROP_ROW is a row of NULLs by its text, and no row by its example.
_HANDLINGS = {
    "invalid_char_handling": ("DISABLED", "FAIL", "SET_TO_NULL", "REPLACE"),
    "surplus_char_handling": ("DISABLED", "FAIL", "SET_TO_NULL", "TRUNCATE"),
    "column_count_mismatch_handling": ("DISABLED", "SET_TO_NULL"),
    "numeric_overflow_handling": ("DISABLED", "SET_TO_NULL"),
    "compression_type": ("none",),
}


def _check_properties(properties: dict[str, str]) -> None:
    for name, known in _HANDLINGS.items():
        if properties.get(name, known[0]) not in known:
            raise NotRehearsed(f"'{name}'='{properties[name]}'", CREATE_TABLE_PAGE)


def _columns(statement: Reader) -> list[tuple[str, str]]:
    """Read (name type, ...)."""
    columns = []
    for name, *kind in statement.brackets():
        if not kind:
            raise Refused("external table", f'column "{name.text}" has no type', CREATE_TABLE_PAGE)
        columns.append((name_of(name), _type(kind)))
    return columns


def _type(parts: list[Token]) -> str:
    """Return a type as one writes it: ``double precision``, ``decimal(8,2)``."""
    return re.sub(r"\s*([(),])\s*", r"\1", " ".join(token.word for token in parts))


def _location(statement: Reader) -> str:
    location = statement.string()
    if not location.lower().startswith("s3://"):
        raise Refused("location", f"LOCATION must be a path in Amazon S3: {location}", CREATE_TABLE_PAGE)
    return "s3" + location[2:]


def _values(statement: Reader) -> dict[str, str]:
    """Read (column='value', ...) of a partition."""
    values = {}
    for pair in statement.brackets():
        if len(pair) != 3 or pair[1].word != "=":
            statement.fail()
        values[name_of(pair[0])] = unquoted(pair[2]) if pair[2].kind == STRING else pair[2].text
    return values


def _alter_table(statement: Reader, schema: str, name: str) -> Command:
    statement.page = ALTER_TABLE_PAGE
    if statement.takes("add"):
        if_not_exists = statement.takes("if", "not", "exists")
        partitions = []
        while not statement.at_end():
            statement.expects("partition")
            values = _values(statement)
            statement.expects("location")
            partitions.append((values, _location(statement)))
        if len(partitions) > 100:
            message = f"{len(partitions)} partitions in one ALTER TABLE ADD PARTITION; 100 are the limit"
            raise Refused("100 partitions", message, ALTER_TABLE_PAGE)
        return AddPartitions(schema, name, if_not_exists, partitions)
    if statement.takes("drop", "partition"):
        return DropPartition(schema, name, _values(statement))
    values = _values(statement) if statement.takes("partition") else {}
    if statement.takes("set", "location"):
        return SetLocation(schema, name, values, _location(statement))
    raise NotRehearsed("this ALTER TABLE of an external table", ALTER_TABLE_PAGE)


def _drop_table(statement: Reader, external_schemas: Set[str]) -> DropTable | None:
    if_exists = statement.takes("if", "exists")
    schema, name = statement.qualified_name()
    if schema not in external_schemas:
        return None
    if statement.takes(","):
        raise NotRehearsed("several external tables in a DROP TABLE", DROP_TABLE_PAGE)
    return DropTable(schema, name, if_exists)


def _check_grant(statement: Reader, external_schemas: Set[str]) -> None:
    """Refuse a privilege on an external table: there is none, USAGE on the schema is all."""
    after: Callable[[], bool] = statement.at_end
    while not after() and not statement.takes("on"):
        statement.skip()
    if after() or statement.takes("schema") or statement.takes("all") or statement.takes("database"):
        return
    statement.takes("table")
    if after():
        return
    schema, name = statement.qualified_name()
    if schema in external_schemas:
        raise Refused(
            "privileges of external tables",
            f"Operation not supported on external tables: {schema}.{name} takes no privileges, "
            "GRANT USAGE ON SCHEMA is what opens it",
            GRANT_PAGE,
        )
