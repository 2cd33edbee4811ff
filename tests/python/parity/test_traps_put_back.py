"""Traps of docs/engine_differences.md, put back on purpose in a copy of the project, turn `make parity` red."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.parity.bad_lines import add_bad_lines
from tests.python.dbt_project import own_environment
from tests.python.faults.checkout import copy_project
from tests.python.tickit import TICKIT

# Lint and tests/python/traps find each of them in seconds; this proves that `make parity` does, too.
pytestmark = pytest.mark.soak


@dataclass(frozen=True)
class PutBack:
    """A trap: in which file of the project what is replaced by what, and which column then differs."""

    file: str
    cure: str
    trap: str
    differs: str


TRAPS = {
    "whole numbers divided": PutBack(
        "models/marts/sales/fct_listings.sql",
        "{{ divide('100 * coalesce(sold.quantity_sold, 0)', 'listings.ticket_count') }}",
        "100 * coalesce(sold.quantity_sold, 0) / listings.ticket_count",
        "fct_listings.sell_through_percent",
    ),
    "avg of whole numbers": PutBack(
        "models/marts/sales/fct_listings.sql",
        "cast(sum(price_paid) as decimal(18, 2)) as revenue",
        "cast(avg(quantity_sold) as decimal(18, 2)) as revenue",
        "fct_listings.revenue",
    ),
    "bare numeric": PutBack(
        "models/staging/tickit/stg_tickit__sales.sql",
        "cast(price_paid - commission as decimal(8, 2)) as earnings",
        "cast(price_paid - commission as numeric) as earnings",
        "stg_tickit__sales.earnings",
    ),
    "place of NULL": PutBack(
        "models/marts/core/dim_venues.sql",
        "nullif(venues.seat_count, 0) as seat_count",
        "cast(rank() over (order by nullif(venues.seat_count, 0) desc) as integer) as seat_count",
        "dim_venues.seat_count",
    ),
    "regexp_replace": PutBack(
        "models/marts/core/dim_venues.sql",
        "venues.venue_name,",
        "cast(regexp_replace(venues.venue_name, ' ', '-') as varchar(100)) as venue_name,",
        "dim_venues.venue_name",
    ),
    "concat with NULL": PutBack(
        "macros/staging/typed_lines.sql",
        "|| coalesce('|' || _surplus, '')",
        "|| concat('|', _surplus)",
        "stg_tickit__rejected_rows.line",
    ),
    "length of a text, in characters": PutBack(
        "macros/types/length_in_bytes.sql",
        "{{- return(adapter.dispatch('length_in_bytes', 'tickit_lakehouse')(text)) -}}",
        "length({{ text }})",
        "stg_tickit__users.city",
    ),
}
MODELS = ("+fct_listings", "+dim_venues", "stg_tickit__rejected_rows")


@pytest.fixture(scope="module")
def report(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Put all traps back at once, each where no other shows, and compare the models concerned; return what is said."""
    folder = tmp_path_factory.mktemp("put_back")
    project = copy_project(folder / "project")
    for trap in TRAPS.values():
        text = (project / trap.file).read_text()
        assert text.count(trap.cure) == 1, trap
        (project / trap.file).write_text(text.replace(trap.cure, trap.trap))
    own_lake = Path(shutil.copytree(lake, folder / "lake"))
    add_bad_lines(own_lake)
    command = [*TICKIT, "parity", "--lake", str(own_lake), "--select", *MODELS]
    done = subprocess.run(command, cwd=project, env=own_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


def _differing(report: str) -> dict[str, str]:
    """Return what the report says of each model that differs, by its name."""
    return dict(re.findall(r"^(\w+)\n((?:  .+\n)+)", report, flags=re.MULTILINE))


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_put_back_is_found(report: str, trap: str) -> None:
    model, column = TRAPS[trap].differs.split(".")
    assert re.search(rf"^  {column}: \d+ values differ$", _differing(report)[model], flags=re.MULTILINE)


def test_nothing_else_differs(report: str) -> None:
    found = {
        f"{model}.{column}"
        for model, differences in _differing(report).items()
        for column in re.findall(r"^  (\w+): \d+ values differ$", differences, flags=re.MULTILINE)
    }
    assert found == {trap.differs for trap in TRAPS.values()}
