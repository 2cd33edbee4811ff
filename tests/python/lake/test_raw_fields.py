"""What `tickit raw-fields` writes from the YAML of the sources is up to date, and a mistake in the YAML is named."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from scripts.core.errors import TickitError
from scripts.lake import raw_fields
from scripts.lake.layout import SOURCES, read_tables
from scripts.lake.raw_fields import written
from tests.python.dbt_project import ROOT
from tests.python.tickit import raw_fields as main

_SOURCES = SOURCES.relative_to(ROOT)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what is read and written."""
    for path in (SOURCES, *written(ROOT)):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    monkeypatch.setattr(raw_fields, "ROOT", tmp_path)
    return tmp_path


def edit(project: Path, old: str, new: str) -> None:
    path = project / _SOURCES
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_what_is_written_is_up_to_date() -> None:
    stale = [str(path.relative_to(ROOT)) for path, content in written(ROOT).items() if path.read_text() != content]
    assert stale == [], "run tickit raw-fields"


def test_a_changed_type_is_out_of_date_until_it_is_written(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(project, "as: venue_name, type: varchar(100)", "as: venue_name, type: varchar(120)")
    macro, base = "macros/staging/raw_tables.sql", "models/staging/tickit/base/base_tickit__venues.yml"
    assert main(["--check"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{path} is out of date: run tickit raw-fields" for path in (macro, base)
    ]
    assert main([]) == 0
    assert "['venuename', 'venue_name', 'varchar(120)', false]" in (project / macro).read_text()
    before, after = ((folder / base).read_text() for folder in (ROOT, project))
    assert after == before.replace("varchar(100)", "varchar(120)"), "the rest of the file is left alone"
    assert main(["--check"]) == 0


def test_a_column_that_is_added_or_taken_out_is_so_in_all_files(project: Path) -> None:
    column = """          - name: venueseats
            data_type: varchar(256)
            config: {meta: {as: seat_count, type: integer}}
            description: Seats of the venue; 0 or empty where the source does not know.
"""
    edit(project, column, "")
    paths = ["macros/staging/raw_tables.sql", "models/docs/raw_columns.md"]
    paths.append("models/staging/tickit/base/base_tickit__venues.yml")
    assert all("seat_count" in (project / path).read_text().partition("unit_tests:")[0] for path in paths)
    assert main([]) == 0
    assert not any("seat_count" in (project / path).read_text().partition("unit_tests:")[0] for path in paths)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            """as: seller_id, type: integer, required: true}}
            description: '{{ doc("seller_id") }}'""",
            """as: seller_id, type: integer, required: true}}
            description: Who sold.""",
            "sale.sellerid and listing.sellerid both say what seller_id means",
        ),
        ("type: varchar(100)", "type: text", "there is no type text"),
        ("as: venue_name, ", "", "venue.venuename has no `as`"),
        ("config: {meta: {as: venues}}\n", "config: {}\n", "venue has no `as`"),
        ("config: {meta: {as: venues}}\n", "config: {meta: {as: halls}}\n", "venue has no base model"),
        (", month_of: saletime", "", "sale: say by `meta: {month_of: ...}` which column decides the month of a line"),
        ("description: Key of the venue.", "tests: []", "venue.venueid has no description"),
        ("    tables:\n", "    tables: [\n", "declares no tables that can be read"),
    ],
)
def test_a_mistake_in_the_yaml_is_named(
    project: Path, old: str, new: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(project, old, new)
    with pytest.raises(TickitError, match=re.escape(message)):
        written(project)
    assert main([]) == 1
    assert capsys.readouterr().err.startswith("Error: ")


def test_a_base_model_without_columns_is_named(project: Path) -> None:
    path = project / "models/staging/tickit/base/base_tickit__venues.yml"
    path.write_text(re.sub(r"    columns:.*\n(      .*\n)*", "", path.read_text()))
    with pytest.raises(TickitError, match="the model has no `columns:`"):
        written(project)


def test_personal_columns_are_marked_in_the_base_model_with_the_lines_that_hold_them(project: Path) -> None:
    path = project / "models/staging/tickit/base/base_tickit__users.yml"
    marked = re.findall(
        r"- name: (\w+)\n(?:        (?:data_type|description):.*\n)*        config: .*personal", path.read_text()
    )
    assert marked == [field.name for field in read_tables()["user"].fields if field.is_personal] + ["line"]
    assert len(marked) == 5
