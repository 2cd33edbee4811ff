"""The targets of the profile, so that no test forgets one."""

from __future__ import annotations

from typing import Any

import yaml

from tests.python.dbt_project import PROJECT, ROOT

PROFILE = yaml.safe_load((ROOT / "profiles" / "profiles.yml").read_text())[PROJECT]

# Name of the target -> type of its adapter.
TARGETS: dict[str, Any] = {name: output["type"] for name, output in PROFILE["outputs"].items()}

# Other targets of DuckDB differ from ci in the file that they write, so dbt parses for them what it does for ci.
PARSED = [name for name, engine in TARGETS.items() if name == "ci" or engine != "duckdb"]
