"""Classes that dbt-tests-adapter asks every adapter to pass, as they are; test_adapter_suite.py runs this file.

dbt-redshift overrides the rest of them for what Redshift does in its own way; `conformance --dbt-tests` runs those.
"""

from __future__ import annotations

import os
from importlib import import_module
from inspect import getmembers, isclass
from typing import Any

import pytest

# Below dbt.tests.adapter.
_MODULES = """
aliases.test_aliases basic.test_adapter_methods basic.test_base basic.test_empty basic.test_ephemeral
basic.test_generic_tests basic.test_incremental basic.test_singular_tests basic.test_singular_tests_ephemeral
basic.test_table_materialization basic.test_validate_connection
utils.test_cast_bool_to_text utils.test_concat utils.test_date_trunc utils.test_dateadd utils.test_hash
utils.test_last_day utils.test_length utils.test_replace utils.test_right utils.test_string_literal
"""


@pytest.fixture(scope="class")
def dbt_profile_target() -> dict[str, Any]:
    """Return the stand-in's address, in the variables that `redshift-rehearsal run` sets."""
    names = {"host": "HOST", "dbname": "DATABASE", "user": "USER", "password": "PASSWORD", "sslmode": "SSLMODE"}
    given = {key: os.environ[f"REDSHIFT_{variable}"] for key, variable in names.items()}
    return {"type": "redshift", "port": int(os.environ["REDSHIFT_PORT"]), "threads": 1, **given}


for name in _MODULES.split():
    module = import_module(f"dbt.tests.adapter.{name}")
    for found, one in getmembers(module, isclass):
        if found.startswith("Test") and one.__module__ == module.__name__:
            globals()[found] = type(found, (one,), {"__module__": __name__})
