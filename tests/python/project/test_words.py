"""Documents, YAML, SQL, comments and messages use the field's words (docs/glossary.md); links lead somewhere."""

from __future__ import annotations

import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from scripts.build.dashboard import BOARDS
from scripts.build.docs import LINEAGE
from tests.python.dbt_project import ROOT

# A word of this house -> what a data engineer would say. A phrase may be broken over lines.
BANNED = {
    "anew": "again, from scratch, rebuilt",
    "told": "reported, named, known",
    "stands": "is, is listed",
    "set aside": "rejected",
    "sets aside": "rejects",
    "sets the others aside": "rejects the others",
    "says so": "reports it, documents it",
    "say so": "report it, document it",
    "as a whole": "full snapshot, complete, at once",
    "held against": "compared with",
    "what was before": "history",
    "takes in": "loads",
    "take in": "load",
    "taken in": "loaded",
    "in silence": "silently",
    "without a word": "without a warning",
    "a slip of the": "a mistake",
    "at any remove": "directly or not",
    "owns up": "documents",
}
_BETWEEN = r"(?:\s|--|#|//|\"\s*~?\s*\"|'\s*~?\s*')+"
HOUSE_WORDS = re.compile(
    r"(?<![`\w])(" + "|".join(_BETWEEN.join(map(re.escape, words.split())) for words in BANNED) + r")\b", re.IGNORECASE
)
READ = (".md", ".yml", ".yaml", ".sql", ".py", ".in", "Makefile", ".sqlfluff", ".yamllint")
# What is written about a past release stays as it was written.
LEFT_OUT = ("CHANGELOG.md",)
# Pages that may be beside the docs site, whose first page is models/overview.md.
BESIDE_DOCS = {LINEAGE.name, BOARDS["sales"].name}


def _files(*suffixes: str) -> list[Path]:
    """Return the files of the repository with such names, those that git does not know yet among them."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    paths = (ROOT / name for name in listed if name.endswith(suffixes) and name not in LEFT_OUT)
    return sorted({path for path in paths if path.is_file() and path != Path(__file__)})


def _prose(path: Path) -> Iterator[tuple[int, str]]:
    """Yield what people read of a file, with the line where it begins: of Python comments and texts, else all."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield 1, text
        return
    kinds = {tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
    comments: list[str] = []
    first = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT):
            continue
        if token.type in kinds:
            first = first if comments else token.start[0]
            comments.append(token.string)
        elif comments:
            yield first, "\n".join(comments)
            comments = []
    if comments:
        yield first, "\n".join(comments)


def house_words(path: Path) -> list[str]:
    """Return the house words of a file as `line: word: what to write`."""
    found = []
    for first, text in _prose(path):
        for match in HOUSE_WORDS.finditer(text):
            line = first + text.count("\n", 0, match.start())
            word = re.sub(_BETWEEN, " ", match[0]).lower()
            found.append(f"{line}: {word!r}: write {BANNED[word]}")
    return found


def test_documents_use_no_house_words() -> None:
    found = [f"{path.relative_to(ROOT)}:{words}" for path in _files(*READ) for words in house_words(path)]
    assert found == []


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("a.md", "All of it is built\nanew.", [2]),
        ("a.sql", "-- These rows are set\n-- aside.\nselect 1", [1]),
        ("a.sql", "{{ error(\"it comes as a \" ~ \"whole\") }}", [1]),
        ("a.yml", "description: What was before.", [1]),
        ("a.py", "told = 1  # it stands\n", [1]),
        ("a.py", 'x = 1\ny = f"{x} says so"\n', [2]),
        ("a.py", "def f():\n    x(\n        'rows set '\n        'aside'\n    )\n", [3]),
        ("a.md", "A bookstand is untold gold; renewed.", []),
        ("a.py", "anew = told(stands)  # `anew` is a name\n", []),
    ],
)  # fmt: skip
def test_a_house_word_is_found(tmp_path: Path, name: str, text: str, lines: list[int]) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert [int(found.partition(":")[0]) for found in house_words(path)] == lines


def _words(text: str) -> set[str]:
    """Return the words of a sentence that carry its meaning."""
    filling = {
        "a",
        "an",
        "and",
        "as",
        "by",
        "for",
        "in",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "that",
        "the",
        "to",
        "which",
    }
    return set(re.findall(r"[a-z0-9_]+", text.lower())) - filling


def test_a_macros_comment_does_not_repeat_its_description() -> None:
    """The YAML describes what a macro does; the comment in its file gives reasons and evidence."""
    repeated = []
    for yaml_file in _files(".yml"):
        if "macros" not in yaml_file.parts or not yaml_file.name.startswith("_"):
            continue
        for macro in yaml.safe_load(yaml_file.read_text(encoding="utf-8"))["macros"]:
            for path in yaml_file.parent.rglob(f"{macro['name']}.sql"):
                code = path.read_text(encoding="utf-8")
                comment = re.match(r"\s*(?:{%[^%]*%}\s*)?{#(.*?)#}", code, re.DOTALL)
                described = _words(macro["description"])
                if comment and len(described & _words(comment[1])) >= 0.6 * len(described):
                    repeated.append(str(path.relative_to(ROOT)))
    assert repeated == []


def _anchors(page: str) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    headings = re.findall(
        r"^#{1,6} (.+)$", re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    plain = (re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in plain}


def test_links_between_documents_lead_somewhere() -> None:
    models = {path.stem for path in (ROOT / "models").rglob("*.*")}
    broken = []
    for path in _files(".md"):
        page = path.read_text(encoding="utf-8")
        for link in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", page)):
            target, _, anchor = link.partition("#")
            if anchor.startswith("!/model/"):  # a page of the docs site
                if anchor.rpartition(".")[2] not in models:
                    broken.append(f"{path.relative_to(ROOT)}: {link}")
                continue
            to = (path.parent / target).resolve() if target else path
            if re.match(r"[a-z]+:", link) or "{" in link or (path.name == "overview.md" and target in BESIDE_DOCS):
                continue
            if not to.exists() or (anchor and to.suffix == ".md" and anchor not in _anchors(to.read_text("utf-8"))):
                broken.append(f"{path.relative_to(ROOT)}: {link}")
    assert broken == []


def test_the_glossary_names_what_is_there() -> None:
    rows = [row.split(" | ") for row in (ROOT / "docs/glossary.md").read_text().splitlines() if row.startswith("| ")][
        1:
    ]
    assert len(rows) >= 30
    terms = [row[0].removeprefix("| ").lower() for row in rows]
    assert terms == sorted(terms)
    sql = {path.stem for path in (ROOT / "models").rglob("*.sql")}
    for row in rows:
        for name in re.findall(r"`([\w/]+(?:\.\w+)?)`", row[2]):
            if "/" in name and not name.endswith("/"):
                assert (ROOT / name).exists(), f"{row[0]}: {name}"
            elif re.match(r"(base|stg|int|dim|fct|rpt)_\w+$", name):
                assert name in sql, f"{row[0]}: {name}"
