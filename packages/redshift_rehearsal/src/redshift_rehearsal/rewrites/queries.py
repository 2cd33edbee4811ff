"""Clauses that PostgreSQL has not: TOP, MINUS, QUALIFY, GROUP BY ALL, EXCLUDE, and aliases used in their own list."""

from __future__ import annotations

from redshift_rehearsal.errors import Refused
from redshift_rehearsal.lexer import NAME, NUMBER, QUOTED, name_of, significant_places, tokens
from redshift_rehearsal.refusals.statement import Statement
from redshift_rehearsal.rewrites.editing import (
    Edit,
    Tokens,
    following,
    preceding,
    replaced,
    text_between,
    word_at,
)
from redshift_rehearsal.rewrites.selects import (
    SET_OPERATORS,
    Columns,
    Item,
    Select,
    default_name,
    enclosing_select,
    is_star,
    items_of,
    not_known,
    relations_of,
    select_at,
)

# What makes an entry of a select list a value of the group rather than a key of it.
_AGGREGATES = {
    *("any_value", "approximate", "avg", "bit_and", "bit_or", "bool_and", "bool_or", "count", "listagg", "max"),
    *("median", "min", "over", "percentile_cont", "percentile_disc", "stddev", "stddev_pop", "stddev_samp", "sum"),
    *("var_pop", "var_samp", "variance"),
}

# What an alias in a select list is looked for between, and what comes before a name that reads no alias.
_MARKS = frozenset(("(", ")", "select", "from", *SET_OPERATORS))
_NO_READER = ("as", ".")


def limit_by_top(parts: Tokens, _: Columns) -> Tokens:
    """``select top 10 a from t`` -> ``select a from t limit 10``."""
    for place in range(len(parts) - 1, -1, -1):
        number = following(parts, place)
        if (
            parts[place].word != "top"
            or word_at(parts, preceding(parts, place)) not in ("select", "distinct")
            or number >= len(parts)
            or parts[number].kind != NUMBER
        ):
            continue
        select = enclosing_select(parts, place)
        if select is None:
            continue
        body = text_between(parts, following(parts, number), select.end)
        limited = f"select {body} limit {parts[number].text}"
        # A member of a UNION keeps its own limit in parentheses.
        if word_at(parts, select.end) in SET_OPERATORS or _follows_set_operator(parts, select):
            limited = f"({limited})"
        parts = replaced(parts, select.start, select.end, f"{limited} ")
    return parts


def _follows_set_operator(parts: Tokens, select: Select) -> bool:
    return word_at(parts, preceding(parts, select.start)) in (*SET_OPERATORS, "all")


def rename_minus(parts: Tokens, place: int) -> Edit | None:
    """``select ... minus select ...`` -> ``select ... except select ...``."""
    return (
        Edit(place, place + 1, "except") if word_at(parts, following(parts, place)) in ("select", "(", "with") else None
    )


def name_all_but_excluded(parts: Tokens, columns: Columns) -> Tokens:
    """``select * exclude (a) from t`` -> ``select t.b, t.c from t``; at the end of a list it is for all of the list."""
    for place in range(len(parts) - 1, -1, -1):
        if parts[place].word != "exclude" or not _is_exclusion(parts, place):
            continue
        select = enclosing_select(parts, place)
        if select is None or place >= select.end_of(""):
            continue
        if word_at(parts, preceding(parts, place)) == "*":
            parts = _star_without(parts, place, select, columns)
        else:
            parts = _list_without(parts, place, select, columns)
    return parts


def _star_without(parts: Tokens, place: int, select: Select, columns: Columns) -> Tokens:
    """Name the columns of the star in front of EXCLUDE."""
    item = next(item for item in items_of(parts, select) if item.start < place)
    for later in items_of(parts, select):
        if later.start < place:
            item = later
    end = _end_of_exclusion(parts, place, item.end)
    kept = Item(item.start, end, end, None, False)
    named = columns.of_star_by_relation(parts, select, kept)
    sql = ", ".join(f"{relation}.{column}" if relation else column for relation, column in named)
    return replaced(parts, item.start, end, sql)


def _list_without(parts: Tokens, place: int, select: Select, columns: Columns) -> Tokens:
    """Name the columns of all stars of a list that ends with EXCLUDE; leave out what it names."""
    end = select.end_of("")
    excluded = {name_of(token) for token in parts[place + 1 : end] if token.kind in (NAME, QUOTED)}
    bare = [*parts[:place], *parts[end:]]
    shorter = select_at(bare, select.start)
    items = items_of(bare, shorter)
    if not any(is_star(bare, item) for item in items):
        return parts
    kept = []
    for item in items:
        if is_star(bare, item):
            named = columns.of_star_by_relation(bare, shorter, item)
            kept += [f"{of}.{column}" if of else column for of, column in named if column not in excluded]
        elif item.name not in excluded:
            kept.append(text_between(bare, item.start, item.end))
    return replaced(bare, items[0].start, items[-1].end, ", ".join(kept) + " ")


def _end_of_exclusion(parts: Tokens, exclude: int, end_of_item: int) -> int:
    """Return where the list of EXCLUDE ends: without parentheses its commas look like those of the select list."""
    if word_at(parts, following(parts, exclude)) == "(":
        return end_of_item
    end = following(parts, exclude) + 1
    while word_at(parts, following(parts, end - 1)) == ",":
        name = following(parts, following(parts, end - 1))
        if parts[name].kind not in (NAME, QUOTED) or word_at(parts, following(parts, name)) not in (",", "from"):
            break
        end = name + 1
    return end


def _is_exclusion(parts: Tokens, place: int) -> bool:
    """Say whether EXCLUDE ends a select list there, and is no name."""
    before, after = preceding(parts, place), following(parts, place)
    begins_list = after < len(parts) and (parts[after].word == "(" or parts[after].kind in (NAME, QUOTED))
    return begins_list and word_at(parts, before) not in (",", "select", "distinct", ".", "as", "(")


def group_by_all(parts: Tokens, columns: Columns) -> Tokens:
    """``select a, sum(b) from t group by all`` -> ``... group by 1``."""
    for place in range(len(parts) - 1, -1, -1):
        if parts[place].word != "group":
            continue
        by = following(parts, place)
        every = following(parts, by)
        if (word_at(parts, by), word_at(parts, every)) != ("by", "all"):
            continue
        select = enclosing_select(parts, place)
        if select is None:
            continue
        keys, position = [], 0
        for item in items_of(parts, select):
            width = len(columns.of_star(parts, select, item)) if is_star(parts, item) else 1
            if not any(token.word in _AGGREGATES for token in parts[item.start : item.expression_end]):
                keys += [str(position + number) for number in range(1, width + 1)]
            position += width
        parts = replaced(parts, place, every + 1, f"group by {', '.join(keys)}" if keys else "")
    return parts


def filter_windows(parts: Tokens, _: Columns) -> Tokens:
    """``select a from t qualify row_number() over (...) = 1`` -> a query around it that keeps what qualifies.

    ``*`` becomes the row of each relation, taken apart outside: the condition is no column of the result.
    """
    for place in range(len(parts) - 1, -1, -1):
        if parts[place].word != "qualify" or word_at(parts, preceding(parts, place)) in (".", "as"):
            continue
        select = enclosing_select(parts, place)
        if select is not None and select.clauses.get("qualify") == place:
            parts = replaced(parts, select.start, select.end_of("qualify"), _qualified(parts, select))
    return parts


def _qualified(parts: Tokens, select: Select) -> str:
    relations = relations_of(parts, select)
    inside, outside = [], []
    items = items_of(parts, select)
    for number, item in enumerate(items, 1):
        if is_star(parts, item):
            wanted = None if word_at(parts, item.start) == "*" else parts[item.start].text
            for at, relation in enumerate(relations, 1):
                if wanted in (None, relation.name):
                    if not relation.name:
                        raise not_known("the subquery beside QUALIFY, which has no alias")
                    inside.append(f"{relation.name} as rs_row_{number}_{at}")
                    outside.append(f"(rs_row_{number}_{at}).*")
            continue
        name = item.name or default_name(parts, item)
        inside.append(f"{text_between(parts, item.start, item.expression_end)} as rs_column_{number}")
        outside.append(f'rs_column_{number} as "{name}"')
    condition = _with_aliases(parts, items, parts[select.clauses["qualify"] + 1 : select.end_of("qualify")])
    body = text_between(parts, select.clauses["from"], select.clauses["qualify"])
    distinct = "distinct " if word_at(parts, following(parts, select.start)) == "distinct" else ""
    alias = relations[0].name if len(relations) == 1 and relations[0].name else "rs_qualified"
    inner = f"select {', '.join(inside)}, ({condition}) as rs_qualifies {body}"
    return f"select {distinct}{', '.join(outside)} from ({inner}) as {alias} where rs_qualifies "


def _with_aliases(parts: Tokens, items: list[Item], condition: Tokens) -> str:
    """Put the expressions of the select list where the condition names their aliases."""
    expressions = {item.name: text_between(parts, item.start, item.expression_end) for item in items if item.is_aliased}
    return _substituted(condition, expressions)


def _substituted(parts: Tokens, expressions: dict[str | None, str]) -> str:
    result = []
    for place, token in enumerate(parts):
        if (
            token.kind == NAME
            and token.word in expressions
            and word_at(parts, preceding(parts, place)) not in (".", "as")
            and word_at(parts, following(parts, place)) not in ("(", ".")
        ):
            result.append(f"({expressions[token.word]})")
        else:
            result.append(token.text)
    return "".join(result).strip()


def repeat_aliased(parts: Tokens, columns: Columns) -> Tokens:
    """``select a * 2 as x, x + 1 as y from t`` -> ``select a * 2 as x, (a * 2) + 1 as y from t``.

    A column of that name in FROM comes before the alias. So where the catalog does not know the relation, or the
    alias's own expression reads the name (``trim(a) as a``), it stays as it is: better an error than another number.
    """
    places = significant_places(parts)
    for start in selects_with_lateral_alias(Statement(parts)):
        select = select_at(parts, places[start])
        known: set[str] | None = set()
        is_read = False
        expressions: dict[str | None, str] = {}
        for item in items_of(parts, select):
            expression = _substituted(parts[item.start : item.expression_end], expressions) if expressions else None
            if expression is not None and expression != text_between(parts, item.start, item.expression_end):
                grown = tokens(expression)
                parts = [*parts[: item.start], *grown, *parts[item.expression_end :]]
                return repeat_aliased(parts, columns)
            if item.is_aliased and item.name:
                if not is_read:
                    known, is_read = _known_columns(parts, select, columns), True
                own = {token.word for token in parts[item.start : item.expression_end] if token.kind == NAME}
                if known is not None and item.name not in known and item.name not in own:
                    expressions[item.name] = text_between(parts, item.start, item.expression_end)
    return parts


def repeat_aliased_in_where(parts: Tokens, columns: Columns) -> Tokens:
    """``select a * 2 as x from t where x > 1`` -> ``... where (a * 2) > 1``.

    As in the select list: a column of that name comes before the alias.
    """
    for place in range(len(parts) - 1, -1, -1):
        if parts[place].word != "where":
            continue
        select = enclosing_select(parts, place)
        if select is None or select.clauses.get("where") != place:
            continue
        end = select.end_of("where")
        read = _read_directly(parts, place + 1, end)
        items = [item for item in items_of(parts, select) if item.is_aliased and item.name in read]
        items = [item for item in items if item.name not in _names(parts, item.start, item.expression_end)]
        if not items:
            continue
        known = _known_columns(parts, select, columns)
        expressions = {
            item.name: text_between(parts, item.start, item.expression_end)
            for item in items
            if known is not None and item.name not in known
        }
        if expressions:
            parts = replaced(parts, place + 1, end, f" {_substituted(parts[place + 1 : end], expressions)} ")
    return parts


def _names(parts: Tokens, start: int, end: int) -> set[str]:
    return {token.word for token in parts[start:end] if token.kind == NAME}


def _read_directly(parts: Tokens, start: int, end: int) -> set[str]:
    """Return the bare names between two places; none if a query is in there, whose names are its own."""
    if any(parts[place].word == "select" for place in range(start, end)):
        return set()
    return {
        parts[place].word
        for place in range(start, end)
        if parts[place].kind == NAME
        and word_at(parts, preceding(parts, place)) != "."
        and word_at(parts, following(parts, place)) not in ("(", ".")
    }


def number_as_condition(parts: Tokens, place: int) -> Edit | None:
    """``where 1 and a = 2`` -> ``where true and a = 2``: SQLAlchemy's dialect asks the catalog so."""
    number = following(parts, place)
    if word_at(parts, number) != "1" or word_at(parts, following(parts, number)) != "and":
        return None
    return Edit(number, number + 1, "true")


def may_read_alias_in_where(statement: Statement) -> bool:
    """Say whether a name that follows AS is read after a WHERE: every statement pays for the question."""
    wheres = statement.places("where")
    if not wheres:
        return False
    aliases = {statement.name(place + 1) for place in statement.places("as")} & statement.present
    return any(statement.places(alias)[-1] > wheres[0] for alias in aliases)


def _known_columns(parts: Tokens, select: Select, columns: Columns) -> set[str] | None:
    """Return the columns of all relations in FROM, None if the catalog does not know one of them."""
    try:
        relations = relations_of(parts, select)
        return {name for relation in relations for name in relation.columns or columns.of(relation.source)}
    except Refused:
        return None if columns.has_catalog else set()


def selects_with_lateral_alias(statement: Statement) -> list[int]:
    """Return the places of SELECTs that use one of their own aliases as a bare word later in the list, the last first.

    Every statement pays for this one, so only the words that matter are looked at.
    """
    words = statement.words
    names = {statement.word(place + 1) for place in statement.places("as")} - {"(", ")", ",", ""}
    read = {name for name in names if any(words[place - 1] not in _NO_READER for place in statement.places(name))}
    if not read:
        return []
    found: set[int] = set()
    frames: list[tuple[int, int, set[str], set[str]]] = []  # place of SELECT, its depth, aliases and names so far
    depth = 0
    for place in statement.places_of_any(_MARKS | read):
        word = words[place]
        if word == "(":
            depth += 1
        elif word == ")":
            depth -= 1
            while frames and frames[-1][1] > depth:
                frames.pop()
        elif word == "select":
            frames.append((place, depth, set(), set()))
        elif not frames:
            continue
        elif word in _MARKS:
            if frames[-1][1] == depth and words[place - 1] != "distinct":
                frames.pop()
        else:
            start, level, aliases, seen = frames[-1]
            if words[place - 1] == "as":
                # What was read before it was an alias is a column.
                if depth == level and word not in seen:
                    aliases.add(word)
            elif words[place - 1] != ".":
                seen.add(word)
                if word in aliases:
                    found.add(start)
    return sorted(found, reverse=True)
