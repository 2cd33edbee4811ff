"""NVL, NVL2 and DECODE, which are CASE in other words; CONVERT and TRY_CAST, which are casts in other words."""

from __future__ import annotations

import re

from redshift_rehearsal.lexer import tokens
from redshift_rehearsal.rewrites.data_types import completed
from redshift_rehearsal.rewrites.editing import Call, Edit, Tokens, of_call, text_between


@of_call
def rename_nvl(_: Tokens, call: Call) -> Edit:
    """``nvl(a, b, ...)`` -> ``coalesce(a, b, ...)``."""
    return Edit(call.start, call.start + 1, "coalesce")


@of_call
def spell_out_nvl2(_: Tokens, call: Call) -> str | None:
    """``nvl2(a, b, c)`` -> ``case when a is not null then b else c end``."""
    if len(call.arguments) != 3:
        return None
    tested, present, missing = call.arguments
    return f"(case when ({tested}) is not null then {present} else {missing} end)"


@of_call
def spell_out_decode(_: Tokens, call: Call) -> str | None:
    """``decode(a, 1, 'one', 'other')`` -> a CASE in which NULL equals NULL.

    With two arguments it is PostgreSQL's decode(text, format), which Redshift has not: left for the server to refuse.
    """
    tested, *rest = call.arguments or [""]
    if len(rest) < 2:
        return None
    pairs = zip(rest[0::2], rest[1::2], strict=False)
    whens = " ".join(f"when ({tested}) is not distinct from ({search}) then {result}" for search, result in pairs)
    otherwise = f" else {rest[-1]}" if len(rest) % 2 else ""
    return f"(case {whens}{otherwise} end)"


@of_call
def cast_by_convert(_: Tokens, call: Call) -> str | None:
    """``convert(type, expression)`` -> ``cast(expression as type)``."""
    if len(call.arguments) != 2:
        return None
    wanted, value = call.arguments
    return f"cast({value} as {completed(wanted)})"


# Type as Redshift writes it -> the function that tries it, in schema rs.
_TRIED = {
    "smallint": "try_smallint",
    "int2": "try_smallint",
    "integer": "try_integer",
    "int": "try_integer",
    "int4": "try_integer",
    "bigint": "try_bigint",
    "int8": "try_bigint",
    "real": "try_real",
    "float4": "try_real",
    "float": "try_double",
    "float8": "try_double",
    "double precision": "try_double",
    "boolean": "try_boolean",
    "bool": "try_boolean",
    "date": "try_date",
    "timestamp": "try_timestamp",
    "timestamp without time zone": "try_timestamp",
    "timestamptz": "try_timestamptz",
    "timestamp with time zone": "try_timestamptz",
    "time": "try_time",
    "time without time zone": "try_time",
}
_DECIMAL = re.compile(r"(?:numeric|decimal|dec)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?")
_TEXT = re.compile(r"(?:n?varchar|n?char|character(?: varying)?|text|bpchar)\s*(?:\([^)]*\))?")


@of_call
def try_cast(_: Tokens, call: Call) -> str | None:
    """``try_cast(a as integer)`` -> ``rs.try_integer(a)``: NULL for what cannot be cast."""
    inner = tokens(", ".join(call.arguments))
    at = max((place for place, token in enumerate(inner) if token.word == "as"), default=None)
    if at is None:
        return None
    value, wanted = text_between(inner, 0, at), text_between(inner, at + 1, len(inner))
    wanted = " ".join(wanted.lower().split())
    if wanted in _TRIED:
        return f"rs.{_TRIED[wanted]}(({value})::text)"
    decimal = _DECIMAL.fullmatch(wanted)
    if decimal:
        typed = f"numeric({decimal[1] or 18}, {decimal[2] or 0})"
        return f"rs.try_numeric(({value})::text, '{typed}')::{typed}"
    if _TEXT.fullmatch(wanted):
        return f"cast({value} as {completed(wanted)})"
    return None


@of_call
def read_invalid_json(_: Tokens, call: Call) -> str | None:
    """``json_extract_path_text(a, 'b', true)`` -> ``rs.json_path_or_null(a, 'b')``; a last ``false`` is left out."""
    *arguments, last = call.arguments or [""]
    if last.lower() not in ("true", "false"):
        return None
    name = "rs.json_path_or_null" if last.lower() == "true" else call.name
    return f"{name}({', '.join(arguments)})"
