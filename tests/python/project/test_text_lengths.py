"""A cast to varchar(n) cuts what is longer on Redshift and not on DuckDB: no value may be longer than its n."""

from __future__ import annotations

import re

import pytest

from tests.python.dbt_project import ROOT

# Length -> what is cast to it, and why nothing is longer.
LENGTHS = {
    7: "a month, YYYY-MM, as the declared partition has it; `all`; a persona of a fixed list",
    9: "the name of a day",
    10: "a date, YYYY-MM-DD; a genre of a fixed list",
    20: "a bigint",
    40: "a decimal(38, 0); names of the seeds and of segments, whose tests hold them to that length",
    127: "the name of a table: Redshift's longest",
    200: "a reject reason: a raw column's name and a fault of fixed words",
    256: "a typed value, of at most 200 bytes",
    1024: "the key of an object below the lake: S3's longest",
    8000: "a raw line: 18 fields of 256 bytes and a surplus one",
}
_CAST = re.compile(r"\bas varchar\((\d+)\)")
_FILES = sorted(
    path
    for folder in ("models", "macros", "snapshots")
    for path in (ROOT / folder).rglob("*.sql")
    # Texts of tests, not data.
    if "testing" not in path.parts and _CAST.search(path.read_text(encoding="utf-8"))
)


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_a_text_is_cast_to_a_length_that_nothing_passes(path: object) -> None:
    lengths = {int(length) for length in _CAST.findall(path.read_text(encoding="utf-8"))}
    assert lengths <= LENGTHS.keys(), f"say in LENGTHS why nothing is longer than {lengths - LENGTHS.keys()}"


def test_a_reject_reason_fits() -> None:
    """The longest column of the raw zone with the longest fault."""
    declared = (ROOT / "models/staging/tickit/_tickit__sources.yml").read_text(encoding="utf-8")
    names = re.findall(r"- name: (\w+)\n\s+data_type", declared)
    assert len(names) > 60
    assert max(map(len, names)) + len(" is not in the month of its folder") <= 200
