"""The table of traps, traps.yml, as the tests read it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Trap:
    """An entry of traps.yml, whose head says what each part means."""

    number: int
    name: str
    bare: str
    redshift: dict[str, str]
    duckdb: dict[str, str]
    cure: str
    gives: dict[str, str]
    inferred: bool = False
    rehearsal: dict[str, str] = field(default_factory=dict)
    lint: str = ""
    sqlfluff: str = ""

    @property
    def id(self) -> str:
        """Return the name of its tests, and of the file that dbt renders: trap_07_bare_numeric."""
        return f"trap_{self.number:02}_{re.sub(r'[^a-z0-9]+', '_', self.name.lower())}"


_READ: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("traps.yml").read_text())
MACHINE: dict[str, str] = _READ["machine"]
TABLES: list[str] = _READ["tables"]
TRAPS = [Trap(number, **entry) for number, entry in enumerate(_READ["traps"], start=1)]
