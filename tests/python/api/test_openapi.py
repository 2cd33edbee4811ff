"""The hand-made file's resources do as the OpenAPI document says; test_metrics.py asks the whole project's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from schemathesis import GenerationMode

from tests.python.api.described import QUICK, ask, operations_of
from tests.python.api.server import gateway, running

SOME = ("/v1/categories", "/v1/categories/{category_id}", "/v1/users/{user_id}/recommendations")


@pytest.fixture(scope="module")
def operations(serving_file: Path) -> Iterator[dict[str, Any]]:
    """Serve the hand-made file; return what the server says can be asked, by address."""
    with running(gateway(serving_file)) as address:
        yield operations_of(address)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("path", SOME)
def test_some_addresses_do_as_described(operations: dict[str, Any], path: str, mode: GenerationMode) -> None:
    assert ask(operations[path], mode, QUICK) >= 1
