"""Rewrites of what is about tables and views rather than expressions: DDL, grants, SHOW, settings, pseudocolumns."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence

from scripts.rehearsal.errors import REDSHIFT_DOCS, Refused
from scripts.rehearsal.lexer import (
    COMMENT,
    NAME,
    NUMBER,
    QUOTED,
    SPACE,
    Token,
    closing,
    leading_words,
    name_of,
    significant_places,
    split_arguments,
    text_of,
    tokens,
    top_level,
)

CREATE_TABLE_PAGE = REDSHIFT_DOCS + "r_CREATE_TABLE_NEW.html"
ALTER_TABLE_PAGE = REDSHIFT_DOCS + "r_ALTER_TABLE.html"
CREATE_VIEW_PAGE = REDSHIFT_DOCS + "r_CREATE_VIEW.html"

# Relations of PostgreSQL's own schemas that schema rs has a view of, as Redshift shows them (catalog.sql).
_CATALOG = {
    "pg_catalog": re.compile(
        r"pg_attribute|pg_class|pg_tables|pg_table_def|pg_get_late_binding_view_cols|(svv|sys)_\w+"
    ),
    "information_schema": re.compile(r"columns|tables"),
}
# Settings of Redshift that PostgreSQL has not: kept under a prefix, without effect.
_SETTINGS = {
    "query_group", "enable_result_cache_for_session", "enable_case_sensitive_identifier", "wlm_query_slot_count",
    "describe_field_name_in_uppercase", "analyze_threshold_percent", "mv_enable_aqmv_for_session",
}  # fmt: skip
_BLANK = (SPACE, COMMENT)
_PSEUDOCOLUMNS = ('"$path"', '"$size"')


# CREATE TABLE name attributes AS, up to the query.
_NAME = r'(?:"[^"]*"|\w+)'
_KEYS = r"\([^()]*\)"
_TABLE_AS = re.compile(
    rf"""(?:\s|--[^\n]*\n|/\*.*?\*/)*create\s+(?:(?:local\s+)?temp(?:orary)?\s+)?table\s+
    {_NAME}(?:\s*\.\s*{_NAME}){{0,2}}
    (?:\s+(?:backup|diststyle|encode)\s+\w+|\s*distkey\s*{_KEYS}|\s*(?:(?:compound|interleaved)\s+)?sortkey\s*(?:{_KEYS}|auto))*
    \s*\bas\b""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)


def rewrite(sql: str) -> str:
    """Return a statement in PostgreSQL's words; raise Refused for DDL that Redshift does not take."""
    if head := _TABLE_AS.match(sql):
        # The query is long and not ours to change, but for the names that the rest of this function looks for.
        return _create_table(tokens(head[0])) + _rewritten(sql[head.end() :])
    return _rewritten(sql)


def _rewritten(sql: str) -> str:
    # Most statements are none of ours, and are not even read as tokens: looking for words in the text is cheaper.
    text = sql.lower()
    first = _FIRST_WORD.match(text)
    statement = _STATEMENTS.get(first[1]) if first and _has_any(_WORDS_OF.get(first[1], ("",)), text) else None
    has_catalog = _has_any(_CATALOG, text)
    has_pseudocolumn = _has_any(_PSEUDOCOLUMNS, text)
    if not (statement or has_catalog or has_pseudocolumn):
        return sql
    parts = tokens(sql)
    if has_catalog:
        parts = _renamed_catalogs(parts)
    if has_pseudocolumn:
        parts = _named_pseudocolumns(parts)
    return statement(parts, leading_words(parts, 6)) if statement else text_of(parts)


_FIRST_WORD = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(\w+)", re.DOTALL)
# CREATE and ALTER are rewritten only with one of these words in them.
_WORDS_OF = {
    "create": ("binding", "diststyle", "distkey", "sortkey", "backup", "encode", "user", "identity"),
    "alter": ("diststyle", "distkey", "sortkey", "encode"),
}


def _has_any(words: Iterable[str], text: str) -> bool:
    return any(word in text for word in words)


def _renamed_catalogs(parts: list[Token]) -> list[Token]:
    """``pg_catalog.pg_attribute`` -> ``rs.pg_attribute``: as Redshift shows it."""
    renamed = list(parts)
    for schema in [
        place
        for place, token in enumerate(parts)
        if token.word in _CATALOG or (token.kind == QUOTED and name_of(token) in _CATALOG)
    ]:
        following = [
            place for place in range(schema + 1, min(schema + 6, len(parts))) if parts[place].kind not in _BLANK
        ]
        if len(following) < 2 or parts[following[0]].word != ".":
            continue
        if _CATALOG[name_of(parts[schema])].fullmatch(name_of(parts[following[1]])):
            renamed[schema] = _sql("rs")
    return renamed


def _named_pseudocolumns(parts: list[Token]) -> list[Token]:
    """``files."$path"`` -> ``rs."$path"(files.tableoid)``: the file is known by the table that its rows are in.

    Only where the FROM clause of the same query names a relation with its schema, as an external table is always
    named: a common table expression, such as the fixture of a unit test, may have a column "$path" of its own.
    """
    made: list[Token] = []
    for place, token in enumerate(parts):
        if token.kind != QUOTED or token.text.lower() not in _PSEUDOCOLUMNS or not _reads_relation(parts, place):
            made.append(token)
            continue
        relation = ""
        if made and made[-1].word == ".":
            made.pop()
            relation = made.pop().text + "."
        names_column = _last_word(made) == "as"  # ... as "$path" names a column, it does not read one
        made.append(token if names_column else _sql(f"rs.{token.text.lower()}({relation}tableoid)"))
    return made


_NEXT_QUERY = {"union", "except", "minus", "intersect"}


def _reads_relation(parts: list[Token], place: int) -> bool:
    """Say whether the query that a place is in reads a relation that is named with its schema."""
    words = [token.word for token in parts]
    start = _opening_of_query(parts, place)
    end = closing(parts, start) if start >= 0 else len(parts)
    depth = 0
    found = False
    for number in range(start + 1, end):
        word = words[number]
        depth += (word == "(") - (word == ")")
        if depth:
            continue
        if word in _NEXT_QUERY:
            if number > place:
                break
            found = False
        elif word in ("from", "join"):
            following = [token for token in parts[number + 1 : number + 6] if token.kind not in (SPACE, COMMENT)]
            found = found or (len(following) > 1 and following[1].word == ".")
    return found


def _opening_of_query(parts: list[Token], place: int) -> int:
    """Return the bracket that opens the innermost query around a place; -1 if it is the whole statement."""
    depth = 0
    for number in range(place - 1, -1, -1):
        word = parts[number].word
        depth += (word == ")") - (word == "(")
        if depth < 0:
            depth = 0
            if leading_words(parts[number + 1 :], 1) in (("select",), ("with",)):
                return number
    return -1


# ---------------------------------------------------------------------------------------------- tables
def _create(parts: list[Token], words: Sequence[str]) -> str:
    kind = next((word for word in words[1:] if word in ("table", "view", "user", "role", "group", "schema")), "")
    if kind == "view" and "materialized" not in words:
        return _create_view(parts)
    if kind == "table":
        return _create_table(parts)
    if kind == "user":
        return _create_user(parts)
    return text_of(parts)


def _create_table(parts: list[Token]) -> str:
    """Take out what only Redshift knows of a table; leave its keys in a comment, which `rs.note_table` reads."""
    places = significant_places(parts)
    keys = _Keys()
    replaced: list[tuple[int, int, str]] = []
    depth = number = 0
    is_query = False
    while number < len(places):
        word = parts[places[number]].word
        if word == "as" and depth == 0:
            is_query = True
            break
        depth += (word == "(") - (word == ")")
        following = [parts[place] for place in places[number:]]
        length = keys.read(following, depth, _column_before(parts, places, number))
        sql = ""
        if not length and depth == 1 and word == "identity":
            length, sql = _identity(following, parts[places[number - 1]].word)
        if length:
            replaced.append((places[number], places[number + length - 1], sql))
            number += length
        else:
            number += 1
    if not is_query and any(isinstance(name, int) for name in keys.named):
        raise Refused("key column", "only the columns of a query can be named by their numbers", CREATE_TABLE_PAGE)
    kept = list(parts)
    for first, last, sql in replaced:
        kept[first : last + 1] = [_sql(sql)] + [_sql("")] * (last - first)
    return f"/*rs:keys {keys.as_json()}*/ " + text_of(kept) if replaced else text_of(kept)


def _identity(parts: list[Token], before: str) -> tuple[int, str]:
    """Read ``identity (seed, step)``; return the number of its tokens and what PostgreSQL calls it; (0, "") if none.

    PostgreSQL counts from 1 at least, or to -1 at most, unless it is told the seed is the limit.
    """
    if len(parts) < 2 or parts[1].word != "(":
        return 0, ""
    end = closing(parts, 1)
    values = [text_of(argument) for argument in split_arguments(parts[2:end])]
    if len(values) != 2 or not all(re.fullmatch(r"[+-]?\d+", value) for value in values):
        return 0, ""
    seed, step = map(int, values)
    limit = "maxvalue" if step < 0 else "minvalue"
    # GENERATED BY DEFAULT AS stands before it if values may be given.
    always = "" if before == "as" else "generated always as "
    return end + 1, f"{always}identity (start with {seed} increment by {step} {limit} {seed})"


class _Keys:
    """Distribution, sort keys and other attributes, collected from CREATE TABLE."""

    def __init__(self) -> None:
        self.style: str | None = None
        self.distribution: list[str | int] = []
        self.sorting: list[str | int] = []
        self.interleaved = False

    @property
    def named(self) -> list[str | int]:
        """All columns of keys; those of a query may be named by their numbers."""
        return self.distribution + self.sorting

    def read(self, parts: list[Token], depth: int, column: str) -> int:
        """Read the attribute that stands here; return the number of its tokens, 0 if it is something else.

        In the brackets of the columns (depth 1), an attribute is of the ``column`` that it stands in.
        """
        words = [token.word for token in parts[:3]] + ["", "", ""]
        if depth == 1:
            return self._of_column(words, column)
        if depth:
            return 0
        if words[0] == "diststyle":
            self.style = words[1].upper()
            return 2
        if words[0] == "backup":
            return 2
        if words[0] == "encode" and words[1] == "auto":
            return 2
        if words[0] == "distkey" and words[1] == "(":
            end = closing(parts, 1)
            self.distribution += _key_columns(parts[2:end])
            return end + 1
        kind = words[0] if words[0] in ("compound", "interleaved") and words[1] == "sortkey" else ""
        start = 1 if kind else 0
        if words[start] != "sortkey":
            return 0
        if words[start + 1] == "auto":
            return start + 2
        if words[start + 1] != "(":
            return 0
        end = closing(parts, start + 1)
        self.interleaved = kind == "interleaved"
        self.sorting += _key_columns(parts[start + 2 : end])
        return end + 1

    def _of_column(self, words: list[str], column: str) -> int:
        if words[0] == "encode":
            return 2
        if words[0] == "distkey":
            self.distribution.append(column)
            return 1
        if words[0] == "sortkey":
            self.sorting.append(column)
            return 1
        return 0

    def as_json(self) -> str:
        """Return what `rs.note_table` reads."""
        style = self.style or ("KEY" if self.distribution else "AUTO(ALL)")
        kept = {
            "diststyle": style,
            "distkey": self.distribution,
            "sortkeys": self.sorting,
            "interleaved": self.interleaved,
        }
        return json.dumps(kept).replace("*/", "")


def _key_columns(parts: list[Token]) -> list[str | int]:
    """Return the columns that the brackets of a key hold: names, or numbers of a query's columns."""
    columns: list[str | int] = []
    for argument in split_arguments(parts):
        if len(argument) != 1 or not (argument[0].kind in (NAME, QUOTED) or argument[0].word.isdigit()):
            raise Refused("key column", f'syntax error at or near "{text_of(argument)}"', CREATE_TABLE_PAGE)
        columns.append(int(argument[0].word) if argument[0].kind == NUMBER else name_of(argument[0]))
    return columns


def _column_before(parts: list[Token], places: list[int], number: int) -> str:
    """Return the name of the column whose definition a place is in: the first word after the last comma or bracket."""
    depth = 0
    for place in range(number - 1, -1, -1):
        word = parts[places[place]].word
        depth += (word == ")") - (word == "(")
        if depth < 0 or (depth == 0 and word == ","):
            return name_of(parts[places[place + 1]])
    return ""


def _alter(parts: list[Token], words: Sequence[str]) -> str:
    """Note new keys by `rs.alter_keys`; take encodings out of new columns. One statement changes either."""
    places = significant_places(parts)
    if parts[places[-1]].word == ";":
        places.pop()
    bare = [parts[place] for place in places]
    start = next((at for at, token in enumerate(bare) if at > 2 and token.word in ("alter", "add")), 0)
    if words[1] != "table" or not start:
        return text_of(parts)
    if bare[start].word == "add":
        encoded = next((at for at in top_level(bare) if at > start + 2 and bare[at].word == "encode"), None)
        if encoded is not None:
            for place in places[encoded : encoded + 2]:
                parts[place] = _sql("")
        return text_of(parts)
    changes: dict[str, object] = {}
    for action in split_arguments(bare[start:]):
        change = _change_of_keys(action)
        if change is None:
            return text_of(parts)
        changes |= change
    table = text_of(parts[places[2] : places[start]]).strip()
    arguments = f"{_quoted(table)}::regclass, {_quoted(json.dumps(changes))}::jsonb"
    return f"do {_quoted(f'begin perform rs.alter_keys({arguments}); end')}"


def _change_of_keys(action: list[Token]) -> dict[str, object] | None:
    """Read one ALTER of keys or encodings; return what it changes in the keys, None if it is something else."""
    words = [token.word for token in action]
    if words[:2] == ["alter", "encode"] or (words[:2] == ["alter", "column"] and words[3:4] == ["encode"]):
        return {}
    if words[:2] == ["alter", "diststyle"] and len(words) > 2:
        if words[2] != "key":
            return {"diststyle": words[2].upper(), "distkey": []} if len(words) == 3 else None
        action, words = [action[0], *action[3:]], ["alter", *words[3:]]
    if words[:2] == ["alter", "distkey"] and len(words) == 3:
        return {"diststyle": "KEY", "distkey": [name_of(action[2])]}
    if words[1:2] == ["compound"]:
        action, words = [action[0], *action[2:]], [words[0], *words[2:]]
    if words[:2] != ["alter", "sortkey"] or len(words) < 3:
        return None
    if words[2:] in (["auto"], ["none"]):
        return {"sortkeys": [], "interleaved": False}
    if words[2] != "(" or closing(action, 2) != len(action) - 1:
        return None
    columns = _key_columns(action[3:-1])
    if any(isinstance(column, int) for column in columns):
        raise Refused("key column", "a sort key names its columns", ALTER_TABLE_PAGE)
    return {"sortkeys": columns, "interleaved": False}


# ---------------------------------------------------------------------------------------------- views
_LATE = ["with", "no", "schema", "binding"]


def _create_view(parts: list[Token]) -> str:
    """Make a late-binding view by `rs.create_late_binding_view`; leave others as they are."""
    places = significant_places(parts)
    if parts[places[-1]].word == ";":
        places.pop()
    if [parts[place].word for place in places[-4:]] != _LATE:
        return text_of(parts)
    words = [parts[place].word for place in places]
    view, start = words.index("view") + 1, words.index("as")
    name = text_of(parts[places[view] : places[start]]).strip()
    query = parts[places[start] + 1 : places[-4]]
    _check_qualified(query)
    arguments = f"{_quoted(name)}, {_quoted(text_of(query))}, {'true' if 'replace' in words[:3] else 'false'}"
    return f"do {_quoted(f'begin perform rs.create_late_binding_view({arguments}); end')}"


def _check_qualified(query: list[Token]) -> None:
    """Refuse a relation without a schema: what it is would depend on who asks."""
    parts = [token for token in query if token.kind not in (SPACE, COMMENT)]
    known = _common_tables(parts)
    # For each open bracket: does it hold a query? In extract(day from x) "from" names no relation.
    queries = [True]
    in_from = [False]
    for place, token in enumerate(parts):
        word = token.word
        following = parts[place + 1].word if place + 1 < len(parts) else ""
        if word == "(":
            queries.append(following in ("select", "with", "("))
            in_from.append(False)
        elif word == ")" and len(queries) > 1:
            queries.pop()
            in_from.pop()
        elif word in ("where", "group", "having", "order", "qualify", "limit", "union", "select", "on", "using"):
            in_from[-1] = False
        names_relation = word in ("from", "join") or (word == "," and in_from[-1])
        if not names_relation or not queries[-1] or place + 1 >= len(parts):
            continue
        in_from[-1] = True
        relation = parts[place + 1]
        after = parts[place + 2].word if place + 2 < len(parts) else ""
        if relation.kind in (NAME, QUOTED) and after not in (".", "(") and name_of(relation) not in known:
            raise Refused(
                "qualified names in a late-binding view",
                "All the relation names inside should be qualified when creating VIEW WITH NO SCHEMA BINDING: "
                f'"{name_of(relation)}" has no schema',
                CREATE_VIEW_PAGE,
            )


def _common_tables(parts: list[Token]) -> set[str]:
    """Return the names that WITH gives to queries: name [(columns)] as (select ...)."""
    found = set()
    for place, token in enumerate(parts):
        if token.word != "as" or place == 0 or place + 1 >= len(parts) or parts[place + 1].word != "(":
            continue
        name = place - 1
        if parts[name].word == ")":
            while name > 0 and parts[name].word != "(":
                name -= 1
            name -= 1
        if name >= 0 and parts[name].kind in (NAME, QUOTED):
            found.add(name_of(parts[name]))
    return found


# ---------------------------------------------------------------------------------------------- the rest
def _grant(parts: list[Token], _: Sequence[str]) -> str:
    """Leave out the word role: in PostgreSQL users, groups and roles are one kind."""
    return text_of([_sql("") if token.word == "role" else token for token in parts])


def _create_user(parts: list[Token]) -> str:
    """``password disable`` -> ``password null``."""
    return re.sub(r"(?i)\bpassword\s+disable\b", "password null", text_of(parts))


def _set(parts: list[Token], words: Sequence[str]) -> str:
    """Keep settings that PostgreSQL has not under the prefix rs; keep our schema in a search path."""
    places = significant_places(parts)
    first = 2 if words[1] in ("session", "local") else 1
    setting = name_of(parts[places[first]])
    if setting in _SETTINGS:
        parts[places[first]] = _sql(f"rs.{setting}")
    if setting == "search_path" and words[0] == "set":
        return text_of(parts).rstrip().rstrip(";") + ", rs, pg_catalog"
    return text_of(parts)


_SHOWN = (
    (r"show\s+tables\s+from\s+schema\s+(\S+)", "show_tables"),
    (r"show\s+columns\s+from\s+table\s+(\S+)", "show_columns"),
    (r"show\s+grants\s+on\s+table\s+(\S+)", "show_grants"),
    (r"show\s+schemas\s+from\s+database\s+(\S+)(?:\s+like\s+'([^']*)')?", "show_schemas"),
)


def _show(parts: list[Token], words: Sequence[str]) -> str:
    bare = text_of([token for token in parts if token.kind != COMMENT]).strip().rstrip(";").rstrip()
    for pattern, function in _SHOWN:
        if asked := re.fullmatch(pattern, bare, re.IGNORECASE):
            arguments = ", ".join("null" if value is None else _quoted(value) for value in asked.groups())
            return f"select * from rs.{function}({arguments})"
    return _set(parts, words)


_STATEMENTS: dict[str, Callable[[list[Token], Sequence[str]], str]] = {
    "create": _create,
    "alter": _alter,
    "grant": _grant,
    "revoke": _grant,
    "set": _set,
    "reset": _set,
    "show": _show,
}


def _last_word(parts: Sequence[Token]) -> str:
    return next((token.word for token in reversed(parts) if token.kind not in (SPACE, COMMENT)), "")


def _sql(text: str) -> Token:
    """Return SQL that stays as it is, as one token."""
    return Token(NAME, text, "")


def _quoted(text: str) -> str:
    """Return a text between dollar signs, where no character needs to be escaped."""
    tag = "rs"
    while f"${tag}$" in text:
        tag += "_"
    return f"${tag}${text}${tag}$"
