"""Transactions as in a database with SNAPSHOT isolation, which is the default of new ones (r_CREATE_DATABASE.html).

A transaction sees the database as its first statement did: PostgreSQL's REPEATABLE READ, whose conflicts the proxy
reports as error 1023. A transaction that begins by writing to a table waits for the one that writes to it, and then
sees what that one has done (r_Serializable_isolation_example.html), so it takes the table's lock before its snapshot.
A statement outside of a transaction waits in the same way by itself.
"""

from __future__ import annotations

import re

from redshift_rehearsal.lexer import beginning, text_of, tokens
from redshift_rehearsal.rewrites.names import fold_quoted

_BEGINS = re.compile(r"(begin|start)\b", re.IGNORECASE)
# None of these takes a snapshot.
_BEFORE_SNAPSHOT = re.compile(r"(set|reset|show|lock)\b", re.IGNORECASE)
_NAME = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_WRITES = re.compile(
    rf"(?:update|delete(?:\s+from)?|insert\s+into|merge\s+into|copy)\s+({_NAME}(?:\s*\.\s*{_NAME})*)", re.IGNORECASE
)


class Snapshots:
    """Follows the transactions of one connection as far as their first statement."""

    def __init__(self) -> None:
        self._is_open = False

    def to_lock(self, sql: str, *, keeps_case: bool) -> str:
        """Return the table, in PostgreSQL's words, whose lock a statement takes before its snapshot; "" for none."""
        start = beginning(sql)
        if _BEGINS.match(sql, start):
            self._is_open = True
            return ""
        if not self._is_open or _BEFORE_SNAPSHOT.match(sql, start):
            return ""
        self._is_open = False
        written = _WRITES.match(sql, start)
        if written is None:
            return ""
        parts = tokens(written[1])
        return text_of(parts if keeps_case else fold_quoted(parts))
