"""The project as dbt parses it for the targets of the profile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.python.dbt_project import dbt_env, parse
from tests.python.project.targets import PARSED


@pytest.fixture(scope="session")
def manifests(
    ci_manifest: dict[str, Any], lake: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """Parse the project for the targets, none of them with a connection; side by side, as each takes seconds."""
    envs = {target: dbt_env(tmp_path_factory.mktemp(target), target, lake) for target in PARSED if target != "ci"}
    with ThreadPoolExecutor(max_workers=2) as pool:
        others = dict(zip(envs, pool.map(parse, envs.values()), strict=True))
    return {"ci": ci_manifest, **others}
