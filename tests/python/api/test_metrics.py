"""Every metric of the project is served, with its dimensions and filters, from what dbt wrote of the project."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from schemathesis import GenerationMode

from scripts.metrics.semantics import Question, Semantics
from scripts.serving.catalogue import Catalogue
from tests.python.api import serving_files
from tests.python.api.described import LONG, QUICK, ask, operations_of
from tests.python.api.server import Client, gateway, running


@pytest.fixture(scope="module")
def asking(ci_manifest: dict[str, Any], file: Path) -> Client:
    """Ask a server of the project's metrics."""
    return Client(gateway(file))


@pytest.fixture(scope="module")
def operations(file: Path) -> Iterator[dict[str, Any]]:
    """Serve the project's resources and metrics; return what the server says can be asked, by address."""
    with running(gateway(file)) as address:
        yield operations_of(address)


def test_the_catalogue_has_what_the_yaml_declares(of: Catalogue) -> None:
    for name, model in serving_files.catalogue().models.items():
        assert [(c.name, c.type, c.is_personal) for c in of.models[name].columns] == [
            (c.name, c.type, c.is_personal) for c in model.columns
        ]
    assert of.models["fct_sales"].columns[0].description
    assert not [name for name in of.models if name.startswith(("stg_", "base_", "int_", "rpt_run_"))]


def test_every_metric_answers_as_metricflow_does(asking: Client, file: Path, ci_env: dict[str, str]) -> None:
    semantics = Semantics(Path(ci_env["DBT_TARGET_PATH"], "semantic_manifest.json"))
    listed = asking.get("/v1/metrics").json()["data"]
    assert [each["name"] for each in listed] == list(semantics.metrics)
    database = Catalogue.of_target_folder(Path(ci_env["DBT_TARGET_PATH"])).database
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{file}' as \"{database}\" (read_only)")
        for each in listed:
            assert "month" in each["dimensions"]
            answer = asking.get(f"/v1/metrics/{each['name']}?by=month&order=-month")
            wanted = connection.execute(
                semantics.query(Question((each["name"],), ("month",), order=("-month",))).sql
            ).fetchall()
            rows = answer.json()["data"]
            assert [row["month"] for row in rows] == [row[0] and str(row[0]) for row in wanted]
            assert [row[each["name"]] for row in rows] == pytest.approx(
                [float(row[1]) if row[1] is not None and math.isfinite(row[1]) else None for row in wanted]
            )


def test_a_metric_is_filtered_ordered_and_written_as_csv(asking: Client) -> None:
    path = "/v1/metrics/tickets"
    rows = asking.get(f"{path}?by=month,category_name&order=-tickets&limit=2").json()["data"]
    assert len(rows) == 2
    assert rows[0]["tickets"] >= rows[1]["tickets"]
    one = asking.get(f"{path}?by=month,category_name&where=month = '2008-02'").json()["data"]
    assert {row["month"] for row in one} == {"2008-02-01"}
    assert asking.get(f"{path}?by=month&format=csv").text.startswith("month,tickets\n")


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/v1/metrics/profit", 404, "there is no such address"),
        ("/v1/metrics/revenue?by=colour", 422, "by: has a name that is not known here"),
        ("/v1/metrics/revenu", 404, "there is no such address; did you mean /v1/metrics/revenue?"),
        ("/v1/metrics/revenue?by=month,venue_stat_code", 422, "not known here; did you mean venue_state_code?"),
        ("/v1/metrics/revenue?by=month;drop table x", 422, "by"),
        ("/v1/metrics/revenue?where=1=1; drop table x", 422, "cannot read the filter"),
        ("/v1/metrics/revenue_growth_on_week", 422, "by: Field required"),
        ("/v1/metrics/revenue_growth_on_week?by=venue_name", 422, "compares periods: ask by day, week"),
        ("/v1/metrics/revenue?where=%23>a", 422, "cannot read the filter"),
        ("/v1/metrics/revenue?where=month = (select 1)", 422, "month is compared with a day between quotes"),
        ("/v1/metrics/revenue?where=" + "(" * 490, 422, "filter"),
        ("/v1/metrics/revenue?where=" + "not " * 120 + "true", 422, "filter"),
        ("/v1/metrics/revenue?where={{ env_var('HOME') }}", 422, "filter"),
        ("/v1/metrics/revenue?by=month&order=category_name", 422, "no such column of the answer"),
    ],
)
def test_a_question_with_a_mistake_is_a_problem(asking: Client, path: str, status: int, says: str) -> None:
    answer = asking.get(path)
    assert answer.status_code == status
    assert says in answer.json()["detail"]
    assert "tickit metric" not in answer.text


def test_the_description_has_every_metric_and_its_dimensions(asking: Client) -> None:
    document = asking.get("/openapi.json").json()
    (by,) = [each for each in document["paths"]["/v1/metrics/revenue"]["get"]["parameters"] if each["name"] == "by"]
    assert "category_name" in by["description"]
    assert document["openapi"].startswith("3.1")
    assert len([path for path in document["paths"] if "metrics" not in path]) >= 17


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_a_metric_does_as_described(operations: dict[str, Any], mode: GenerationMode) -> None:
    assert ask(operations["/v1/metrics/revenue"], mode, QUICK) >= 1


@pytest.mark.soak
def test_all_addresses_do_as_described(operations: dict[str, Any]) -> None:
    assert {"/v1/metrics", "/v1/metrics/revenue", "/v1/sales"} <= set(operations)
    for path, operation in operations.items():
        # The list of metrics has no parameter that could be wrong.
        for mode in GenerationMode if path != "/v1/metrics" else [GenerationMode.POSITIVE]:
            assert ask(operation, mode, LONG) >= 1
