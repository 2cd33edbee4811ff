"""Register a published table in the Glue catalog, where Redshift, Athena and others find it.

dbt-duckdb's own `glue_register` makes every decimal a double and every text a string without length; a mart that joins
such a column would have other types than on DuckDB. So the types are those that the model declares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scripts.core.errors import TickitError
from scripts.core.s3 import client, explained

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_glue.type_defs import TableInputTypeDef

_FORMATS = "org.apache.hadoop.hive.ql.io.parquet"
# Hive's names, where they differ from those of our contracts.
_HIVE_TYPES = {"integer": "int", "double precision": "double"}


def register(database: str, table: str, columns: dict[str, str], location: str, timeout: int) -> None:
    """Create the table, or bring it up to date; one that is as it should be is left alone, as a version costs.

    Args:
        database: of the Glue catalog; it must exist.
        table: its name there.
        columns: declared types by name, in the order of the table.
        location: folder of its Parquet files, ``s3://bucket/.../``.
        timeout: seconds.

    Raises:
        TickitError: there is no such database, or Glue refuses the table or cannot be reached.

    """
    definition = _definition(table, columns, location)
    glue = client("glue", timeout)
    with explained(f"the Glue table {database}.{table}"):
        try:
            present = glue.get_table(DatabaseName=database, Name=table)["Table"]
        except glue.exceptions.EntityNotFoundException:
            _create(glue, database, definition)
            return
        if not _contains(present, definition):
            glue.update_table(DatabaseName=database, TableInput=definition)


def _create(glue: GlueClient, database: str, definition: TableInputTypeDef) -> None:
    try:
        glue.create_table(DatabaseName=database, TableInput=definition)
    except glue.exceptions.AlreadyExistsException:
        # Another process was quicker.
        glue.update_table(DatabaseName=database, TableInput=definition)
    except glue.exceptions.EntityNotFoundException as error:
        raise TickitError(
            f"the Glue catalog has no database {database} (TICKIT_GLUE_DATABASE). The stack's output GlueDatabase has "
            "the right name."
        ) from error


def _definition(table: str, columns: dict[str, str], location: str) -> TableInputTypeDef:
    """Return the table as Redshift's own `create external table ... stored as parquet` leaves it in Glue."""
    return {
        "Name": table,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", "classification": "parquet"},
        "StorageDescriptor": {
            "Columns": [{"Name": name, "Type": _hive_type(declared)} for name, declared in columns.items()],
            "Location": location,
            "InputFormat": f"{_FORMATS}.MapredParquetInputFormat",
            "OutputFormat": f"{_FORMATS}.MapredParquetOutputFormat",
            "SerdeInfo": {"SerializationLibrary": f"{_FORMATS}.serde.ParquetHiveSerDe"},
        },
    }


def _hive_type(declared: str) -> str:
    compact = " ".join(declared.lower().split()).replace(", ", ",")
    return _HIVE_TYPES.get(compact, compact)


def _contains(present: Any, wanted: Any) -> bool:
    """Is all that is wanted there? Glue adds times, owners and empty lists of its own."""
    if isinstance(wanted, dict):
        return all(key in present and _contains(present[key], value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return len(present) == len(wanted) and all(map(_contains, present, wanted))
    return bool(present == wanted)
