"""Clauses of queries that PostgreSQL or DuckDB have and Redshift has not."""

from __future__ import annotations

from redshift_rehearsal.lexer import NAME, NUMBER, QUOTED, STRING
from redshift_rehearsal.refusals.refusal import refusal
from redshift_rehearsal.refusals.statement import Statement


@refusal("aggregate filter", "c_Aggregate_Functions.html", "filter")
def aggregate_filter(statement: Statement) -> str | None:
    """Find an aggregate over some of the rows: sum(x) filter (where y)."""
    for place in statement.places("filter", "("):
        if statement.word(place - 1) == ")":
            return 'syntax error at or near "(": aggregates take no FILTER clause'
    return None


@refusal("order within an aggregate", "c_Aggregate_Functions.html", "order")
def order_within_aggregate(statement: Statement) -> str | None:
    """Find ORDER BY among an aggregate's arguments; Redshift's place for it is WITHIN GROUP."""
    for place in statement.places("order", "by"):
        opening = statement.enclosing[place]
        if opening > 0 and statement.opens_call(opening):
            return 'syntax error at or near "order": an aggregate orders its values in WITHIN GROUP'
    return None


@refusal("distinct on", "r_SELECT_list.html", "distinct")
def distinct_on(statement: Statement) -> str | None:
    """Find one row for each key: select distinct on (key)."""
    if any(statement.places("distinct", "on", "(")):
        return "SELECT DISTINCT ON is not supported"
    return None


@refusal("lateral", "r_FROM_clause30.html", "lateral")
def lateral(statement: Statement) -> str | None:
    """Find a derived table or function that sees the tables before it."""
    for place in statement.places("lateral"):
        if statement.word(place - 1) in ("from", "join", ",") and (
            statement.word(place + 1) == "(" or statement.word(place + 2) == "("
        ):
            return 'syntax error at or near "lateral"'
    return None


@refusal("table sample", "r_FROM_clause30.html", "tablesample", "sample")
def table_sample(statement: Statement) -> str | None:
    """Find a share of a table's rows."""
    for place in statement.places("tablesample"):
        if statement.is_name(place - 1) or statement.word(place - 1) == ")":
            return 'syntax error at or near "tablesample"'
    for place in statement.places("using", "sample"):
        if statement.kind(place + 2) in (NUMBER, NAME):
            return 'syntax error at or near "sample"'
    return None


@refusal("fetch first", "r_ORDER_BY_clause.html", "fetch")
def fetch_first(statement: Statement) -> str | None:
    """Find FETCH FIRST n ROWS; Redshift has LIMIT and TOP. FETCH of a cursor is a statement of its own."""
    for place in statement.places("fetch"):
        if place and statement.word(place + 1) in ("first", "next"):
            return 'syntax error at or near "fetch"'
    return None


@refusal("with ordinality", "r_FROM_clause30.html", "ordinality")
def with_ordinality(statement: Statement) -> str | None:
    """Find a table function that counts its rows."""
    if any(statement.places("with", "ordinality")):
        return 'syntax error at or near "ordinality"'
    return None


@refusal("star with replace", "r_SELECT_list.html", "replace", "rename")
def star_with_replace(statement: Statement) -> str | None:
    """Find all columns, some of them put differently: select * replace (...); a product with REPLACE() is none."""
    for word in ("replace", "rename"):
        for place in statement.places("*", word, "("):
            if statement.word(place - 1) in ("select", ",", ".", "distinct", "all"):
                return f'syntax error at or near "{word}"'
    return None


@refusal("values as a table", "c_unsupported-postgresql-features.html", "values")
def values_as_table(statement: Statement) -> str | None:
    """Find VALUES anywhere but in INSERT: a constant table."""
    for place in statement.places("values"):
        before = statement.word(place - 1)
        if statement.word(place + 1) == "(" and (place == 0 or before in ("(", "all", "union", "except", "intersect")):
            return 'syntax error at or near "values": a VALUES list is no table'
    return None


@refusal("recursive columns", "r_WITH_clause.html", "recursive")
def recursive_columns(statement: Statement) -> str | None:
    """Find a recursive common table expression without a list of its columns."""
    for start in statement.places("with", "recursive"):
        for place in statement.inside(statement.enclosing[start]):
            is_body = statement.words[place] == "as" and statement.word(place + 1) == "("
            if place < start or not is_body or not statement.is_name(place - 1):
                continue
            name = statement.name(place - 1)
            body = range(place + 2, statement.partner[place + 1])
            if any(statement.name(at) == name and statement.word(at - 1) in ("from", "join", ",") for at in body):
                return f'recursive common table expression "{name}" needs a list of its columns'
    return None


@refusal("recursive query", "r_WITH_clause.html", "recursive")
def recursive_query(statement: Statement) -> str | None:
    """Find a recursive expression that is no UNION ALL, or that orders or limits, or is in a subquery."""
    for start in statement.places("with", "recursive"):
        around = statement.enclosing[start]
        if around >= 0 and statement.word(around - 1) not in ("as", ""):
            return "WITH RECURSIVE is not supported in a subquery"
        for place in statement.inside(around):
            if place < start or statement.words[place] != "(" or statement.word(place - 1) != "as":
                continue
            head = place - 2
            if statement.word(head) != ")" or not _reads_itself(statement, place, statement.partner[head] - 1):
                continue
            body = statement.inside(place)
            words = [statement.words[at] for at in body]
            if "union" in words and "all" not in words[words.index("union") :][:2]:
                return "a recursive common table expression is a UNION ALL of two queries"
            if "order" in words or "limit" in words:
                return "a recursive common table expression has no ORDER BY or LIMIT"
    return None


def _reads_itself(statement: Statement, opening: int, head: int) -> bool:
    name = statement.name(head)
    return any(
        statement.name(at) == name and statement.word(at - 1) in ("from", "join", ",")
        for at in range(opening + 1, statement.partner[opening])
    )


@refusal("materialized expression", "r_WITH_clause.html", "materialized")
def materialized_expression(statement: Statement) -> str | None:
    """Find WITH x AS MATERIALIZED (...), or NOT MATERIALIZED."""
    if any(statement.places("as", "materialized", "(")) or any(statement.places("as", "not", "materialized", "(")):
        return 'syntax error at or near "materialized"'
    return None


@refusal("rows locked by a query", "r_SELECT_synopsis.html", "for")
def rows_locked(statement: Statement) -> str | None:
    """Find SELECT ... FOR UPDATE or FOR SHARE."""
    for place in statement.places("for"):
        if statement.word(place + 1) in ("update", "share") and statement.word(place + 2) in ("", "of", "nowait", ")"):
            return f"SELECT FOR {statement.word(place + 1).upper()} is not supported"
    return None


@refusal("is distinct from", "c_unsupported-postgresql-functions.html", "distinct")
def is_distinct_from(statement: Statement) -> str | None:
    """Find comparison in which NULL equals NULL."""
    if any(statement.places("is", "distinct", "from")) or any(statement.places("is", "not", "distinct", "from")):
        return "IS DISTINCT FROM is not supported"
    return None


@refusal("is true in the select list", "r_Boolean_type.html", "true", "false", "unknown")
def is_true_in_select_list(statement: Statement) -> str | None:
    """Find IS [NOT] TRUE as a column: Redshift takes the comparison as a predicate only."""
    for place in statement.places("is"):
        value = place + 2 if statement.word(place + 1) == "not" else place + 1
        if statement.word(value) in ("true", "false", "unknown") and _is_selected(statement, place):
            return f"IS {statement.word(value).upper()} is not supported in the select list"
    return None


def _is_selected(statement: Statement, place: int) -> bool:
    """Return whether an expression is in a select list, in parentheses or not, outside of any CASE."""
    block = statement.block_of[place]
    around = statement.enclosing[place]
    for before in range(place - 1, block, -1):
        if before == around:
            around = statement.enclosing[before]
        if statement.enclosing[before] != around:
            continue
        word = statement.words[before]
        if word == "select":
            return True
        if word in ("from", "where", "on", "by", "having", "qualify", "case", "when", "set", "check"):
            return False
    return False


@refusal("join of another engine", "r_FROM_clause30.html", "asof", "semi", "anti", "positional")
def join_of_another_engine(statement: Statement) -> str | None:
    """Find ASOF, SEMI, ANTI and POSITIONAL joins."""
    for word in ("asof", "semi", "anti", "positional"):
        for place in statement.places(word):
            if "join" in (statement.word(place + 1), statement.word(place + 2)):
                return f'syntax error at or near "{word}"'
    return None


@refusal("columns by name", "r_UNION.html", "by")
def columns_by_name(statement: Statement) -> str | None:
    """Find UNION BY NAME and INSERT ... BY NAME."""
    for place in statement.places("by", "name"):
        before = statement.word(place - 1)
        if before in ("union", "all") or (
            statement.words[0] == "insert" and before not in ("order", "group", "partition")
        ):
            return 'syntax error at or near "by"'
    return None


@refusal("order by all", "r_ORDER_BY_clause.html", "all")
def order_by_all(statement: Statement) -> str | None:
    """Find ORDER BY ALL; GROUP BY ALL exists."""
    if any(statement.places("order", "by", "all")):
        return 'syntax error at or near "all"'
    return None


@refusal("query without select", "r_SELECT_synopsis.html", "from")
def query_without_select(statement: Statement) -> str | None:
    """Find a query that begins with FROM."""
    for place in statement.places("from"):
        begins = place == 0 or statement.word(place - 1) == "(" and not _is_keyword_call(statement, place - 1)
        if begins and (statement.is_name(place + 1) or statement.word(place + 1) == "("):
            return 'syntax error at or near "from"'
    return None


def _is_keyword_call(statement: Statement, opening: int) -> bool:
    return statement.word(opening - 1) in ("trim", "btrim", "substring", "extract", "overlay")


@refusal("file as a table", "r_FROM_clause30.html", "from", "join")
def file_as_table(statement: Statement) -> str | None:
    """Find FROM 'file.csv'."""
    for word in ("from", "join"):
        for place in statement.places(word):
            if statement.kind(place + 1) != STRING or statement.words[0] not in ("select", "with", "create"):
                continue
            if statement.words[0] == "create" and {"library", "model"} & set(statement.words[1:4]):
                continue
            around = statement.enclosing[place]
            if around <= 0 or not _is_keyword_call(statement, around):
                return f"syntax error at or near {statement.parts[place + 1].text}"
    return None


@refusal("row constructor", "c_unsupported-postgresql-features.html", "row", "distinct")
def row_constructor(statement: Statement) -> str | None:
    """Find ROW(a, b) as a value, or distinct ones counted."""
    for place in statement.places("row", "("):
        if statement.word(place - 1) not in (".", "as") and not statement.is_name(place - 1):
            return 'function "row" is not supported: there are no row constructors'
    for place in statement.places("distinct", "("):
        if statement.word(place - 1) == "(" and len(statement.arguments(place + 1)) > 1:
            return "there are no row constructors: count(distinct (a, b))"
    return None


@refusal("modifying expression", "r_WITH_clause.html", "delete", "insert", "update")
def modifying_expression(statement: Statement) -> str | None:
    """Find INSERT, UPDATE or DELETE inside WITH, or WITH before INSERT."""
    for place, word in enumerate(statement.words):
        if word in ("insert", "update", "delete") and statement.word(place - 1) == "(":
            if statement.word(place - 2) == "as":
                return f'syntax error at or near "{word}"'
        elif word == "insert" and statement.words[0] == "with" and statement.word(place - 1) == ")":
            return 'syntax error at or near "insert": WITH comes after INSERT INTO'
    return None


@refusal("returned rows", "r_INSERT_30.html", "returning")
def returned_rows(statement: Statement) -> str | None:
    """Find the rows that a statement changed as its result."""
    for place in statement.places("returning"):
        changes = any(word in statement.words[:place] for word in ("insert", "update", "delete", "merge"))
        if changes and (statement.kind(place + 1) in (NAME, QUOTED) or statement.word(place + 1) in ("*", "(")):
            return 'syntax error at or near "returning"'
    return None


@refusal("on conflict", "r_INSERT_30.html", "conflict")
def on_conflict(statement: Statement) -> str | None:
    """Find INSERT that changes the row it meets."""
    if any(statement.places("on", "conflict")):
        return 'syntax error at or near "conflict"'
    return None


@refusal("insert or replace", "r_INSERT_30.html", "insert")
def insert_or_replace(statement: Statement) -> str | None:
    """Find INSERT OR REPLACE, INSERT OR IGNORE, INSERT OVERWRITE."""
    if statement.starts_with("insert") and statement.word(1) in ("or", "overwrite"):
        return f'syntax error at or near "{statement.word(1)}"'
    return None


@refusal("alias of deleted rows", "r_DELETE.html", "delete")
def alias_of_deleted_rows(statement: Statement) -> str | None:
    """Find DELETE FROM table alias."""
    place = next((at for at in statement.places("delete", "from") if statement.enclosing[at] == -1), None)
    if place is None:
        return None
    after = place + 3
    while statement.word(after) == ".":
        after += 2
    if statement.word(after) == "as" or (after < len(statement.words) and statement.is_name(after)):
        return f'syntax error at or near "{statement.parts[after].text}": DELETE takes no alias'
    return None


@refusal("target of an assignment", "r_UPDATE.html", "update")
def target_of_assignment(statement: Statement) -> str | None:
    """Find UPDATE ... SET table.column = ..., or SET (a, b) = ...: a column's name alone, one by one."""
    if statement.words[0] not in ("update", "with", "merge"):
        return None
    for place in statement.places("set"):
        if "update" not in statement.words[:place]:
            continue
        if statement.word(place + 1) == "(":
            return 'syntax error at or near "(": SET takes one column at a time'
        for at in statement.inside(statement.enclosing[place]):
            if at > place and statement.words[at] in ("where", "from", "when"):
                break
            is_first = at == place or (at > place and statement.words[at] == ",")
            if is_first and statement.word(at + 2) == "." and statement.word(at + 4) == "=":
                return "SET takes a column's name without its table"
    return None
