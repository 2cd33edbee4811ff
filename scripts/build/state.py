"""Is there anything to build, and does it have to be built from nothing? Remembers what the last runs built, from what.

dbt's own `state:modified` knows the code but not the files of the lake, and `source_status:fresher` knows a time but
not a replaced file; so the names, sizes and times of the files in the raw zone are kept beside a checksum of the code.
What a build itself writes into the lake (``published/``) is no reason to build again.

Of each incremental model the checksum of the code that built its table is kept beside that, also by a run that fails or
is killed: its rows of unchanged months stay as they are, so with other code it has to be built from nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.core.settings import is_in_s3
from scripts.core.whole_file import write_whole
from scripts.lake.inventory import files_in_folder
from scripts.lake.layout import PUBLISHED_ZONE

# All that decides what a build makes.
CODE = (
    "dbt_project.yml",
    "packages.yml",
    "requirements.txt",
    "profiles",
    "packages",
    "models",
    "analytics",
    "scripts/publishing",
    "macros",
    "seeds",
    "snapshots",
    "tests/dbt",
)
_WAREHOUSE = "warehouse"
_PUBLISHED = "published"
_RESULT = "result"
_TABLES = "tables"


def inputs(lake: str, selection: Sequence[str] = ()) -> dict[str, str | None]:
    """Say what a build is made from: the code and the files of the lake, as they are now, and what was selected."""
    return {
        "code": code_of(Path()),
        # A listing of S3 is no proof: an object can be replaced within the second.
        "lake": None if is_in_s3(lake) else _of_files(Path(lake)),
        "selection": " ".join(selection),
    }


@dataclass(frozen=True)
class LastRun:
    """The summary of the last run, if there is nothing to build since; else None and why there is."""

    result: dict[str, Any] | None
    reasons: tuple[str, ...] = ()


def last_run(made_from: dict[str, str | None], warehouse: Path, lake: str) -> LastRun:
    """Compare the last run with these `inputs`, and what it left with the warehouse and what is published."""
    saved = _saved(warehouse)
    if not saved or not warehouse.exists():
        return LastRun(None, ("there is no earlier run of this warehouse",))
    if _RESULT not in saved:
        return LastRun(None, ("the last run failed or was stopped, or `tickit watch` has built since",))
    checks = {
        "the code has changed since the last run": saved.get("code") == made_from["code"],
        "files of the lake have changed since the last run": made_from["lake"] in (None, saved.get("lake")),
        "a listing of S3 does not show whether files have changed": made_from["lake"] is not None,
        "the last run built another selection of models": saved.get("selection") == made_from["selection"],
        "the warehouse was changed by something else than `make run` since": saved[_WAREHOUSE]
        == _of_warehouse(warehouse),
        "published results are missing in the lake": set(saved[_PUBLISHED]) <= set(_published(lake)),
    }
    reasons = tuple(reason for reason, holds in checks.items() if not holds)
    return LastRun(None if reasons else saved[_RESULT], reasons)


class Tables:
    """Which code built the table of each incremental model; kept while a run goes on, so that a kill loses nothing.

    Args:
        warehouse: the file of the tables.
        code: checksum of the code as it is now.
        models: names of all incremental models.

    """

    def __init__(self, warehouse: Path, code: str, models: Collection[str]) -> None:
        self._warehouse = warehouse
        self._code = code
        # In a warehouse that is not there, no table is of other code.
        new = dict.fromkeys(models, code)
        self._built_by: dict[str, str] = dict(_saved(warehouse).get(_TABLES, {})) if warehouse.exists() else new

    def begin(self, models: Collection[str]) -> bool:
        """Forget the last run's result; say whether these models have to be built from nothing.

        A table that may be of other code has to be. What a build from nothing has begun may be of either code until
        `built` is called.
        """
        anew = any(self._built_by.get(model) != self._code for model in models)
        if anew:
            self._built_by = {model: code for model, code in self._built_by.items() if model not in models}
        _save(self._warehouse, {_TABLES: self._built_by})
        return anew

    def built(self, model: str) -> None:
        """Remember that a model's table is of this code."""
        if self._built_by.get(model) != self._code:
            self._built_by[model] = self._code
            _save(self._warehouse, {_TABLES: self._built_by})


def forget(warehouse: Path, models: Collection[str]) -> None:
    """Note that something else than a run is about to write the warehouse, and the tables of these incremental models.

    The next run then builds, and these from nothing: also if the code has been put back by then.
    """
    if saved := _saved(warehouse):
        tables = {model: code for model, code in dict(saved.get(_TABLES, {})).items() if model not in models}
        _save(warehouse, {_TABLES: tables})


def remember(made_from: dict[str, str | None], warehouse: Path, lake: str, result: dict[str, Any]) -> None:
    """Save the summary of a successful run with its `inputs`, taken before it read them.

    So a file that changes while a run reads the lake is seen as changed by the next one.
    """
    left = {_WAREHOUSE: _of_warehouse(warehouse), _PUBLISHED: _published(lake)}
    _save(warehouse, {**made_from, **left, _RESULT: result, _TABLES: _saved(warehouse).get(_TABLES, {})})


def _save(warehouse: Path, state: dict[str, Any]) -> None:
    write_whole(_path(warehouse), json.dumps(state, indent=2).encode())


def _saved(warehouse: Path) -> dict[str, Any]:
    """Return what the last run remembered; nothing if there was none, or it cannot be read."""
    try:
        saved = json.loads(_path(warehouse).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # ValueError: no JSON, or no text
        return {}
    return saved if isinstance(saved, dict) else {}


def _path(warehouse: Path) -> Path:
    return warehouse.with_name(warehouse.name + ".last_run.json")


def code_of(project: Path) -> str:
    """Return a checksum of all code in a folder that decides what a build makes."""
    digest = hashlib.sha256()
    for path in (path for root in CODE for path in _files(project / root)):
        digest.update(f"{path.relative_to(project)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def built_from(warehouse: Path) -> dict[str, Any]:
    """Return what the last successful run of a warehouse was made from, and its summary; nothing if none is known."""
    saved = _saved(warehouse)
    return saved if _RESULT in saved else {}


def _of_files(lake: Path) -> str:
    """Return a checksum of the lake's place and its inventory; raise TickitError for what cannot be listed."""
    lines = [str(lake.resolve()), *(file.line for file in files_in_folder(lake))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _of_warehouse(warehouse: Path) -> str:
    stat = warehouse.stat() if warehouse.exists() else None
    return f"{stat.st_size} bytes, {stat.st_mtime_ns} ns" if stat else "missing"


def _published(lake: str) -> list[str]:
    # Their names only: another warehouse on the same lake publishes the same files again.
    return [path.name for path in _files(Path(lake) / PUBLISHED_ZONE)]


def _files(root: Path) -> Iterator[Path]:
    """Every file below, in one order on every machine, less what dbt and Python leave behind."""
    if root.is_file():
        yield root
    left_behind = {"target", "logs", "dbt_packages", "__pycache__"}
    for path in sorted(root.rglob("*")):
        if path.is_file() and not left_behind & set(path.relative_to(root).parts):
            yield path
