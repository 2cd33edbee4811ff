"""A query among tokens: its select list, its FROM and its clauses, and the columns that it returns."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from redshift_rehearsal.errors import REDSHIFT_DOCS, NotRehearsed
from redshift_rehearsal.lexer import NAME, QUOTED, Token, closing, name_of, significant, split_arguments, text_of
from redshift_rehearsal.rewrites.editing import Tokens, following, preceding, word_at

SET_OPERATORS = ("union", "intersect", "except", "minus")
_CLAUSES = ("from", "where", "group", "having", "qualify", "order", "limit", "offset")
_JOIN_WORDS = ("join", "inner", "left", "right", "full", "outer", "cross", "natural", "lateral")
_RESERVED = (*_CLAUSES, *_JOIN_WORDS, *SET_OPERATORS, "on", "using", "as", "end", "then", "else", "when", "null", "and")

# Names the columns of a table, given as it is written (schema.table), or None if it is not known.
ColumnsOf = Callable[[str], Sequence[str] | None]


@dataclass(frozen=True)
class Select:
    """One SELECT: where it begins and ends among the tokens, and where each clause's first word is."""

    start: int
    end: int
    clauses: dict[str, int]

    def end_of(self, clause: str) -> int:
        """Return where the clause ends: at the next one, or with the query."""
        place = self.clauses[clause] if clause else self.start
        return min((at for at in self.clauses.values() if at > place), default=self.end)


def select_at(parts: Sequence[Token], start: int) -> Select:
    """Return the query whose SELECT is at ``start``."""
    clauses: dict[str, int] = {}
    depth = 0
    end = len(parts)
    for place in range(start + 1, len(parts)):
        word = parts[place].word
        if word == "(":
            depth += 1
        elif word == ")":
            depth -= 1
        if depth < 0 or (depth == 0 and (word == ";" or word in SET_OPERATORS)):
            end = place
            break
        if depth == 0 and word in _CLAUSES and word not in clauses and not _is_part_of_phrase(parts, place):
            clauses[word] = place
    return Select(start, end, clauses)


def _is_part_of_phrase(parts: Sequence[Token], place: int) -> bool:
    """Return whether the word belongs to ``is distinct from`` or ``within group``, or is somebody's column."""
    before = word_at(parts, preceding(parts, place))
    return before in (".", "within", "as") or (before == "distinct" and parts[place].word == "from")


def enclosing_select(parts: Sequence[Token], place: int) -> Select | None:
    """Return the query one of whose clauses the token at ``place`` is in, outside of any parenthesis of it."""
    depth = 0
    for at in range(place - 1, -1, -1):
        word = parts[at].word
        depth += {")": 1, "(": -1}.get(word, 0)
        if depth < 0:
            return None
        if depth == 0 and word == "select":
            return select_at(parts, at)
    return None


def selects(parts: Sequence[Token]) -> Iterator[Select]:
    """Yield all queries of a statement, the last and innermost first."""
    for place in range(len(parts) - 1, -1, -1):
        if parts[place].word == "select":
            yield select_at(parts, place)


@dataclass(frozen=True)
class Item:
    """One entry of a select list: from place ``start`` up to ``end``, its expression up to ``expression_end``."""

    start: int
    end: int
    expression_end: int
    name: str | None
    is_aliased: bool


def items_of(parts: Sequence[Token], select: Select) -> list[Item]:
    """Return the entries of the select list, DISTINCT left out."""
    place = following(parts, select.start)
    if word_at(parts, place) in ("distinct", "all"):
        place = following(parts, place)
    last = select.end_of("")
    items, depth, start = [], 0, place
    for at in range(place, last + 1):
        word = parts[at].word if at < last else ","
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == "," and depth == 0:
            items.append(_item(parts, start, at))
            start = at + 1
    return items


def _item(parts: Sequence[Token], start: int, end: int) -> Item:
    start, end = following(parts, start - 1), preceding(parts, end) + 1
    last = end - 1
    before = preceding(parts, last)
    if last > start and parts[last].kind in (NAME, QUOTED):
        if word_at(parts, before) == "as":
            return Item(start, end, preceding(parts, before) + 1, name_of(parts[last]), True)
        if word_at(parts, before) == ".":
            return Item(start, end, end, name_of(parts[last]), False)
        is_alias = parts[last].word not in _RESERVED and (
            parts[before].kind != "operator" or parts[before].word in (")", "]")
        )
        if is_alias and word_at(parts, preceding(parts, before)) != "::":
            return Item(start, end, before + 1, name_of(parts[last]), True)
    if last == start and parts[last].kind in (NAME, QUOTED):
        return Item(start, end, end, name_of(parts[last]), False)
    return Item(start, end, end, None, False)


def is_star(parts: Sequence[Token], item: Item) -> bool:
    """Return whether the entry is ``*`` or ``t.*``, with what may follow it (EXCLUDE)."""
    return "*" in (word_at(parts, item.start), word_at(parts, item.start + 2)) and (
        word_at(parts, item.start) == "*" or word_at(parts, item.start + 1) == "."
    )


@dataclass(frozen=True)
class Relation:
    """A table, a CTE, a subquery or a function in FROM.

    source   its text without alias
    name     by which the query knows it
    columns  those that an alias lists: ``f() as t (a int, b int)``
    """

    source: Tokens
    name: str
    columns: tuple[str, ...] = ()


def relations_of(parts: Sequence[Token], select: Select) -> list[Relation]:
    """Return the relations in FROM, in the order in which ``*`` takes it."""
    if "from" not in select.clauses:
        return []
    found = []
    place = following(parts, select.clauses["from"])
    end = select.end_of("from")
    while place < end:
        relation, place = _relation(parts, place, end)
        found.append(relation)
        # To the next comma or JOIN that is in no parenthesis.
        depth = 0
        while place < end and not (depth == 0 and parts[place].word in (",", "join")):
            if parts[place].word in ("using", "natural") and depth == 0:
                raise not_known("a join with USING or NATURAL")
            depth += {"(": 1, ")": -1}.get(parts[place].word, 0)
            place += 1
        place = following(parts, place)
    return found


def _relation(parts: Sequence[Token], place: int, end: int) -> tuple[Relation, int]:
    """Read one entry of FROM; return it and the place after it."""
    start = place
    if word_at(parts, place) == "(":
        place = closing(parts, place) + 1
    else:
        place += 1
        while word_at(parts, following(parts, place - 1)) == ".":
            place = following(parts, following(parts, place - 1)) + 1
        if word_at(parts, following(parts, place - 1)) == "(":
            return _function(parts, start, closing(parts, following(parts, place - 1)) + 1, end)
    source = list(parts[start:place])
    name = name_of(parts[place - 1]) if parts[place - 1].kind in (NAME, QUOTED) else ""
    alias = following(parts, place - 1)
    if word_at(parts, alias) == "as":
        alias = following(parts, alias)
    if alias < end and parts[alias].kind in (NAME, QUOTED) and parts[alias].word not in _RESERVED:
        return Relation(source, name_of(parts[alias])), alias + 1
    return Relation(source, name), place


def _function(parts: Sequence[Token], start: int, place: int, end: int) -> tuple[Relation, int]:
    """Read the alias of a function in FROM, and the columns in it; return it and the place after it."""
    source = list(parts[start:place])
    alias = following(parts, place - 1)
    if word_at(parts, alias) == "as":
        alias = following(parts, alias)
    if alias >= end or parts[alias].kind not in (NAME, QUOTED) or parts[alias].word in _RESERVED:
        return Relation(source, name_of(source[0])), place
    opening = following(parts, alias)
    if word_at(parts, opening) != "(":
        return Relation(source, name_of(parts[alias])), alias + 1
    last = closing(parts, opening)
    listed = [significant(argument) for argument in split_arguments(list(parts[opening + 1 : last]))]
    return Relation(source, name_of(parts[alias]), tuple(name_of(column[0]) for column in listed if column)), last + 1


def ctes_of(parts: Sequence[Token]) -> dict[str, Tokens]:
    """Return the CTEs of a statement: name -> tokens between its parentheses."""
    found = {}
    for place in [place for place, token in enumerate(parts) if token.word == "as"]:
        opening = following(parts, place)
        if word_at(parts, opening) != "(":
            continue
        name = preceding(parts, place)
        if name >= 0 and word_at(parts, following(parts, opening)) in ("select", "with", "("):
            found[name_of(parts[name])] = list(parts[opening + 1 : closing(parts, opening)])
    return found


def not_known(what: str) -> NotRehearsed:
    """Return the refusal that is ours and not Redshift's: PostgreSQL needs names which we cannot tell."""
    return NotRehearsed(
        f"the stand-in cannot tell the columns of {what}: name them one by one", f"{REDSHIFT_DOCS}r_EXCLUDE_list.html"
    )


class Columns:
    """Answers which columns a relation has: from the text of a CTE or a subquery, from the catalog for a table."""

    def __init__(self, parts: Sequence[Token], catalog: ColumnsOf | None) -> None:
        self._parts = parts
        self._catalog = catalog

    @functools.cached_property
    def _ctes(self) -> dict[str, Tokens]:
        return ctes_of(self._parts)

    @property
    def has_catalog(self) -> bool:
        """Return whether tables can be looked up."""
        return self._catalog is not None

    def of(self, source: Sequence[Token]) -> list[str]:
        """Return the names of the columns of a table, a CTE or a bracketed query, in order."""
        words = significant(source)
        if words and words[0].word == "(":
            return self.of_query(source[source.index(words[0]) + 1 : closing(source, source.index(words[0]))])
        name = text_of(words)
        inner = self._ctes.get(name_of(words[0])) if len(words) == 1 else None
        if inner is not None:
            return self.of_query(inner)
        found = self._catalog(name) if self._catalog else None
        if not found:
            raise not_known(name)
        return list(found)

    def of_query(self, query: Sequence[Token]) -> list[str]:
        """Return the names of the columns of a query."""
        select = next((select_at(query, place) for place in _outermost_selects(query)), None)
        if select is None:
            raise not_known(text_of(query).strip()[:80])
        names: list[str] = []
        for item in items_of(query, select):
            if is_star(query, item):
                names += self.of_star(query, select, item)
            else:
                names.append(item.name or default_name(query, item))
        return names

    def of_star(self, parts: Sequence[Token], select: Select, item: Item) -> list[str]:
        """Return the columns that ``*`` or ``t.*`` selects, those of EXCLUDE left out."""
        return [name for _, name in self.of_star_by_relation(parts, select, item)]

    def of_star_by_relation(self, parts: Sequence[Token], select: Select, item: Item) -> list[tuple[str, str]]:
        """Return the columns that ``*`` or ``t.*`` selects as pairs of relation and column."""
        wanted = name_of(parts[item.start]) if word_at(parts, item.start) != "*" else None
        star = item.start if wanted is None else item.start + 2
        excluded = excluded_columns(parts, star, item.end)
        return [
            (relation.name, column)
            for relation in relations_of(parts, select)
            if wanted in (None, relation.name)
            for column in self.of(relation.source)
            if column not in excluded
        ]


def excluded_columns(parts: Sequence[Token], star: int, end: int) -> set[str]:
    """Return the names after EXCLUDE, which may follow the star."""
    if word_at(parts, following(parts, star)) != "exclude":
        return set()
    named = parts[following(parts, star) + 1 : end]
    return {name_of(token) for token in named if token.kind in (NAME, QUOTED)}


def _outermost_selects(query: Sequence[Token]) -> Iterator[int]:
    depth = 0
    for place, token in enumerate(query):
        depth += {"(": 1, ")": -1}.get(token.word, 0)
        if depth == 0 and token.word == "select":
            yield place


def default_name(parts: Sequence[Token], item: Item) -> str:
    """Return the name of a column without one: that of the function, or ``?column?``."""
    if parts[item.start].kind == NAME and word_at(parts, following(parts, item.start)) == "(":
        return parts[item.start].word
    return "case" if parts[item.start].word == "case" else "?column?"


def arguments_between(parts: Sequence[Token], start: int, end: int) -> list[str]:
    """Return what the commas between two places separate."""
    return [text_of(argument).strip() for argument in split_arguments(list(parts[start:end]))]
