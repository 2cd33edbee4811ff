"""Is there anything to build? Remembers what the last successful run was built from.

dbt's own `state:modified` knows the code but not the files of the lake, and `source_status:fresher` knows a time but
not a replaced file; so the names, sizes and times of the files in the raw zone are kept beside a checksum of the code.
What a build itself writes into the lake (``published/``) is no reason to build again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

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


def inputs(lake: str, selection: Sequence[str] = ()) -> dict[str, str | None]:
    """Say what a build is made from: the code and the files of the lake, as they are now, and what was selected."""
    return {
        "code": _of_code(),
        # A listing of S3 is no proof: an object can be replaced within the second.
        "lake": None if lake.startswith("s3://") else _of_files(Path(lake)),
        "selection": " ".join(selection),
    }


def last_result(made_from: dict[str, str | None], warehouse: Path, lake: str) -> dict | None:
    """Return the summary of the last run, if it had these `inputs` and left this warehouse and these published files.

    None if there is something to build.
    """
    saved = _saved(warehouse)
    if not saved or made_from["lake"] is None:
        return None
    result = saved.pop(_RESULT, None)
    published = saved.pop(_PUBLISHED, [])
    is_left = saved == {**made_from, _WAREHOUSE: _of_warehouse(warehouse)} and set(published) <= set(_published(lake))
    return result if is_left else None


def is_of_this_code(made_from: dict[str, str | None], warehouse: Path) -> bool:
    """Say whether the last run built all that this one builds, with the code as it is now.

    If not, what is there may be of other SQL: a run of a selection leaves the rest as it was.
    """
    saved = _saved(warehouse)
    return saved.get("code") == made_from["code"] and saved.get("selection") in ("", made_from["selection"])


def remember(made_from: dict[str, str | None], warehouse: Path, lake: str, result: dict) -> None:
    """Save the summary of a successful run with its `inputs`, taken before it read them.

    So a file that changes while a run reads the lake is seen as changed by the next one.
    """
    path = _path(warehouse)
    unfinished = path.with_suffix(".part")
    left = {_WAREHOUSE: _of_warehouse(warehouse), _PUBLISHED: _published(lake)}
    saved = {**made_from, **left, _RESULT: result}
    unfinished.write_text(json.dumps(saved, indent=2), encoding="utf-8")
    unfinished.rename(path)


def forget(warehouse: Path) -> None:
    """Drop what is remembered: from now on, until a run succeeds, there is something to build."""
    _path(warehouse).unlink(missing_ok=True)


def _saved(warehouse: Path) -> dict:
    """Return what the last successful run remembered; nothing if there was none, or it cannot be read."""
    try:
        return json.loads(_path(warehouse).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # ValueError: no JSON, or no text
        return {}


def _path(warehouse: Path) -> Path:
    return warehouse.with_name(warehouse.name + ".last_run.json")


def _of_code() -> str:
    digest = hashlib.sha256()
    for path in (path for root in CODE for path in _files(Path(root))):
        digest.update(f"{path}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _of_files(lake: Path) -> str:
    """Return a checksum of the lake's place and its inventory; raise LakeError for what cannot be listed."""
    lines = [str(lake.resolve()), *(file.line for file in files_in_folder(lake))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _of_warehouse(warehouse: Path) -> str:
    stat = warehouse.stat() if warehouse.exists() else None
    return f"{stat.st_size} bytes, {stat.st_mtime_ns} ns" if stat else "missing"


def _published(lake: str) -> list[str]:
    # Their names only: another warehouse on the same lake publishes them anew, alike.
    return [path.name for path in _files(Path(lake) / PUBLISHED_ZONE)]


def _files(root: Path) -> Iterator[Path]:
    """Every file below, in one order on every machine, less what dbt and Python leave behind."""
    if root.is_file():
        yield root
    left_behind = {"target", "logs", "dbt_packages", "__pycache__"}
    for path in sorted(root.rglob("*")):
        if path.is_file() and not left_behind & set(path.parts):
            yield path
