"""A filter that a person writes, ``venue_state_code = 'NV' and month >= '2008-11'``, as MetricFlow's filter.

The text is parsed, and the filter is written again from what is understood: known dimensions, comparisons, constants.
Whatever else is in the text is refused, so nothing of it reaches SQL or MetricFlow's Jinja as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import sqlglot
from sqlglot import exp

from scripts.core.errors import UsageError
from scripts.core.sql import literal
from scripts.metrics.semantics import Dimension, Kind

_COMPARISONS: dict[type[exp.Expression], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
}
_EXAMPLE = "for example: venue_state_code in ('NV', 'CA') and month >= '2008-11'"


def template(text: str, find: Callable[[str], Dimension]) -> str:
    """Return a filter in the form that MetricFlow takes.

    Args:
        text: what the person wrote.
        find: returns the dimension of a name, or raises UsageError.

    Raises:
        UsageError: it is no filter, or has in it what a filter cannot have.

    """
    try:
        (parsed,) = sqlglot.parse(text, read="redshift")
    except RecursionError:
        raise
    # sqlglot stumbles over some texts with whatever error its own code meets, such as a TypeError on "#>".
    except Exception as error:
        raise UsageError(f"cannot read the filter {text!r}; {_EXAMPLE}.") from error
    return _condition(parsed, find)


def _condition(node: object, find: Callable[[str], Dimension]) -> str:
    """Write a condition again; each comparison is in parentheses, so that no precedence matters."""
    if isinstance(node, exp.Paren):
        return _condition(node.this, find)
    if isinstance(node, exp.And | exp.Or):
        word = "and" if isinstance(node, exp.And) else "or"
        return f"({_condition(node.left, find)} {word} {_condition(node.right, find)})"
    if isinstance(node, exp.Not):
        return f"(not {_condition(node.this, find)})"
    if isinstance(node, exp.Column):
        return _dimension(node, find).template
    if not isinstance(node, exp.Expression):
        raise _refused(node)
    dimension = _dimension(node.this, find)
    place = dimension.template
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        return f"({place} is null)"
    if sign := _COMPARISONS.get(type(node)):
        return f"({place} {sign} {_constant(node.expression, dimension)})"
    if isinstance(node, exp.Between):
        low, high = (_constant(node.args[end], dimension) for end in ("low", "high"))
        return f"({place} between {low} and {high})"
    if isinstance(node, exp.In) and node.expressions:
        return f"({place} in ({', '.join(_constant(each, dimension) for each in node.expressions)}))"
    raise _refused(node)


def _dimension(node: object, find: Callable[[str], Dimension]) -> Dimension:
    if isinstance(node, exp.Column) and len(node.parts) == 1 and isinstance(node.this, exp.Identifier):
        return find(node.name)
    raise _refused(node)


def _constant(node: exp.Expression, dimension: Dimension) -> str:
    """Return a constant as both engines read it."""
    if dimension.kind is Kind.TIME:
        return _day(node, dimension)
    if isinstance(node, exp.Boolean):
        return "true" if node.this else "false"
    sign, number = ("-", node.this) if isinstance(node, exp.Neg) else ("", node)
    if isinstance(number, exp.Literal) and not number.is_string and re.fullmatch(r"[0-9]+(\.[0-9]+)?", number.name):
        return f"{sign}{number.name}"
    if isinstance(node, exp.Literal) and node.is_string:
        # A backslash begins an escape on Redshift and not on DuckDB.
        if not node.name.isprintable() or "\\" in node.name:
            raise UsageError(f"a text in a filter can have neither a backslash nor a line break: {node.name!r}.")
        # MetricFlow reads the filter as Jinja.
        return literal(node.name).replace("{", "{{ '{' }}")
    raise _refused(node)


def _day(node: exp.Expression, dimension: Dimension) -> str:
    """Return the day that a text names; that of a month or a year is its first."""
    if isinstance(node, exp.Literal) and node.is_string:
        parts = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?", node.name)
        try:
            if parts:
                return f"cast('{date(*(int(part or 1) for part in parts.groups())).isoformat()}' as date)"
        except ValueError:
            pass  # no such day
    raise UsageError(f"{dimension.name} is compared with a day between quotes, such as '2008-11-30' or '2008-11'.")


def _refused(node: object) -> UsageError:
    said = node.sql() if isinstance(node, exp.Expression) else str(node)
    return UsageError(
        f"a filter compares dimensions with constants (=, <>, <, >, in, between, is null; and, or, not), "
        f"and {said!r} is nothing of that; {_EXAMPLE}."
    )
