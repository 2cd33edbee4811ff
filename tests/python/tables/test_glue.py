"""A lake in S3: the tables are in Glue, as Redshift, Athena and others look for them there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scripts.core.errors import TickitError, UsageError
from tests.python.publishing.conftest import BUCKET, Server, aws, running, settings
from tests.python.tables.conftest import Shop

__all__ = ["aws", "running", "settings"]


@pytest.fixture
def in_s3(aws: Server, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """The same mart, and a lake in S3."""
    aws.empty()
    aws.client("s3").create_bucket(Bucket=BUCKET)
    aws.client("glue").create_database(DatabaseInput={"Name": "shop_tables"})
    monkeypatch.setenv("TICKIT_LAKE", f"s3://{BUCKET}")
    monkeypatch.setenv("TICKIT_GLUE_DATABASE", "shop")
    yield shop
    aws.empty()


def test_tables_are_in_glue(in_s3: Shop, aws: Server) -> None:
    assert in_s3.publish().is_new
    assert not in_s3.publish().is_changed
    in_s3.change("update marts.fct_sales set price = 1 where sale_id = 0")
    assert in_s3.publish().written == ("2008-01",)
    assert in_s3.published() == in_s3.mart()

    entry = aws.client("glue").get_table(DatabaseName="shop_tables", Name="fct_sales")["Table"]
    parameters = entry["Parameters"]
    assert parameters["table_type"] == "ICEBERG"
    assert parameters["metadata_location"].startswith(f"s3://{BUCKET}/tables/shop_tables/fct_sales/metadata/00001-")
    columns = {column["Name"]: column["Type"] for column in entry["StorageDescriptor"]["Columns"]}
    assert columns["price"] == "decimal(8,2)"
    aws.client("s3").head_object(Bucket=BUCKET, Key=parameters["metadata_location"].partition(f"{BUCKET}/")[2])


def test_a_database_that_is_not_named_or_not_there_is_said(
    in_s3: Shop, aws: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TICKIT_GLUE_DATABASE", "other")
    with pytest.raises(TickitError, match="the Glue catalog has no database other_tables"):
        in_s3.publish()
    with in_s3.tables() as tables:
        assert tables.names() == []
    monkeypatch.delenv("TICKIT_GLUE_DATABASE")
    with pytest.raises(UsageError, match="name its database in TICKIT_GLUE_DATABASE"):
        in_s3.publish()
