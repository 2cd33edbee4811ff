"""From Redshift's SQL to PostgreSQL's, one statement at a time: refuse, rewrite, then rewrite DDL."""

from __future__ import annotations

from scripts.rehearsal import ddl, refusals, rewrites


def translate(sql: str) -> str:
    """Return the statement as PostgreSQL runs it; raise Refused if Redshift would not run it."""
    getattr(refusals, "check", lambda _: None)(sql)
    return ddl.rewrite(rewrites.rewrite(sql))
