"""The corpus: statements that Redshift runs or refuses, each with its page, and what the rehearsal says of them.

Two levels: the refusals alone, which read tokens; and a running rehearsal, where the right ones must also run and the
server refuses what only it can know. pytest -rA shows the rates that both reach.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import pytest
import redshift_connector
import yaml

from redshift_rehearsal import Rehearsal
from redshift_rehearsal.errors import REDSHIFT_DOCS, Refused
from redshift_rehearsal.lexer import COMMENT, NAME, SPACE, significant, tokens
from redshift_rehearsal.refusals import REFUSALS, check
from redshift_rehearsal.translate import translate

CORPUS = Path(__file__).parent / "corpus"

# What only the server can know: types of columns, names of columns and tables.
SERVER = "server"


class Entry(NamedTuple):
    """A statement of the corpus: the rule that refuses it, "" for a right one, and the page that documents it.

    ``limit`` is what the running rehearsal lacks for a right one, "" if nothing.
    """

    sql: str
    rule: str
    page: str
    limit: str


def _read(name: str) -> list[Entry]:
    pages = {refusal.name: refusal.page for refusal in REFUSALS}
    topics = yaml.safe_load((CORPUS / name).read_text(encoding="utf-8"))
    return [
        Entry(
            entry["sql"],
            entry.get("rule", ""),
            entry.get("page") or pages[entry["rule"]],
            entry.get("limit", ""),
        )
        for entries in topics.values()
        for entry in entries
    ]


RIGHT = _read("right.yml")
WRONG = _read("wrong.yml")
WRONG_BY_TOKENS = [entry for entry in WRONG if entry.rule != SERVER]


def _sql(entry: Entry) -> str:
    return entry.sql[:70]


def _rule_of(sql: str) -> str:
    """Return the name of the rule that refuses a statement, "" if none does."""
    try:
        check(sql)
    except Refused as refused:
        return refused.rule
    return ""


# ---------------------------------------------------------------- the refusals alone


@pytest.mark.parametrize("entry", RIGHT, ids=_sql)
def test_right_statement_is_not_refused(entry: Entry) -> None:
    assert _rule_of(entry.sql) == ""


@pytest.mark.parametrize("entry", WRONG_BY_TOKENS, ids=_sql)
def test_wrong_statement_is_refused_for_its_reason(entry: Entry) -> None:
    assert _rule_of(entry.sql) == entry.rule


def test_corpus_is_large_and_has_no_statement_twice() -> None:
    statements = [entry.sql for entry in [*RIGHT, *WRONG]]
    assert len(statements) == len(set(statements))
    assert len(RIGHT) >= 75
    assert len(WRONG) >= 75


def test_each_refusal_has_a_wrong_statement() -> None:
    assert {refusal.name for refusal in REFUSALS} == {entry.rule for entry in WRONG_BY_TOKENS}


def test_a_statement_that_is_said_again_is_answered_again() -> None:
    for _ in range(3):
        assert translate("select nvl(a, 1) from t") == "select coalesce(a, 1) from t"
        with pytest.raises(Refused, match="distinct on|DISTINCT ON"):
            translate("select distinct on (a) a from t")


def test_what_the_catalog_is_asked_for_is_asked_each_time() -> None:
    for columns in (["a", "b"], ["a", "b", "c"], None):
        asked = partial(dict.get, {"t": columns})
        sql = "select * exclude (a) from t"
        if columns:
            assert translate(sql, asked) == f"select {', '.join(f't.{name}' for name in columns[1:])} from t"
        else:
            with pytest.raises(Refused, match="cannot tell the columns of t"):
                translate(sql, asked)


def test_a_comment_in_front_stays_there_and_changes_nothing() -> None:
    for comment in (
        '/* {"app": "dbt", "node_id": "model.a"} */\n\n',
        "-- select distinct on (\n",
        "/* a /* b */ */ ",
        "",
    ):
        assert translate(f"{comment}select nvl(a, 1) from t") == f"{comment}select coalesce(a, 1) from t"
        with pytest.raises(Refused, match="DISTINCT ON"):
            translate(f"{comment}select distinct on (a) a from t")


def test_names_of_refusals_are_unique() -> None:
    assert len({refusal.name for refusal in REFUSALS}) == len(REFUSALS)


def test_each_source_is_a_page_of_redshifts_documentation() -> None:
    pages = {entry.page for entry in [*RIGHT, *WRONG]}
    assert {page for page in pages if not re.fullmatch(r"[A-Za-z][\w-]*\.html", page)} == set()
    assert REDSHIFT_DOCS == "https://docs.aws.amazon.com/redshift/latest/dg/"


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("", ""),
        (" -- nothing\n;", ""),
        ("begin; delete from source where id = 1; commit;", ""),
        ("begin; delete from source s where s.id = 1; commit", "alias of deleted rows"),
        ("select 1;; create index on sales (eventid)", "object of PostgreSQL"),
        ("select 'a; select distinct on (b) b'", ""),
    ],
)
def test_several_statements_are_read_one_by_one(sql: str, rule: str) -> None:
    assert _rule_of(sql) == rule


def test_several_statements_are_rewritten_one_by_one() -> None:
    sql = "begin; set search_path to s; create view a.b as select 1 as one with no schema binding; select nvl(a, 1)"
    alone = [translate(statement) for statement in sql.split(";")]
    assert [one.strip() for one in translate(sql).split(";")] == [one.strip() for one in ";".join(alone).split(";")]
    assert "rs, pg_catalog" in alone[1] and "create_late_binding_view" in alone[2] and "coalesce" in alone[3]


# ---------------------------------------------------------------- the same in other clothes


def _in_upper_case(sql: str) -> str:
    return "".join(token.text.upper() if token.kind == NAME else token.text for token in tokens(sql))


def _with_comments(sql: str) -> str:
    """Put a comment, which holds a mistake of its own, between any two tokens."""
    return " /* ' select distinct on */ ".join(token.text for token in significant(tokens(sql)))


def _on_many_lines(sql: str) -> str:
    spaced = "".join("\n\t" if token.kind == SPACE else token.text for token in tokens(sql))
    return f"-- string_agg(\n{spaced}\n;\n"


def _with_quoted_names(sql: str) -> str:
    """Quote the names of tables and columns; words of SQL and functions stay."""
    names = {"sales", "event", "listing", "category", "users", "winsales", "qty", "sellerid", "eventid", "saletime"}
    return "".join(f'"{token.text}"' if token.word in names else token.text for token in tokens(sql))


def _is_query(sql: str) -> bool:
    return sql.startswith("select")


def _in_a_subquery(sql: str) -> str:
    return f"select * from (select * from ({sql}) as inner_query) as outer_query"


def _in_an_expression(sql: str) -> str:
    return f"with first_one as (select 1 as n), wrapped as (\n{sql}\n) select * from wrapped"


def _in_a_table(sql: str) -> str:
    return f"create table made as (\n{sql}\n)"


def _in_a_union(sql: str) -> str:
    return f"select 1 union all ({sql})"


ANY_STATEMENT = [_in_upper_case, _with_comments, _on_many_lines, _with_quoted_names]
QUERIES = [_in_a_subquery, _in_an_expression, _in_a_table, _in_a_union]

# Where other clothes change the meaning: what a table is made of runs on the compute nodes.
_NOT_IN_A_TABLE = re.compile("current_schema|has_schema_privilege|now\\(")
_RULE_NOT_IN_A_TABLE = "compute-node function"


def _in_other_clothes(entry: Entry) -> list[str]:
    return [
        dress(entry.sql)
        for dress in [*ANY_STATEMENT, *(QUERIES if _is_query(entry.sql) else [])]
        if dress is not _in_a_table
        or not (entry.rule == _RULE_NOT_IN_A_TABLE or (not entry.rule and _NOT_IN_A_TABLE.search(entry.sql)))
    ]


# All clothes of a statement are one test: there are two thousand, and pytest takes longer for each than the rules do.
@pytest.mark.parametrize("entry", [*WRONG_BY_TOKENS, *RIGHT], ids=_sql)
def test_statement_in_other_clothes_has_the_same_verdict(entry: Entry) -> None:
    answers = {sql: _rule_of(sql) for sql in _in_other_clothes(entry)}
    assert answers == dict.fromkeys(answers, entry.rule)


def test_clothes_keep_the_statement() -> None:
    sql = "select 'a--b' as \"C\", sum(x) from sales"
    for dress in (_with_comments, _on_many_lines):
        assert [token.text for token in significant(tokens(dress(sql))) if token.text != ";"] == [
            token.text for token in tokens(sql) if token.kind not in (SPACE, COMMENT)
        ]
    assert _in_upper_case(sql) == "SELECT 'a--b' AS \"C\", SUM(X) FROM SALES"


# ---------------------------------------------------------------- a running rehearsal


Ask = Callable[[str], str]


@pytest.fixture(scope="module")
def answer_of(rehearsal: Rehearsal) -> Iterator[Ask]:
    """Return what says the error that a statement ends with, "" if it runs, in a rehearsal that has the tables.

    What a statement changes is rolled back, so its answer is the same the next time and asked for once.
    """
    setup = (CORPUS / "setup.sql").read_text(encoding="utf-8")
    with rehearsal.connect() as connection, connection.cursor() as cursor:
        for statement in filter(None, (part.strip() for part in setup.split(";\n"))):
            cursor.execute(statement)
    with rehearsal.connect(autocommit=False) as connection:
        yield cache(partial(_answer, connection))


def _answer(connection: redshift_connector.Connection, sql: str) -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
    except redshift_connector.Error as error:
        return error.args[0]["M"] if isinstance(error.args[0], dict) else str(error)
    finally:
        connection.rollback()
    return ""


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(entry, marks=pytest.mark.xfail(strict=True, reason=f"the rehearsal has no {entry.limit}"))
        if entry.limit
        else entry
        for entry in RIGHT
    ],
    ids=_sql,
)
def test_right_statement_runs(entry: Entry, answer_of: Ask) -> None:
    assert answer_of(entry.sql) == ""


@pytest.mark.parametrize("entry", WRONG, ids=_sql)
def test_wrong_statement_does_not_run(entry: Entry, answer_of: Ask) -> None:
    message = answer_of(entry.sql)
    assert message
    # A rule answers with its name: the server must not refuse for a reason of its own what a rule is there for.
    assert entry.rule == SERVER or entry.rule in message


def test_most_wrong_statements_are_refused(answer_of: Ask) -> None:
    refused = sum(1 for entry in WRONG if answer_of(entry.sql))
    by_tokens = sum(1 for entry in WRONG if _rule_of(entry.sql))
    print(f"refused of {len(WRONG)} wrong statements: {refused}; by the refusals alone: {by_tokens}")
    assert refused >= 0.95 * len(WRONG)


def test_few_right_statements_are_refused(answer_of: Ask) -> None:
    refused = sum(1 for entry in RIGHT if answer_of(entry.sql))
    by_tokens = sum(1 for entry in RIGHT if _rule_of(entry.sql))
    print(f"refused of {len(RIGHT)} right statements: {refused}; by the refusals alone: {by_tokens}")
    assert refused <= 0.02 * len(RIGHT)


def test_refusal_names_its_rule_and_page(answer_of: Ask) -> None:
    message = answer_of("select distinct on (eventid) eventid from sales")
    assert "distinct on" in message
