"""Reject SQL that silently gives other numbers on Redshift than on DuckDB.

It reads SQL files, and the expressions and filters of metrics. It reads what we write, not what dbt compiles: inside
the macros that make both engines agree, the same constructs are right. Each rule names what to write instead;
CONTRIBUTING has the table with the reasons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import yaml
from redshift_rehearsal.lexer import NAME, Token, closing, significant, tokens

SEMANTICS = Path("models/semantics")
WRITTEN = ("models", "analyses", "dashboards", "tests/dbt/staging", "tests/dbt/marts", "tests/dbt/integrity")

# Functions that both engines compute alike, on the types that we use. To add one: prove it by a test in
# tests/dbt/macros, or wrap what differs in a macro.
PORTABLE = {
    "abs",
    "cast",
    "coalesce",
    "count",
    "extract",
    "lower",
    "max",
    "min",
    "nullif",
    "percent_rank",
    "row_number",
    "sum",
    "upper",
}
# What may stand before a parenthesis without being a function.
_SYNTAX = {
    *("all", "and", "any", "as", "between", "by", "case", "distinct", "else", "end", "except", "exists", "from"),
    *("full", "group", "having", "in", "inner", "intersect", "is", "join", "left", "like", "limit", "not", "on", "or"),
    *("order", "over", "partition", "select", "set", "then", "union", "using", "when", "where", "with"),
}
_SIZED_TYPES = {"numeric", "decimal", "varchar", "char"}
_UNSIZED_TYPES = {"text", "string", "hugeint", "float", "double", "real"}
_DIVISIONS = {"/", "%"}

# Keys of the semantic models' YAML that hold SQL.
_EXPRESSIONS = {"expr", "filter", "where"}

Problem = tuple[int, str]  # the place of the token, what to do
Rule = Callable[[Sequence[Token]], Iterator[Problem]]


def check_portability() -> int:
    """Check all files; print each problem with its file and line; return 1 if there is one, else 0."""
    files = sorted(file for folder in WRITTEN for file in Path(folder).rglob("*.sql"))
    problems = [f"{file}:{line}: {message}" for file in files for line, message in check(file.read_text("utf-8"))]
    metrics = sorted(SEMANTICS.rglob("*.yml"))
    problems += [f"{file}:{line}: {said}" for file in metrics for line, said in check_metrics(file.read_text("utf-8"))]
    files += metrics
    print("\n".join(problems) if problems else f"{len(files)} files hold nothing that the engines compute differently.")
    return int(bool(problems))


def check(sql: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the advice for each construct in a model's text that is not portable."""
    yield from _found(sql, RULES)


def check_metrics(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the advice for what is not portable in the YAML of semantic models and metrics."""
    yield from _of_metrics(yaml.compose(text))


def _found(sql: str, rules: Sequence[Rule]) -> Iterator[tuple[int, str]]:
    text = without_jinja(sql)
    parts = significant(tokens(text))
    lines = _lines_of(tokens(text))
    for rule in rules:
        for place, advice in rule(parts):
            yield lines[place], advice


def _of_metrics(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Look at a part of the YAML and at all parts of it."""
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _of_metrics(each)
    if not isinstance(node, yaml.MappingNode):
        return
    keys = {key.value: value for key, value in node.value}
    for name, value in keys.items():
        if name in _EXPRESSIONS:
            for written in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                first = written.start_mark.line
                yield from ((first + line, advice) for line, advice in _found(written.value, METRIC_RULES))
        else:
            yield from _of_metrics(value)
    if advice := _aggregation(keys):
        yield node.start_mark.line + 1, advice


def _aggregation(keys: dict[str, yaml.Node]) -> str:
    """Say what is wrong with how a measure or a metric adds up; nothing if all is well."""
    aggregation, expression, kind = (str(keys[name].value) if name in keys else "" for name in ("agg", "expr", "type"))
    if aggregation == "average" and not re.fullmatch(r"cast\(.* as double precision\)", expression):
        return "the average of an integer is truncated on Redshift: cast it to double precision, or write a ratio"
    if aggregation in ("median", "percentile"):
        return f"{aggregation} is computed differently by the engines: use sum, count or a ratio"
    if kind == "conversion":
        return "MetricFlow numbers the rows of a conversion at random: write a ratio of what happened and what could"
    if kind == "cumulative" and _inside(keys, "type_params", "cumulative_type_params", "period_agg") != "last":
        return "by month, a cumulative metric is that of its first day: write period_agg: last"
    return ""


def _inside(keys: dict[str, yaml.Node], *path: str) -> str:
    """Return the text at the end of a path of keys; none if there is no such key."""
    for name in path[:-1]:
        node = keys.get(name)
        keys = {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}
    return str(keys[path[-1]].value) if path[-1] in keys else ""


def without_jinja(sql: str) -> str:
    """Put the name ``jinja`` for each expression and nothing for each block and comment; keep the lines."""

    def blank(found: re.Match[str]) -> str:
        stands_for = " jinja " if found.group().startswith("{{") else " "
        return stands_for + "\n" * found.group().count("\n")

    return re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", blank, sql, flags=re.DOTALL)


def _division(parts: Sequence[Token]) -> Iterator[Problem]:
    for place, token in enumerate(parts):
        if token.word in _DIVISIONS:
            yield place, f"`{token.text}` differs between the engines: write {{{{ divide(...) }}}}"


def _average(parts: Sequence[Token]) -> Iterator[Problem]:
    for place in _calls(parts, {"avg"}):
        yield place, "avg() of an integer is truncated on Redshift: write {{ divide('sum(x)', 'count(x)') }}"


def _unsized_type(parts: Sequence[Token]) -> Iterator[Problem]:
    for place, token in enumerate(parts):
        following = parts[place + 1].word if place + 1 < len(parts) else ""
        if token.kind == NAME and token.word in _SIZED_TYPES and following != "(":
            yield place, f"a bare {token.word} has another size on each engine: say how long, or how precise"
        is_type = place > 0 and parts[place - 1].word in ("as", "::")
        if is_type and token.word in _UNSIZED_TYPES and (token.word, following) != ("double", "precision"):
            yield place, f"{token.word} is not the same type on both engines: use varchar(n) or decimal(p, s)"


def _unordered_null(parts: Sequence[Token]) -> Iterator[Problem]:
    for place, token in enumerate(parts):
        following = parts[place + 1].word if place + 1 < len(parts) else ""
        if token.word == "desc" and following != "nulls":
            yield place, "NULL comes first on Redshift and last on DuckDB: write desc nulls last"


def _pattern(parts: Sequence[Token]) -> Iterator[Problem]:
    for place, token in enumerate(parts):
        if token.word in ("like", "ilike") and "escape" not in [part.word for part in parts[place : place + 4]]:
            yield place, f"a backslash in {token.word} escapes on Redshift only: say escape '...', or use matches()"
        if token.word == "similar":
            yield place, "similar to reads patterns differently on the engines: use {{ matches(...) }}"


def _unknown_function(parts: Sequence[Token]) -> Iterator[Problem]:
    own = {parts[place].word for place in range(len(parts) - 2) if parts[place + 1].word == "as"}
    for place in _calls(parts, None):
        word = parts[place].word
        if word not in PORTABLE | _SYNTAX | _SIZED_TYPES | own | {"avg", "jinja"}:
            yield place, f"{word}() is not on the list of functions that both engines compute alike"


def _frameless_window(parts: Sequence[Token]) -> Iterator[Problem]:
    for place in _calls(parts, {"over"}):
        window = [token.word for token in parts[place : closing(parts, place + 1)]]
        function = parts[_opening(parts, place - 1) - 1].word
        if "order" in window and "rows" not in window and function not in ("row_number", "percent_rank", "rank"):
            yield place, "an aggregate over (order by ...) needs a frame on Redshift: add rows between ..."


def _quotient_in_metric(parts: Sequence[Token]) -> Iterator[Problem]:
    for place, token in enumerate(parts):
        if token.word in _DIVISIONS:
            yield place, f"`{token.text}` differs between the engines: write a metric of type ratio"
    for place in _calls(parts, {"avg"}):
        yield place, "avg() of an integer is truncated on Redshift: write a metric of type ratio"


_OF_BOTH: tuple[Rule, ...] = (_unsized_type, _unordered_null, _pattern, _unknown_function, _frameless_window)
RULES: tuple[Rule, ...] = (_division, _average, *_OF_BOTH)
# No macro can be called in the YAML of a metric, and MetricFlow divides alike on both engines.
METRIC_RULES: tuple[Rule, ...] = (_quotient_in_metric, *_OF_BOTH)


def _calls(parts: Sequence[Token], names: set[str] | None) -> Iterator[int]:
    """Yield the places of names (of these, if given) that an opening parenthesis follows."""
    for place in range(len(parts) - 1):
        if parts[place].kind == NAME and parts[place + 1].word == "(" and (not names or parts[place].word in names):
            yield place


def _opening(parts: Sequence[Token], end: int) -> int:
    """Return the place of the parenthesis that the one at ``end`` closes."""
    depth = 0
    for place in range(end, -1, -1):
        depth += (parts[place].word == ")") - (parts[place].word == "(")
        if depth == 0:
            return place
    return 0


def _lines_of(parts: Sequence[Token]) -> list[int]:
    """Return the line of each significant token."""
    lines, line = [], 1
    for token in parts:
        if significant([token]):
            lines.append(line)
        line += token.text.count("\n")
    return lines
