"""What the OpenAPI document says is what the server does: schemathesis asks what it describes, and what it does not."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
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


def ask(operation: Any, mode: GenerationMode, how: settings) -> int:
    """Ask what the address describes, or what it does not; return how many answers were as described."""
    answers = 0

    @how
    @given(case=operation.as_strategy(generation_mode=mode))
    def of_case(case: schemathesis.Case) -> None:
        nonlocal answers
        answer = case.call(timeout=60)
        excluded = []
        # A well written cursor may still be none of this collection, a filter no filter, an order by what is not in the
        # answer, and a comparison of periods asked by none: only the server knows.
        if {"cursor", "where", "order", "by"} & set(case.query or {}):
            excluded = [positive_data_acceptance]
        # What is too long altogether is refused unread, whether each value is right or wrong.
        if answer.status_code == 414:
            excluded = [positive_data_acceptance, negative_data_rejection]
        case.validate_response(answer, excluded_checks=excluded)
        answers += 1

    of_case()
    return answers
