"""MERGE: a small part of the standard's."""

from __future__ import annotations

from redshift_rehearsal.refusals.refusal import refusal
from redshift_rehearsal.refusals.statement import Statement

_PAGE = "r_MERGE.html"


@refusal("merge target alias", _PAGE, "merge")
def target_alias(statement: Statement) -> str | None:
    """Find MERGE INTO table alias."""
    if not statement.starts_with("merge", "into"):
        return None
    after = 3
    while statement.word(after) == ".":
        after += 2
    if statement.word(after) != "using":
        return f'syntax error at or near "{statement.parts[after].text}": the target of MERGE takes no alias'
    return None


@refusal("merge source", _PAGE, "merge")
def source(statement: Statement) -> str | None:
    """Find MERGE from a subquery, or from the target itself."""
    if not statement.starts_with("merge", "into") or "using" not in statement.words:
        return None
    using = statement.words.index("using")
    if statement.word(using + 1) == "(":
        return 'syntax error at or near "(": the source of MERGE is a table, not a subquery'
    target = [statement.name(place) or "." for place in range(2, using)]
    own = [statement.name(place) or "." for place in range(using + 1, using + 1 + len(target))]
    if target == own and statement.word(using + 1 + len(target)) != ".":
        return "the source and the target of MERGE cannot be the same table"
    return None


@refusal("merge with expressions", _PAGE, "merge")
def with_expressions(statement: Statement) -> str | None:
    """Find WITH before MERGE."""
    if statement.words[0] == "with" and any(statement.places("merge", "into")):
        return "the WITH clause is not supported in MERGE"
    return None


@refusal("merge condition", _PAGE, "matched")
def condition(statement: Statement) -> str | None:
    """Find WHEN MATCHED AND ..., WHEN NOT MATCHED BY SOURCE."""
    for place in statement.places("matched"):
        if statement.words[0] == "merge" and statement.word(place + 1) != "then":
            return f'syntax error at or near "{statement.word(place + 1)}": WHEN [NOT] MATCHED takes no more conditions'
    return None


@refusal("merge clauses", _PAGE, "merge")
def clauses(statement: Statement) -> str | None:
    """Find MERGE without both of its clauses, or with more; REMOVE DUPLICATES replaces them."""
    if not statement.starts_with("merge", "into") or any(statement.places("remove", "duplicates")):
        return None
    matched = sum(1 for _ in statement.places("when", "matched"))
    not_matched = sum(1 for _ in statement.places("when", "not", "matched"))
    if (matched, not_matched) != (1, 1):
        return "MERGE needs one WHEN MATCHED and one WHEN NOT MATCHED clause"
    return None


@refusal("merge action", _PAGE, "merge")
def action(statement: Statement) -> str | None:
    """Find other actions than UPDATE SET, DELETE, and INSERT of VALUES."""
    if statement.words[0] != "merge":
        return None
    for place in statement.places("matched", "then"):
        is_matched = statement.word(place - 1) == "when"
        first, second = statement.word(place + 2), statement.word(place + 3)
        allowed = (
            (first == "update" and second == "set" and statement.word(place + 4) != "*") or first == "delete"
            if is_matched
            else first == "insert" and second in ("(", "values")
        )
        if not allowed:
            return f'syntax error at or near "{first}": not an action of WHEN {"" if is_matched else "NOT "}MATCHED'
    return None
