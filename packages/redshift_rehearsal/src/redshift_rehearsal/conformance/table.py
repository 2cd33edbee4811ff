"""Counts what the stand-in says of the collections, and writes it as a table."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from redshift_rehearsal.conformance.judging import EMPTY, Judge, Judgement, Verdict
from redshift_rehearsal.conformance.outside import outside
from redshift_rehearsal.conformance.sources import SOURCES, Example, Source, folder_of
from redshift_rehearsal.conformance.wrong import WRONG
from redshift_rehearsal.rehearsal import Rehearsal, start
from redshift_rehearsal.settings import Settings

# Statements name buckets of their own, which are all empty here.
_BUCKET = re.compile(r"s3://[\w.-]+", re.IGNORECASE)


@dataclass(frozen=True)
class Result:
    """What came of one statement."""

    example: Example
    judgement: Judgement

    @property
    def digest(self) -> str:
        """The statement's name in `wrong.py`."""
        return digest(self.example.sql)


@dataclass(frozen=True)
class Score:
    """What came of a collection; statements that AWS's documentation says are wrong are counted apart.

    left_out  how many statements of it are not counted (`outside`)
    """

    source: Source
    results: list[Result]
    left_out: int = 0

    def count(self, verdict: Verdict) -> int:
        """Return how many statements that may be right got a verdict."""
        return Counter(result.judgement.verdict for result in self.right)[verdict]

    @property
    def right(self) -> list[Result]:
        """The statements that are not known to be wrong."""
        return [result for result in self.results if result.digest not in WRONG]

    @property
    def wrong_accepted(self) -> list[Result]:
        """The wrong statements that run."""
        return [
            result for result in self.results if result.digest in WRONG and result.judgement.verdict == Verdict.RUNS
        ]

    @property
    def share_refused(self) -> float:
        """The share of the decided right statements that do not run, whatever the reason."""
        decided = len(self.right) - self.count(Verdict.UNDECIDED)
        return 1 - self.count(Verdict.RUNS) / decided if decided else 0.0


def digest(sql: str) -> str:
    """Return a statement's name: the first digits of the hash of its words."""
    return hashlib.sha256(" ".join(sql.split()).encode()).hexdigest()[:12]


def measure(given: Path | None, say: Callable[[str], None]) -> list[Score]:
    """Run all collections in a stand-in of their own; raise RehearsalError if one cannot be had."""
    found = {source: source.examples(folder_of(source, given)) for source in SOURCES}
    named = {bucket for examples in found.values() for one in examples for bucket in _BUCKET.findall(one.sql)}
    buckets = {EMPTY} | {bucket.lower() for bucket in named}
    scores = []
    with TemporaryDirectory() as empty, start(Settings(folders=dict.fromkeys(buckets, Path(empty)))) as rehearsal:
        session = _Session(rehearsal, Path(empty))
        for source, every in found.items():
            examples = [example for example in every if not outside(example.sql)]
            say(f"{source.name}: {len(examples)} statements ...")
            results = [Result(example, session.judge(example)) for example in examples]
            scores.append(Score(source, results, len(every) - len(examples)))
    return scores


class _Session:
    """A connection that is opened again when a statement has ended it."""

    def __init__(self, rehearsal: Rehearsal, files: Path) -> None:
        self._rehearsal = rehearsal
        self._files = files
        self._connection: Connection | None = None

    def judge(self, example: Example) -> Judgement:
        """Return the verdict on a statement."""
        if self._connection is None or self._connection.closed:
            self._connection = psycopg2.connect(
                host=self._rehearsal.host,
                port=self._rehearsal.port,
                dbname=self._rehearsal.database,
                user=self._rehearsal.user,
                password=self._rehearsal.password,
            )
            self._connection.autocommit = True
        # What the last statement has unloaded.
        shutil.rmtree(self._files)
        self._files.mkdir()
        try:
            return Judge(self._connection).judge(example.sql)
        except psycopg2.Error as error:
            self._connection.close()
            return Judgement(Verdict.REFUSED, f"the session ended: {str(error).strip()}")


def written(scores: list[Score]) -> str:
    """Write the table in Markdown."""
    lines = [
        "| statements of | counted | left out | wrong ones refused | undecided | run | not rehearsed | refused "
        "| do not run |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for score in scores:
        wrong = len(score.results) - len(score.right)
        lines.append(
            f"| {score.source.name} | {len(score.results)} | {score.left_out} "
            f"| {wrong - len(score.wrong_accepted)} of {wrong} "
            f"| {score.count(Verdict.UNDECIDED)} | {score.count(Verdict.RUNS)} "
            f"| {score.count(Verdict.NOT_REHEARSED)} | {score.count(Verdict.REFUSED)} | {score.share_refused:.1%} |"
        )
    return "\n".join(lines)


def details(scores: list[Score]) -> str:
    """Write a line for each statement that does not run, and for each wrong one that does."""
    lines = []
    for score in scores:
        for result in score.results:
            verdict = result.judgement.verdict
            is_wrong = result.digest in WRONG
            if (verdict == Verdict.RUNS) == is_wrong:
                what = "accepted, wrong" if is_wrong else verdict
                message = result.judgement.message.splitlines()[0] if result.judgement.message else ""
                where = f"{result.example.file}:{result.example.line}"
                lines.append(f"{result.digest} {where}: {what}: {message}\n    {' '.join(result.example.sql.split())}")
    return "\n".join(lines)
