"""What each dbt process makes for itself before it parses, made once: importing this takes ten seconds.

dbt builds a JSON schema for each class of the manifest when it validates the first object of that class, and keeps it
as long as the process lives. With the cache that dbt has for its own tests, it also keeps what Jinja read of a macro.
dbt does not parse the project here: its extractor has threads, which a forked process would wait for and not have.
"""

from pathlib import Path

import dbt.adapters.duckdb  # noqa: F401
import dbt.adapters.redshift  # noqa: F401
import dbt.cli.main  # noqa: F401
import dbt.task.build  # noqa: F401
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.artifacts.resources.v1.config import NodeConfig
from dbt.artifacts.resources.v1.snapshot import SnapshotConfig
from dbt.clients.jinja_static import statically_extract_macro_calls
from dbt.contracts.graph import nodes, unparsed
from dbt.contracts.project import Configuration, Project, ProjectFlags
from dbt.include.duckdb import PACKAGE_PATH as OF_DUCKDB
from dbt.include.global_project import PACKAGE_PATH as OF_DBT
from dbt.include.postgres import PACKAGE_PATH as OF_POSTGRES
from dbt.include.redshift import PACKAGE_PATH as OF_REDSHIFT
from dbt_common.clients import jinja
from dbt_common.tests import enable_test_caching

from tests.python.dbt_project import ROOT

for validated in (
    *(nodes.HookNode, nodes.ModelNode, nodes.SnapshotNode, nodes.GenericTestNode, nodes.AnalysisNode, nodes.SeedNode),
    *(nodes.SingularTestNode, NodeConfig, SnapshotConfig, Configuration, Project, ProjectFlags, DuckDBCredentials),
    *(unparsed.UnparsedSourceDefinition, unparsed.UnparsedModelUpdate, unparsed.UnparsedNodeUpdate),
):
    validated.json_schema()

enable_test_caching()
for folder in (OF_DBT, OF_DUCKDB, OF_POSTGRES, OF_REDSHIFT, ROOT / "macros", ROOT / "tests", ROOT / "packages"):
    for file in Path(folder).rglob("*.sql"):
        # As dbt's MacroParser and ManifestLoader.macro_depends_on read it.
        kinds = {"macro", "materialization", "test", "data_test"}
        for block in jinja.extract_toplevel_blocks(file.read_text().strip(), kinds, collect_raw_data=False):
            jinja.parse(block.full_block)
            statically_extract_macro_calls(block.full_block, {})
