"""What a stand-in was asked and what it refused: for a person, as JSON, or as annotations of a GitHub workflow."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from statistics import mean, median

from redshift_rehearsal.lexer import beginning
from redshift_rehearsal.log import Failure, Latency, Statement, read_log

_MOST_LINES = 12
# SQLSTATE: the transaction is aborted, because of an earlier error that is reported itself.
_FOLLOWS = "25P02"


class Format(StrEnum):
    """How findings are written."""

    HUMAN = "human"
    JSON = "json"
    GITHUB = "github"


@dataclass(frozen=True)
class Finding:
    """Something that Redshift refuses.

    where          the model or test of dbt that asked, or a file with the line of the statement; "" if not known
    rule, message, documentation  why, and the page of Redshift's documentation behind it
    sql            the statement, without dbt's comment
    file, line     of a file that was checked; "" and 0 for a statement that was sent
    """

    where: str
    rule: str
    message: str
    documentation: str
    sql: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class Work:
    """What a cluster was asked for: each statement is a round trip, and each commit waits for those of others.

    statements  all of them
    commits, rollbacks  those that end a transaction
    lookups     questions to the catalog: pg_..., svv_..., information_schema
    comments    COMMENT ON
    """

    statements: int = 0
    commits: int = 0
    rollbacks: int = 0
    lookups: int = 0
    comments: int = 0

    @classmethod
    def of(cls, statements: list[str]) -> Work:
        """Count statements."""
        kinds = Counter(_kind(sql) for sql in statements)
        return cls(len(statements), kinds["commit"], kinds["rollback"], kinds["lookup"], kinds["comment"])

    def __str__(self) -> str:
        """Write it in one line, without the number of all."""
        return (
            f"{self.commits:,} commits, {self.rollbacks:,} rollbacks, {self.lookups:,} catalog lookups, "
            f"{self.comments:,} comments"
        )


_COMMIT = re.compile(r"(commit|end)\b", re.IGNORECASE)
_KINDS = (
    ("commit", _COMMIT),
    ("rollback", re.compile(r"(rollback|abort)\b", re.IGNORECASE)),
    ("comment", re.compile(r"comment\s+on\b", re.IGNORECASE)),
    # Of a select alone: a table of a user's may be made from them.
    (
        "lookup",
        re.compile(
            r"(select|with|show)\b.*?(\bpg_|\bsvv_|\bsvl_|\bst[lv]_|\bsys_|\binformation_schema\b)",
            re.IGNORECASE | re.DOTALL,
        ),
    ),
)


def is_commit(sql: str) -> bool:
    """Say whether a statement is a COMMIT."""
    return _COMMIT.match(sql, beginning(sql)) is not None


def _kind(sql: str) -> str:
    start = beginning(sql)
    return next((kind for kind, pattern in _KINDS if pattern.match(sql, start)), "")


@dataclass(frozen=True)
class Report:
    """All statements of a log, and those that failed."""

    statements: list[Statement]
    failures: list[Failure]
    latency: Latency = field(default_factory=Latency)

    @classmethod
    def of(cls, log: Path) -> Report:
        """Read a log, also while it is being written; one that does not exist is empty."""
        return cls(*read_log(log)) if log.exists() else cls([], [])

    @property
    def findings(self) -> list[Finding]:
        """What failed, without what a retry repeats and what follows from an earlier error, in order."""
        asked = {statement.number: statement for statement in self.statements}
        found: dict[tuple[str, str, str], Finding] = {}
        for failure in self.failures:
            if failure.sqlstate == _FOLLOWS or failure.number not in asked:
                continue
            statement = asked[failure.number]
            where, sql = statement.node or "", without_comment(statement.sql)
            finding = Finding(where, failure.rule, failure.message, failure.documentation, sql)
            found.setdefault((where, failure.rule, failure.message), finding)
        return list(found.values())

    @property
    def summary(self) -> str:
        """One line: how many statements, and what they cost."""
        if not self.statements:
            return "No statement was sent."
        milliseconds = [statement.milliseconds for statement in self.statements]
        rewritten = sum(bool(statement.sent) for statement in self.statements)
        return (
            f"Statements: {len(self.statements):,}, {rewritten:,} of them rewritten, {len(self.failures):,} refused or "
            f"failed. In the proxy: {mean(milliseconds):.2f} ms of processor time a statement "
            f"(median {median(milliseconds):.2f}, at most {max(milliseconds):.1f}).{self._waited}\n"
            f"Among them: {self.work()}."
        )

    @property
    def _waited(self) -> str:
        if not self.latency:
            return ""
        added = f" Each has waited {self.latency.statement:g} ms, as it was started with"
        return f"{added}, each COMMIT {self.latency.commit:g} ms more." if self.latency.commit else f"{added}."

    def work(self, since: float = 0, until: float = float("inf")) -> Work:
        """Count the statements that came between two times, in seconds since 1970."""
        return Work.of([statement.sql for statement in self.statements if since <= statement.time < until])

    def text(self, form: Format = Format.HUMAN) -> str:
        """Write the report in a format."""
        if form == Format.HUMAN:
            return "\n\n".join([*map(described, self.findings), self.summary])
        return written(self.findings, form, statements=len(self.statements))


def written(findings: list[Finding], form: Format, **counts: int) -> str:
    """Write findings in a format; ``counts`` are added to JSON."""
    if form == Format.JSON:
        return json.dumps({**counts, "findings": [vars(finding) for finding in findings]}, indent=2)
    if form == Format.GITHUB:
        return "\n".join(map(_annotation, findings))
    return "\n\n".join(map(described, findings))


def described(finding: Finding) -> str:
    """Write a finding for a person: where, the reason, the page, and the statement's first lines."""
    lines = [line for line in finding.sql.splitlines() if line.strip()]
    more = [f"    ... {len(lines) - _MOST_LINES} more lines"] if len(lines) > _MOST_LINES else []
    return "\n".join(
        [
            f"Refused {finding.where or 'a statement of no model'}",
            f"  {finding.message}",
            f"  rule: {finding.rule}",
            f"  page: {finding.documentation}",
            *(f"    {line}" for line in lines[:_MOST_LINES]),
            *more,
        ]
    )


def without_comment(sql: str) -> str:
    """Leave out the comment that dbt puts into every statement."""
    return re.sub(r"/\*\s*\{.*?\}\s*\*/", "", sql, flags=re.DOTALL).strip()


def _annotation(finding: Finding) -> str:
    """Write an annotation of a GitHub workflow."""
    where = {"file": finding.file, "line": str(finding.line or "")}
    title = f"Redshift: {finding.rule}" + (f" ({finding.where})" if finding.where and not finding.file else "")
    properties = ",".join(f"{name}={_escaped(text, ':,')}" for name, text in {**where, "title": title}.items() if text)
    return f"::error {properties}::{_escaped(f'{finding.message} [{finding.documentation}]')}"


def _escaped(text: str, also: str = "") -> str:
    """Escape what GitHub reads as the end of a message, and of a property."""
    for character in "%\r\n" + also:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
