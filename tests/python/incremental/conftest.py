"""A small lake with January to March, and the history that a first run keeps of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.python.dbt_project import dbt_env
from tests.python.incremental.forked_dbt import ARTIFACTS, forked_dbt
from tests.python.incremental.kept_history import KEEP, STAGE, Kept
from tests.python.tickit import make_lake


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, installed_packages: None) -> Iterator[Kept]:
    """Return what was kept by a first run."""
    folder = tmp_path_factory.mktemp("history")
    lake = folder / "lake"
    assert make_lake(["--scale", "0.01", "--dest", str(lake), "--until", "2008-03"]) == 0
    with forked_dbt({**dbt_env(folder, "ci", lake), "TICKIT_REBUILD_FACTS": "yes"}) as dbt:
        dbt.must_run(*STAGE)
        dbt.must_run(*KEEP, env=ARTIFACTS)
        yield Kept(lake, dbt)
