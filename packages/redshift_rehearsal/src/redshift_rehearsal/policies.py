"""Statements of row-level security, each written as a call of a function in sql/policies.sql."""

from __future__ import annotations

from collections.abc import Sequence

from redshift_rehearsal.errors import REDSHIFT_DOCS
from redshift_rehearsal.external import Reader
from redshift_rehearsal.lexer import NAME, QUOTED, Token, name_of, quoted
from redshift_rehearsal.refusals.statement import Statement
from redshift_rehearsal.rewrites.data_types import completed
from redshift_rehearsal.rewrites.editing import Tokens, block, in_dollars


def rewrite(statement: Statement) -> Tokens | None:
    """Return a statement about policies of rows as a call; None if it is about something else."""
    first = statement.word(0)
    if statement.words[1:3] == ["rls", "policy"] and first in _POLICIES:
        reader = Reader(statement.parts[3:], f"{REDSHIFT_DOCS}r_{first.upper()}_RLS_POLICY.html")
        return block("; ".join(_POLICIES[first](reader)))
    if statement.words[:2] == ["alter", "table"] and any(statement.places("row", "level", "security")):
        return _switch(statement)
    return None


def _create(reader: Reader) -> list[str]:
    """``create rls policy p with (a int) as t using (t.a = 1)``: its columns are those of a table by their names."""
    policy = reader.name()
    columns: list[Tokens] = []
    alias = ""
    if reader.takes("with"):
        columns = reader.brackets()
        reader.takes("as")
        alias = "" if reader.is_at("using") else reader.name()
    condition = _condition(reader)
    typed = ", ".join(f"null::{completed(text_of_tokens(column[1:]))} as {column[0].text}" for column in columns)
    # Its columns are all that a condition may name, but for what it asks of other tables.
    checked = f"perform 1 from (select {typed or '1'}) as {alias or 'rs_policy'} where {text_of_tokens(condition)}"
    names = ",".join(name_of(column[0]) for column in columns)
    return [checked, call("create_rls_policy", policy, alias, names, text_of_tokens(_without(condition, alias)))]


def _alter(reader: Reader) -> list[str]:
    policy = reader.name()
    return [call("alter_rls_policy", policy, text_of_tokens(_condition(reader)))]


def _drop(reader: Reader) -> list[str]:
    if_exists = reader.takes("if", "exists")
    policy = reader.name()
    is_cascade = reader.takes("cascade")
    reader.takes("restrict")
    reader.ends()
    return [call("drop_rls_policy", policy, if_exists, is_cascade)]


def _attach(reader: Reader) -> list[str]:
    return _attachments(reader, "attach_rls_policy", "to")


def _detach(reader: Reader) -> list[str]:
    return _attachments(reader, "detach_rls_policy", "from")


_POLICIES = {"create": _create, "alter": _alter, "drop": _drop, "attach": _attach, "detach": _detach}


def _attachments(reader: Reader, function: str, preposition: str) -> list[str]:
    """``attach rls policy p on t to role r, u``: a call for each table and each user or role."""
    policy = reader.name()
    reader.expects("on")
    reader.takes("table")
    tables = [_relation(reader)]
    while reader.takes(","):
        tables.append(_relation(reader))
    reader.expects(preposition)
    grantees = [_grantee(reader)]
    while reader.takes(","):
        grantees.append(_grantee(reader))
    reader.ends()
    return [call(function, policy, table, grantee) for table in tables for grantee in grantees]


def _relation(reader: Reader) -> str:
    return quoted(*reader.qualified_name())


def _grantee(reader: Reader) -> str:
    reader.takes("role")
    return reader.name()


def _switch(statement: Statement) -> Tokens:
    """``alter table t row level security on conjunction type or``."""
    reader = Reader(statement.parts[2:], f"{REDSHIFT_DOCS}r_ALTER_TABLE.html")
    table = _relation(reader)
    reader.expects("row", "level", "security")
    is_on = reader.takes("on")
    if not is_on:
        reader.expects("off")
    joined = "and"
    if reader.takes("conjunction", "type"):
        joined = reader.name()
        if joined not in ("and", "or"):
            reader.fail()
    reader.takes("for", "datashares")
    reader.ends()
    return block(call("set_rls", table, is_on, joined))


def _condition(reader: Reader) -> Tokens:
    """Step over USING (condition), the end of a statement."""
    reader.expects("using")
    condition = reader.brackets()
    reader.ends()
    return [token for part in condition for token in (*part, Token("operator", ",", ","))][:-1]


def _without(parts: Sequence[Token], alias: str) -> Tokens:
    """Leave an alias out where it qualifies a column."""
    kept: Tokens = []
    place = 0
    while place < len(parts):
        follows = parts[place + 1].word if place + 1 < len(parts) else ""
        if alias and follows == "." and parts[place].kind in (NAME, QUOTED) and name_of(parts[place]) == alias:
            place += 2
            continue
        kept.append(parts[place])
        place += 1
    return kept


def text_of_tokens(parts: Sequence[Token]) -> str:
    """Return tokens, which have lost the space between them, as SQL."""
    return " ".join(token.text for token in parts)


def call(function: str, *arguments: str | bool) -> str:
    """Return the call of a function in schema rs, for its effect."""
    given = [in_dollars(one) if isinstance(one, str) else str(one).lower() for one in arguments]
    return f"perform rs.{function}({', '.join(given)})"
