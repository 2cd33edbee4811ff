"""What each dbt process makes for itself before it parses, made once: importing this takes five seconds.

dbt builds a JSON schema for each class of the manifest when it validates the first object of that class, and keeps it
as long as the process lives.
"""

import dbt.adapters.duckdb  # noqa: F401
import dbt.cli.main  # noqa: F401
import dbt.task.build  # noqa: F401
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.artifacts.resources.v1.config import NodeConfig
from dbt.artifacts.resources.v1.snapshot import SnapshotConfig
from dbt.contracts.graph import nodes, unparsed
from dbt.contracts.project import Configuration, Project, ProjectFlags

for validated in (
    *(nodes.HookNode, nodes.ModelNode, nodes.SnapshotNode, nodes.GenericTestNode, nodes.AnalysisNode, nodes.SeedNode),
    *(nodes.SingularTestNode, NodeConfig, SnapshotConfig, Configuration, Project, ProjectFlags, DuckDBCredentials),
    *(unparsed.UnparsedSourceDefinition, unparsed.UnparsedModelUpdate, unparsed.UnparsedNodeUpdate),
):
    validated.json_schema()
