"""make evaluate: what it writes, and what it says of what is missing."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

from analytics.evaluation.page import BEGIN, END, rewrite, table
from scripts.commands import python_models
from scripts.core.errors import TickitError
from tests.python.tickit import evaluate


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "docs/models").mkdir(parents=True)
    (tmp_path / "docs/models/weather.md").write_text(f"# Weather\n\n{BEGIN}\nold\n{END}\n\nLimits.\n")
    return tmp_path / "docs"


@pytest.fixture
def weather(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A topic, and a warehouse that has what it reads."""

    def report(connection: duckdb.DuckDBPyConnection, image: Path) -> str:
        return f"It rains on {connection.execute('select count(*) from rain').fetchone()[0]} days."

    module = ModuleType("weather")
    module.TITLE, module.report = "Weather", report
    monkeypatch.setitem(sys.modules, "analytics.evaluation.weather", module)
    monkeypatch.setattr(python_models, "topics", lambda: ["weather"])
    monkeypatch.setenv("TICKIT_WAREHOUSE", str(tmp_path / "warehouse.duckdb"))
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create table rain as from range(3)")


def test_page_keeps_what_is_not_between_the_markers(docs: Path) -> None:
    page = docs / "models/weather.md"
    assert rewrite(page, "new\n")
    assert page.read_text() == f"# Weather\n\n{BEGIN}\n\nnew\n\n{END}\n\nLimits.\n"
    assert not rewrite(page, "new")
    assert list(page.parent.iterdir()) == [page]


@pytest.mark.parametrize("text", ["nothing", BEGIN, f"{END} {BEGIN}", f"{BEGIN}{END}{BEGIN}{END}"])
def test_page_without_its_markers_is_left_alone(docs: Path, text: str) -> None:
    page = docs / "models/weather.md"
    page.write_text(text)
    with pytest.raises(TickitError, match="once each"):
        rewrite(page, "new")
    assert page.read_text() == text


def test_table_sets_numbers_right() -> None:
    assert table(["a", "b"], [["x", 1]]) == "| a | b |\n| --- | --: |\n| x | 1 |"


@pytest.mark.usefixtures("weather")
def test_topic_writes_its_page(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(["weather", "--target", "dev", "--docs", str(docs)]) == 0
    assert "It rains on 3 days." in (docs / "models/weather.md").read_text()
    assert "1 of 1 evaluated" in capsys.readouterr().out


@pytest.mark.usefixtures("weather")
def test_table_that_is_missing_is_named(docs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("drop table rain")
    before = (docs / "models/weather.md").read_text()
    assert evaluate(["--target", "dev", "--docs", str(docs)]) == 1
    said = capsys.readouterr().out
    assert "rain" in said and "make run" in said and "Not evaluated: weather" in said
    assert (docs / "models/weather.md").read_text() == before


@pytest.mark.usefixtures("weather")
def test_warehouse_that_is_missing_is_named(docs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "warehouse.duckdb").unlink()
    assert evaluate(["--target", "dev", "--docs", str(docs)]) == 1
    assert "make run" in capsys.readouterr().err


@pytest.mark.usefixtures("weather")
def test_unknown_topic_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(["climate"]) == 2
    assert "There is weather" in capsys.readouterr().err
