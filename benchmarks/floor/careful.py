"""Type a table line by line, field by field, and set the bad lines aside: what a spoilt delivery needs.

The rules are the project's (macros/staging): what a field must look like, which reason is given first, which of two
lines with one key is kept. Slow, and never on the way of a good delivery.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from scripts.core.sql import literal
from scripts.lake.layout import RAW_ZONE, TABLES

REJECTED_ROWS = """
create table stg_tickit__rejected_rows (
    table_name varchar, source_file varchar, line varchar, reject_reason varchar
)
"""

SHAPES = {
    "integer": "-?[0-9]{1,10}",
    "decimal(8,2)": "-?[0-9]{1,6}([.][0-9]{1,2})?",
    "date": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "timestamp": "[0-9]{4}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]",
}
# The replacement for a byte of no character, and Python's name for such a byte.
_SUBSTITUTE = "\x1a"
_NO_CHARACTER = re.compile("[\udc80-\udcff]")
# The raw columns have so many bytes. A text that is longer than that less a character may have been cut.
_WIDTH = 256


def type_carefully(connection: duckdb.DuckDBPyConnection, table: str, lake: Path) -> None:
    """Make the table of the usable lines, add the others to the rejected rows, and count all in `lines`."""
    fields = [(field.column, field.name, field.type, field.required) for field in TABLES[table].fields]
    key = fields[0][1]
    if not connection.execute("select 1 from duckdb_functions() where function_name = 'raw_text'").fetchone():
        connection.create_function("raw_text", _raw_text, ["varchar"], "varchar")
    names = ", ".join(name for _, name, _, _ in fields)
    line = " || '|' || ".join(f"coalesce({name}::varchar, '')" for _, name, _, _ in fields)
    raw_line = " || '|' || ".join(f"coalesce(f[{number}], '<null>')" for number in range(1, len(fields) + 1))
    files = (lake / RAW_ZONE / table / "**" / "*.txt").as_posix()
    connection.execute(
        f"""
        create or replace temp table judged as
        with fields as ({_fields(files, len(fields))}),
        typed as (
            select *, {", ".join(f"{_typed(n, kind)} as {name}" for n, (_, name, kind, _) in enumerate(fields, 1))}
            from fields
        )
        select {names}, source_file, {_reason(table, fields)} as reject_reason,
            {raw_line} || coalesce('|' || f[{len(fields) + 1}], '') as line
        from typed;

        create or replace temp table ranked as
        select *, row_number() over (partition by {key} order by source_file, {line}) as occurrence
        from judged where reject_reason is null;

        create temp table "{table}" as select {names} from ranked where occurrence = 1;

        insert into stg_tickit__rejected_rows
        select '{table}', source_file, line, reject_reason from judged where reject_reason is not null
        union all
        select '{table}', source_file, {line}, '{fields[0][0]} repeats an earlier line''s'
        from ranked where occurrence > 1;

        delete from lines where table_name = '{table}';
        insert into lines select '{table}', count(*), 0 from judged;
        """
    )


def _fields(files: str, count: int) -> str:
    """Return a query that gives the fields of each line as a list of texts."""
    texts = ", ".join(f"raw_text(hexes[{number}])" for number in range(1, count + 2))
    return f"""
        select [{texts}] as f, source_file
        from (
            select
                string_split(line, '7C ') as hexes,
                substring(filename, position('/{RAW_ZONE}/' in filename) + 1) as source_file
            from (
                select
                    filename,
                    unnest(string_split(regexp_replace(hex(content), '(..)', '\\1 ', 'g'), '0A ')[2:]) as line
                from read_blob({literal(files)})
            )
            where line <> ''
        )
    """


def _raw_text(hexes: str) -> str:
    """Return the text of a field that is given as `C3 A9 `, as the project's raw columns have it."""
    text = bytes.fromhex(hexes).replace(b"\0", b"\xff").decode(errors="surrogateescape")
    return _NO_CHARACTER.sub(_SUBSTITUTE, text).encode()[:_WIDTH].decode(errors="ignore")


def _typed(number: int, kind: str) -> str:
    """Return the value of a field, NULL if it has not exactly the shape of its type."""
    text = f"f[{number}]"
    if kind.startswith("varchar("):
        kept = f"rtrim({text}, ' ')"
        fits = f"strlen({kept}) <= {kind[8:-1]} and not contains({text}, '{_SUBSTITUTE}')"
        return f"case when {fits} then nullif(nullif({kept}, ''), '\\N') end"
    if kind == "boolean":
        word = f"lower({text})"
        return (
            f"case when {word} in ('true', 't', 'yes', 'y', '1') then true "
            f"when {word} in ('false', 'f', 'no', 'n', '0') then false end"
        )
    return f"case when regexp_full_match({text}, '{SHAPES[kind]}') then try_cast({text} as {kind}) end"


def _reason(table: str, fields: list[tuple[str, str, str, bool]]) -> str:
    """Return the first reason why a line cannot be used, as a case expression."""
    last = len(fields)
    month_cases: list[str] = []
    cases = [
        f"when f[{last}] is null then 'too few fields'",
        f"when f[{last + 1}] is not null then 'too many fields'",
    ]
    for number, (raw, name, kind, required) in enumerate(fields, 1):
        is_text = kind.startswith("varchar(")
        text = f"rtrim(f[{number}], ' ')" if is_text else f"f[{number}]"
        empty = f"{text} in ('', '\\N')"
        article = "an" if kind == "integer" else "a"
        misfit = f"longer than {kind[8:-1]} bytes" if is_text else f"not {article} {kind}"
        if is_text:
            cases.append(f"when strlen(f[{number}]) > {_WIDTH - 4} then '{raw} is {misfit}'")
        faults = f"when contains(f[{number}], '{_SUBSTITUTE}') then 'not valid UTF-8' else '{misfit}'"
        if required:
            cases.append(f"when {name} is null then '{raw} is ' || case when {empty} then 'missing' {faults} end")
        else:
            cases.append(f"when {name} is null and not {empty} then '{raw} is ' || case {faults} end")
        if (partition := TABLES[table].partition) and raw == partition.of:
            misplaced = f"left(f[{number}], 7) <> folder_month(source_file)"
            month_cases = [f"when {misplaced} then '{raw} is not in the month of its folder'"]
    return f"case {' '.join(cases + month_cases)} end"
