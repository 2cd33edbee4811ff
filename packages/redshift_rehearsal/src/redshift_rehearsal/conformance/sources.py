"""The public collections of Redshift SQL: where they are, and which statements they hold."""

from __future__ import annotations

import ast
import io
import os
import tarfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from redshift_rehearsal.checking import statements_of
from redshift_rehearsal.errors import RehearsalError
from redshift_rehearsal.lexer import text_of, tokens
from redshift_rehearsal.refusals.wordlist import word_set

# Seconds to wait for an answer of the network.
_TIMEOUT = 60


@dataclass(frozen=True)
class Example:
    """A statement of a collection: the file that holds it, its line there, and its text."""

    file: str
    line: int
    sql: str


@dataclass(frozen=True)
class Source:
    """A collection at one commit of a repository on GitHub.

    folder    what is fetched of it
    suffix    how the names of its files end
    read      text of a file -> (line, statement) pairs
    """

    name: str
    repository: str
    commit: str
    folder: str
    suffix: str
    read: Callable[[str], Iterator[tuple[int, str]]]

    @property
    def address(self) -> str:
        """The archive to fetch."""
        return f"https://codeload.github.com/{self.repository}/tar.gz/{self.commit}"

    def examples(self, folder: Path) -> list[Example]:
        """Return the statements of the files below a folder, none twice."""
        found: dict[str, Example] = {}
        for file in sorted((folder / self.folder).parent.rglob(f"*{self.suffix}")):
            if not file.is_relative_to(folder / self.folder) or not file.is_file():
                continue
            for line, sql in self.read(file.read_text(encoding="utf-8")):
                text = " ".join(sql.split())
                found.setdefault(text, Example(file.name, line, sql))
        return list(found.values())


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield the statements of a file of SQL."""
    for line, statement in statements_of(tokens(text)):
        yield line, text_of(statement).strip()


# What begins a statement; all else in sqlglot's tests are expressions, each run as the column of a query on a table.
_BEGINS = word_set(
    """
    select with insert update delete merge create alter drop truncate grant revoke copy unload show set vacuum analyze
    analyse comment explain refresh begin commit call (
    """
)


def _validated(text: str) -> Iterator[tuple[int, str]]:
    """Yield what sqlglot's tests read as Redshift's SQL, and what they expect it to write as such."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in ("validate_identity", "validate_all"):
            continue
        written = [keyword.value for keyword in node.keywords if keyword.arg == "write"]
        dialects = [value for value in written if isinstance(value, ast.Dict)]
        pairs = [pair for one in dialects for pair in zip(one.keys, one.values, strict=True)]
        of_redshift = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "redshift"]
        identical = node.args if node.func.attr == "validate_identity" else node.args[:1]
        for value in [*identical, *of_redshift]:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield node.lineno, _as_statement(value.value)


def _as_statement(sql: str) -> str:
    first = next((token.word for token in tokens(sql) if token.word), "")
    return sql if first in _BEGINS else f"SELECT {sql} FROM example"


SOURCES = (
    Source(
        "sqlfluff's Redshift fixtures",
        "sqlfluff/sqlfluff",
        "e8e8c5d24dee8371acb94177fd8a7a86a783151c",
        "test/fixtures/dialects/redshift",
        ".sql",
        _statements,
    ),
    Source(
        "sqlglot's Redshift tests",
        "tobymao/sqlglot",
        "37362f4fc1d63c4687149cec3a8aab109c1eb989",
        "tests/dialects/test_redshift.py",
        ".py",
        _validated,
    ),
)


def is_installed(module: str) -> bool:
    """Say whether a module that a collection is run with is there."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def folder_of(source: Source, given: Path | None) -> Path:
    """Return the folder that holds a collection: below the given one, else from the cache, else fetched.

    Raises RehearsalError if it is not there and cannot be fetched.
    """
    name = source.repository.partition("/")[2]
    if given:
        if not (given / name / source.folder).exists():
            raise RehearsalError(
                f"{given / name} does not hold {source.folder}: put a copy of https://github.com/{source.repository} "
                f"there, best at {source.commit[:12]}."
            )
        return given / name
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "redshift-rehearsal"
    folder = cache / f"{name}-{source.commit[:12]}"
    if not folder.exists():
        _fetch(source, folder)
    return folder


def _fetch(source: Source, folder: Path) -> None:
    """Fetch a collection into a folder, which is there afterwards only if it is whole."""
    try:
        with urllib.request.urlopen(source.address, timeout=_TIMEOUT) as answer:  # noqa: S310 - https, see `address`
            content = answer.read()
    except (urllib.error.URLError, TimeoutError) as error:
        raise RehearsalError(
            f"{source.address} cannot be fetched: {error}. Without a network, name a folder that holds a copy of the "
            "repository: --sources FOLDER."
        ) from error
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive.getmembers():
            path = PurePosixPath(*PurePosixPath(member.name).parts[1:])
            if member.isfile() and path.is_relative_to(source.folder):
                file = unfinished / path
                file.parent.mkdir(parents=True, exist_ok=True)
                data = archive.extractfile(member)
                file.write_bytes(data.read() if data else b"")
    if not folder.exists():  # another run may have been faster
        unfinished.rename(folder)
