"""The parameters of each resource, as models that FastAPI checks and describes; and the cursor of a page."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model

from scripts.api.formats import Format
from scripts.api.problems import ProblemError
from scripts.api.resources import Condition, Resource, bound_type, ordering
from scripts.serving.catalogue import Catalogue, Column

MOST_ROWS = 1_000
MOST_VALUES = 50
PERSONAL = "personal"
"""The scope that shows personal columns."""

_EDGE = 10**12
_OWN = ("limit", "cursor", "sort", "fields", "format")


def _only(pattern: str, words: str) -> Any:
    """Return a check that a value is written as the pattern says, before pydantic reads it more freely.

    ``words`` say what it has to be.

    It comes behind bounds: else they are checked and not described.
    """

    def check(value: object) -> object:
        if isinstance(value, str) and not re.fullmatch(pattern, value):
            raise ValueError(f"is not {words}")
        return value

    return BeforeValidator(check)


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value


_DATE = Annotated[date, _only(r"\d{4}-\d{2}-\d{2}", "a date such as 2008-12-31")]
_TIME = Annotated[
    datetime,
    _only(
        r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})?",
        "a time such as 2008-12-31T20:00:00Z",
    ),
    AfterValidator(_in_utc),
]
_NUMBER = Annotated[
    float,
    Field(ge=-_EDGE, le=_EDGE, allow_inf_nan=False),
    _only(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", "a number such as 12.5"),
]
_BOOLEAN = Annotated[bool, _only("true|false", "true or false")]
_TEXT = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


def _integer(bits: int) -> Any:
    return Annotated[int, Field(ge=-(2 ** (bits - 1)), le=2 ** (bits - 1) - 1), _only(r"-?\d{1,20}", "a whole number")]


def value_type(column: Column) -> Any:
    """Return the type of a value of a column in a request, with its bounds."""
    return {
        "integer": _integer(32),
        "bigint": _integer(64),
        "double precision": _NUMBER,
        "boolean": _BOOLEAN,
        "date": _DATE,
        "timestamp": _TIME,
        "varchar(1000)": _TEXT,
    }[bound_type(column.type)]


def shown_type(column: Column) -> Any:
    """Return the type of a value of a column in an answer."""
    return {
        "integer": int,
        "bigint": int,
        "double precision": float,
        "boolean": bool,
        "date": date,
        "timestamp": datetime,
        "varchar(1000)": str,
    }[bound_type(column.type)]


def fields_type(columns: Sequence[Column]) -> Any:
    """Return the type of the parameter `fields`: names of columns with commas between."""
    names = "|".join(column.name for column in columns)
    return Annotated[str | None, Field(max_length=2_000, pattern=rf"^({names})(,({names}))*$")]


def row_model(name: str, columns: Sequence[Column]) -> type[BaseModel]:
    """Return the model of an answer's row; `fields` may leave out any of them."""
    fields: dict[str, Any] = {
        column.name: (shown_type(column) | None, Field(None, description=column.description)) for column in columns
    }
    return create_model(name, **fields)


def page_model(name: str, columns: Sequence[Column]) -> type[BaseModel]:
    """Return the model of a page of rows."""
    row = row_model(f"{name}Row", columns)
    fields: dict[str, Any] = {
        "data": (list[row], Field(description="The rows.")),  # type: ignore[valid-type]
        "next_cursor": (str | None, Field(None, description="`cursor` of the next page; null on the last.")),
    }
    return create_model(f"{name}Page", **fields)


def collection_model(name: str, resource: Resource, columns: Sequence[Column]) -> type[BaseModel]:
    """Return the model of a collection's parameters: filters by column, order, page, fields and format."""
    fields: dict[str, Any] = {}
    for column in columns:
        if column.is_personal:
            continue
        kind = value_type(column)
        about = column.description
        if column.type not in ("double precision",) and not column.type.startswith(("decimal", "timestamp")):
            several = Annotated[list[kind] | None, Field(max_length=MOST_VALUES)]  # type: ignore[valid-type]
            fields[column.name] = (several, Field(None, description=f"Is one of these. {about}"))
        if column.type != "boolean" and not column.type.startswith("varchar"):
            fields[f"{column.name}_min"] = (kind | None, Field(None, description=f"At least. {about}"))
            fields[f"{column.name}_max"] = (kind | None, Field(None, description=f"At most. {about}"))
    sorts = [f"{sign}{column.name}" for column in columns if not column.is_personal for sign in ("", "-")]
    fields["sort"] = (
        Literal[tuple(sorts)] | None,
        Field(None, description="Column to sort by, - before it for the highest first. By default the key."),
    )
    fields["limit"] = (
        Annotated[int, Field(ge=1, le=MOST_ROWS), _only(r"\d{1,6}", "a whole number")],
        Field(100, description="Rows of a page."),
    )
    fields["cursor"] = (
        Annotated[str, Field(max_length=2_000, pattern=r"^[A-Za-z0-9_-]+$")] | None,
        Field(None, description="`next_cursor` of the page before, with the same other parameters."),
    )
    return _parameters(f"{name}Parameters", fields, columns)


def item_model(name: str, columns: Sequence[Column]) -> type[BaseModel]:
    """Return the model of an item's parameters."""
    return _parameters(f"{name}ItemParameters", {}, columns)


def _parameters(name: str, fields: dict[str, Any], columns: Sequence[Column]) -> type[BaseModel]:
    fields["fields"] = (
        fields_type(columns),
        Field(None, description="Columns of the answer, with commas between. By default all that are not personal."),
    )
    fields["format"] = (Format | None, Field(None, description="By default what the Accept header asks for."))
    return create_model(name, __config__=ConfigDict(extra="forbid"), **fields)


def conditions(asked: BaseModel, columns: Sequence[Column]) -> list[Condition]:
    """Return the filters of a request."""
    found = []
    for column in columns:
        if several := getattr(asked, column.name, None) if column.name not in _OWN else None:
            found.append(Condition(column, "in", tuple(several)))
        for ending, sign in (("_min", ">="), ("_max", "<=")):
            value = getattr(asked, f"{column.name}{ending}", None)
            if value is not None:
                found.append(Condition(column, sign, (value,)))
    return found


def chosen_fields(asked: str | None, columns: Sequence[Column], scopes: frozenset[str]) -> tuple[list[str], bool]:
    """Return the columns of the answer, and whether a personal one is among them.

    Raises:
        ProblemError: a personal column is asked for without the scope for it (403).

    """
    if not asked:
        return [column.name for column in columns if not column.is_personal], False
    names = list(dict.fromkeys(asked.split(",")))
    personal = [column.name for column in columns if column.is_personal and column.name in names]
    if personal and PERSONAL not in scopes:
        raise ProblemError(403, f"{', '.join(personal)} is personal: that needs a key with the scope {PERSONAL}.")
    return names, bool(personal)


def cursor_of(sort: str, values: Sequence[Any]) -> str:
    """Return the cursor behind a row: the order, and the row's values of it."""
    text = orjson.dumps([sort, *values], default=_exactly)
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def read_cursor(cursor: str, resource: Resource, sort: str, catalogue: Catalogue) -> list[Any]:
    """Return the values of a cursor; raise ProblemError (422) if it is none of this collection in this order."""
    by_name = {column.name: column for column in resource.columns(catalogue)}
    try:
        read_sort, *values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        order = ordering(resource, sort)
        if read_sort != sort or len(values) != len(order):
            raise ValueError
        return [
            None if value is None else _read(value, by_name[name])
            for value, (name, _) in zip(values, order, strict=True)
        ]
    except (ValueError, TypeError, ArithmeticError) as error:
        raise ProblemError(
            422,
            "the cursor is not one of this collection in this order: take next_cursor of the page before, with the "
            "same sort; or leave it out for the first page.",
            errors=[{"name": "cursor", "reason": "is not one of this collection in this order"}],
        ) from error


def _read(value: object, column: Column) -> Any:
    kind = bound_type(column.type)
    if kind in ("integer", "bigint"):
        bits = 31 if kind == "integer" else 63
        if isinstance(value, int) and not isinstance(value, bool) and -(2**bits) <= value < 2**bits:
            return value
    elif kind == "boolean":
        if isinstance(value, bool):
            return value
    elif column.type.startswith("decimal"):
        number = Decimal(value) if isinstance(value, str) and len(value) < 40 else Decimal("nan")
        if number.is_finite() and abs(number) < _EDGE:
            return number
    elif kind == "double precision":
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    elif isinstance(value, str) and len(value) <= 1_000 and "\x00" not in value:
        if kind == "date":
            return date.fromisoformat(value)
        if kind == "timestamp":
            return _in_utc(datetime.fromisoformat(value))
        return value
    raise ValueError


def _exactly(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)
