"""Statements that PostgreSQL writes in other words: what only Redshift knows is taken out, or done in another way.

What is taken out has no effect here: quotas, logs of users, the pace of VACUUM. The rest of the statement goes through
the other rewrites.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from redshift_rehearsal import masks, policies
from redshift_rehearsal.errors import REDSHIFT_DOCS, NotRehearsed, Refused
from redshift_rehearsal.external import Reader
from redshift_rehearsal.lexer import (
    NAME,
    NUMBER,
    QUOTED,
    Token,
    name_of,
    quoted,
    significant_places,
    text_of,
    tokens,
)
from redshift_rehearsal.refusals.statement import Statement
from redshift_rehearsal.rewrites.data_types import completed
from redshift_rehearsal.rewrites.editing import Tokens, block, following, in_dollars, preceding, raw, word_at

_EXTERNAL_PAGE = REDSHIFT_DOCS + "r_ALTER_TABLE_external-table.html"


def rewrite(parts: Tokens, statement: Statement, database: str) -> Tokens:
    """Return a statement in words that the other rewrites and PostgreSQL know; the same list if nothing is changed.

    ``database`` is the one of the session: names may begin with it, and with no other.
    """
    if any(word.startswith("#") and len(word) > 1 for word in statement.present):
        parts = _temporary(parts)
    first = statement.word(0)
    if first in _WITH_SCHEMAS and "schema" in statement.present:
        parts = _own_schema(parts, database)
    if {"rls", "security"} & statement.present and (called := policies.rewrite(statement)) is not None:
        return called
    if "masking" in statement.present and (called := masks.rewrite(statement)) is not None:
        return called
    command = _COMMANDS.get(first)
    return command(parts, statement) if command else parts


def _temporary(parts: Tokens) -> Tokens:
    """``create table #t`` -> ``create temp table "#t"``."""
    made: Tokens = []
    for place, token in enumerate(parts):
        if len(token.word) > 1 and token.word[0] == "#":
            before = preceding(parts, place)
            creates = word_at(parts, before) == "table" and word_at(parts, preceding(parts, before)) == "create"
            if creates:
                table = max(at for at, one in enumerate(made) if one.word == "table")
                made.insert(table, raw("temp "))
            made.append(Token(QUOTED, f'"{token.word}"', ""))
        else:
            made.append(token)
    return made


_WITH_SCHEMAS = frozenset(("create", "drop", "alter", "grant", "revoke", "comment"))


def _own_schema(parts: Tokens, database: str) -> Tokens:
    """``create schema dev.shop`` -> ``create schema shop``: PostgreSQL has no name of a database there."""
    for place in [place for place, token in enumerate(parts) if token.word == "schema"][::-1]:
        at = following(parts, place)
        while word_at(parts, at) in ("if", "not", "exists"):
            at = following(parts, at)
        dot = following(parts, at)
        if at >= len(parts) or parts[at].kind not in (NAME, QUOTED) or word_at(parts, dot) != ".":
            continue
        if name_of(parts[at]) != database:
            raise NotRehearsed(f'database "{name_of(parts[at])}": the stand-in has one', f"{REDSHIFT_DOCS}r_names.html")
        parts = [*parts[:at], *parts[following(parts, dot) :]]
    return parts


# ---------------------------------------------------------------------------------------------- create
def _create(parts: Tokens, statement: Statement) -> Tokens:
    words = statement.words
    if "schema" in words[1:4]:
        return _without_quota(parts)
    if "procedure" in words[1:4]:
        return [token for token in parts if token.word != "nonatomic"]
    if words[1:3] == ["external", "function"] or words[1:5] == ["or", "replace", "external", "function"]:
        return _external_function(statement)
    if "user" in words[1:2]:
        return _user(parts)
    if words[1:2] == ["database"]:
        return tokens(re.sub(_OF_DATABASES, "", " ".join(_texts(statement)), flags=re.IGNORECASE))
    if "identity" in words and "table" in words[1:4]:
        return _identity(parts)
    return parts


def _external_function(statement: Statement) -> Tokens:
    """Declare an external function; there is nobody to call: ``create external function f(int) returns int ...``."""
    place = statement.words.index("function")
    reader = Reader(statement.parts[place + 1 :], f"{REDSHIFT_DOCS}r_CREATE_EXTERNAL_FUNCTION.html")
    schema, name = reader.qualified_name()
    function = quoted(schema, name)
    arguments = [completed(" ".join(token.text for token in argument)) for argument in reader.brackets()]
    reader.expects("returns")
    returned = []
    while not reader.at_end() and not any(reader.is_at(word) for word in ("volatile", "stable", "immutable")):
        returned.append(reader.next().text)
    volatility = next((word for word in ("volatile", "stable", "immutable") if reader.takes(word)), "")
    if not volatility or not (reader.takes("lambda") or reader.takes("sagemaker")):
        reader.fail()
    reader.string()
    reader.expects("iam_role")
    if not reader.takes("default"):
        reader.string()
    if reader.takes("retry_timeout"):
        reader.next(NUMBER)
    if reader.takes("max_batch_rows") or reader.takes("max_batch_size"):
        reader.next(NUMBER)
        if not reader.takes("kb"):
            reader.takes("mb")
    reader.ends()
    replaced = "or replace " if "replace" in statement.words[:place] else ""
    what = in_dollars(f"the external function {name}")
    body = f"begin perform rs.not_rehearsed({what}, 'r_CREATE_EXTERNAL_FUNCTION'); end"
    return [
        raw(
            f"create {replaced}function {function}({', '.join(arguments)}) returns {completed(' '.join(returned))} "
            f"language plpgsql {volatility} as {in_dollars(body)}"
        )
    ]


def _without_quota(parts: Tokens) -> Tokens:
    """``create schema s quota 50 gb`` -> ``create schema s``."""
    end = next((place for place, token in enumerate(parts) if token.word == "quota"), None)
    return parts if end is None else parts[:end]


def _identity(parts: Tokens) -> Tokens:
    """``id bigint identity`` -> ``id bigint identity (1, 1)``."""
    made: Tokens = []
    for place, token in enumerate(parts):
        made.append(token)
        is_type = parts[preceding(parts, place)].kind == NAME and word_at(parts, preceding(parts, place)) != "table"
        if (
            token.word == "identity"
            and is_type
            and word_at(parts, following(parts, place)) in (",", ")", "not", "null")
        ):
            made += tokens(" (1, 1)")
    return made


# What CREATE DATABASE takes and PostgreSQL does not.
_OF_DATABASES = (
    r"\b(isolation level (serializable|snapshot)|collate (case_sensitive|case_insensitive|cs|ci)|"
    r"iam_role (default|'[^']*')|connection limit (unlimited|\d+))"
)


def _texts(statement: Statement) -> list[str]:
    return [token.text for token in statement.parts]


# What CREATE USER and ALTER USER take and PostgreSQL has under another name, or not.
_OF_USERS = (
    (r"\bpassword\s+disable\b", "password null"),
    (r"\bnocreateuser\b", "nocreaterole"),
    (r"\bcreateuser\b", "createrole"),
    (r"\bsyslog\s+access\s+(un)?restricted\b", ""),
    (r"\bconnection\s+limit\s+unlimited\b", "connection limit -1"),
    (r"\b(reset\s+)?session\s+timeout(\s+\d+)?", ""),
    (r"\bexternalid\s+\S+", ""),
    (r"\bwith\s+(?=(rename|set|reset)\b)", ""),
)


def _user(parts: Tokens) -> Tokens:
    sql = text_of(parts)
    for pattern, instead in _OF_USERS:
        sql = re.sub(pattern, instead, sql, flags=re.IGNORECASE)
    return tokens(sql)


# ---------------------------------------------------------------------------------------------- alter
def _alter(parts: Tokens, statement: Statement) -> Tokens:
    words = statement.words
    if words[1:2] == ["user"]:
        return _user(parts)
    if words[1:3] == ["default", "privileges"]:
        return [raw("routines") if token.word == "procedures" else token for token in parts]
    if words[1:2] == ["schema"] and "quota" in words:
        name = statement.parts[2].text
        return block(f"perform {in_dollars(name)}::regnamespace")
    if words[1:2] == ["table"] and words[-3:-1] == ["owner", "to"]:
        table, owner = text_of(statement.parts[2:-3]), statement.name(len(words) - 1)
        return block(f"perform rs.change_owner({in_dollars(table)}, {in_dollars(owner)})")
    if words[1:2] == ["table"] and "append" in words:
        return _append(parts, statement)
    if words[1:2] == ["table"] and any(statement.places("alter", "column")) and "type" in words:
        return _lengthen(parts, statement)
    for clause in (("set", "location"), ("set", "file", "format"), ("set", "table", "properties")):
        if words[1:2] == ["table"] and any(statement.places(*clause)):
            raise Refused("external table", f"{statement.parts[2].text} is not an external table", _EXTERNAL_PAGE)
    return parts


def _lengthen(parts: Tokens, statement: Statement) -> Tokens:
    """``alter table t alter column a type varchar(9)``: only if it is a VARCHAR now, which `rs.check_varchar` sees."""
    place = statement.words.index("alter", 1)
    table, column = text_of(statement.parts[2:place]), statement.name(place + 2)
    sql = text_of(parts).strip().rstrip(";")
    return block(f"perform rs.check_varchar({in_dollars(table)}, {in_dollars(column)}); execute {in_dollars(sql)}")


def _append(parts: Tokens, statement: Statement) -> Tokens:
    """``alter table a append from b`` -> the rows of b are moved to a by `rs.append_table`."""
    place = statement.words.index("append")
    if statement.word(place + 1) != "from":
        return parts
    source = [token for token in statement.parts[place + 2 :] if token.word not in ("ignoreextra", "filltarget")]
    options = f"{'ignoreextra' in statement.present}, {'filltarget' in statement.present}"
    target = text_of(statement.parts[2:place])
    return block(f"perform rs.append_table({in_dollars(target)}, {in_dollars(text_of(source))}, {options})")


# ---------------------------------------------------------------------------------------------- changes
def _delete(parts: Tokens, statement: Statement) -> Tokens:
    """``delete t where a = 1`` -> ``delete from t where a = 1``."""
    if statement.word(1) == "from":
        return parts
    place = significant_places(parts)[0]
    return [*parts[: place + 1], raw(" from"), *parts[place + 1 :]]


def _merge(parts: Tokens, statement: Statement) -> Tokens:
    """``merge into t using s on ... remove duplicates`` -> delete what matches, then insert s, each row once."""
    words = statement.words
    if words[-2:] != ["remove", "duplicates"] or "using" not in words or "on" not in words:
        return parts
    using, on = words.index("using"), words.index("on")

    def text(start: int, end: int) -> str:
        return " ".join(token.text for token in statement.parts[start:end])

    target, source, condition = text(2, using), text(using + 1, on), text(on + 1, len(words) - 2)
    return tokens(
        f"with rs_gone as (delete from {target} using {source} where {condition}) "
        f"insert into {target} select distinct * from {source}"
    )


# ---------------------------------------------------------------------------------------------- upkeep
_VACUUMS = (["sort", "only"], ["delete", "only"], ["full"], ["reindex"], ["recluster"])


def _vacuum(_: Tokens, statement: Statement) -> Tokens:
    """``vacuum sort only t to 75 percent boost`` -> ``vacuum t``."""
    start = 1 + next((len(kind) for kind in _VACUUMS if statement.words[1 : 1 + len(kind)] == kind), 0)
    rest = statement.words[start:]
    end = start + next((at for at, word in enumerate(rest) if word in ("to", "boost")), len(rest))
    return tokens(f"vacuum {text_of(statement.parts[start:end])}")


def _analyze(parts: Tokens, statement: Statement) -> Tokens:
    """``analyze t predicate columns`` -> ``analyze t``; ANALYZE COMPRESSION is a query."""
    words = statement.words
    if words[1:2] == ["compression"]:
        end = next((at for at, word in enumerate(words) if word in ("(", "comprows")), len(words))
        return tokens(f"select * from rs.analyze_compression({in_dollars(text_of(statement.parts[2:end]))})")
    if words[-1:] == ["columns"] and words[-2] in ("predicate", "all"):
        return tokens("analyze " + " ".join(token.text for token in statement.parts[1:-2]))
    return (
        parts if words[0] == "analyze" else [raw("analyze "), *parts[following(parts, significant_places(parts)[0]) :]]
    )


def _refresh(parts: Tokens, statement: Statement) -> Tokens:
    """``refresh materialized view v cascade`` -> without CASCADE: views on views are refused here."""
    if statement.words[-1] not in ("cascade", "restrict"):
        return parts
    last = significant_places(parts)
    while parts[last[-1]].word == ";":
        last.pop()
    return parts[: last[-1]]


# All are taken, and mean the same: r_BEGIN.html.
_LEVEL = re.compile(r"isolation level (serializable|repeatable read|read (un)?committed)")


def _begin(_: Tokens, statement: Statement) -> Tokens:
    """``begin`` -> ``begin isolation level repeatable read``: see `snapshots`."""
    return tokens(f"{_LEVEL.sub('', ' '.join(statement.words))} isolation level repeatable read")


def _set(parts: Tokens, statement: Statement) -> Tokens:
    """``set transaction isolation level ...`` changes nothing."""
    if "isolation" not in statement.present:
        return parts
    return tokens(_LEVEL.sub("isolation level repeatable read", " ".join(statement.words)))


_COMMANDS: dict[str, Callable[[Tokens, Statement], Tokens]] = {
    "begin": _begin,
    "start": _begin,
    "set": _set,
    "create": _create,
    "alter": _alter,
    "delete": _delete,
    "merge": _merge,
    "vacuum": _vacuum,
    "analyze": _analyze,
    "analyse": _analyze,
    "refresh": _refresh,
}
