"""Date functions: their dateparts are bare words in Redshift, and ``sysdate`` is a function without parentheses."""

from __future__ import annotations

import re

from redshift_rehearsal.rewrites.editing import Call, Edit, Tokens, following, of_call, preceding, word_at

_BARE_WORD = re.compile(r"[a-zA-Z_]+")
_LITERAL = re.compile(r"'[^']*'")
_EXTRACTED = re.compile(r"'?([a-zA-Z_]+)'?\s+from\s+(.+)", re.IGNORECASE | re.DOTALL)


@of_call
def quote_datepart(_: Tokens, call: Call) -> str | None:
    """``dateadd(month, 1, '2008-02-28')`` -> ``dateadd('month', 1, '2008-02-28'::timestamp)``.

    PostgreSQL could not say which overload a bare literal is for; Redshift reads it as a timestamp.
    """
    if len(call.arguments) < 2:
        return None
    datepart, *values = call.arguments
    if _BARE_WORD.fullmatch(datepart):
        datepart = f"'{datepart.lower()}'"
    return f"{call.name}({', '.join([datepart, *map(_as_timestamp, values)])})"


@of_call
def extract_whole_part(_: Tokens, call: Call) -> str | None:
    """``extract(sec from x)`` -> ``rs.extract('sec', x)``: Redshift's takes more names and returns whole numbers."""
    match = _EXTRACTED.fullmatch(call.arguments[0]) if len(call.arguments) == 1 else None
    return f"rs.extract('{match[1].lower()}', {_as_timestamp(match[2])})" if match else None


def _as_timestamp(value: str) -> str:
    return f"{value}::timestamp" if _LITERAL.fullmatch(value) else value


def call_sysdate(parts: Tokens, place: int) -> Edit | None:
    """``sysdate`` -> ``sysdate()``."""
    if word_at(parts, following(parts, place)) in ("(", ".") or word_at(parts, preceding(parts, place)) in (".", "as"):
        return None
    return Edit(place, place + 1, "sysdate()")
