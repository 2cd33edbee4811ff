"""SUPER: navigation with dots and brackets, and arrays and objects unnested in FROM (query-super.html).

PostgreSQL's jsonb is what a SUPER is kept in: ``c.orders[0].price`` is ``c.orders[0]['price']`` there.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from redshift_rehearsal.lexer import NAME, QUOTED, STRING, closing, text_of, tokens
from redshift_rehearsal.long_names import name_in_full
from redshift_rehearsal.refusals.statement import KEYWORDS, Relation, Statement
from redshift_rehearsal.rewrites.editing import Call, Edit, Tokens, following, of_call, preceding, word_at

# What a name follows that is no value: the name of a table, a view, a function, a type.
_BEFORE_OTHER_NAMES = frozenset(
    (
        "into",
        "table",
        "view",
        "exists",
        "from",
        "join",
        "update",
        "using",
        "as",
        "::",
        "schema",
        "references",
        "function",
    )
)
_BEGINS = frozenset(("select", "with", "create", "insert", "(", "update", "delete"))


@dataclass(frozen=True)
class _Unnested:
    """``c.orders as o at i`` in FROM: where it is, the value, and its names, "" without AT."""

    start: int
    end: int
    value: int
    alias: str
    index: str
    function: str


def may_navigate(statement: Statement) -> bool:
    """Say whether a statement may look into a SUPER: every statement pays for the question."""
    if statement.word(0) not in _BEGINS:
        return False
    if "[" in statement.present or "unpivot" in statement.present:
        return True
    dots = set(statement.places("."))
    if any(place + 2 in dots and statement.word(place - 2) not in _BEFORE_OTHER_NAMES for place in dots):
        return True
    return _lists_a_path(statement) and bool(_unnested(statement))


_CLAUSES = frozenset(("select", "from", "where", "group", "order", "having", "on", "by", "set", "values", "with"))


def _lists_a_path(statement: Statement) -> bool:
    """Say whether FROM has a comma with a dotted name behind it, as an array that is unnested has."""
    commas = [place for place in statement.places(",") if statement.word(place + 2) in (".", "[")]
    if not commas or not statement.places("from"):
        return False
    clauses = statement.places_of_any(_CLAUSES)
    for comma in commas:
        before = reversed(clauses[: bisect_left(clauses, comma)])
        around = statement.enclosing[comma]
        clause = next((place for place in before if statement.enclosing[place] == around), None)
        if clause is not None and statement.words[clause] == "from":
            return True
    return False


def navigate(statement: Statement) -> Tokens | None:
    """Return a statement in PostgreSQL's words, None if it looks into no SUPER."""
    unnested = _unnested(statement)
    relations = [relation for found in statement.relations.values() for relation in found]
    starts = {one.start for one in unnested}
    aliases = {relation.alias for relation in relations if relation.place not in starts}
    schemas = {relation.schema for relation in relations if relation.schema and relation.place not in starts}
    names = _Names(statement, aliases, schemas, {one.alias for one in unnested})
    heads = {relation.place for relation in relations} - starts
    at_start = {one.start: one for one in unnested}
    made: list[str] = []
    place, is_changed = 0, bool(unnested)
    while place < len(statement.words):
        if place in at_start:
            one = at_start[place]
            columns = f'"{one.alias}", "{one.index}"' if one.index else f'"{one.alias}"'
            made.append(f'lateral {one.function}({names.written(one.value)[0]}) as "{one.alias}"({columns})')
            place = one.end
            continue
        before = statement.word(place - 1)
        if place in heads or before in _BEFORE_OTHER_NAMES or before == "." or not statement.is_name(place):
            made.append(statement.parts[place].text)
            place += 1
            continue
        written, end = names.written(place)
        is_changed = is_changed or written != text_of(statement.parts[place:end])
        made.append(written)
        place = end
    if not is_changed:
        return None
    return tokens(_joined(made))


def _joined(texts: list[str]) -> str:
    """Join tokens so that no two become one, nor a dot a part of a number."""
    made = ""
    for text in texts:
        tight = made.endswith((".", "[", "::")) or text in (".", "[", "]", "::", ")", ",")
        made += text if tight or not made else f" {text}"
    return made


class _Names:
    """How each name of a statement is written when dots and brackets after a column look into it."""

    def __init__(self, statement: Statement, aliases: set[str], schemas: set[str], unnested: set[str]) -> None:
        self._statement = statement
        self._aliases = aliases
        self._schemas = schemas
        self._unnested = unnested

    def written(self, start: int) -> tuple[str, int]:
        """Return the name or path that begins at a place as PostgreSQL takes it, and where it ends."""
        statement = self._statement
        end = _end_of_path(statement, start)
        plain = text_of(statement.parts[start:end])
        if end == start + 1 or statement.word(end) == "(" or statement.word(end - 1) == "*":
            return plain, end
        first = statement.name(start)
        if first in self._unnested:
            base = f'"{first}"."{first}"'
            return base + self._steps(start + 1, end), end
        if first in self._aliases:
            after = start + 3
        elif first in self._schemas:
            after = start + 5
        elif statement.word(start + 5) == "." and self._is_table(start + 2):
            after = start + 7
        else:
            after = start + 1
        bracket = next((at for at in range(start, end) if statement.words[at] == "["), end)
        after = min(after, bracket)
        if after >= end:
            return plain, end
        return text_of(statement.parts[start:after]) + self._steps(after, end), end

    def _is_table(self, start: int) -> bool:
        """Say whether a relation's schema and name begin at a place, behind the name of a database."""
        return self._statement.name(start) in self._schemas and self._statement.name(start + 2) in self._aliases

    def _steps(self, start: int, end: int) -> str:
        """Write what follows the column: ``.name`` as ``['name']``, brackets as they are."""
        statement = self._statement
        made, place = "", start
        while place < end:
            if statement.words[place] == ".":
                name = name_in_full(statement.name(place + 1)).replace("'", "''")
                made += f"['{name}']"
                place += 2
            else:
                close = statement.partner[place]
                inside, at = [], place + 1
                while at < close:
                    if statement.is_name(at) and statement.word(at - 1) != ".":
                        text, at = self.written(at)
                        inside.append(text)
                    else:
                        inside.append(statement.parts[at].text)
                        at += 1
                made += f"[{_joined(inside)}]"
                place = close + 1
        return made


def _end_of_path(statement: Statement, start: int) -> int:
    """Return where a path of names and brackets ends that begins with a name."""
    place = start + 1
    while True:
        if statement.word(place) == "." and statement.kind(place + 1) in (NAME, QUOTED):
            place += 2
        elif statement.word(place) == "." and statement.word(place + 1) == "*":
            return place + 2
        elif statement.word(place) == "[" and statement.partner[place] < len(statement.words):
            place = statement.partner[place] + 1
        else:
            return place


def _unnested(statement: Statement) -> list[_Unnested]:
    """Return what FROM unnests: a path that begins with a name that FROM has defined before."""
    found = []
    for block in statement.relations.values():
        known: set[str] = set()
        for relation in block:
            one = _read(statement, relation, known)
            if one:
                found.append(one)
                known.add(one.alias)
            else:
                known.add(relation.alias)
    # UNPIVOT of a SUPER is a relation that its first word hides.
    for place in statement.places("unpivot"):
        before = statement.word(place - 1)
        if (
            before in (",", "from", "join")
            and statement.is_name(place + 1)
            and not any(one.start == place for one in found)
        ):
            one = _read_at(statement, place, place + 1, "rs.unpivot_super")
            if one:
                found.append(one)
    return found


def _read(statement: Statement, relation: Relation, known: set[str]) -> _Unnested | None:
    start = relation.place
    if statement.name(start) not in known or statement.word(start + 1) not in (".", "["):
        return None
    return _read_at(statement, start, start, "rs.unnest_super")


def _read_at(statement: Statement, start: int, value: int, function: str) -> _Unnested | None:
    end = _end_of_path(statement, value)
    alias = statement.name(end - 1)
    if statement.word(end) == "as":
        end += 1
    if statement.is_name(end) and statement.word(end) not in ("at", *KEYWORDS):
        alias = statement.name(end)
        end += 1
    index = ""
    if statement.word(end) == "at":
        index = statement.name(end + 1)
        end += 2
    return _Unnested(start, end, value, alias, index, function) if alias else None


# ---------------------------------------------------------------------------------------------- words
@of_call
def build(_: Tokens, call: Call) -> str | None:
    """``array(1, 'a')`` -> ``jsonb_build_array(1, 'a')``; ``object('a', 1)`` likewise."""
    if call.name == "array" and any(argument.lower().startswith("select") for argument in call.arguments):
        return None
    return f"pg_catalog.jsonb_build_{call.name}({', '.join(call.arguments)})::rs.super"


@of_call
def of_our_schema(_: Tokens, call: Call) -> Edit:
    """``json_serialize(a)`` -> ``rs.json_serialize(a)``: PostgreSQL's grammar has one of its own."""
    return Edit(call.start, call.start + 1, f"rs.{call.name}")


def plain_type(parts: Tokens, place: int) -> Edit | None:
    """``varbyte(64)``, ``binary varying(64)`` -> ``rs.varbyte``, of any length; ``'a'::super`` is a text."""
    word, before, after = parts[place].word, preceding(parts, place), following(parts, place)
    is_cast = word_at(parts, before) in ("::", "as")
    if word == "super":
        value = preceding(parts, before)
        if is_cast and parts[value].kind == STRING:
            return Edit(value, value + 1, f"rs.super_of({parts[value].text})")
        return None
    if not is_cast and parts[before].kind not in (NAME, QUOTED):
        return None
    end = place + 1
    if word_at(parts, after) == "varying":
        end, after = after + 1, following(parts, after)
    if word_at(parts, after) == "(":
        end = closing(parts, after) + 1
    return Edit(place, end, "rs.varbyte")


def call_without_brackets(parts: Tokens, place: int) -> Edit | None:
    """``current_user_id`` -> ``rs.current_user_id()``."""
    is_name = word_at(parts, preceding(parts, place)) in (".", "as") or word_at(parts, following(parts, place)) in (
        ".",
        "(",
    )
    return None if is_name else Edit(place, place + 1, "rs.current_user_id()")
