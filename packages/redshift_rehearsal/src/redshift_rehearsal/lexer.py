"""Redshift SQL as tokens: what is a word, what is text, a comment or a quoted name.

The rehearsal reads every statement this way rather than as a syntax tree: a parser silently repairs mistakes, and
the mistakes are what it is for. Joined again, the tokens are the statement, character by character, but for names that
PostgreSQL would cut (`long_names`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redshift_rehearsal.long_names import shortened

SPACE = "space"
COMMENT = "comment"
STRING = "string"
QUOTED = "quoted"
NUMBER = "number"
NAME = "name"
OPERATOR = "operator"

# What says nothing.
BLANK = frozenset((SPACE, COMMENT))


# Not frozen and not compared by value, because both cost: a token is read a hundred times. It is never changed.
@dataclass(slots=True, eq=False)
class Token:
    """One token: its kind, its text as written, and its word.

    ``word`` is what to compare with: a name in lower case, an operator or number as written, and "" for everything
    that may hold any text (strings, quoted identifiers, comments, space), so that no rule mistakes text for SQL.
    """

    kind: str
    text: str
    word: str


# Comments nest, as in PostgreSQL: three deep here, which is deeper than people write.
_COMMENT = r"/\*[^*/]*(?:(?:\*(?!/)|/(?!\*)|{inner})[^*/]*)*\*/"
_FLAT_COMMENT = _COMMENT.replace("|{inner}", "")
_NESTED_COMMENT = _COMMENT.replace("{inner}", _COMMENT.replace("{inner}", _FLAT_COMMENT))

# Tried in this order at each place. A string or comment that is never closed falls through to an operator of one
# character, and the server says what is wrong with it.
_PATTERN = (
    r"""\s+"""
    # A temporary table's name may begin with #, which elsewhere is an operator.
    r"""|[^\W\d][\w$]*|#[^\W\d][\w$]*"""
    r"""|'[^'\\]*(?:(?:''|\\.)[^'\\]*)*'"""
    r"""|"[^"]*(?:""[^"]*)*\""""
    r"""|(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?"""
    rf"""|--[^\n]*|{_NESTED_COMMENT}"""
    r"""|\$\$.*?\$\$"""
    r"""|::|<=>|<=|>=|<>|!=|\|\||!~\*|!~|~\*|->>|->|@>|<@|&&|:=|=>|\*\*|\$\d+|."""
)
_TOKEN = re.compile(_PATTERN, re.DOTALL)

# Space and comments, such as dbt's, which come before a statement; read once, without backtracking (``*+``).
_BEFORE = re.compile(rf"(?:\s+|--[^\n]*+|{_NESTED_COMMENT})*+", re.DOTALL)

# $tag$ ... $tag$ needs a group, which costs half as much again, so it is read by a pattern of its own where it occurs.
_TAG = re.compile(r"\$[^\W\d]\w*\$")
_TOKEN_WITH_TAGS = re.compile(rf"\$(?P<tag>[^\W\d]\w*)\$.*?\$(?P=tag)\$|{_PATTERN}", re.DOTALL)


class _Vocabulary(dict[str, Token]):
    """Text -> its token; names, operators and space are kept, being the same few hundred in all statements."""

    LIMIT = 20_000

    def __missing__(self, text: str) -> Token:
        kind = _kind(text)
        kept = _as_kept(kind, text) if kind in (NAME, QUOTED) else text
        token = Token(kind, kept, "" if kind in _ANY_TEXT else kept.lower())
        if kind not in (STRING, COMMENT) and len(self) < self.LIMIT:
            self[text] = token
        return token


_KIND_OF_QUOTE = {"'": STRING, '"': QUOTED}
_ANY_TEXT = frozenset((SPACE, COMMENT, STRING, QUOTED))


def _kind(text: str) -> str:
    first = text[0]
    # Before all else, because these are not kept, so they come here each time.
    if first in _KIND_OF_QUOTE and len(text) > 1:
        return _KIND_OF_QUOTE[first]
    if first.isspace():
        return SPACE
    if first.isdigit() or (first == "." and len(text) > 1):
        return NUMBER
    if len(text) > 1:
        if first == "$" and text[-1] == "$":
            return STRING
        if text[:2] in ("--", "/*"):
            return COMMENT
    return NAME if first.isalpha() or first == "_" or (first == "#" and len(text) > 1) else OPERATOR


def _as_kept(kind: str, text: str) -> str:
    """Return a name as PostgreSQL keeps it whole."""
    name = text if kind == NAME else text[1:-1].replace('""', '"')
    short = shortened(name)
    return text if short is name else short if kind == NAME else quoted(short)


_vocabulary = _Vocabulary()


def tokens(sql: str) -> list[Token]:
    """Read a statement; ``text_of`` of the result is the statement again."""
    if "$" in sql and _TAG.search(sql):
        texts = [match[0] for match in _TOKEN_WITH_TAGS.finditer(sql)]
    else:
        texts = _TOKEN.findall(sql)
    return list(map(_vocabulary.__getitem__, texts))


def beginning(sql: str) -> int:
    """Return where a statement begins, after space and comments."""
    found = _BEFORE.match(sql)
    return found.end() if found else 0


def text_of(parts: Sequence[Token]) -> str:
    """Return tokens as the SQL that they were read from."""
    return "".join([token.text for token in parts])


def significant(parts: Sequence[Token]) -> list[Token]:
    """Leave out space and comments."""
    return [token for token in parts if token.kind not in BLANK]


def significant_places(parts: Sequence[Token]) -> list[int]:
    """Return the indexes of all tokens but space and comments: for a rewrite that keeps the rest as it is."""
    return [place for place, token in enumerate(parts) if token.kind not in BLANK]


def closing(parts: Sequence[Token], opening: int) -> int:
    """Return the index of the parenthesis, bracket or brace that closes the one at ``opening``.

    The last index if none does: the statement is wrong, and the server reports it.
    """
    opener = parts[opening].word
    closer = {"(": ")", "[": "]", "{": "}"}[opener]
    depth = 0
    for place in range(opening, len(parts)):
        word = parts[place].word
        if word == opener:
            depth += 1
        elif word == closer:
            depth -= 1
            if depth == 0:
                return place
    return len(parts) - 1


def top_level(parts: Sequence[Token]) -> Iterator[int]:
    """Yield the indexes of the tokens that stand in no parenthesis, bracket or brace of ``parts``."""
    depth = 0
    for place, token in enumerate(parts):
        if token.word in (")", "]", "}"):
            depth -= 1
        if depth == 0:
            yield place
        if token.word in ("(", "[", "{"):
            depth += 1


def split_arguments(parts: Sequence[Token]) -> list[list[Token]]:
    """Split the content of parentheses at its commas: one list of tokens per argument, none if it is empty."""
    commas = [place for place in top_level(parts) if parts[place].word == ","]
    if not commas and not significant(parts):
        return []
    starts = [0, *(comma + 1 for comma in commas)]
    ends = [*commas, len(parts)]
    return [list(parts[start:end]) for start, end in zip(starts, ends, strict=True)]


def one_by_one(parts: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield each statement without the semicolon that ends it."""
    first = 0
    for place, token in enumerate(parts):
        if token.word == ";":
            yield list(parts[first:place])
            first = place + 1
    yield list(parts[first:])


def leading_words(parts: Sequence[Token], number: int = 4) -> tuple[str, ...]:
    """Return the first words of a statement: ("create", "external", "table", ...), "" for what is no word."""
    words = []
    for token in parts:
        if token.kind not in BLANK:
            words.append(token.word)
            if len(words) == number:
                break
    return tuple(words)


def quoted(*names: str) -> str:
    """Return a name, or one with its schema ("" for none), in quotes: it is no keyword, and keeps its case."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names if name)


def name_of(token: Token) -> str:
    """Return the identifier that a token writes, in lower case as Redshift folds it, quoted or not."""
    if token.kind == QUOTED:
        return token.text[1:-1].replace('""', '"').lower()
    return token.word
