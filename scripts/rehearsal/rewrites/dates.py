"""Date functions: their dateparts are bare words in Redshift, and ``sysdate`` is a function without parentheses."""

from __future__ import annotations

import re

from scripts.rehearsal.lexer import NAME, STRING
from scripts.rehearsal.rewrites.editing import (
    Call,
    Edit,
    Tokens,
    call_replaced,
    following,
    preceding,
    replaced,
    rewrite_calls,
    word_at,
)

_BARE_WORD = re.compile(r"[a-zA-Z_]+")
_LITERAL = re.compile(r"'[^']*'")


def quote_dateparts(parts: Tokens) -> Tokens:
    """``dateadd(month, 1, '2008-02-28')`` -> ``dateadd('month', 1, '2008-02-28'::timestamp)``.

    PostgreSQL could not say which overload a bare literal is for; Redshift reads it as a timestamp.
    """
    return rewrite_calls(parts, DATEPART_FIRST, _with_quoted_datepart)


DATEPART_FIRST = ("dateadd", "date_add", "datediff", "date_diff", "date_part")


def _with_quoted_datepart(_: Tokens, call: Call) -> Edit | None:
    if len(call.arguments) < 2:
        return None
    datepart, *values = call.arguments
    if _BARE_WORD.fullmatch(datepart):
        datepart = f"'{datepart.lower()}'"
    values = [f"{value}::timestamp" if _LITERAL.fullmatch(value) else value for value in values]
    return call_replaced(call, f"{call.name}({', '.join([datepart, *values])})")


def extract_whole_parts(parts: Tokens) -> Tokens:
    """``extract(sec from x)`` -> ``rs.extract('sec', x)``: Redshift's takes more names and returns whole numbers."""
    return rewrite_calls(parts, ("extract",), _extract)


def _extract(_: Tokens, call: Call) -> Edit | None:
    match = re.fullmatch(r"'?([a-zA-Z_]+)'?\s+from\s+(.+)", "".join(call.arguments[:1]), re.IGNORECASE | re.DOTALL)
    if match is None or len(call.arguments) != 1:
        return None
    value = match[2]
    return call_replaced(
        call, f"rs.extract('{match[1].lower()}', {f'{value}::timestamp' if _LITERAL.fullmatch(value) else value})"
    )


def call_sysdate(parts: Tokens) -> Tokens:
    """``sysdate`` -> ``sysdate()``."""
    for place in range(len(parts) - 1, -1, -1):
        if (
            parts[place].kind == NAME
            and parts[place].word == "sysdate"
            and word_at(parts, following(parts, place)) not in ("(", ".")
            and word_at(parts, preceding(parts, place)) not in (".", "as")
        ):
            parts = replaced(parts, place, place + 1, "sysdate()")
    return parts


def is_literal(sql: str) -> bool:
    """Is the expression one string literal?"""
    return _LITERAL.fullmatch(sql) is not None


__all__ = ["DATEPART_FIRST", "STRING", "call_sysdate", "extract_whole_parts", "is_literal", "quote_dateparts"]
