"""Find names and values that are put into SQL between quotes as they are, where a quote in them would end the text.

In macros and models a text goes into SQL by `external_tables.sql_literal(...)`, in Python as a
parameter, or, where none can stand, by `scripts.core.sql.literal(...)`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

# Without the tests of macros, which are cases of constants.
TESTS = tuple(f"tests/dbt/{folder}" for folder in ("generic", "staging", "marts", "integrity"))
JINJA = ("models", "macros", "snapshots", "analyses", *TESTS, "packages/external_tables/macros")
PYTHON = ("scripts", "benchmarks", "analytics", "models")

Problem = tuple[int, str]  # line, what to do

# Expressions that may stand between quotes, with the reason: no text from outside reaches them. Nothing else may.
ALLOWED = {
    "genre": "a name of the macro genres()",
    "table": "a name of the macro raw_tables()",
    "raw": "a raw column, of the macro raw_tables()",
    "month.time": "a raw column, of the macro raw_tables()",
    "fields[0][0]": "a raw column, of the macro raw_tables()",
    "misfit(type)": "words of the macro misfit()",
    "pattern": "an argument of matches(): a constant of has_shape() and try_type(), without quotes",
    "first_day": "a day, of the months of the warehouse",
    "next_month": "a day, reckoned from one of those",
    "characters": "a constant of duckdb_valid_text",
    "shape": "a constant of duckdb_read_value",
    "iso": "a constant of duckdb_read_json",
    '"array" if is_array else "unstructured"': "two constants",
    "lazy": "the name of a serde, in a message",
    "kind": "a name in scripts/lake/plots.py",
    "like.removeprefix('like')": "a genre in scripts/lake/plots.py",
}

# A text of dbt's own that doubles quotes, and ours.
_SAFE = re.compile(r"\bsql_literal\(|\bstring_literal\(|\bescape_single_quotes\(|\bmisfit\(|loop\.index")
_EXPRESSION = re.compile(r"\{\{-?(.*?)-?\}\}", re.DOTALL)
_GLUED = re.compile(r"""("[^"\n]*'"\s*~\s*(?P<after>[^~\n]+))|(\|\s*join\(\s*(?P<join>"', '"|"','")\s*\))""")
# A statement that makes a message, no SQL.
_FOR_PEOPLE = re.compile(
    r"\b(raise_compiler_error|log|warn)\(|\b(problems?|errors)\.append\(|\bset what\b|\breturn\(\s*\"'?[A-Za-z' ]+ "
)
_BLOCK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)

_VERB = re.compile(
    r"(?is)^\s*(select|from|with|insert|copy|attach|load|set|create|delete|drop|alter|update|grant|call|unload|merge)\b"
)
# What comes before a text in SQL: an operator, or one of these words.
_BEFORE_TEXT = re.compile(
    r"(?is)(=|\(|,|<|>|\|\||\b(select|load|attach|to|then|else|timestamp|date|like|in|when|and|or|from|location|set|as))"
    r"\s*'$"
)
# Methods that run SQL, or take a part of it.
_RUNS = {"execute", "executemany", "sql", "query", "filter", "run", "fetch"}


_CURE = "write external_tables.sql_literal(...)"


def check_names() -> int:
    """Check all files; print each problem with its file and line; return 1 if there is one, else 0."""
    macros = sorted(
        file for folder in JINJA for file in Path(folder).rglob("*.sql") if not file.stem.endswith("sql_literal")
    )
    programs = sorted(file for folder in PYTHON for file in Path(folder).rglob("*.py"))
    problems = [
        f"{file}:{line}: {advice}"
        for files, check in ((macros, in_jinja), (programs, in_python))
        for file in files
        for line, advice in dict.fromkeys(check(file.read_text("utf-8")))
    ]
    found = f"{len(macros) + len(programs)} files put no name into SQL but by its literal."
    print("\n".join(problems) if problems else found)
    return int(bool(problems))


def in_jinja(text: str) -> Iterator[Problem]:
    """Yield what a model or a macro puts between quotes: ``'{{ name }}'``, or ``"... '" ~ name`` in an expression."""
    # Comments go, their lines stay.
    text = re.sub(r"\{#.*?#\}", lambda comment: "\n" * comment.group().count("\n"), text, flags=re.DOTALL)
    # Of each expression its number is left, of a statement nothing: what is between quotes then is SQL's.
    expressions = [" ".join(inside.split()) for inside in _EXPRESSION.findall(text)]
    numbers = iter(range(len(expressions)))
    sql = _EXPRESSION.sub(lambda found: f"\0{next(numbers)}\0" + "\n" * found.group().count("\n"), text)
    sql = re.sub(r"\{%.*?%\}", lambda found: "\n" * found.group().count("\n"), sql, flags=re.DOTALL)
    for literal in re.finditer(r"'(?:[^'\n]|'')*'", re.sub(r"--[^\n]*", "", sql)):
        for number in re.findall("\0([0-9]+)\0", literal.group()):
            inside = expressions[int(number)]
            if not _SAFE.search(inside) and inside not in ALLOWED:
                yield _line(sql, literal.start()), f"{inside} is between quotes: {_CURE}"
    for block in _BLOCK.finditer(text):
        if _FOR_PEOPLE.search(block.group()):
            continue
        for found in _GLUED.finditer(block.group()):
            inside = " ".join((found.group("after") or found.group("join")).split())
            if not _SAFE.search(inside) and inside not in ALLOWED:
                yield _line(text, block.start() + found.start()), f"a quote is glued to {inside}: {_CURE}"


def in_python(text: str) -> Iterator[Problem]:
    """Yield f-strings, ``format``, ``%`` and ``+`` that put a value between quotes into SQL."""
    tree = ast.parse(text)
    messages = {part for node in ast.walk(tree) if _is_message(node) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if node in messages:
            continue
        parts, runs = [node], False
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _RUNS:
            parts, runs = [*node.args, *(keyword.value for keyword in node.keywords)], True
        for part in parts:
            for line, inside in _quoted_values(part, is_sql=runs):
                # A constant of the module is no name from outside.
                if inside not in ALLOWED and not re.fullmatch("_?[A-Z][A-Z0-9_]*", inside):
                    yield line, f"{inside} is between quotes in SQL: bind it, or use scripts.core.sql.literal"


def _is_message(node: ast.AST) -> bool:
    """Say whether a node makes text for people: what is raised, printed or said."""
    if isinstance(node, ast.Raise):
        return True
    return isinstance(node, ast.Call) and (getattr(node.func, "attr", None) or getattr(node.func, "id", "")) in {
        *("print", "say", "Option", "BadParameter", "refuse", "Refused", "append", "line", "warn"),
    }


def _quoted_values(node: ast.AST, *, is_sql: bool) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.JoinedStr):
        parts = node.values
        whole = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in parts)
        for before, value in zip(parts, parts[1:], strict=False):
            if not (isinstance(before, ast.Constant) and isinstance(value, ast.FormattedValue)):
                continue
            if _BEFORE_TEXT.search(str(before.value)) and (is_sql or _VERB.match(whole)):
                inside = ast.unparse(value.value)
                if not re.match(r"(\w+\.)?literal\(", inside):
                    yield node.lineno, inside
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        template = node.func.value
        if (
            isinstance(template, ast.Constant)
            and re.search(r"'\{\w*\}'", str(template.value))
            and (is_sql or _VERB.match(str(template.value)))
        ):
            yield node.lineno, f"format of {template.value!r}"
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        text = node.left
        while isinstance(text, ast.BinOp) and isinstance(text.op, ast.Add):
            text = text.right
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            glued = isinstance(node.op, ast.Add) and _BEFORE_TEXT.search(text.value)
            if (glued or (isinstance(node.op, ast.Mod) and "'%s'" in text.value)) and (
                is_sql or _VERB.match(text.value)
            ):
                yield node.lineno, ast.unparse(node.right)


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
