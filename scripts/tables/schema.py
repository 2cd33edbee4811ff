"""Columns of a mart as columns of an Iceberg table, and what may change of them.

A change is additive: a new column, a wider type, another description, a rename that the YAML declares. Whatever would
take something from a reader is refused.
"""

from __future__ import annotations

import re

from pyiceberg.exceptions import ResolveError
from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC, PartitionField, PartitionSpec
from pyiceberg.schema import Schema, promote
from pyiceberg.table import Table, Transaction
from pyiceberg.table.sorting import UNSORTED_SORT_ORDER, SortField, SortOrder
from pyiceberg.transforms import IdentityTransform, MonthTransform
from pyiceberg.types import (
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    NestedField,
    PrimitiveType,
    StringType,
    TimestampType,
    TimestamptzType,
)

from scripts.core.errors import TickitError
from scripts.tables.declared import Column, OpenTable

_TYPES: dict[str, PrimitiveType] = {
    "bigint": LongType(),
    "boolean": BooleanType(),
    "date": DateType(),
    "double precision": DoubleType(),
    "integer": IntegerType(),
    "real": FloatType(),
    "smallint": IntegerType(),
    "timestamp": TimestampType(),
    "timestamptz": TimestamptzType(),
}
_DECIMAL = re.compile(r"(?:decimal|numeric)\((\d+), ?(\d+)\)")
_TEXT = re.compile(r"(?:varchar|char)(?:\(\d+\))?|text")


def iceberg_type(column: Column, table: str) -> PrimitiveType:
    """Return the type of a column in Iceberg, where texts have no length; raise TickitError if there is none."""
    declared = " ".join(column.data_type.lower().split())
    if declared in _TYPES:
        return _TYPES[declared]
    if found := _DECIMAL.fullmatch(declared):
        return DecimalType(int(found[1]), int(found[2]))
    if _TEXT.fullmatch(declared):
        return StringType()
    raise TickitError(f"{table}: {column.name} is {column.data_type}, a type that Iceberg does not have.")


def new_schema(table: OpenTable) -> Schema:
    """Return the columns of a table that is published for the first time.

    All are optional: Iceberg can't add a required column later, and the mart's contract has checked them.
    """
    return Schema(
        *(
            NestedField(number, column.name, iceberg_type(column, table.name), False, column.description or None)
            for number, column in enumerate(table.columns, 1)
        )
    )


def partitions(table: OpenTable, schema: Schema) -> PartitionSpec:
    """Return how the files are divided: by month, or not at all."""
    if table.month_of is None:
        return UNPARTITIONED_PARTITION_SPEC
    source = schema.find_field(table.month_of).field_id
    return PartitionSpec(PartitionField(source, 1000, MonthTransform(), f"{table.month_of}_month"))


def order(table: OpenTable, schema: Schema) -> SortOrder:
    """Return how the rows of each file are sorted."""
    if not table.sort:
        return UNSORTED_SORT_ORDER
    return SortOrder(*(SortField(schema.find_field(name).field_id, IdentityTransform()) for name in table.sort))


def check_partitions(table: OpenTable, there: Table) -> None:
    """Raise TickitError if the published table is divided otherwise than the model now declares."""
    fields = there.spec().fields
    now = there.schema().find_column_name(fields[0].source_id) if fields else None
    renamed = next((column.renamed_from for column in table.columns if column.name == table.month_of), None)
    if now not in (table.month_of, renamed):
        raise TickitError(
            f"{table.name} is published by month of {now or 'nothing'}, and its model says "
            f"{table.month_of or 'nothing'} (meta.publish_by_month). Set it back, or publish the mart under another "
            "name."
        )


def evolve(table: OpenTable, there: Table, transaction: Transaction) -> bool:
    """Bring the columns of a published table up to date within a transaction; return whether there was anything to do.

    Raises:
        TickitError: a change would take something from readers; the message names the column.

    """
    before = {field.name: field for field in there.schema().fields}
    declared = {column.name: column for column in table.columns}
    renames = {
        column.renamed_from: column.name
        for column in table.columns
        if column.renamed_from in before and column.name not in before
    }
    for name in before:
        if name not in declared and name not in renames:
            raise TickitError(
                f"{table.name}: the mart has no column {name} any more, and readers of the open table may use it. Keep "
                "it, declare what it is called now (meta: {renamed_from: " + name + "} at that column), or publish "
                "the mart under another name."
            )
    old_names = {new: old for old, new in renames.items()}
    changed = False
    with transaction.update_schema() as update:
        for column in table.columns:
            wanted = iceberg_type(column, table.name)
            old_name = old_names.get(column.name, column.name)
            field = before.get(old_name)
            if field is None:
                update.add_column(column.name, wanted, column.description or None)
                changed = True
                continue
            if field.field_type != wanted:
                _check_wider(table.name, field, wanted)
                update.update_column(old_name, field_type=wanted)
                changed = True
            if (field.doc or "") != column.description:
                update.update_column(old_name, doc=column.description)
                changed = True
            if old_name != column.name:
                update.rename_column(old_name, column.name)
                changed = True
    return changed


def _check_wider(table: str, field: NestedField, wanted: PrimitiveType) -> None:
    try:
        promote(field.field_type, wanted)
    except ResolveError as error:
        raise TickitError(
            f"{table}: {field.name} was published as {field.field_type} and is {wanted} now, which readers of older "
            "files can't follow. Set the type back, or give the column another name."
        ) from error
