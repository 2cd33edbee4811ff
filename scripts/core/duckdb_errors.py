"""DuckDB's error texts without the values that they quote, which may be a person's, and with what to do about S3.

Known texts keep what is no value: types, columns, files, numbers of lines. Of an unknown text of a kind that quotes
values only the kind is left. Texts of other kinds (a missing table, a file that cannot be opened) quote our SQL alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from scripts.core.causes import cause_in

# A value cannot be read, a key is there twice; InvalidInputException is whatever DuckDB has no name for.
_QUOTING = (duckdb.DataError, duckdb.IntegrityError, duckdb.InvalidInputException)
# A commit or a fatal error that quotes what went before.
_QUOTED = ("duplicate key", "Duplicate key", "Original Line", "Conversion Error", "Constraint Error")

# By name, as a value might be written as a type is.
_TYPE = (
    r"(?:BOOLEAN|U?INT(?:8|16|32|64|128)|U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|VARCHAR|BLOB|BIT|UUID|DATE"
    r"|TIMESTAMP(?:_S|_MS|_NS)?(?: WITH TIME ZONE)?|TIME|INTERVAL|DECIMAL\([0-9]{1,2},[0-9]{1,2}\))(?:\[\])*"
)
_NO_TYPE = re.compile(
    rf" to (?:the destination type )?['\"]?({_TYPE})['\"]?(?: when casting from source column (\w+))?\Z"
)
_CSV = re.compile(r"[A-Z][\w ]* Error: CSV Error on Line: ([0-9]+)\n")
_CSV_COLUMN = re.compile(r"\nError when converting column \"(\w+)\"\. Could not convert string ")
_CSV_FILE = re.compile(r"(?s:.*)\n  file = ([^\n]+)\n")
_CSV_REASONS = {
    "Invalid unicode": "it is not UTF-8",
    "Maximum line size of": "it is longer than DuckDB reads (max_line_size)",
    "Expected Number of Columns": "it has another number of fields than the columns",
    "Value with unterminated quote": "a quote in it is not closed",
}

# What quotes no value, whole. Names of files and columns may be in it.
_HARMLESS = re.compile(
    r"""(?x)
    Constraint\ Error:\ (NOT\ NULL\ constraint\ failed:\ [\w.]+ | CHECK\ constraint\ failed\ on\ table\ .*)
    | Out\ of\ Range\ Error:\ [A-Za-z ]+
    | Invalid\ Input\ Error:\ (
        read_text:\ could\ not\ read\ content\ of\ file\ .*\ as\ valid\ UTF-8\ encoded\ text\. .*
        | No\ magic\ bytes\ found\ at\ end\ of\ file\ .*
        | File\ '[^'\n]*'\ too\ small\ to\ be\ a\ Parquet\ file
        | Failed\ to\ read\ file\ .*\ schema\ mismatch\ .*(\n.*)*
        # What packages/external_tables says by error().
        | column\ "[^"\n]+"\ has\ a\ (value|text|number)\ [a-z0-9\ ,;:().'_-]+
        | a\ record\ that\ OpenCSVSerde\ may\ read\ otherwise:\ stage\ again,\ which\ names\ it
        | More\ than\ one\ row\ returned\ by\ a\ subquery\ (.|\n)*
        | Attempting\ to\ execute\ an\ unsuccessful\ or\ closed\ pending\ query\ result
    )
    """
)

_LEFT_OUT = "The value is left out here, as it may be personal."
_WHAT = {
    "foreign key": "a key is not in the table that it refers to",
    "uplicate key": "a key is there twice",
    "date field": "a value is not a valid DATE",
    "timestamp field": "a value is not a valid TIMESTAMP",
    "out of range": "a value is out of its type's range",
    "JSON": "a value is not valid JSON",
}


def without_values(error: duckdb.Error) -> str:
    """Return what DuckDB says, less the values that it quotes; of S3, what is wrong and what to do."""
    said = str(error)
    if why := cause_in(said):
        # The first paragraph has the address and the status; the rest is general advice.
        return said.partition("\n\n")[0] + f"\n{why}"
    if not isinstance(error, _QUOTING) and not any(words in said for words in _QUOTED):
        return said
    if _HARMLESS.fullmatch(said):
        return said
    if line := _CSV.match(said):
        return _of_csv(said, line.group(1))
    kind = said.partition(":")[0] if re.match(r"[A-Z][A-Za-z ]{2,30} Error:", said) else type(error).__name__
    # The line of SQL that DuckDB adds may be the value's own continuation.
    fault = said.partition("\n\nLINE ")[0]
    if found := _NO_TYPE.search(fault):
        column = f" of column {found.group(2)}" if found.group(2) else ""
        return f"{kind}: a value{column} is not a valid {found.group(1)}. {_LEFT_OUT}"
    for words, what in _WHAT.items():
        if words in said:
            return f"{kind}: {what}. {_LEFT_OUT}"
    return f"{kind}: DuckDB's own words quote the data. {_LEFT_OUT}"


@contextmanager
def values_left_out() -> Iterator[None]:
    """Let DuckDB's errors pass, of the same class, without the values that they quote."""
    try:
        yield
    except duckdb.Error as error:
        # Of the original nothing is kept: dbt writes the whole chain of an error to its log.
        raise type(error)(without_values(error)) from None


def _of_csv(said: str, line: str) -> str:
    file = _CSV_FILE.match(said)
    where = f"line {line}" + (f" of {file.group(1)}" if file else "")
    if column := _CSV_COLUMN.search(said):
        return f"CSV Error: {where} cannot be read: column {column.group(1)}. {_LEFT_OUT}"
    reason = next((reason for words, reason in _CSV_REASONS.items() if words in said), "it is not as declared")
    return f"CSV Error: {where} cannot be read: {reason}. The line is left out here, as it may be personal."
