"""Static checks of SQL files, without a server: what the rules see in the words of a statement alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from redshift_rehearsal.errors import Refused, RehearsalError
from redshift_rehearsal.lexer import BLANK, STRING, Token, text_of, tokens
from redshift_rehearsal.refusals import check
from redshift_rehearsal.refusals.statement import Statement
from redshift_rehearsal.report import Finding, without_comment


def check_files(files: Iterable[Path]) -> list[Finding]:
    """Return what Redshift would refuse in SQL files, at most one finding a statement.

    Raises RehearsalError, with a line a file, if some cannot be read or hold Jinja.
    """
    findings: list[Finding] = []
    unreadable: list[str] = []
    for file in files:
        try:
            findings += check_text(file.read_text(encoding="utf-8"), str(file))
        except (OSError, UnicodeDecodeError) as error:
            unreadable.append(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}.")
        except RehearsalError as error:
            unreadable.append(str(error))
    if unreadable:
        raise RehearsalError("\n".join(unreadable))
    return findings


def check_text(sql: str, file: str = "") -> list[Finding]:
    """Return what Redshift would refuse in a text with one or more statements; raise RehearsalError for Jinja."""
    parts = tokens(sql)
    code = text_of([token for token in parts if token.kind not in (*BLANK, STRING)])
    if "{{" in code or "{%" in code:
        where = file or "the text"
        raise RehearsalError(f"{where} holds Jinja: run `dbt compile`, then check the files in target/compiled.")
    findings = []
    for line, statement in statements_of(parts):
        try:
            check(Statement(statement))
        except Refused as refused:
            where = f"{file}:{line}" if file else f"line {line}"
            text = without_comment(text_of(statement))
            findings.append(Finding(where, refused.rule, refused.message, refused.documentation, text, file, line))
    return findings


def sql_files(paths: Iterable[Path]) -> list[Path]:
    """Return files as they are, and the files ``*.sql`` below folders; raise RehearsalError for what is not there."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(file for file in path.rglob("*.sql") if file.is_file())
        elif path.exists():
            found.append(path)
        else:
            raise RehearsalError(f"there is no file or folder {path}.")
    if not found:
        raise RehearsalError("there is no file that ends in .sql in what was named.")
    return found


def statements_of(parts: list[Token]) -> Iterator[tuple[int, list[Token]]]:
    """Yield each statement with the line of its first word; nothing for what is empty."""
    line, first_line = 1, 0
    statement: list[Token] = []
    for token in parts:
        if token.word == ";":
            if first_line:
                yield first_line, statement
            first_line, statement = 0, []
        else:
            if not first_line and token.kind not in BLANK:
                first_line = line
            statement.append(token)
        line += token.text.count("\n")
    if first_line:
        yield first_line, statement
