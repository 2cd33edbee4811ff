"""Where dbt-tests-adapter's classes find the stand-in: in the variables that `redshift-rehearsal run` sets."""

from __future__ import annotations

import os
from typing import Any

import pytest

pytest_plugins = ["dbt.tests.fixtures.project"]


@pytest.fixture(scope="class")
def dbt_profile_target() -> dict[str, Any]:
    names = {"host": "HOST", "dbname": "DATABASE", "user": "USER", "password": "PASSWORD", "sslmode": "SSLMODE"}
    given = {key: os.environ[f"REDSHIFT_{name}"] for key, name in names.items()}
    return {"type": "redshift", "port": int(os.environ["REDSHIFT_PORT"]), "threads": 1, **given}
