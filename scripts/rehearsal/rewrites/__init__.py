"""Redshift's SQL said in PostgreSQL's words, one entry a construct; what no entry names stays as it was written."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from scripts.rehearsal.errors import REDSHIFT_DOCS
from scripts.rehearsal.lexer import text_of, tokens
from scripts.rehearsal.rewrites import aggregates, conditions, dates, queries, types
from scripts.rehearsal.rewrites.editing import Tokens


class Rewrite(NamedTuple):
    """A construct that PostgreSQL writes in another way.

    words          one of these words is in every statement that the rewrite may change
    apply          tokens of the statement -> tokens in PostgreSQL's words
    documentation  the page of Redshift's documentation that describes the construct
    """

    words: frozenset[str]
    apply: Callable[[Tokens], Tokens]
    documentation: str


def _rewrite(words: str, apply: Callable[[Tokens], Tokens], page: str) -> Rewrite:
    return Rewrite(frozenset(words.split()), apply, f"{REDSHIFT_DOCS}{page}.html")


# In this order: what turns into a cast stands before the casts' own rewrite.
REWRITES = [
    _rewrite("convert", conditions.cast_by_convert, "r_CAST_function"),
    _rewrite("try_cast", conditions.try_casts, "r_TRY_CAST"),
    _rewrite("varchar nvarchar varying", types.lengthen_max, "r_Character_types"),
    _rewrite(
        "varchar nvarchar varying text bpchar nchar numeric decimal dec", types.complete_types, "r_Character_types"
    ),
    _rewrite(
        "dateadd datediff date_add date_diff date_part", dates.quote_dateparts, "r_Dateparts_for_datetime_functions"
    ),
    _rewrite("extract", dates.extract_whole_parts, "r_EXTRACT_function"),
    _rewrite("sysdate", dates.call_sysdate, "r_SYSDATE"),
    _rewrite("nvl", conditions.rename_nvl, "r_NVL_function"),
    _rewrite("nvl2", conditions.spell_out_nvl2, "r_NVL2"),
    _rewrite("decode", conditions.spell_out_decode, "r_DECODE_expression"),
    _rewrite("json_extract_path_text", conditions.read_invalid_json, "JSON_EXTRACT_PATH_TEXT"),
    _rewrite("listagg", aggregates.aggregate_text, "r_LISTAGG"),
    _rewrite("percentile_cont percentile_disc", aggregates.compute_percentiles, "r_PERCENTILE_CONT"),
    _rewrite("ratio_to_report", aggregates.divide_by_sum, "r_WF_RATIO_TO_REPORT"),
    _rewrite("approximate", aggregates.count_exactly, "r_COUNT"),
    _rewrite("top", queries.limit_by_top, "r_SELECT_list"),
    _rewrite("minus", queries.rename_minus, "r_UNION"),
]

_WORD = re.compile(r"[a-z_]\w*")
_ALL_WORDS = frozenset().union(*(rewrite.words for rewrite in REWRITES))


def rewrite(sql: str) -> str:
    """Return a statement that Redshift would run in words that PostgreSQL runs, schema ``rs`` being in its path."""
    words = _ALL_WORDS.intersection(_WORD.findall(sql.lower()))
    if not words:
        return sql
    parts = tokens(sql)
    for entry in REWRITES:
        if not entry.words.isdisjoint(words):
            parts = entry.apply(parts)
    return text_of(parts)
