"""From Redshift's SQL to PostgreSQL's, one statement at a time: refuse, rewrite, then rewrite DDL."""

from __future__ import annotations

from functools import lru_cache

from scripts.rehearsal import ddl, refusals, rewrites, typed_nulls
from scripts.rehearsal.rewrites.selects import ColumnsOf


def translate(sql: str, columns_of: ColumnsOf | None = None) -> str:
    """Return the statement as PostgreSQL runs it; raise Refused if Redshift would not run it.

    ``columns_of`` names the columns of a table, for the few rewrites that need them.
    """
    _check(sql)
    return ddl.rewrite(rewrites.rewrite(typed_nulls.rewrite(sql), columns_of))


# dbt says many statements again, word for word. What is refused is no result, so it is looked at each time.
@lru_cache(maxsize=1024)
def _check(sql: str) -> None:
    refusals.check(sql)
