"""What a failed test says, for every kind of test that the project has."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.build.wording import _GENERIC, what_is_wrong


def _test(name: str, column: str | None = None, **arguments: object) -> SimpleNamespace:
    return SimpleNamespace(
        attached_node="model.tickit_lakehouse.fct_sales",
        column_name=column,
        test_metadata=SimpleNamespace(name=name, kwargs=arguments),
    )


@pytest.mark.parametrize(
    ("test", "failures", "words"),
    [
        (_test("not_null", "sale_id"), 1, "sale_id of fct_sales: 1 row without a value"),
        (_test("not_null", "sale_id"), 1234, "sale_id of fct_sales: 1,234 rows without a value"),
        (_test("unique", "sale_id"), 2, "sale_id of fct_sales: 2 values on more than one row"),
        (_test("accepted_values", "kind", values=["a", 1]), 1, "kind of fct_sales: 1 value not among a, 1"),
        (
            _test("relationships", "buyer_id", to="ref('dim_users')", field="user_id"),
            3,
            "buyer_id of fct_sales: 3 rows with a key that is not in user_id of dim_users",
        ),
        (_test("new_kind", "a"), 2, "a of fct_sales: 2 rows fail the test new_kind"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_model_column_and_number_are_named(test: SimpleNamespace, failures: int, words: str) -> None:
    assert what_is_wrong(test, failures) == words


@pytest.fixture(scope="module")
def tests_of_the_project(parsed: Path) -> list[dict[str, Any]]:
    manifest = json.loads(parsed.with_name("manifest.json").read_text())
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]


def test_every_kind_of_test_has_words_of_its_own(tests_of_the_project: list[dict[str, Any]]) -> None:
    """Those of many checks write the words themselves: tests/python/rehearsal/test_checks.py."""
    generic = [node["test_metadata"]["name"] for node in tests_of_the_project if node.get("test_metadata")]
    assert len(generic) > 40
    assert set(generic) - {"checks", "foreign_keys", "history_of", *_GENERIC} == set()


def test_every_query_says_what_it_guards(tests_of_the_project: list[dict[str, Any]]) -> None:
    """Its leading comment is what a user reads when it fails."""
    queries = [node for node in tests_of_the_project if not node.get("test_metadata")]
    assert len(queries) > 10
    for node in queries:
        _, words = what_is_wrong(SimpleNamespace(name=node["name"], raw_code=node["raw_code"]), 1).split(". ", 1)
        assert words.startswith(("Guards: ", "Reports ")), node["original_file_path"]
