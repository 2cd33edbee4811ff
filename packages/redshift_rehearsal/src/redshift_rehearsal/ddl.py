"""Rewrites of what is about tables and views rather than expressions: DDL, grants, SHOW, settings, pseudocolumns."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from redshift_rehearsal import typed_literals
from redshift_rehearsal.errors import REDSHIFT_DOCS, Refused
from redshift_rehearsal.lexer import (
    BLANK,
    COMMENT,
    NAME,
    NUMBER,
    QUOTED,
    Token,
    closing,
    leading_words,
    name_of,
    significant_places,
    split_arguments,
    text_of,
    top_level,
)
from redshift_rehearsal.refusals.statement import Statement
from redshift_rehearsal.rewrites.editing import Tokens, block, following, in_dollars, raw, replaced, word_at

CREATE_TABLE_PAGE = REDSHIFT_DOCS + "r_CREATE_TABLE_NEW.html"
ALTER_TABLE_PAGE = REDSHIFT_DOCS + "r_ALTER_TABLE.html"

# Relations of PostgreSQL's own schemas that schema rs has a view of, as Redshift shows them (catalog.sql).
_CATALOG = {
    "pg_catalog": re.compile(
        r"pg_attribute|pg_attrdef|pg_namespace|pg_class|pg_tables|pg_views|pg_table_def|pg_get_late_binding_view_cols|format_type|(svv|sys)_\w+"
    ),
    "information_schema": re.compile(r"columns|tables|views"),
}
# Settings of Redshift that PostgreSQL has not: kept under a prefix, without effect.
_SETTINGS = {
    "query_group", "enable_result_cache_for_session", "enable_case_sensitive_identifier", "wlm_query_slot_count",
    "describe_field_name_in_uppercase", "analyze_threshold_percent", "mv_enable_aqmv_for_session",
}  # fmt: skip
_PSEUDOCOLUMNS = ("$path", "$size")


def rewrite(parts: Tokens, statement: Statement) -> Tokens:
    """Return a statement in PostgreSQL's words; raise Refused for DDL that Redshift does not take.

    ``parts`` are its tokens; the same list is returned if nothing is changed.
    """
    quoted = {name.lower() for name in statement.quoted}
    if not _CATALOG.keys().isdisjoint(quoted | statement.present):
        parts = _renamed_catalogs(parts)
    if not quoted.isdisjoint(_PSEUDOCOLUMNS):
        parts = _named_pseudocolumns(parts)
    first = statement.word(0)
    if first not in _STATEMENTS or _WORDS_OF.get(first, statement.present).isdisjoint(statement.present):
        return parts
    return _STATEMENTS[first](parts, leading_words(parts, 6))


# CREATE and ALTER are rewritten only with one of these words in them.
_WORDS_OF = {
    "create": frozenset(
        ("view", "binding", "diststyle", "distkey", "sortkey", "backup", "encode", "user", "identity", "materialized")
    ),
    "alter": frozenset(("diststyle", "distkey", "sortkey", "encode", "materialized")),
}


def _renamed_catalogs(parts: Tokens) -> Tokens:
    """``pg_catalog.pg_attribute`` -> ``rs.pg_attribute``: as Redshift shows it."""
    renamed = list(parts)
    for schema in [
        place
        for place, token in enumerate(parts)
        if token.word in _CATALOG or (token.kind == QUOTED and name_of(token) in _CATALOG)
    ]:
        following = [
            place for place in range(schema + 1, min(schema + 6, len(parts))) if parts[place].kind not in BLANK
        ]
        if len(following) < 2 or parts[following[0]].word != ".":
            continue
        if _CATALOG[name_of(parts[schema])].fullmatch(name_of(parts[following[1]])):
            renamed[schema] = raw("rs")
    return renamed


def _named_pseudocolumns(parts: Tokens) -> Tokens:
    """``files."$path"`` -> ``rs."$path"(files.tableoid)``: the file is known by the table that its rows are in.

    Only where the FROM clause of the same query names a relation with its schema, as an external table is always
    named: a common table expression, such as the fixture of a unit test, may have a column "$path" of its own.
    """
    made: Tokens = []
    words = [token.word for token in parts]
    for place, token in enumerate(parts):
        if token.kind != QUOTED or name_of(token) not in _PSEUDOCOLUMNS or not _reads_relation(parts, words, place):
            made.append(token)
            continue
        relation = ""
        if made and made[-1].word == ".":
            made.pop()
            relation = made.pop().text + "."
        names_column = _last_word(made) == "as"  # ... as "$path" names a column, it does not read one
        made.append(token if names_column else raw(f"rs.{token.text.lower()}({relation}tableoid)"))
    return made


_NEXT_QUERY = {"union", "except", "minus", "intersect"}


def _reads_relation(parts: Tokens, words: list[str], place: int) -> bool:
    """Say whether the query that a place is in reads a relation that is named with its schema."""
    start = _opening_of_query(parts, words, place)
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
            found = found or word_at(parts, following(parts, following(parts, number))) == "."
    return found


def _opening_of_query(parts: Tokens, words: list[str], place: int) -> int:
    """Return the bracket that opens the innermost query around a place; -1 if it is the whole statement."""
    depth = 0
    for number in range(place - 1, -1, -1):
        word = words[number]
        depth += (word == ")") - (word == "(")
        if depth < 0:
            depth = 0
            if word_at(parts, following(parts, number)) in ("select", "with"):
                return number
    return -1


# ---------------------------------------------------------------------------------------------- tables
def _create(parts: Tokens, words: Sequence[str]) -> Tokens:
    kind = next((word for word in words[1:] if word in ("table", "view", "user", "role", "group", "schema")), "")
    if kind == "view" and "materialized" not in words:
        return _create_view(parts)
    if kind == "table" or (kind == "view" and words[1] == "materialized"):
        return _create_table(parts)
    if kind == "user":
        return _create_user(parts)
    return parts


def _create_table(parts: Tokens) -> Tokens:
    """Take out what only Redshift knows of a table; leave its keys in a comment, which `rs.note_table` reads."""
    places = significant_places(parts)
    bare = [parts[place] for place in places]
    query = next((at for at in top_level(bare) if bare[at].word == "as"), None)
    bare = bare[:query]
    keys = _Keys()
    kept = list(parts)
    depth = number = 0
    while number < len(bare):
        word = bare[number].word
        depth += (word == "(") - (word == ")")
        following = bare[number:]
        length = keys.read(following, depth, _column_before(bare, number))
        sql = ""
        if not length and depth == 1 and word == "identity":
            length, sql = _identity(following, bare[number - 1].word)
        if length:
            first, last = places[number], places[number + length - 1]
            kept[first : last + 1] = [raw(sql)] + [raw("")] * (last - first)
        number += length or 1
    if query is None and any(isinstance(name, int) for name in keys.named):
        raise Refused("key column", "only the columns of a query can be named by their numbers", CREATE_TABLE_PAGE)
    return parts if kept == parts else [raw(f"/*rs:keys {keys.as_json()}*/ "), *kept]


def _identity(parts: Tokens, before: str) -> tuple[int, str]:
    """Read ``identity (seed, step)``; return the number of its tokens and what PostgreSQL calls it; (0, "") if none.

    PostgreSQL counts from 1 at least, or to -1 at most, unless the seed is given as the limit.
    """
    if len(parts) < 2 or parts[1].word != "(":
        return 0, ""
    end = closing(parts, 1)
    values = [text_of(argument) for argument in split_arguments(parts[2:end])]
    if len(values) != 2 or not all(re.fullmatch(r"[+-]?\d+", value) for value in values):
        return 0, ""
    seed, step = map(int, values)
    limit = "maxvalue" if step < 0 else "minvalue"
    # GENERATED BY DEFAULT AS comes before it if values may be given.
    always = "" if before == "as" else "generated always as "
    return end + 1, f"{always}identity (start with {seed} increment by {step} {limit} {seed})"


class _Keys:
    """Distribution, sort keys and other attributes, collected from CREATE TABLE."""

    def __init__(self) -> None:
        self.style: str | None = None
        self.distribution: list[str | int] = []
        self.sorting: list[str | int] = []
        self.interleaved = False
        self.auto_refresh = False

    @property
    def named(self) -> list[str | int]:
        """All columns of keys; those of a query may be named by their numbers."""
        return self.distribution + self.sorting

    def read(self, parts: Tokens, depth: int, column: str) -> int:
        """Read the attribute at this place; return the number of its tokens, 0 if it is something else.

        In the brackets of the columns (depth 1), an attribute belongs to the ``column`` that it is in.
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
        if words[:2] == ["auto", "refresh"]:
            self.auto_refresh = words[2] == "yes"
            return 3
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
            "autorefresh": self.auto_refresh,
        }
        return json.dumps(kept).replace("*/", "")


def _key_columns(parts: Tokens) -> list[str | int]:
    """Return the columns that the brackets of a key hold: names, or numbers of a query's columns."""
    columns: list[str | int] = []
    for argument in split_arguments(parts):
        if len(argument) != 1 or not (argument[0].kind in (NAME, QUOTED) or argument[0].word.isdigit()):
            raise Refused("key column", f'syntax error at or near "{text_of(argument)}"', CREATE_TABLE_PAGE)
        columns.append(int(argument[0].word) if argument[0].kind == NUMBER else name_of(argument[0]))
    return columns


def _column_before(parts: Tokens, number: int) -> str:
    """Return the name of the column whose definition a place is in: the first word after the last comma or bracket."""
    depth = 0
    for place in range(number - 1, -1, -1):
        word = parts[place].word
        depth += (word == ")") - (word == "(")
        if depth < 0 or (depth == 0 and word == ","):
            return name_of(parts[place + 1])
    return ""


def _alter(parts: Tokens, words: Sequence[str]) -> Tokens:
    """Note new keys by `rs.alter_keys`; take encodings out of new columns. One statement changes either."""
    if tuple(words[1:3]) == ("materialized", "view"):
        return _alter_materialized_view(parts)
    places = significant_places(parts)
    if parts[places[-1]].word == ";":
        places.pop()
    bare = [parts[place] for place in places]
    start = next((at for at, token in enumerate(bare) if at > 2 and token.word in ("alter", "add")), 0)
    if words[1] != "table" or not start:
        return parts
    if bare[start].word == "add":
        encoded = next((at for at in top_level(bare) if at > start + 2 and bare[at].word == "encode"), None)
        if encoded is not None:
            parts = list(parts)
            for place in places[encoded : encoded + 2]:
                parts[place] = raw("")
        return parts
    changes: dict[str, object] = {}
    for action in split_arguments(bare[start:]):
        change = _change_of_keys(action)
        if change is None:
            return parts
        changes |= change
    table = text_of(parts[places[2] : places[start]]).strip()
    arguments = f"{in_dollars(table)}::regclass, {in_dollars(json.dumps(changes))}::jsonb"
    return block(f"perform rs.alter_keys({arguments})")


def _alter_materialized_view(parts: Tokens) -> Tokens:
    """``alter materialized view v auto refresh yes`` -> noted beside its keys."""
    bare = [parts[place] for place in significant_places(parts) if parts[place].word != ";"]
    start = next((at for at, token in enumerate(bare) if token.word == "auto"), 0)
    if [token.word for token in bare[start : start + 2]] != ["auto", "refresh"]:
        return parts
    changes = json.dumps({"autorefresh": bare[-1].word == "yes"})
    arguments = f"{in_dollars(text_of(bare[3:start]))}::regclass, {in_dollars(changes)}::jsonb"
    return block(f"perform rs.alter_keys({arguments})")


def _change_of_keys(action: Tokens) -> dict[str, object] | None:
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


def _create_view(parts: Tokens) -> Tokens:
    """Make a late-binding view by `rs.create_late_binding_view`; leave others as they are."""
    before = next((place for place in top_level(parts) if parts[place].word == "as"), None)
    if before is not None:
        parts = typed_literals.rewrite(parts, before + 1)
    places = significant_places(parts)
    if parts[places[-1]].word == ";":
        places.pop()
    if [parts[place].word for place in places[-4:]] != _LATE:
        return parts
    words = [parts[place].word for place in places]
    view, start = words.index("view") + 1, words.index("as")
    name = text_of(parts[places[view] : places[start]]).strip()
    query = parts[places[start] + 1 : places[-4]]
    arguments = f"{in_dollars(name)}, {in_dollars(text_of(query))}, {'true' if 'replace' in words[:3] else 'false'}"
    return block(f"perform rs.create_late_binding_view({arguments})")


# ---------------------------------------------------------------------------------------------- the rest
def _grant(parts: Tokens, _: Sequence[str]) -> Tokens:
    """Leave out the word role: in PostgreSQL users, groups and roles are one kind."""
    return [token for token in parts if token.word != "role"]


def _create_user(parts: Tokens) -> Tokens:
    """``password disable`` -> ``password null``."""
    return [raw(re.sub(r"(?i)\bpassword\s+disable\b", "password null", text_of(parts)))]


def _set(parts: Tokens, words: Sequence[str]) -> Tokens:
    """Keep settings that PostgreSQL has not under the prefix rs; keep our schema in a search path."""
    places = significant_places(parts)
    first = 2 if words[1] in ("session", "local") else 1
    setting = name_of(parts[places[first]])
    if setting in _SETTINGS:
        return replaced(parts, places[first], places[first] + 1, f"rs.{setting}")
    if setting == "search_path" and words[0] == "set":
        return [raw(text_of(parts).rstrip().rstrip(";") + ", rs, pg_catalog")]
    return parts


_SHOWN = (
    (r"show\s+tables\s+from\s+schema\s+(\S+)", "show_tables"),
    (r"show\s+columns\s+from\s+table\s+(\S+)", "show_columns"),
    (r"show\s+table\s+(\S+)", "show_table"),
    (r"show\s+view\s+(\S+)", "show_view"),
    (r"show\s+databases()(?:\s+from\s+data\s+catalog.*)?(?:\s+like\s+'[^']*')?", "show_databases"),
    (r"show\s+grants\s+on\s+table\s+(\S+)", "show_grants"),
    (r"show\s+schemas\s+from\s+database\s+(\S+)(?:\s+like\s+'([^']*)')?", "show_schemas"),
)


def _show(parts: Tokens, words: Sequence[str]) -> Tokens:
    bare = text_of([token for token in parts if token.kind != COMMENT]).strip().rstrip(";").rstrip()
    for pattern, function in _SHOWN:
        if asked := re.fullmatch(pattern, bare, re.IGNORECASE):
            arguments = ", ".join(
                "null" if value is None else in_dollars(value) for value in asked.groups() if value != ""
            )
            return [raw(f"select * from rs.{function}({arguments})")]
    places = significant_places(parts)
    setting = name_of(parts[places[-1] if parts[places[-1]].word != ";" else places[-2]])
    if setting in _SETTINGS:
        # PostgreSQL has no SHOW of a setting that nobody has set.
        return [raw(f'select rs.current_setting({in_dollars(setting)}) as "{setting}"')]
    return _set(parts, words)


def _comment(parts: Tokens, words: Sequence[str]) -> Tokens:
    """COMMENT ON VIEW may name a materialized view, which is another kind of object in PostgreSQL."""
    if words[:3] != ("comment", "on", "view"):
        return parts
    places = significant_places(parts)
    end = next((place for place in places if parts[place].word == "is"), len(parts) - 1)
    name, text = text_of(parts[places[2] + 1 : end]).strip(), text_of(parts[end + 1 :]).strip().rstrip(";")
    return block(f"perform rs.comment_on_view({in_dollars(name)}, {text})")


_STATEMENTS: dict[str, Callable[[Tokens, Sequence[str]], Tokens]] = {
    "create": _create,
    "alter": _alter,
    "comment": _comment,
    "grant": _grant,
    "revoke": _grant,
    "set": _set,
    "reset": _set,
    "show": _show,
}


def _last_word(parts: Sequence[Token]) -> str:
    return next((token.word for token in reversed(parts) if token.kind not in BLANK), "")
