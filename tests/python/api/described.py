"""What the OpenAPI document says is what the server does: schemathesis asks what it describes, and what it does not."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator, FormatChecker
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

# Not schemathesis' plugin of pytest: its version 4.32 does not work with pytest 9.2.
QUICK = settings(
    max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], derandomize=True
)
LONG = settings(QUICK, max_examples=100, derandomize=False)


def operations_of(address: str) -> dict[str, Any]:
    """Return what a server says can be asked, by address."""
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json", timeout=300)
    return {found.ok().path: found.ok() for found in schema.get_all_operations()}


def is_right(address: str, operation: Any) -> bool:
    """Return whether the parameters behind the question mark are as described, when each is read as its type."""
    parameters = operation.definition.raw.get("parameters", [])
    described = {each["name"]: each["schema"] for each in parameters if each["in"] == "query"}
    found: dict[str, Any] = {}
    for name, text in parse_qsl(urlsplit(address).query, keep_blank_values=True):
        schema = described.get(name, {})
        if schema.get("type") == "array":
            found.setdefault(name, []).append(_read(text, schema["items"]))
        elif name in found:
            return False
        else:
            found[name] = _read(text, schema)
    whole = {"type": "object", "properties": described, "additionalProperties": False}
    whole["components"] = operation.schema.raw_schema["components"]
    return Draft202012Validator(whole, format_checker=FormatChecker()).is_valid(found)


def _read(text: str, schema: dict[str, Any]) -> Any:
    if schema.get("type") in ("integer", "number", "boolean"):
        try:
            return json.loads(text)
        except ValueError:
            pass
    return text


def ask(operation: Any, mode: GenerationMode, how: settings) -> int:
    """Ask what the address describes, or what it does not; return how many answers were as described."""
    answers = 0

    @how
    @given(case=operation.as_strategy(generation_mode=mode))
    def of_case(case: schemathesis.Case) -> None:
        nonlocal answers
        answer = case.call(timeout=60)
        excluded: list[Any] = []
        # A well written cursor may still be none of this collection, a filter no filter, an order by what is not in the
        # answer, and a comparison of periods asked by none: only the server knows.
        if {"cursor", "where", "order", "by"} & set(case.query or {}):
            excluded = [positive_data_acceptance]
        # What is too long altogether is refused unread, whether each value is right or wrong.
        if answer.status_code == 414:
            excluded = [positive_data_acceptance, negative_data_rejection]
        # A number in an address is a text too.
        if answer.status_code == 200 and is_right(answer.request.url, operation):
            excluded.append(negative_data_rejection)
        case.validate_response(answer, excluded_checks=excluded)
        answers += 1

    of_case()
    return answers
