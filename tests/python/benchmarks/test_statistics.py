"""Medians, ratios, exponents, bars and the report's tables, on made-up runs."""

from pathlib import Path

import pytest

from benchmarks.engine import busy_seconds, statements
from benchmarks.measure import Measured
from benchmarks.report import BEGIN, END, bars_table, table, write_between_markers
from benchmarks.statistics import Bar, bars, cost, exponent, ratio


def runs(*seconds: float) -> list[Measured]:
    return [Measured(s, 2 * s, int(s * 1e6), int(s * 1e7), 0) for s in seconds]


COSTS = [
    cost(1, "floor", "build", runs(2, 1, 9)),
    cost(1, "project", "build", runs(6)),
    cost(1, "project", "build warm", runs(5)),
    cost(1, "reference", "build warm", runs(5)),
    cost(10, "floor", "build", runs(10)),
    cost(10, "project", "build", runs(20)),
    cost(10, "project", "build warm", runs(19)),
    cost(100, "project", "build", runs(200, 400)),
]


def test_a_cost_has_medians() -> None:
    first = COSTS[0]
    assert (first.seconds, first.fastest, first.slowest, first.runs) == (2, 1, 9, 3)
    assert (first.cpu_seconds, first.peak_bytes, first.read_bytes) == (4, 2e6, 2e7)
    unread = Measured(1, 1, 1, None, 0)
    assert cost(1, "floor", "build", [unread]).read_bytes is None


def test_ratio_and_exponent() -> None:
    assert ratio(COSTS, 10, ("project", "build"), ("floor", "build")) == 2
    assert ratio(COSTS, 100, ("project", "build"), ("floor", "build")) is None
    assert exponent(COSTS, "project", "build", 10, 100) == pytest.approx(1.1760913)
    assert exponent(COSTS, "floor", "build", 10, 100) is None


def test_bars_are_met_not_met_or_not_measured() -> None:
    judged = {bar.what: bar.verdict for bar in bars(COSTS, {"scale 100: peak memory, GB": 2.9})}
    assert judged["scale 10: dbt build warm / the floor"] == "not met"
    assert judged["scale 100: dbt build warm / the floor"] == "not measured"
    assert judged["scale 1: dbt build warm / the reference"] == "met"
    assert judged["scale 100: peak memory with memory_limit, GB"] == "met"
    assert [Bar("x", value, 2).verdict for value in (2, 2.01)] == ["met", "not met"]
    assert [Bar("x", value, 2, at_least=True).verdict for value in (2, 1.99)] == ["met", "not met"]


def test_the_table_has_ratios_to_the_floor() -> None:
    lines = table(COSTS).splitlines()
    assert "| 1 | project: build | 6.0 | 6.0 - 6.0 | 3.00 | 12.0 | 6 | 60 | 1 |" in lines
    assert "| 100 | project: build | 300.0 | 200.0 - 400.0 |  | 600.0 | 300 | 3,000 | 2 |" in lines
    assert "| a | 1.50 | at most 1 | not met |" in bars_table([Bar("a", 1.5, 1)])


def test_the_document_is_written_between_its_markers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    for _ in range(2):
        write_between_markers(page, "new")
        assert page.read_text() == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    page.write_text("no markers")
    with pytest.raises(ValueError, match="no lines"):
        write_between_markers(page, "new")


def test_engine_time_is_when_any_statement_is_under_way() -> None:
    log = [
        "23:59:59.500000 [debug] [Thread-1 (]: SQL status: OK in 1.500 seconds",
        "23:59:59.600000 [debug] [Thread-1 (]: On model.x: select 1",
        "00:00:01.000000 [debug] [Thread-2 (]: SQL status: OK in 2.000 seconds",
        "00:00:05.000000 [debug] [Thread-2 (]: SQL status: OK in 1.000 seconds",
    ]
    assert busy_seconds(statements(log)) == pytest.approx(1 + 2 + 1)
    assert busy_seconds([(0, 5), (1, 2), (4, 6)]) == 6
    assert busy_seconds([]) == 0
