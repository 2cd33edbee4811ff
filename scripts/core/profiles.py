"""What profiles/profiles.yml says, for programs that do without dbt: its own reader takes a second to import."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Template

from scripts.core.errors import TickitError


def profiles_folder() -> Path:
    """Return the folder of profiles.yml: DBT_PROFILES_DIR, or the project's own."""
    return Path(os.environ.get("DBT_PROFILES_DIR", "profiles"))


def default_target() -> str:
    """Return the target that the profile takes if none is named: DBT_TARGET, or what suits TICKIT_LAKE."""
    return rendered(_profile()[1]["target"])


def output(target: str) -> tuple[str, dict[str, Any]]:
    """Return the profile's name and the settings of a target, their variables not filled in.

    Raises:
        TickitError: there is no such target, or no profiles.yml.

    """
    name, profile = _profile()
    outputs = profile["outputs"]
    if target not in outputs:
        raise TickitError(f"target {target} is not in {_file()}: choose {', '.join(outputs)}.")
    return name, outputs[target]


def duckdb_file(target: str) -> Path:
    """Return the DuckDB file of a target.

    Raises:
        TickitError: there is no such target, or it is not a DuckDB file.

    """
    _, settings = output(target)
    if settings["type"] != "duckdb":
        targets = [name for name, other in _profile()[1]["outputs"].items() if other["type"] == "duckdb"]
        raise TickitError(
            f"target {target} is not DuckDB: call dbt itself. This command works on DuckDB: {', '.join(targets)}."
        )
    return Path(rendered(settings["path"]))


def rendered(text: str) -> str:
    """Fill in the variables of a setting."""
    return Template(text).render(env_var=os.environ.get)


def _file() -> Path:
    return profiles_folder() / "profiles.yml"


def _profile() -> tuple[str, dict[str, Any]]:
    """Return the only profile's name, and what it says."""
    try:
        text = _file().read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise TickitError(
            f"there is no {_file()}: start in the folder of the project, or set DBT_PROFILES_DIR to the folder of one."
        ) from error
    ((name, profile),) = yaml.safe_load(text).items()
    return name, profile
