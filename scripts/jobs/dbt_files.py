"""What dbt leaves in its target folder after a command: kept with the run, and read to find out why it failed."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.core.json_file import read_json
from scripts.core.settings import target_folder

RESULTS = "run_results.json"
SOURCES = "sources.json"
MANIFEST = "manifest.json"

# Commands of dbt that `dbt retry` goes on with, node by node.
_BY_NODE = ("build", "run", "test", "seed", "snapshot")
# Those whose results say nothing of data.
_OF_CODE = ("compile", "generate", "list", "parse", "show")
_PASSED = ("success", "pass", "warn", "skipped", "no-op", "reused")

Stamps = dict[str, tuple[int, int]]


def stamps() -> Stamps:
    """Return the version of each artifact that is there: its inode and the time of its last write, in nanoseconds."""
    found = {}
    for name in (RESULTS, SOURCES, MANIFEST):
        try:
            stat = (target_folder() / name).stat()
        except FileNotFoundError:
            continue
        found[name] = (stat.st_ino, stat.st_mtime_ns)
    return found


def keep_new(before: Stamps, to: Path) -> bool:
    """Copy the results that dbt has written since into a folder, with its manifest; return whether there are any."""
    after = stamps()
    new = [name for name in (RESULTS, SOURCES) if after.get(name) != before.get(name)]
    if RESULTS in new and _command(read_json(target_folder() / RESULTS)) in _OF_CODE:
        new.remove(RESULTS)
    if not new:
        return False
    to.mkdir(parents=True)
    for name in (*new, *([MANIFEST] if MANIFEST in after else [])):
        shutil.copyfile(target_folder() / name, to / name)
    return True


def can_be_retried(artifacts: Path) -> bool:
    """Return whether `dbt retry` can go on from these results."""
    return _command(read_json(artifacts / RESULTS)) in _BY_NODE


def messages_of_failures(artifacts: Path) -> list[str] | None:
    """Return what dbt says of each failed node; None if its results name none.

    Of a test that found rows, and of a source whose data is old, the text is empty: no failure of the machinery.
    """
    results, sources = read_json(artifacts / RESULTS), read_json(artifacts / SOURCES)
    if _command(results) in _BY_NODE:
        said = [
            "" if node["status"] == "fail" else str(node.get("message") or "")
            for node in results["results"]
            if node["status"] not in _PASSED
        ]
    else:
        said = [
            "" if node["status"] == "error" else str(node.get("error") or "")
            for node in sources.get("results", [])
            if node["status"] not in _PASSED
        ]
    return said or None


def _command(results: Mapping[str, Any]) -> str | None:
    which = (results.get("args") or {}).get("which")
    return str(which) if which else None
