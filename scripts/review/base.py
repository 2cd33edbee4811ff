"""The state before a change: dbt's manifest of the base commit, parsed once for each, or one that main has kept."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.build.state import code_of
from scripts.core.errors import TickitError, UsageError
from scripts.core.json_file import read_json
from scripts.core.tools import tool
from scripts.core.whole_file import write_whole
from scripts.review.git import extract

# Its database is called after this file; every DuckDB target has the same variable.
_WAREHOUSE = "TICKIT_WAREHOUSE"


@dataclass(frozen=True)
class Base:
    """``folder`` has manifest.json; ``code`` is the checksum of the code, None if only the manifest is known."""

    folder: Path
    manifest: dict[str, Any]
    code: str | None = None
    seconds: dict[str, float] | None = None
    """Seconds by node of main's last build, where run_results.json is beside the manifest."""


def from_state(folder: Path) -> Base:
    """Read what main's workflow has kept: manifest.json, and run_results.json if it is there.

    Raises:
        TickitError: there is no manifest, or it is none.

    """
    manifest = read_json(folder / "manifest.json")
    if "nodes" not in manifest:
        raise UsageError(f"--state is {folder}: give a folder with the manifest.json of dbt's target folder.")
    results = read_json(folder / "run_results.json").get("results")
    seconds = {result["unique_id"]: float(result["execution_time"]) for result in results} if results else None
    return Base(folder, manifest, None, seconds)


def from_commit(commit: str, target: str, database: str, cache: Path) -> Base:
    """Parse the project as it was at a commit, or take an earlier parse from the cache.

    Args:
        commit: its hash.
        target: the output of profiles.yml whose names the manifest has.
        database: the name of DuckDB's database there.
        cache: the folder where parses are kept.

    Raises:
        TickitError: dbt cannot parse it.

    """
    # The manifest has where the lake is, as the location of the sources.
    made_from = "\0".join((target, database, os.environ.get("TICKIT_LAKE", ""), os.environ.get("REDSHIFT_SCHEMA", "")))
    folder = cache / f"{commit}-{hashlib.sha256(made_from.encode()).hexdigest()[:8]}"
    manifest, code = read_json(folder / "manifest.json"), folder / "code"
    if not manifest or not code.exists():
        _parse(commit, target, database, folder)
        manifest = read_json(folder / "manifest.json")
        if not manifest:
            raise TickitError(f"dbt parsed {commit} and left no manifest in {folder}: remove that folder, try again.")
    return Base(folder, manifest, code.read_text(encoding="utf-8"))


def _parse(commit: str, target: str, database: str, folder: Path) -> None:
    project = folder / "project"
    shutil.rmtree(folder, ignore_errors=True)
    project.mkdir(parents=True)
    extract(commit, project)
    environment = {
        **os.environ,
        "DBT_PROFILES_DIR": "profiles",
        "DBT_TARGET_PATH": str((folder / "target").absolute()),
        "DBT_LOG_PATH": str((folder / "logs").absolute()),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        _WAREHOUSE: str((folder / f"{database}.duckdb").absolute()),
    }
    # A process of its own: both projects have modules and plugins of the same names.
    for arguments in (["deps"], ["parse", "--target", target]):
        done = subprocess.run(
            [tool("dbt"), "--no-use-colors", *arguments],
            cwd=project, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
            raise TickitError(f"dbt {arguments[0]} failed on the base commit {commit[:10]}:\n{said}")
    checksum = code_of(project)
    shutil.move(folder / "target" / "manifest.json", folder / "manifest.json")
    shutil.rmtree(project)
    shutil.rmtree(folder / "target")
    # The last file: without it a parse that was killed is done again.
    write_whole(folder / "code", checksum.encode())
