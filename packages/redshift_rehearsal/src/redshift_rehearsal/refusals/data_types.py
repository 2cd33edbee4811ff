"""Data types: which exist, how large they are, what casts to what."""

from __future__ import annotations

from collections.abc import Iterator

from redshift_rehearsal.lexer import NAME, NUMBER, QUOTED, STRING
from redshift_rehearsal.refusals.refusal import refusal
from redshift_rehearsal.refusals.statement import Statement
from redshift_rehearsal.refusals.wordlist import word_set

_SUPPORTED = word_set(
    """
    smallint int2 integer int int4 bigint int8 decimal numeric dec real float4 double float8 float boolean bool
    char character nchar bpchar varchar nvarchar text date datetime timestamp timestamptz time timetz interval
    geometry geography hllsketch super varbyte varbinary binary
    """
)

# Those that columns of external tables have besides.
_NESTED = {"array", "struct", "map"}

# The catalog's types, which the leader node has.
_OF_THE_CATALOG = {"oid", "name", "regclass", "regproc", "regtype", "regprocedure", "aclitem", "anyelement"}

_INTERVAL_PARTS = {"year", "month", "day", "hour", "minute", "second"}

_LONGEST = {"varchar": 65535, "nvarchar": 65535, "varying": 65535, "char": 4096, "nchar": 4096, "character": 4096}
_LONGEST |= {"bpchar": 4096, "decimal": 38, "numeric": 38, "dec": 38}


@refusal("unsupported type", "c_unsupported-postgresql-datatypes.html", "::", "cast", "try_cast", "convert", "table")
def unsupported_type(statement: Statement) -> str | None:
    """Find a cast to, or a column of, a type that Redshift has not."""
    for place in places_of_types(statement):
        word = statement.words[place]
        if word in _SUPPORTED or statement.kind(place) != NAME:
            continue
        if word in _NESTED and "external" in statement.words[1:3]:
            continue
        if word in _OF_THE_CATALOG and not statement.user_tables and statement.words[0] in ("select", "with"):
            continue
        return f'type "{word}" does not exist'
    return None


@refusal("array", "c_unsupported-postgresql-features.html", "[", "array")
def array(statement: Statement) -> str | None:
    """Find ARRAY[...], [1, 2] or an array type; ARRAY(...) makes a SUPER, and super[0] looks into one."""
    for place in statement.places("["):
        before = statement.word(place - 1)
        if before == "array":
            # The leader node has PostgreSQL's arrays: SQLAlchemy's dialect asks the catalog with them.
            if statement.reads_catalog and not statement.user_tables:
                continue
            return 'syntax error at or near "[": ARRAY[...] is not supported'
        looks_into = statement.kind(place - 1) == QUOTED or before in (")", "]") or statement.is_name(place - 1)
        if not looks_into:
            return 'syntax error at or near "["'
        if statement.word(place + 1) == "]" or (
            before in _SUPPORTED and before != "super" and _is_cast(statement, place)
        ):
            return f"array types are not supported: {before}[]"
    if any(statement.places("array", "(", "select")):
        return "ARRAY of a query is not supported"
    for place in statement.places("array"):
        if place and statement.word(place - 1) in _SUPPORTED and statement.word(place + 1) in (",", ")", "", "["):
            return "array types are not supported"
    return None


def _is_cast(statement: Statement, place: int) -> bool:
    return statement.word(place - 2) in ("::", "as")


@refusal("size of a type", "c_Supported_data_types.html", *_LONGEST)
def size_of_type(statement: Statement) -> str | None:
    """Find VARCHAR over 65535 bytes, CHAR over 4096, DECIMAL over 38 digits."""
    for word, longest in _LONGEST.items():
        if word not in statement.present:
            continue
        for place in statement.places(word, "("):
            size = statement.word(place + 2)
            is_length = statement.kind(place + 2) == NUMBER and statement.word(place + 3) in (")", ",")
            if is_length and size.isdigit() and int(size) > longest:
                return f"{word}({size}) is too large: the most is {longest}"
            scale = statement.word(place + 4)
            if longest == 38 and is_length and scale.isdigit() and int(scale) > int(size):
                return f"{word} scale {scale} must be between 0 and precision {size}"
    return None


# What needs the type of the value before or after it.
_OPERATORS = {"||", "=", "<>", "!=", "<", ">", "<=", ">=", "like", "ilike", "in", "between", "similar", "~", "+", "-"}


# No page of AWS's says it; bug reports of many packages for dbt do (calogica/dbt-expectations#99, OHDSI/SqlRender#66).
@refusal("text without a type", "c_Supported_data_types.html", "with", "from", "join")
def text_without_type(statement: Statement) -> str | None:
    """Find an operation on a column that is a bare 'text' or NULL of a common table expression or derived table.

    Branches of a UNION get a type from each other. A name that something else has too is not looked at.
    """
    bare: dict[str, int] = {}
    for block in statement.blocks[1:]:
        if statement.word(block - 1) in ("as", "from", "join", ","):
            bare.update(dict.fromkeys(_bare_columns(statement, block), block))
    for name, block in bare.items():
        uses = [place for place in statement.places(name) if statement.block_of[place] != block]
        named = [place for place in uses if statement.word(place - 1) == "as"]
        if not named and any(_is_operand(statement, place) for place in uses):
            return 'failed to find conversion function from "unknown" to text'
    return None


def _bare_columns(statement: Statement, block: int) -> Iterator[str]:
    """Yield the names of a query's columns that are a text or NULL and no more, unless it is a branch of a UNION."""
    level = statement.inside(block)
    words = [statement.words[place] for place in level]
    if {"union", "intersect", "except", "minus"} & set(words) or "select" not in words:
        return
    start = level[words.index("select")] + 1
    end = next(
        (place for place in level if place > start and statement.words[place] == "from"), statement.partner[block]
    )
    commas = [place for place in level if start <= place < end and statement.words[place] == ","]
    for first, after in zip([start, *(comma + 1 for comma in commas)], [*commas, end], strict=True):
        is_bare = statement.kind(first) == STRING or statement.word(first) == "null"
        if is_bare and statement.name(after - 1) and after - first == (3 if statement.word(first + 1) == "as" else 2):
            yield statement.name(after - 1)


def _is_operand(statement: Statement, place: int) -> bool:
    """Tell whether a column, qualified or not, is compared, joined, aggregated or put in order."""
    first = place - 2 if statement.word(place - 1) == "." else place
    before, after = statement.word(first - 1), statement.word(place + 1)
    is_ordered = before == "by" or before == "," and "by" in statement.words[max(first - 6, 0) : first]
    around = statement.enclosing[place]
    is_argument = around > 0 and around != statement.block_of[place] and statement.opens_call(around)
    return before in _OPERATORS or after in _OPERATORS or is_ordered or is_argument


@refusal("boolean as text", "r_TRY_CAST.html", "true", "false", "::", "cast")
def boolean_as_text(statement: Statement) -> str | None:
    """Find TRUE or FALSE, or a comparison in parentheses, cast to text."""
    message = "cannot cast type boolean to character varying"
    texts = {"varchar", "text", "char", "nvarchar", "character", "bpchar"}
    for place in statement.places("::"):
        if statement.word(place + 1) not in texts:
            continue
        before = statement.word(place - 1)
        if before in ("true", "false") or (before == ")" and _is_comparison(statement, statement.partner[place - 1])):
            return message
        if before in ("boolean", "bool") and statement.word(place - 2) == "::":
            return message
    for cast in statement.casts:
        if statement.words[cast.where + 1] not in texts:
            continue
        value = statement.words[cast.value : cast.where]
        if value in (["true"], ["false"]) or value[-2:] in (["::", "boolean"], ["::", "bool"]):
            return message
        if not _COMPARE.isdisjoint(value) and "case" not in value:
            level = statement.inside(cast.value - 1)
            if any(statement.words[place] in _COMPARE for place in level if place < cast.where):
                return message
    return None


_COMPARE = frozenset(
    {"=", "<>", "!=", "<", ">", "<=", ">=", "is", "and", "or", "not", "like", "ilike", "between", "in"}
)


def _is_comparison(statement: Statement, opening: int) -> bool:
    if statement.kind(opening - 1) == NAME and statement.is_name(opening - 1):
        return False
    words = {statement.words[place] for place in statement.inside(opening)}
    return bool(words & _COMPARE) and not words & {"case", "select", "||"}


@refusal("interval", "r_interval_data_types.html", "interval")
def interval(statement: Statement) -> str | None:
    """Find INTERVAL 1 day: its number is a text, '1 day' or '1' day; the type needs YEAR TO MONTH or DAY TO SECOND."""
    types = set(places_of_types(statement))
    for place in statement.places("interval"):
        after = statement.word(place + 1)
        if place in types:
            if after not in _INTERVAL_PARTS:
                return "the type INTERVAL needs its fields: YEAR TO MONTH or DAY TO SECOND"
        elif (
            statement.kind(place + 1) == NUMBER
            or after == "("
            or (statement.is_name(place + 1) and after not in _INTERVAL_PARTS and statement.kind(place + 1) != STRING)
        ):
            return f'syntax error at or near "{statement.parts[place + 1].text}": INTERVAL takes a text'
    return None


def places_of_types(statement: Statement) -> Iterator[int]:
    """Yield where types stand: in casts, and behind the names of columns that CREATE and ALTER TABLE define."""
    for place in statement.places("::"):
        yield place + 1
    yield from (cast.where + 1 for cast in statement.casts)
    yield from (call.opening + 1 for call in statement.calls_of("convert"))
    yield from (place + 1 for place in defined_columns(statement))


def defined_columns(statement: Statement) -> Iterator[int]:
    """Yield where the names of the columns stand that CREATE TABLE (...) or ALTER TABLE ... ADD defines."""
    if statement.starts_with("alter", "table"):
        for place in statement.places("add"):
            at = place + 2 if statement.word(place + 1) == "column" else place + 1
            if statement.word(at) not in ("constraint", "primary", "foreign", "unique", "partition", "if"):
                yield at
        return
    if statement.words[0] != "create" or "table" not in statement.words[1:4]:
        return
    opening = statement.words.index("table") + 1
    while opening < len(statement.words) and statement.words[opening] not in ("(", "as"):
        opening += 1
    if statement.word(opening) != "(" or statement.word(opening + 1) in ("select", "with", "("):
        return
    if statement.word(statement.partner[opening] + 1) == "as":
        return
    for argument in statement.arguments(opening):
        is_constraint = statement.kind(argument.start) == NAME and statement.words[argument.start] in (
            *("primary", "unique", "foreign", "constraint", "like", "check", "exclude", "sortkey", "distkey"),
        )
        if not is_constraint and len(argument) > 1:
            yield argument.start
