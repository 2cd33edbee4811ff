"""Tables: what CREATE and ALTER TABLE take, and their keys."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from redshift_rehearsal.lexer import NAME, QUOTED
from redshift_rehearsal.refusals.data_types import defined_columns
from redshift_rehearsal.refusals.refusal import refusal
from redshift_rehearsal.refusals.statement import Statement
from redshift_rehearsal.refusals.wordlist import word_set

_ENCODINGS = {
    *("raw", "az64", "bytedict", "delta", "delta32k", "lzo", "mostly8", "mostly16", "mostly32", "runlength", "text255"),
    *("text32k", "zstd", "auto"),
}

_SYSTEM_COLUMNS = {"oid", "tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"}

# Those that cannot be a column's name without quotes. TIMESTAMP is on the page too, yet tables with such a column are
# common: not refused.
_RESERVED = word_set(
    """
    aes128 aes256 all allowoverwrite analyse analyze and any array as asc authorization az64 backup between binary
    blanksasnull both bytedict bzip2 case cast check collate column constraint create credentials cross current_date
    current_time current_timestamp current_user current_user_id default deferrable deflate defrag delta delta32k desc
    disable distinct do else emptyasnull enable encode encrypt encryption end except explicit false for foreign freeze
    from full globaldict256 globaldict64k grant group gzip having identity ignore ilike in initially inner intersect
    interval into is isnull join language leading left like limit localtime localtimestamp lun luns lzo lzop minus
    mostly13 mostly32 mostly8 natural new not notnull null nulls off offline offset old on only open or order outer
    overlaps parallel partition percent permissions placing primary raw readratio recover references rejectlog resort
    respect restore right select session_user similar snapshot some sysdate system table tag tdes text255 text32k then
    to top trailing true truncatecolumns union unique user using verbose wallet when where with without
    """
)


@refusal("create or replace table", "r_CREATE_TABLE_NEW.html", "replace")
def create_or_replace_table(statement: Statement) -> str | None:
    """Find CREATE OR REPLACE TABLE."""
    after = statement.words[3:5]
    if statement.starts_with("create", "or", "replace") and "table" in after:
        return 'syntax error at or near "table"'
    return None


@refusal("create table as", "r_CREATE_TABLE_AS.html", "table")
def create_table_as(statement: Statement) -> str | None:
    """Find CREATE TABLE IF NOT EXISTS ... AS, or AS ... WITH [NO] DATA."""
    if statement.words[0] != "create" or "table" not in statement.words[1:4]:
        return None
    is_query = any(
        statement.word(place + 1) in ("select", "with", "(", "values")
        for place in statement.places("as")
        if statement.enclosing[place] == -1
    )
    if is_query and any(statement.places("if", "not", "exists")):
        return 'syntax error at or near "as": CREATE TABLE AS takes no IF NOT EXISTS'
    if is_query and statement.words[-1] == "data" and "with" in statement.words[-3:]:
        return 'syntax error at or near "data"'
    return None


@refusal("table of PostgreSQL", "c_unsupported-postgresql-features.html", "create")
def table_of_postgresql(statement: Statement) -> str | None:
    """Find inheritance, partitions, tablespaces, storage parameters, unlogged tables."""
    if statement.words[0] != "create" or "table" not in statement.words[1:5] or "external" in statement.words[1:3]:
        return None
    if statement.word(1) in ("unlogged", "foreign"):
        return f'syntax error at or near "{statement.word(1)}"'
    for place in statement.inside(-1):
        word = statement.words[place]
        if word == "with" and statement.word(place + 1) == "(":
            return 'syntax error at or near "with": there are no storage parameters'
        if word in ("inherits", "tablespace") or (word == "partition" and statement.word(place + 1) in ("by", "of")):
            return f'syntax error at or near "{word}"'
        if word == "as":
            return None
    return None


@refusal("constraint", "r_CREATE_TABLE_NEW.html", "check", "generated", "cascade", "deferrable", "always")
def constraint(statement: Statement) -> str | None:
    """Find CHECK, ON DELETE, DEFERRABLE and generated columns; the constraints there are inform the planner only."""
    if statement.word(1) not in ("table", "temp", "temporary", "local") or statement.words[0] not in (
        "create",
        "alter",
    ):
        return None
    if any(statement.places("check", "(")):
        return "CHECK constraints are not supported"
    if any(statement.places("generated", "always")):
        return 'syntax error at or near "always"'
    if any(statement.places("on", "delete")) or any(statement.places("on", "update")):
        return 'syntax error at or near "on": a foreign key has no actions'
    if any(statement.places("deferrable")) and "references" in statement.words:
        return 'syntax error at or near "deferrable"'
    return None


@refusal("collation", "r_CREATE_TABLE_NEW.html", "collate")
def collation(statement: Statement) -> str | None:
    """Find COLLATE with what is neither CASE_SENSITIVE nor CASE_INSENSITIVE; COLLATE(text, ...) is a function."""
    for place in statement.places("collate"):
        known = ("case_sensitive", "case_insensitive", "cs", "ci", "(")
        if statement.word(place + 1) not in known and statement.kind(place + 1) in (NAME, QUOTED):
            return f"invalid collation: {statement.parts[place + 1].text}"
    return None


@refusal("distribution key", "r_CREATE_TABLE_NEW.html", "distkey", "diststyle")
def distribution_key(statement: Statement) -> str | None:
    """Find a DISTKEY with DISTSTYLE ALL or EVEN, two of them, or DISTSTYLE KEY without."""
    if statement.words[0] != "create":
        return None
    keys = sum(1 for _ in _outside_of_queries(statement, "distkey"))
    style = next((statement.word(place + 1) for place in _outside_of_queries(statement, "diststyle")), "")
    if keys and style in ("all", "even", "auto"):
        return f"DISTKEY column cannot be specified with DISTSTYLE {style.upper()}"
    if keys > 1:
        return "only one column of a table can be its DISTKEY"
    if style == "key" and not keys:
        return "DISTSTYLE KEY needs a DISTKEY"
    if style and style not in ("all", "even", "auto", "key"):
        return f'syntax error at or near "{style}"'
    return None


def _outside_of_queries(statement: Statement, word: str) -> Iterator[int]:
    """Yield where a word comes before CREATE TABLE AS's query, and where it is no column's name."""
    for place in statement.places(word):
        if (
            statement.block_of[place] == -1
            and statement.word(place - 1) not in ("select", ".")
            and ("select" not in statement.words[:place])
        ):
            yield place


@refusal("sort key", "r_CREATE_TABLE_NEW.html", "interleaved")
def sort_key(statement: Statement) -> str | None:
    """Find an interleaved sort key of more than eight columns."""
    for place in statement.places("interleaved", "sortkey", "("):
        if len(statement.arguments(place + 2)) > 8:
            return "an interleaved sort key has eight columns at most"
    return None


@refusal("encoding", "c_Compression_encodings.html", "encode")
def encoding(statement: Statement) -> str | None:
    """Find ENCODE with what is no encoding of Redshift."""
    if statement.words[0] not in ("create", "alter"):
        return None
    for place in _outside_of_queries(statement, "encode"):
        if statement.kind(place + 1) in (NAME, QUOTED) and statement.word(place + 1) not in _ENCODINGS:
            return f'invalid encoding type specified: "{statement.parts[place + 1].text}"'
    return None


@refusal("name of a column", "r_pg_keywords.html", "table")
def name_of_column(statement: Statement) -> str | None:
    """Find a column named by a reserved word without quotes, or like a system column of PostgreSQL."""
    for place in defined_columns(statement):
        word = statement.words[place]
        if word in _RESERVED and statement.kind(place) == NAME:
            return f'syntax error at or near "{word}": a reserved word'
        if statement.name(place) in _SYSTEM_COLUMNS:
            return f'column name "{statement.name(place)}" conflicts with a system column name'
    return None


@refusal("long name", "r_names.html")
def long_name(statement: Statement) -> str | None:
    """Find a name of more than 127 bytes."""
    # A character is four bytes at most, so shorter ones need no look.
    long = [name.lower() for name in statement.quoted if len(name) > 31]
    long += [word for word in statement.present if len(word) > 31 and word[0] not in "0123456789."]
    for name in long:
        if len(name.encode()) > 127:
            return f'identifier "{name[:20]}..." is longer than 127 bytes'
    return None


@refusal("one change at a time", "r_ALTER_TABLE.html", "alter")
def one_change_at_a_time(statement: Statement) -> str | None:
    """Find ALTER TABLE that adds or drops several columns."""
    if not statement.starts_with("alter", "table"):
        return None
    level = statement.inside(-1)
    words = [statement.words[place] for place in level]
    if "," in words and {"add", "drop", "rename"} & set(words) and "partition" not in words:
        return "ALTER TABLE adds or drops one column at a time"
    return None


@refusal("change of a column", "r_ALTER_TABLE.html", "alter", "add", "drop")
def change_of_column(statement: Statement) -> str | None:
    """Find ALTER COLUMN to another type than VARCHAR, its default or NOT NULL; ADD or DROP with IF [NOT] EXISTS."""
    if not statement.starts_with("alter", "table"):
        return None
    for verb in ("add", "drop"):
        for place in statement.places(verb, "column"):
            if statement.word(place + 2) == "if":
                return 'syntax error at or near "if"'
    for place in statement.places("alter", "column"):
        action, value = statement.word(place + 3), statement.word(place + 4)
        if action == "type" and value not in ("varchar", "character", "nvarchar"):
            return f"cannot alter column type to {value}: only the size of a VARCHAR can change"
        if action in ("set", "drop"):
            return f'syntax error at or near "{action}": ALTER COLUMN changes a type or an encoding'
    for place in statement.places("set", "schema"):
        if statement.enclosing[place] == -1:
            return 'syntax error at or near "schema"'
    return None


@refusal("qualified names of a late-binding view", "r_CREATE_VIEW.html", "binding")
def qualified_names(statement: Statement) -> str | None:
    """Find a late-binding view that names a table without its schema."""
    if statement.words[0] != "create" or statement.words[-4:] != ["with", "no", "schema", "binding"]:
        return None
    for relation in chain.from_iterable(statement.relations.values()):
        if relation.name and not relation.schema and relation.name not in statement.expressions:
            return (
                "All the relation names inside should be qualified when creating VIEW WITH NO SCHEMA BINDING: "
                f'"{relation.name}"'
            )
    return None


@refusal("view of PostgreSQL", "r_CREATE_VIEW.html", "view")
def view_of_postgresql(statement: Statement) -> str | None:
    """Find a temporary, recursive or conditional view; a materialized one made if it is missing, or replaced."""
    if statement.words[0] != "create" or "view" not in statement.words[1:6]:
        return None
    view = statement.words.index("view")
    before = set(statement.words[1:view])
    if wrong := before & {"temp", "temporary", "recursive"}:
        return f'syntax error at or near "{wrong.pop()}"'
    if {"replace", "materialized"} <= before:
        return 'syntax error at or near "materialized"'
    if statement.words[view + 1 : view + 4] == ["if", "not", "exists"]:
        return 'syntax error at or near "not"'
    if statement.words[view + 2 : view + 4] == ["with", "("]:
        return 'syntax error at or near "with"'
    return None
