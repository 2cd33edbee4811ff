"""Classes that dbt-tests-adapter asks every adapter to pass, as they are; test_adapter_suite.py runs this file.

Left out are those that dbt-redshift does not take as they are, with the reason; `conformance --dbt-tests` runs what it
has in their place.
"""

from __future__ import annotations

import os
from importlib import import_module
from inspect import getmembers, isclass
from pathlib import Path
from typing import Any

import dbt.tests.adapter
import pytest

_FOLDER = Path(next(iter(dbt.tests.adapter.__path__)))

_LEFT_OUT = {
    "dbt-redshift has its own version": """
        TestConstraintQuotedColumn TestCurrentTimestamps TestDocsGenerate TestDocsGenReferences
        TestEphemeralNested TestIncrementalConstraintsColumnsEqual TestIncrementalConstraintsRollback
        TestIncrementalConstraintsRuntimeDdlEnforcement TestIncrementalGrants TestModelConstraintsRuntimeEnforcement
        TestModelGrants TestPersistDocsQuotedDescriptionNotAppliedOnMismatch TestPostgresUnitTestingTypes TestSeedGrants
        TestSimpleSeedColumnOverride TestSnapshotCheckCols TestSnapshotGrants TestSnapshotTimestamp
        TestTableConstraintsColumnsEqual TestTableConstraintsRollback TestTableConstraintsRuntimeDdlEnforcement
        TestViewConstraintsColumnsEqual
    """,
    "it sends several commands in one, which a prepared statement does not take": """
        TestBasicSeedTests TestSeedConfigFullRefreshOff TestSeedConfigFullRefreshOn TestSeedCustomSchema TestSeedParsing
        TestSeedWithEmptyDelimiter TestSeedWithUniqueDelimiter TestSeedWithWrongDelimiter TestSimpleSeedWithBOM
    """,
    "it is of PostgreSQL: its own connection, or the names in its profile": """
        TestDebugInvalidProjectPostgres TestDebugPostgres TestHookRefs TestPrePostModelHooks
        TestPrePostModelHooksInConfig TestPrePostModelHooksInConfigKwargs TestPrePostModelHooksInConfigWithCount
        TestPrePostModelHooksUnderscores TestPrePostRunHooks TestSimpleCopyUppercase
    """,
    "it expects PostgreSQL's words of a view, or its current time": "TestCurrentTimestamp TestEphemeralMulti",
    "its temporary table refers to another table; dbt-redshift does not run it": "TestIncrementalForeignKeyConstraint",
}
_NAMES_LEFT_OUT = frozenset(" ".join(_LEFT_OUT.values()).split())


@pytest.fixture(scope="class")
def dbt_profile_target() -> dict[str, Any]:
    """Return the stand-in's address, in the variables that `redshift-rehearsal run` sets."""
    names = {"host": "HOST", "dbname": "DATABASE", "user": "USER", "password": "PASSWORD", "sslmode": "SSLMODE"}
    given = {key: os.environ[f"REDSHIFT_{variable}"] for key, variable in names.items()}
    return {"type": "redshift", "port": int(os.environ["REDSHIFT_PORT"]), "threads": 1, **given}


for file in sorted(_FOLDER.rglob("test_*.py")):
    module = import_module(".".join((dbt.tests.adapter.__name__, *file.relative_to(_FOLDER).with_suffix("").parts)))
    for found, one in getmembers(module, isclass):
        if found.startswith("Test") and one.__module__ == module.__name__ and found not in _NAMES_LEFT_OUT:
            # Two modules may have a class of the same name.
            globals()[f"{found}_{file.parent.name}"] = type(found, (one,), {"__module__": __name__})
