"""The lexer: nothing is lost, and text, comments and quoted names are not taken for SQL."""

from __future__ import annotations

import pytest

from redshift_rehearsal import lexer
from redshift_rehearsal.lexer import (
    COMMENT,
    NAME,
    NUMBER,
    OPERATOR,
    QUOTED,
    STRING,
    closing,
    leading_words,
    name_of,
    significant,
    significant_places,
    split_arguments,
    text_of,
    tokens,
    top_level,
)


def _kinds(sql: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in significant(tokens(sql))]


@pytest.mark.parametrize(
    "sql",
    [
        'select \'it\'\'s\', "a ""b""", $1, 1.5e-3, .5 -- end',
        "select /* a /* nested /* deep */ */ b */ 1\n;\t",
        "select 'not closed",
        'select "not closed',
        "select /* not closed",
        "select $$ a $b$ c $$, $b$ $$ $b$, $not closed",
        "select 'a\\'b', 'c\\\\', ''",
        "select a::varchar(10)||b, c!~*'x', d[0].e, {fn now()}, x->>'y', é from \\ t",
        "",
    ],
)
def test_tokens_are_the_statement(sql: str) -> None:
    assert text_of(tokens(sql)) == sql


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("'select'", STRING),
        ("'it''s'", STRING),
        ("'a\\'b'", STRING),
        ("$$ it's $$", STRING),
        ("$body$ a $$ b $body$", STRING),
        ('"Select"', QUOTED),
        ('"a ""b"""', QUOTED),
        ("Select", NAME),
        ("_a$1", NAME),
        ("é2", NAME),
        ("12", NUMBER),
        ("1.5e-3", NUMBER),
        (".5", NUMBER),
        ("::", OPERATOR),
        ("!~*", OPERATOR),
        ("$1", OPERATOR),
        ("'", OPERATOR),
    ],
)
def test_one_token_of_its_kind(sql: str, kind: str) -> None:
    assert _kinds(sql) == [(kind, sql)]


def test_comments_nest_and_end_with_their_line() -> None:
    kinds = [token.kind for token in tokens("/* a /* b */ c */-- d\ne")]
    assert kinds == [COMMENT, COMMENT, "space", NAME]


def test_only_sql_has_words() -> None:
    words = [token.word for token in tokens("SELECT 'from' \"From\" -- from\n, 1")]
    assert words == ["select", "", "", "", "", "", "", "", ",", "", "1"]


def test_a_range_is_no_number_with_a_point() -> None:
    assert _kinds("1..2") == [(NUMBER, "1"), (OPERATOR, "."), (NUMBER, ".2")]


def test_texts_of_statements_are_not_kept() -> None:
    words = tokens("select 'secret' as \"Name\" -- secret")
    assert {token.text for token in words} & set(lexer._vocabulary) == {"select", " ", "as", '"Name"'}


def test_closing_finds_the_partner_or_the_end() -> None:
    parts = significant(tokens("f(a, (b), ')') g"))
    assert closing(parts, 1) == len(parts) - 2
    assert closing(significant(tokens("f(a")), 1) == 2


def test_arguments_are_split_at_their_own_commas() -> None:
    arguments = split_arguments(tokens("a, f(b, c), d[1, 2], ','"))
    assert [text_of(argument).strip() for argument in arguments] == ["a", "f(b, c)", "d[1, 2]", "','"]
    assert split_arguments(tokens("  ")) == []


def test_top_level_leaves_out_what_is_in_parentheses() -> None:
    parts = tokens("a(b)c")
    assert [parts[place].text for place in top_level(parts)] == ["a", "(", ")", "c"]


def test_leading_words_skip_comments() -> None:
    assert leading_words(tokens('/* dbt */ CREATE "x" table (')) == ("create", "", "table", "(")
    assert leading_words(tokens("commit")) == ("commit",)


def test_places_lead_back_to_the_statement() -> None:
    parts = tokens("a /* b */ c")
    assert [parts[place].text for place in significant_places(parts)] == ["a", "c"]


def test_names_are_folded_quoted_or_not() -> None:
    assert [name_of(token) for token in significant(tokens('Sales "Sales" "a ""B"""'))] == ["sales", "sales", 'a "b"']
