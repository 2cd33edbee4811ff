"""Dynamic data masking (t_ddm): its statements as calls of sql/masks.sql, and what a query reads instead of a column.

A table with masks for whoever asks is read as a query in which an expression takes the column's place. Views are not
looked into: one over such a table is answered with "not rehearsed".
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import NamedTuple

from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from redshift_rehearsal.errors import REDSHIFT_DOCS, NotRehearsed
from redshift_rehearsal.external import Reader
from redshift_rehearsal.lexer import (
    NAME,
    NUMBER,
    QUOTED,
    name_of,
    one_by_one,
    quoted,
    significant_places,
    text_of,
    tokens,
)
from redshift_rehearsal.policies import call, text_of_tokens
from redshift_rehearsal.refusals.statement import Relation, Statement
from redshift_rehearsal.rewrites.data_types import completed
from redshift_rehearsal.rewrites.editing import Tokens, block, raw
from redshift_rehearsal.server import Postgres

_PAGE = f"{REDSHIFT_DOCS}t_ddm.html"


def rewrite(statement: Statement) -> Tokens | None:
    """Return a statement about policies of masks as a call; None if it is about something else."""
    first = statement.word(0)
    if statement.words[1:3] != ["masking", "policy"] or first not in _STATEMENTS:
        return None
    reader = Reader(statement.parts[3:], f"{REDSHIFT_DOCS}r_{first.upper()}_MASKING_POLICY.html")
    return block(_STATEMENTS[first](reader))


def _create(reader: Reader) -> str:
    """``create masking policy p with (a varchar(9)) using ('x'::text)``."""
    if_not_exists = reader.takes("if", "not", "exists")
    policy = reader.name()
    if_not_exists = reader.takes("if", "not", "exists") or if_not_exists
    reader.expects("with")
    columns = reader.brackets()
    if not columns or any(len(column) < 2 for column in columns):
        reader.fail()
    names = json.dumps([name_of(column[0]) for column in columns])
    types = json.dumps([completed(_AROUND.sub(r"\1", text_of_tokens(column[1:]))) for column in columns])
    return call("create_masking_policy", policy, if_not_exists, names, types, _expressions(reader))


def _alter(reader: Reader) -> str:
    policy = reader.name()
    return call("alter_masking_policy", policy, _expressions(reader))


def _drop(reader: Reader) -> str:
    policy = reader.name()
    reader.ends()
    return call("drop_masking_policy", policy)


def _attach(reader: Reader) -> str:
    """``attach masking policy p on t (a) using (a, b) to role r priority 10``."""
    policy, table, outputs = _on(reader)
    inputs = _columns(reader) if reader.takes("using") else outputs
    reader.expects("to")
    grantee, kind = _grantee(reader)
    priority = int(reader.next(NUMBER).text) if reader.takes("priority") else 0
    reader.ends()
    return call("attach_masking_policy", policy, table, outputs, inputs, grantee, kind, str(priority))


def _detach(reader: Reader) -> str:
    policy, table, outputs = _on(reader)
    reader.expects("from")
    grantee, kind = _grantee(reader)
    reader.ends()
    return call("detach_masking_policy", policy, table, outputs, grantee, kind)


_AROUND = re.compile(r" ?([(),]) ?")
_STATEMENTS = {"create": _create, "alter": _alter, "drop": _drop, "attach": _attach, "detach": _detach}


def _expressions(reader: Reader) -> str:
    reader.expects("using")
    found = [text_of_tokens(expression) for expression in reader.brackets()]
    reader.ends()
    return json.dumps(found)


def _on(reader: Reader) -> tuple[str, str, str]:
    """Read a policy, its table, and the columns that it masks, as a list in JSON."""
    policy = reader.name()
    reader.expects("on")
    return policy, quoted(*reader.qualified_name()), _columns(reader)


def _columns(reader: Reader) -> str:
    columns = reader.brackets()
    if any(len(column) != 1 for column in columns):
        raise NotRehearsed("masks of a path in a SUPER", reader.page)
    return json.dumps([name_of(column[0]) for column in columns])


def _grantee(reader: Reader) -> tuple[str, str]:
    kind = "role" if reader.takes("role") else "user"
    name = reader.name()
    return name, "public" if name == "public" and kind == "user" else kind


class _Column(NamedTuple):
    """A column: its type, and what masks it for the reader, "" for nothing: policy's inputs -> the table's columns."""

    name: str
    kind: str
    expression: str
    names: list[str]
    inputs: list[str]

    def sql(self) -> str:
        """Return what a query reads for it, in Redshift's words; the table's alias is rs_masked."""
        if not self.expression:
            return f"rs_masked.{quoted(self.name)}"
        given = dict(zip(self.names, self.inputs, strict=True))
        parts = [
            raw(f"rs_masked.{quoted(given[name_of(token)])}")
            if token.kind in (NAME, QUOTED) and name_of(token) in given
            else token
            for token in tokens(self.expression)
        ]
        return f"cast(({text_of(parts)}) as {self.kind}) as {quoted(self.name)}"


class Masks:
    """Puts masks into the queries of a database; until a policy is attached, every statement is left as it is."""

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._may_be_attached = False

    @cached_property
    def _connection(self) -> Connection:
        return self._server.connect()

    def applied(self, sql: str, reader: str) -> str:
        """Return a statement that reads masks in the place of columns, as far as they concern its reader."""
        if not self._may_be_attached:
            self._may_be_attached = "masking" in sql.lower()
            return sql
        parts = tokens(sql)
        statement = Statement(parts)
        if statement.word(0) == "create" and "view" in statement.words[1:5]:
            return sql
        if ";" in statement.present:
            return ";".join(self.applied(text_of(one), reader) for one in one_by_one(parts))
        places = significant_places(parts)
        made = list(parts)
        for relation in statement.user_tables:
            end = _end_of_name(statement, relation.place)
            table = text_of(statement.parts[relation.place : end])
            columns = self._columns_of(table, reader)
            if not columns:
                continue
            if _is_target(statement, relation):
                raise NotRehearsed("UPDATE, DELETE and MERGE of a table with masks", _PAGE)
            has_alias = relation.alias != relation.name or statement.name(end) == relation.alias
            named = "" if has_alias or statement.word(end) == "as" else f" as {quoted(relation.name)}"
            query = f"(select {', '.join(one.sql() for one in columns)} from {table} as rs_masked){named}"
            first, last = places[relation.place], places[end - 1]
            made[first : last + 1] = [raw(query), *[raw("")] * (last - first)]
        return text_of(made)

    def _columns_of(self, table: str, reader: str) -> list[_Column]:
        """Return the columns of a table if one is masked for a reader; raise NotRehearsed for views over such a one."""
        with self._connection.cursor() as cursor:
            cursor.execute("select rs.is_view_over_masks(%s, %s)", [table, reader])
            ((hides,),) = cursor.fetchall()
            if hides:
                raise NotRehearsed(f"{table}: a view over a table with masks", _PAGE)
            cursor.execute("select * from rs.masks_of(%s, %s)", [table, reader])
            columns = [_Column(*row) for row in cursor.fetchall()]
        return columns if any(column.expression for column in columns) else []


def _end_of_name(statement: Statement, start: int) -> int:
    end = start + 1
    while statement.word(end) == ".":
        end += 2
    return end


def _is_target(statement: Statement, relation: Relation) -> bool:
    """Say whether a statement writes to a relation: the first that UPDATE, DELETE or MERGE names."""
    first = statement.word(0)
    return first in ("update", "delete", "merge") and relation.place <= (1 if first == "update" else 2)
