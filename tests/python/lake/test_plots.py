"""The page about the synthetic lake shows what the generator makes today."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest

from scripts.lake.plots import PLOTS, key_figures
from tests.python.tickit import plots as main

DOCS = Path(__file__).parents[3] / "docs"


def test_the_page_has_the_key_figures(market: duckdb.DuckDBPyConnection) -> None:
    assert key_figures(market) in (DOCS / "synthetic_lake.md").read_text()


def test_the_page_shows_every_plot_and_no_other() -> None:
    shown = re.findall(r"\]\(images/(\w+)\.svg\)", (DOCS / "synthetic_lake.md").read_text())
    assert sorted(shown) == sorted(PLOTS)
    assert all((DOCS / "images" / f"{name}.svg").is_file() for name in shown)


def test_plots_are_drawn_from_any_lake(lake_at_scale_one: Path, tmp_path: Path) -> None:
    assert main(["--lake", str(lake_at_scale_one), "--images", str(tmp_path)]) == 0
    assert {path.stem for path in tmp_path.iterdir()} == set(PLOTS)
    for path in tmp_path.iterdir():
        assert ElementTree.parse(path).getroot().tag.endswith("svg")  # noqa: S314 - our own file


def test_without_a_lake_it_says_how_to_make_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lake", str(tmp_path), "--images", str(tmp_path)]) == 1
    assert "make one with make lake" in capsys.readouterr().err
