"""Published tables in the Glue catalog: as declared, changed only if need be, and what is said when it fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scripts.core.errors import TickitError
from scripts.publishing import glue
from tests.python.publishing.conftest import Server, fails

LOCATION = "s3://tickit/published/rpt_x/"
COLUMNS = {
    "user_id": "integer",
    "amount_spent": "decimal(18, 2)",
    "score": "double precision",
    "segment_name": "varchar(40)",
    "as_of_date": "date",
    "is_chosen": "boolean",
}
# As Redshift itself would write them: https://docs.aws.amazon.com/athena/latest/ug/data-types.html
IN_GLUE = ["int", "decimal(18,2)", "double", "varchar(40)", "date", "boolean"]


@pytest.fixture
def database(aws: Server) -> Iterator[str]:
    """An empty database in Glue."""
    client = aws.client("glue")
    client.create_database(DatabaseInput={"Name": "of_a_test"})
    yield "of_a_test"
    client.delete_database(Name="of_a_test")


def _register(database: str, columns: dict[str, str] = COLUMNS) -> None:
    glue.register(database, "rpt_x", columns, LOCATION, timeout=1)


def _columns(aws: Server, database: str) -> list[str]:
    table = aws.client("glue").get_table(DatabaseName=database, Name="rpt_x")["Table"]
    return [column["Name"] for column in table["StorageDescriptor"]["Columns"]]


def test_a_table_is_registered_as_declared(aws: Server, database: str) -> None:
    _register(database)
    table = aws.client("glue").get_table(DatabaseName=database, Name="rpt_x")["Table"]
    storage = table["StorageDescriptor"]
    assert [column["Name"] for column in storage["Columns"]] == list(COLUMNS)
    assert [column["Type"] for column in storage["Columns"]] == IN_GLUE
    assert storage["Location"] == LOCATION
    assert "ParquetHiveSerDe" in storage["SerdeInfo"]["SerializationLibrary"]
    assert table["TableType"] == "EXTERNAL_TABLE"


def test_a_table_that_is_as_it_should_be_gets_no_new_version(aws: Server, database: str) -> None:
    _register(database)
    _register(database)
    versions = aws.client("glue").get_table_versions(DatabaseName=database, TableName="rpt_x")["TableVersions"]
    assert len(versions) == 1


def test_a_table_whose_model_has_changed_is_changed(aws: Server, database: str) -> None:
    _register(database)
    _register(database, {**COLUMNS, "reading": "varchar(100)"})
    assert _columns(aws, database) == [*COLUMNS, "reading"]


def test_another_process_may_be_quicker(aws: Server, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _register(database, {"user_id": "integer"})
    client = aws.client("glue")
    look = client.get_table
    # What it sees is what was there before the other process made its table.
    client.get_table = lambda **_: look(DatabaseName=database, Name="not_yet")
    monkeypatch.setattr(glue, "client", lambda *_: client)
    _register(database)
    assert _columns(aws, database) == list(COLUMNS)


def test_a_database_that_is_not_there_is_named(aws: Server) -> None:
    with pytest.raises(TickitError, match="no database not_there .TICKIT_GLUE_DATABASE."):
        _register("not_there")


def test_a_catalog_in_trouble_is_told(aws: Server, database: str) -> None:
    aws.trouble = fails("POST", "/")
    with pytest.raises(TickitError, match=f"AWS is busy, or fails for the moment .*: the Glue table {database}.rpt_x"):
        _register(database)
    aws.trouble = lambda _method, _path: None
    _register(database)
    assert _columns(aws, database) == list(COLUMNS)
