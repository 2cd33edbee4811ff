"""From Redshift's SQL to PostgreSQL's, one statement at a time: refuse, rewrite, then rewrite DDL."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from redshift_rehearsal import ddl, refusals, rewrites, typed_nulls
from redshift_rehearsal.lexer import Token, beginning, text_of, tokens
from redshift_rehearsal.refusals.statement import Statement
from redshift_rehearsal.rewrites.selects import ColumnsOf


def translate(sql: str, columns_of: ColumnsOf | None = None) -> str:
    """Return the statement as PostgreSQL runs it; raise Refused if Redshift would not run it.

    ``columns_of`` names the columns of a table, for the few rewrites that need them.
    """
    # dbt begins with a comment on who asks, so what it says again for another model differs in that alone.
    start = beginning(sql)
    try:
        return sql[:start] + _known(sql[start:])
    except _AsksCatalog:
        return sql[:start] + _translated(sql[start:], columns_of)


class _AsksCatalog(Exception):  # noqa: N818 - it is no error
    """The translation depends on what the catalog says at the time."""


def _ask(_: str) -> None:
    raise _AsksCatalog


# dbt says many statements again, word for word. What is raised is no result, so it is worked out each time.
@lru_cache(maxsize=2048)
def _known(sql: str) -> str:
    """Return the translation of a statement that needs no catalog."""
    return _translated(sql, _ask)


def _translated(sql: str, columns_of: ColumnsOf | None) -> str:
    parts = tokens(sql)
    statement = Statement(parts)
    if ";" in statement.present:
        # Several in one message: each is checked and rewritten as it would be alone.
        return ";".join([text_of(_of_one(one, Statement(one), columns_of)) for one in _one_by_one(parts)])
    rewritten = _of_one(parts, statement, columns_of)
    return sql if rewritten is parts else text_of(rewritten)


def _one_by_one(parts: list[Token]) -> Iterator[list[Token]]:
    """Yield each statement without the semicolon that ends it."""
    first = 0
    for place, token in enumerate(parts):
        if token.word == ";":
            yield parts[first:place]
            first = place + 1
    yield parts[first:]


def _of_one(parts: list[Token], statement: Statement, columns_of: ColumnsOf | None) -> list[Token]:
    refusals.check(statement)
    return ddl.rewrite(rewrites.rewrite(typed_nulls.rewrite(parts, statement), statement, columns_of), statement)
