"""What every rewrite needs: to find a call, a clause or a query among tokens, and to put other tokens in its place."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import NamedTuple

from redshift_rehearsal.lexer import BLANK, NAME, Token, closing, split_arguments, text_of, tokens

Tokens = list[Token]


class Call(NamedTuple):
    """A call among the tokens of a statement: ``name(arguments)``, from place ``start`` up to, not with, ``end``."""

    name: str
    arguments: list[str]
    start: int
    end: int


def raw(text: str) -> Token:
    """Return SQL that stays as it is, as one token."""
    return Token(NAME, text, "")


def in_dollars(text: str) -> str:
    """Return a text between dollar signs, where no character needs to be escaped."""
    tag = "rs"
    while f"${tag}$" in text:
        tag += "_"
    return f"${tag}${text}${tag}$"


def block(statement: str) -> Tokens:
    """Return a statement of PL/pgSQL, which gives no result."""
    return [raw(f"do {in_dollars(f'begin {statement}; end')}")]


def following(parts: Sequence[Token], place: int) -> int:
    """Return the place of the next token after ``place`` that is neither space nor comment, or ``len(parts)``."""
    place += 1
    while place < len(parts) and parts[place].kind in BLANK:
        place += 1
    return place


def preceding(parts: Sequence[Token], place: int) -> int:
    """Return the place of the last token before ``place`` that is neither space nor comment, or -1."""
    place -= 1
    while place >= 0 and parts[place].kind in BLANK:
        place -= 1
    return place


def word_at(parts: Sequence[Token], place: int) -> str:
    """Return the word at ``place``, or "" beyond either end."""
    return parts[place].word if 0 <= place < len(parts) else ""


def text_between(parts: Sequence[Token], start: int, end: int) -> str:
    """Return the text of the tokens from ``start`` up to ``end``, without the space around it."""
    return text_of(parts[start:end]).strip()


def replaced(parts: Tokens, start: int, end: int, sql: str) -> Tokens:
    """Return the tokens with those from ``start`` up to ``end`` replaced by the tokens of ``sql``."""
    return [*parts[:start], *tokens(sql), *parts[end:]]


class Edit(NamedTuple):
    """Put ``sql`` in the place of the tokens from ``start`` up to, not with, ``end``."""

    start: int
    end: int
    sql: str


def call_at(parts: Tokens, place: int) -> Call | None:
    """Return the call of the function whose name is at ``place``, None if it is no call.

    A call of a schema's function (``s.nvl(...)``) is somebody's own function, so it is none of ours.
    """
    opening = following(parts, place)
    if word_at(parts, opening) != "(" or word_at(parts, preceding(parts, place)) == ".":
        return None
    end = closing(parts, opening)
    arguments = [text_of(argument).strip() for argument in split_arguments(parts[opening + 1 : end])]
    return Call(parts[place].word, arguments, place, end + 1)


def of_call(rewritten: Callable[[Tokens, Call], Edit | str | None]) -> Callable[[Tokens, int], Edit | None]:
    """Make a rewrite of a word out of one of a call; where that returns SQL, it takes the call's place."""

    @functools.wraps(rewritten)
    def rewrite(parts: Tokens, place: int) -> Edit | None:
        call = call_at(parts, place)
        if call is None:
            return None
        result = rewritten(parts, call)
        return Edit(call.start, call.end, result) if isinstance(result, str) else result

    return rewrite
