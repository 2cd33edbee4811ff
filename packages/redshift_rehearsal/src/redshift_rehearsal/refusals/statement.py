"""A statement as the refusals look at it: its words, what each parenthesis holds, and which tables it reads."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, KeysView, Sequence
from functools import cached_property
from typing import NamedTuple

from redshift_rehearsal.lexer import BLANK, NAME, QUOTED, Token, name_of
from redshift_rehearsal.refusals.wordlist import word_set

# Words that begin a clause or join two, so that a name before or after them is no alias and no list of columns
# follows. Redshift's reserved words (r_pg_keywords.html) that can stand in a query, and the few that are not reserved.
KEYWORDS = word_set(
    """
    all and any as asc between both by case cross default desc distinct do else end escape except exclude exists
    false for from full group having ilike in inner intersect into is isnull join lateral leading left like limit
    minus natural not notnull null nulls off offset on only or order outer over partition pivot qualify recursive
    right select set similar some then to top trailing true union unpivot update using values when where window with
    without zone approximate return returning connect prior
    asof semi anti positional fetch tablesample filter within
    """
)

# What may follow a relation in FROM and is not its alias.
_AFTER_RELATION = KEYWORDS | {"set", "", ",", ")", "(", ";"}

# What a query in parentheses follows where it is a table or a query's part; elsewhere it is an expression.
_BEFORE_TABLES = {"as", "from", "join", "(", "union", "all", "except", "minus", "intersect", ""}

# What a common table expression begins with, on Redshift or elsewhere.
_BEGINS_QUERY = {"select", "with", "(", "values", "delete", "insert", "update"}

# What ends the list of tables of FROM, and all that the search for tables looks at.
_AFTER_TABLES = {
    *("where", "group", "order", "having", "qualify", "limit", "window", "set"),
    *("union", "except", "minus", "intersect", "select"),
}

_AROUND_TABLES = _AFTER_TABLES | {"from", "join", "using", ",", "update", "merge"}

_OPENING = frozenset("([")
_BRACKETS = _OPENING | frozenset(")]")

# Schemas whose relations live on the leader node, or describe the warehouse rather than hold its data.
_CATALOG_SCHEMAS = {"pg_catalog", "information_schema"}
_CATALOG_PREFIXES = ("pg_", "svv_", "svl_", "stv_", "stl_", "sys_", "svcs_")


class Relation(NamedTuple):
    """What a FROM clause names: ``schema`` "" if unqualified, ``alias`` what columns are qualified with."""

    place: int
    schema: str
    name: str
    alias: str


class Call(NamedTuple):
    """A function call: the index of its name and of its parenthesis, and the name in lower case."""

    place: int
    opening: int
    name: str


class Cast(NamedTuple):
    """CAST (value AS type): the index where the value begins, and that of AS."""

    value: int
    where: int


class Statement:
    """A statement without space, comments and the semicolon at its end; what costs time is worked out when asked for.

    Places are indexes into ``parts`` and ``words``. Most ask where a word is, so that is noted once.
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.parts = [token for token in tokens if token.word or token.kind not in BLANK]
        while self.parts and self.parts[-1].word == ";":
            self.parts.pop()
        self.words = [token.word for token in self.parts]
        self._places: dict[str, list[int]] = {}
        for place, word in enumerate(self.words):
            if word in self._places:
                self._places[word].append(place)
            else:
                self._places[word] = [place]

    @property
    def present(self) -> KeysView[str]:
        """The words that occur."""
        return self._places.keys()

    @cached_property
    def quoted(self) -> frozenset[str]:
        """The quoted names that occur, in the case in which they are written."""
        without_word = {self.parts[place] for place in self.places("")}
        return frozenset([token.text[1:-1].replace('""', '"') for token in without_word if token.kind == QUOTED])

    def word(self, place: int) -> str:
        """Return the word at a place, "" outside the statement."""
        return self.words[place] if 0 <= place < len(self.words) else ""

    def kind(self, place: int) -> str:
        """Return the token's kind at a place, "" outside the statement."""
        return self.parts[place].kind if 0 <= place < len(self.parts) else ""

    def name(self, place: int) -> str:
        """Return the identifier at a place in lower case, quoted or not; "" if it is none."""
        return name_of(self.parts[place]) if self.kind(place) in (NAME, QUOTED) else ""

    def is_name(self, place: int) -> bool:
        """Tell whether there is an identifier at a place: quoted, or no keyword."""
        return self.kind(place) == QUOTED or (self.kind(place) == NAME and self.words[place] not in KEYWORDS)

    def starts_with(self, *words: str) -> bool:
        """Tell whether these are the first words."""
        return tuple(self.words[: len(words)]) == words

    def places(self, *words: str) -> Sequence[int]:
        """Return where these words follow one another."""
        found = self._places.get(words[0], ())
        if len(words) == 1 or not found:
            return found
        rest = list(words[1:])
        return [place for place in found if self.words[place + 1 : place + len(words)] == rest]

    def places_of_any(self, words: Iterable[str]) -> list[int]:
        """Return where one of these words is."""
        return sorted([place for word in words for place in self.places(word)])

    @cached_property
    def partner(self) -> list[int]:
        """For each parenthesis or bracket the place of its partner, past the end if there is none; else -1."""
        partner = [-1] * len(self.words)
        opened: list[int] = []
        for place in self.places_of_any(_BRACKETS):
            if self.words[place] in _OPENING:
                opened.append(place)
            elif opened:
                opening = opened.pop()
                partner[opening], partner[place] = place, opening
        for opening in opened:
            partner[opening] = len(self.words)
        return partner

    @cached_property
    def enclosing(self) -> list[int]:
        """For each token the place of the innermost parenthesis that is open around it, -1 for none."""
        enclosing = [-1] * len(self.words)
        for opening in self.places_of_any(_OPENING):  # an inner one after the one around it
            end = self.partner[opening]
            enclosing[opening + 1 : end] = [opening] * (end - opening - 1)
        return enclosing

    def inside(self, opening: int) -> list[int]:
        """Return the places directly inside a parenthesis (-1: in none), not those inside further ones."""
        end = self.partner[opening] if opening >= 0 else len(self.words)
        around = self.enclosing[opening + 1 : end]
        return [place for place, enclosing in enumerate(around, opening + 1) if enclosing == opening]

    def arguments(self, opening: int) -> list[range]:
        """Return the places of each argument between a parenthesis and its partner; none for ``()``."""
        end = self.partner[opening]
        if end == opening + 1:
            return []
        commas = self.places(",")
        between = commas[bisect_left(commas, opening) : bisect_left(commas, end)]
        commas = [place for place in between if self.enclosing[place] == opening]
        starts = [opening + 1, *(comma + 1 for comma in commas)]
        return [range(start, stop) for start, stop in zip(starts, [*commas, end], strict=True)]

    @cached_property
    def calls(self) -> list[Call]:
        """Names in front of a parenthesis where an expression or a table function can stand."""
        found = []
        for opening in self.places("("):
            if opening and self.opens_call(opening):
                found.append(Call(opening - 1, opening, self.name(opening - 1)))
        return found

    def calls_of(self, *names: str) -> Iterator[Call]:
        """Yield the calls of these functions."""
        for name in names:
            for place in self.places(name, "("):
                if self._is_call(place, name):
                    yield Call(place, place + 1, name)

    @cached_property
    def casts(self) -> list[Cast]:
        """CAST and TRY_CAST: where the value begins, and the AS before the type."""
        found = []
        named = self.places("as")
        for word in ("cast", "try_cast"):
            for place in self.places(word, "("):
                # What it is cast to ends the call, behind its last AS.
                before_end = bisect_left(named, self.partner[place + 1])
                if before_end and named[before_end - 1] > place + 2:
                    found.append(Cast(place + 2, named[before_end - 1]))
        return found

    def opens_call(self, opening: int) -> bool:
        """Tell whether a parenthesis holds the arguments of a function."""
        return self.kind(opening - 1) in (NAME, QUOTED) and self._is_call(opening - 1, self.name(opening - 1))

    def _is_call(self, place: int, name: str) -> bool:
        before = self.word(place - 1)
        if before == ".":
            # schema.function: a user's own, unless it is the catalog's
            return self.name(place - 2) == "pg_catalog"
        if self.kind(place) == NAME and name in KEYWORDS - {"left", "right"}:
            return False
        if before in ("into", "table", "view", "references", "recursive", "copy", "procedure", "function", "on"):
            # create table name (, insert into name (: a list of columns; but "on f(x)" of a join is a call
            return before == "on" and "join" in self.present
        if before == "exists" and self.word(place - 2) == "not" and self.word(place - 3) == "if":
            return False
        before_kind = self.kind(place - 1)
        if before_kind == QUOTED or before in (")", "]") or (before_kind == NAME and before not in KEYWORDS):
            # a name after a name is an alias, and what follows it its columns
            return False
        if before in ("as", "with", ","):
            # name (columns) as (query): the head of a common table expression; as name (columns): an alias
            after = self.partner[place + 1] + 1
            is_head = self.word(after) == "as" and self.word(after + 1) in ("(", "materialized", "not")
            return not is_head and before == ","
        return True

    @cached_property
    def blocks(self) -> list[int]:
        """The query blocks: -1 for the statement, and each parenthesis that a query begins in."""
        queries = [place - 1 for word in ("select", "with") for place in self.places(word)]
        return [-1, *sorted(opening for opening in queries if opening >= 0 and self.words[opening] == "(")]

    @cached_property
    def block_of(self) -> list[int]:
        """For each token the query block that it belongs to."""
        result = [-1] * len(self.words)
        for opening in self.blocks[1:]:  # as in `enclosing`
            end = self.partner[opening]
            result[opening + 1 : end] = [opening] * (end - opening - 1)
        return result

    @cached_property
    def expressions(self) -> set[str]:
        """The names of common table expressions, anywhere in the statement."""
        names = set()
        for place in self.places("as"):
            body = next((at for at in range(place + 1, place + 4) if self.word(at) == "("), None)
            if body is None or self.word(body + 1) not in _BEGINS_QUERY:
                continue
            head = place - 1
            if self.word(head) == ")":
                head = self.partner[head] - 1
            if self.word(head - 1) in ("with", "recursive", ","):
                names.add(self.name(head))
        return names

    @cached_property
    def relations(self) -> dict[int, list[Relation]]:
        """What each query block reads or writes, by block: tables, views, expressions and derived tables."""
        found: dict[int, list[Relation]] = {block: [] for block in self.blocks}
        in_tables: dict[int, bool] = {}
        for place in self.places_of_any(_AROUND_TABLES):
            word, block = self.words[place], self.block_of[place]
            if self.enclosing[place] != block:
                continue
            if word in ("from", "join") or (word == "using" and self._follows_target(place)):
                in_tables[block] = True
                self._read_relation(place + 1, found[block])
            elif word == ",":
                if in_tables.get(block):
                    self._read_relation(place + 1, found[block])
            elif word in ("update", "merge"):
                if place == 0 or self.words[place - 1] == ")":
                    self._read_relation(place + (2 if word == "merge" else 1), found[block])
            else:
                in_tables[block] = False
        return found

    def _follows_target(self, place: int) -> bool:
        return self.words[0] in ("merge", "delete", "with") and "join" not in self.words[:place]

    def _read_relation(self, start: int, found: list[Relation]) -> None:
        """Read a table, a function or a derived table and its alias."""
        schema = name = ""
        place = start
        if self.word(place) == "(":
            place = self.partner[place]
        elif self.is_name(place):
            name = self.name(place)
            while self.word(place + 1) == ".":
                schema, name = name, self.name(place + 2)
                place += 2
            if self.word(place + 1) == "(":
                # a function: what it reads is no relation
                schema, name, place = "", "", self.partner[place + 1]
        else:
            return
        at = place + 2 if self.word(place + 1) == "as" else place + 1
        alias = self.name(at) if self.kind(at) == QUOTED or self.word(at) not in _AFTER_RELATION else name
        if name or alias:
            found.append(Relation(start, schema, name, alias))

    @cached_property
    def correlations(self) -> dict[int, int]:
        """Correlated subquery (its parenthesis) -> how many query blocks up its furthest reference goes.

        Seen by qualifiers (event.eventid) that an outer query defines and the subquery's own does not.
        """
        if not any(place > 0 and self.word(place - 1) not in _BEFORE_TABLES for place in self.blocks):
            return {}
        aliases = {block: {relation.alias for relation in found} for block, found in self.relations.items()}
        tables = {relation.place for found in self.relations.values() for relation in found}
        distances: dict[int, int] = {}
        for dot in self.places("."):
            if self.word(dot - 2) == "." or dot - 1 in tables or not self.is_name(dot - 1):
                continue
            block = around = self.block_of[dot]
            distance = 0
            while around != -1 and self.name(dot - 1) not in aliases[around]:
                around = self.block_of[around]
                distance += 1
            if distance and self.name(dot - 1) in aliases[around]:
                distances[block] = max(distances.get(block, 0), distance)
        return distances

    @cached_property
    def user_tables(self) -> list[Relation]:
        """The relations that hold data on the compute nodes: not the catalog, not expressions, not derived tables."""
        return [
            relation
            for relations in self.relations.values()
            for relation in relations
            if relation.name
            and relation.schema not in _CATALOG_SCHEMAS
            and not (relation.schema == "" and relation.name in self.expressions)
            and not relation.name.startswith(_CATALOG_PREFIXES)
        ]

    @cached_property
    def reads_catalog(self) -> bool:
        """Whether a relation of the catalog is read."""
        return any(
            relation.schema in _CATALOG_SCHEMAS or relation.name.startswith(_CATALOG_PREFIXES)
            for relations in self.relations.values()
            for relation in relations
        )

    @cached_property
    def writes_rows_of_query(self) -> bool:
        """CREATE TABLE AS and INSERT ... SELECT run on the compute nodes, whatever they read."""
        if self.words[:1] == ["insert"]:
            return "select" in self.present
        return self.words[:1] == ["create"] and "table" in self.words[1:4] and "select" in self.present
