"""From Redshift's SQL to PostgreSQL's, one statement at a time: refuse, rewrite, then rewrite DDL."""

from __future__ import annotations

from functools import lru_cache

from redshift_rehearsal import commands, ddl, limits, long_names, refusals, rewrites, typed_nulls
from redshift_rehearsal.lexer import Token, beginning, one_by_one, text_of, tokens
from redshift_rehearsal.refusals.statement import Statement
from redshift_rehearsal.rewrites import names
from redshift_rehearsal.rewrites.selects import ColumnsOf


def translate(sql: str, columns_of: ColumnsOf | None = None, database: str = "", *, keeps_case: bool = False) -> str:
    """Return the statement as PostgreSQL runs it; raise Refused if Redshift would not run it.

    ``columns_of`` names the columns of a table, for the few rewrites that need them; ``database`` is the session's;
    ``keeps_case`` is its enable_case_sensitive_identifier: quoted names stay as they are written.
    """
    # dbt begins with a comment on who asks, so what it says again for another model differs in that alone.
    start = beginning(sql)
    try:
        return sql[:start] + _known(sql[start:], database, keeps_case)
    except _AsksCatalog:
        return sql[:start] + _translated(sql[start:], columns_of, database, keeps_case)


class _AsksCatalog(Exception):  # noqa: N818 - it is no error
    """The translation depends on what the catalog says at the time."""


def _ask(_: str) -> None:
    raise _AsksCatalog


# dbt says many statements again, word for word. What is raised is no result, so it is worked out each time.
@lru_cache(maxsize=2048)
def _known(sql: str, database: str, keeps_case: bool) -> str:
    """Return the translation of a statement that needs no catalog."""
    return _translated(sql, _ask, database, keeps_case)


def _translated(sql: str, columns_of: ColumnsOf | None, database: str, keeps_case: bool) -> str:
    parts = tokens(sql)
    statement = Statement(parts)
    if ";" in statement.present:
        # Several in one message: each is checked and rewritten as it would be alone.
        every = [_of_one(one, Statement(one), columns_of, database, keeps_case) for one in one_by_one(parts)]
        return ";".join(map(text_of, every))
    rewritten = _of_one(parts, statement, columns_of, database, keeps_case)
    # Unless a name was shortened, what nothing rewrites is what was read.
    return sql if rewritten is parts and not long_names.are_known() else text_of(rewritten)


def _of_one(
    parts: list[Token], statement: Statement, columns_of: ColumnsOf | None, database: str, keeps_case: bool
) -> list[Token]:
    refusals.check(statement)
    shortened = names.shorten_in_literals(parts, statement)
    if shortened is not parts:
        parts, statement = shortened, Statement(shortened)
    limits.check(statement)
    known = commands.rewrite(parts, statement, database)
    typed = typed_nulls.rewrite(known, statement)
    return ddl.rewrite(rewrites.rewrite(typed, statement, columns_of, keeps_case=keeps_case), statement)
