"""The environment variables that say how a build runs: their defaults, and a sentence for each value that cannot be."""

from __future__ import annotations

import os
import re
from pathlib import Path

from scripts.core.errors import TickitError

DEFAULT_LAKE = "lake"
"""The folder of the lake where no other is named: made by the first run."""

_NUMBER = "0*[1-9][0-9]{0,3}"
# DuckDB's own forms, less zero, with which nothing can be built.
_MEMORY = r"(?=.*[1-9])[0-9]+(\.[0-9]+)? *([kmgt]i?b|%)"


def target_folder() -> Path:
    """Return the folder into which dbt writes its artifacts, DBT_TARGET_PATH."""
    return Path(os.environ.get("DBT_TARGET_PATH", "target"))


def lake_location() -> str:
    """Return where the lake is, TICKIT_LAKE: a folder or ``s3://bucket/folder``."""
    return (os.environ.get("TICKIT_LAKE") or DEFAULT_LAKE).rstrip("/") or "/"


def is_in_s3(location: str) -> bool:
    """Return whether a lake is in S3."""
    return location.startswith("s3://")


def lake_folder() -> Path:
    """Return the folder where a lake is made; one in S3 is made in the default folder and uploaded."""
    return Path(DEFAULT_LAKE if is_in_s3(lake_location()) else lake_location())


def s3_timeout(value: str | None = None) -> int:
    """Return TICKIT_S3_TIMEOUT, or what the profile makes of it, in seconds; raise TickitError if it is none."""
    given = os.environ.get("TICKIT_S3_TIMEOUT", "30") if value is None else value
    if not re.fullmatch(_NUMBER, given):
        raise TickitError(f"TICKIT_S3_TIMEOUT is {given}: give a whole number of seconds from 1, such as 30.")
    return int(given)


def check_memory_limit(limit: str) -> None:
    """Raise TickitError if a TICKIT_MEMORY_LIMIT that is not empty is nothing that DuckDB could work with."""
    if limit and not re.fullmatch(_MEMORY, limit, re.IGNORECASE):
        raise TickitError(f"TICKIT_MEMORY_LIMIT is {limit}: give a number above 0 with a unit, such as 2GB.")


def check_warehouse(path: str) -> None:
    """Raise TickitError for a file name that cannot be a database's: DuckDB calls the database after it."""
    name = path.rstrip("/").rpartition("/")[2]
    if "'" in name or '"' in name:
        raise TickitError(f"TICKIT_WAREHOUSE is {path}: give a file name without quotes, such as tickit.duckdb.")


def check_settings() -> None:
    """Raise TickitError for the first variable of DuckDB's targets that has an impossible value."""
    threads = os.environ.get("TICKIT_THREADS", "4")
    if not re.fullmatch(_NUMBER, threads):
        raise TickitError(f"TICKIT_THREADS is {threads}: give a whole number from 1, such as 4.")
    check_memory_limit(os.environ.get("TICKIT_MEMORY_LIMIT", ""))
    s3_timeout()
    check_warehouse(os.environ.get("TICKIT_WAREHOUSE", ""))
