"""What a review finds in two manifests: columns, contracts, readers, coverage, and what dbt's comparison leaves out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scripts.review import changes
from tests.python.review.manifests import REVENUE, SALES, column, manifest


def _compared(change: Callable[[dict[str, Any]], object]) -> changes.Changes:
    head = manifest()
    change(head)
    return changes.compare(manifest(), head, {SALES})


def _columns(head: dict[str, Any]) -> dict[str, Any]:
    return head["nodes"][SALES]["columns"]


@pytest.mark.parametrize(
    ("change", "columns", "contract", "breaks"),
    [
        (
            lambda head: _columns(head).update(tax=column("tax", "integer")),
            ("+ tax integer",),
            ("column tax is new",),
            False,
        ),
        (lambda head: _columns(head).pop("price"), ("- price",), ("column price is gone",), True),
        (
            lambda head: _columns(head)["price"].update(data_type="integer"),
            ("~ price decimal(8,2) → integer",),
            ("type of price: decimal(8,2) → integer",),
            True,
        ),
        (
            lambda head: _columns(head)["price"].update(constraints=[{"type": "not_null"}]),
            (),
            ("constraints of price: none → not_null",),
            False,
        ),
        (
            lambda head: head["nodes"][SALES].update(contract={"enforced": False}),
            (),
            ("the contract is no longer enforced",),
            True,
        ),
        (lambda head: head["nodes"][SALES].update(access="private"), (), ("access public → private",), True),
    ],
    ids=["a column more", "a column less", "another type", "a constraint more", "no contract", "private"],
)
def test_what_a_change_does_to_columns_and_contract(
    change: Callable[[dict[str, Any]], object], columns: tuple[str, ...], contract: tuple[str, ...], breaks: bool
) -> None:
    (found,) = _compared(change).nodes
    assert (found.columns, found.contract, found.breaking) == (columns, contract, breaks)


def test_a_constraint_that_is_dropped_breaks_readers() -> None:
    base, head = manifest(), manifest()
    _columns(base)["price"]["constraints"] = [{"type": "not_null"}]
    assert changes.compare(base, head, {SALES}).nodes[0].breaking


def test_a_public_model_that_is_gone_breaks_readers_and_a_private_one_does_not() -> None:
    head = manifest()
    del head["nodes"][SALES], head["nodes"][REVENUE]
    found = changes.compare(manifest(), head, set())
    assert [(c.name, c.why, c.breaking) for c in found.nodes] == [
        ("revenue", ("removed",), False),
        ("sales", ("removed",), True),
    ]


def _code(head: dict[str, Any]) -> None:
    head["nodes"][SALES]["raw_code"] = "select 2"


def test_readers_below_are_named_with_their_owner() -> None:
    assert _compared(_code).readers == [("exposure", "The board", "Ann"), ("metric", "revenue", "")]


def test_nobody_is_hit_by_a_description() -> None:
    found = _compared(lambda head: head["nodes"][SALES].update(description="Better words."))
    assert (found.nodes[0].why, found.readers) == ((changes.DOCS,), [])


def test_a_changed_macro_is_named_however_far_it_is() -> None:
    base = manifest()
    base["nodes"][SALES]["depends_on"]["macros"] = ["macro.shop.near"]
    base["macros"] = {
        "macro.shop.near": {"macro_sql": "1", "depends_on": {"macros": ["macro.shop.far"]}},
        "macro.shop.far": {"macro_sql": "1", "depends_on": {"macros": []}},
    }
    far = {"macro.shop.far": {"macro_sql": "2", "depends_on": {"macros": []}}}
    head = {**base, "macros": {**base["macros"], **far}}
    assert changes.compare(base, head, {SALES}).nodes[0].why == ("macro far",)


def test_the_key_is_what_a_grouped_test_holds_unique() -> None:
    assert (changes.key_of(manifest(), SALES), changes.key_of(manifest(), REVENUE)) == (["sale_id"], ["day", "venue"])


def test_personal_is_what_the_yaml_marks_and_what_it_does_not_know() -> None:
    sales = manifest()["nodes"][SALES]
    assert [changes.is_personal(sales, name) for name in ("sale_id", "email", "undeclared")] == [False, True, True]


def test_coverage_counts_columns_and_tests() -> None:
    head = manifest()
    _columns(head)["price"]["description"] = ""
    assert changes.coverage(head, [SALES]) == changes.Coverage(columns=3, described=2, tested=2, tests=2)


def test_a_module_reaches_the_python_models_that_import_it_through_another() -> None:
    head = manifest()
    head["nodes"][SALES] |= {"language": "python", "raw_code": "from analytics.forecast import forecast"}
    head["nodes"][REVENUE] |= {"language": "python", "raw_code": "import pandas"}
    sources = {
        "analytics/forecast.py": "from analytics.threads import one",
        "analytics/threads.py": "",
        "analytics/segments.py": "",
    }
    hit = [changes.python_models_of(head, [f"analytics/{name}.py"], sources) for name in ("threads", "segments")]
    assert hit == [{SALES}, set()]


def test_a_variable_reaches_models_that_read_it_through_a_macro() -> None:
    head = manifest()
    head["nodes"][REVENUE]["raw_code"] = "{{ var('first_month') }}"
    head["nodes"][SALES]["depends_on"]["macros"] = ["macro.shop.m"]
    head["macros"] = {"macro.shop.m": {"macro_sql": '{{ var( "share") }}', "depends_on": {"macros": []}}}
    assert changes.readers_of_variable(head, "first_month") == {REVENUE}
    assert changes.readers_of_variable(head, "share") == {SALES}
    assert changes.readers_of_variable(head, "first") == set()


def test_a_source_of_another_file_is_the_same() -> None:
    source = {"database": "a", "schema": "raw", "external": {"location": "x"}}
    other = {**source, "database": "b", "unrendered_config": {"freshness": {"warn_after": {"count": 1}}}}
    base = {"sources": {"source.shop.raw": source}}
    assert changes.is_same_source("source.shop.raw", base, {"sources": {"source.shop.raw": other}})
    moved = {**other, "external": {"location": "y"}}
    assert not changes.is_same_source("source.shop.raw", base, {"sources": {"source.shop.raw": moved}})
