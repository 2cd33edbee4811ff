"""Redshift's SQL said in PostgreSQL's words, one entry a construct; what no entry names stays as it was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from redshift_rehearsal.errors import REDSHIFT_DOCS
from redshift_rehearsal.refusals.statement import Statement
from redshift_rehearsal.rewrites import aggregates, conditions, data_types, dates, names, pivots, queries, supers
from redshift_rehearsal.rewrites.editing import Edit, Tokens, replaced
from redshift_rehearsal.rewrites.selects import Columns, ColumnsOf

_Apply = TypeVar("_Apply")
OfQuery = Callable[[Tokens, Columns], Tokens]
OfExpression = Callable[[Tokens, int], Edit | None]


class Rewrite(NamedTuple, Generic[_Apply]):
    """A construct that PostgreSQL writes in another way.

    words          one of these words is in every statement that the rewrite may change
    apply          for a query: tokens, its columns -> tokens; for an expression: tokens, place of the word -> edit
    documentation  the page of Redshift's documentation that describes the construct
    """

    words: frozenset[str]
    apply: _Apply
    documentation: str


def _rewrite(words: str, apply: _Apply, page: str) -> Rewrite[_Apply]:
    return Rewrite(frozenset(words.split()), apply, f"{REDSHIFT_DOCS}{page}.html")


# Those that change the shape of a query come first, in this order, and may ask for the columns of a relation.
QUERY_REWRITES: list[Rewrite[OfQuery]] = [
    _rewrite("top", queries.limit_by_top, "r_SELECT_list"),
    _rewrite("pivot", pivots.pivot, "r_FROM_clause-pivot-unpivot-examples"),
    _rewrite("unpivot", pivots.unpivot, "r_FROM_clause-pivot-unpivot-examples"),
    _rewrite("exclude", queries.name_all_but_excluded, "r_EXCLUDE_list"),
    _rewrite("as", queries.repeat_aliased, "r_SELECT_list"),
    _rewrite("where", queries.repeat_aliased_in_where, "r_WHERE_clause"),
    _rewrite("all", queries.group_by_all, "r_GROUP_BY_clause"),
    _rewrite("qualify", queries.filter_windows, "r_QUALIFY_clause"),
]

# These stand for a word each and change what follows it, so one pass from the last word to the first does them all:
# what is inside a call is rewritten before the call.
EXPRESSION_REWRITES: list[Rewrite[OfExpression]] = [
    _rewrite("array object", supers.build, "c_Array_Functions"),
    _rewrite("json_serialize", supers.of_our_schema, "JSON_SERIALIZE"),
    _rewrite("varbyte varbinary binary super", supers.plain_type, "r_SUPER_type"),
    _rewrite("current_user_id", supers.call_without_brackets, "r_CURRENT_USER_ID"),
    _rewrite("convert", conditions.cast_by_convert, "r_CAST_function"),
    _rewrite("try_cast", conditions.try_cast, "r_TRY_CAST"),
    _rewrite("max", data_types.lengthen_max, "r_Character_types"),
    _rewrite("varchar nvarchar varying text bpchar nchar", data_types.complete_type, "r_Character_types"),
    _rewrite("numeric decimal dec", data_types.complete_type, "r_Numeric_types201"),
    _rewrite(
        "dateadd datediff date_add date_diff date_part", dates.quote_datepart, "r_Dateparts_for_datetime_functions"
    ),
    _rewrite("extract", dates.extract_whole_part, "r_EXTRACT_function"),
    _rewrite("sysdate", dates.call_sysdate, "r_SYSDATE"),
    _rewrite("nvl", conditions.rename_nvl, "r_NVL_function"),
    _rewrite("nvl2", conditions.spell_out_nvl2, "r_NVL2"),
    _rewrite("decode", conditions.spell_out_decode, "r_DECODE_expression"),
    _rewrite("json_extract_path_text", conditions.read_invalid_json, "JSON_EXTRACT_PATH_TEXT"),
    _rewrite("listagg", aggregates.aggregate_text, "r_LISTAGG"),
    _rewrite("percentile_cont", aggregates.compute_percentile, "r_PERCENTILE_CONT"),
    _rewrite("percentile_disc", aggregates.compute_percentile, "r_APPROXIMATE_PERCENTILE_DISC"),
    _rewrite("median", aggregates.find_median, "r_MEDIAN"),
    _rewrite("ratio_to_report", aggregates.divide_by_sum, "r_WF_RATIO_TO_REPORT"),
    _rewrite("approximate", aggregates.count_exactly, "r_COUNT"),
    _rewrite("first_value last_value lag lead nth_value", aggregates.ignore_nulls, "r_WF_first_value"),
    _rewrite("where", queries.number_as_condition, "r_WHERE_clause"),
    _rewrite("minus", queries.rename_minus, "r_UNION"),
    _rewrite("collate", data_types.drop_collation, "r_COLLATE"),
    _rewrite("regclass", names.view_of_its_table, "materialized-view-overview"),
    _rewrite("returning asymmetric symmetric variadic", names.quote_word, "r_pg_keywords"),
]

_BY_WORD = {word: entry.apply for entry in EXPRESSION_REWRITES for word in entry.words}
_WORDS = _BY_WORD.keys() | frozenset().union(*(entry.words for entry in QUERY_REWRITES))


def rewrite(
    parts: Tokens, statement: Statement, columns_of: ColumnsOf | None = None, *, keeps_case: bool = False
) -> Tokens:
    """Return a statement that Redshift would run in words that PostgreSQL runs, schema ``rs`` being in its path.

    ``parts`` are its tokens; the same list is returned if nothing is changed. ``columns_of`` names the columns of a
    table, for what PostgreSQL can only say column by column (EXCLUDE, PIVOT, UNPIVOT) and to tell an alias from a
    column; it is asked for nothing else. ``keeps_case`` leaves quoted names as they are.
    """
    if not keeps_case and any(name != name.lower() for name in statement.quoted):
        parts = names.fold_quoted(parts)
    if supers.may_navigate(statement):
        navigated = supers.navigate(statement)
        if navigated is not None:
            parts, statement = navigated, Statement(navigated)
    words = set(statement.present & _WORDS)
    # Words that are in most statements say nothing by themselves.
    if "all" in words and not statement.places("by", "all"):
        words.remove("all")
    if "as" in words and not queries.selects_with_lateral_alias(statement):
        words.remove("as")
    if "where" in words and not (statement.places("where", "1") or queries.may_read_alias_in_where(statement)):
        words.remove("where")
    for word in words & data_types.MAY_BE_COMPLETE:
        if all(statement.word(place + 1) == "(" for place in statement.places(word)):
            words.remove(word)
    for entry in QUERY_REWRITES:
        if not entry.words.isdisjoint(words):
            parts = entry.apply(parts, Columns(parts, columns_of))
    words &= _BY_WORD.keys()
    if not words:
        return parts
    for place in [place for place, token in enumerate(parts) if token.word in words][::-1]:
        edit = _BY_WORD[parts[place].word](parts, place)
        if edit is not None:
            parts = replaced(parts, *edit)
    return parts
