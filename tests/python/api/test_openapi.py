"""What the OpenAPI document says is what the server does: schemathesis asks what it describes, and what it does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.python.api.server import gateway, running

SOME = ("/v1/categories", "/v1/categories/{category_id}", "/v1/users/{user_id}/recommendations")
# Not schemathesis' plugin of pytest: its version 4.32 does not work with pytest 9.2.
QUICK = settings(
    max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], derandomize=True
)
LONG = settings(QUICK, max_examples=100, derandomize=False)


@pytest.fixture(scope="module")
def operations(serving_file: Path) -> Iterator[dict[str, Any]]:
    """Serve the hand-made file; return what the server says can be asked, by address."""
    with running(gateway(serving_file)) as address:
        schema = schemathesis.openapi.from_url(f"{address}/openapi.json", timeout=300)
        yield {found.ok().path: found.ok() for found in schema.get_all_operations()}


def _ask(operation: Any, mode: GenerationMode, how: settings) -> int:
    """Ask what the address describes, or what it does not; return how many answers were as described."""
    answers = 0

    @how
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        nonlocal answers
        # A well written cursor may still be none of this collection: only the server knows.
        excluded = [positive_data_acceptance] if "cursor" in (case.query or {}) else []
        case.call_and_validate(excluded_checks=excluded, timeout=60)
        answers += 1

    ask()
    return answers


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("path", SOME)
def test_some_addresses_do_as_described(operations: dict[str, Any], path: str, mode: GenerationMode) -> None:
    assert _ask(operations[path], mode, QUICK) >= 1


@pytest.mark.soak
def test_all_addresses_do_as_described(operations: dict[str, Any]) -> None:
    for operation in operations.values():
        for mode in GenerationMode:
            assert _ask(operation, mode, LONG) >= 1
