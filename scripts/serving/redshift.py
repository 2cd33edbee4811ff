"""The schema that the REST API reads on Redshift: copies of the public marts, a set of tables for each version.

One transaction copies every mart and says which version is the newest. Who reads goes on with the tables of the version
before, which a later publication drops. For SQL, late-binding views with the names of the models lead to the newest.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import redshift_connector

from scripts.core.errors import TickitError
from scripts.core.redshift import Built, code_of
from scripts.core.sql import quoted
from scripts.serving.catalogue import Catalogue, Model, new_version, published_at

KEPT = timedelta(hours=1)
"""A version that was replaced less long ago stays: servers may still read it."""

# A varchar of Redshift holds 65,535 bytes, and a catalogue more.
_PART = 60_000


def schema_of(prefix: str) -> str:
    """Return the schema, where those of the marts begin with ``prefix``."""
    return f"{prefix}_serving"


def tables(catalogue: Catalogue, schema: str, version: str) -> Mapping[str, str]:
    """Return the copy of each relation of a catalogue in a version."""
    return {each.relation: quoted(each.parts[0], schema, _table(each, version)) for each in catalogue.models.values()}


def publish(built: Built, catalogue: Catalogue, kept: timedelta = KEPT) -> str:
    """Copy the public marts of a warehouse, as they are now; return the new version.

    Tables that are not built are left out. If it is killed, nothing of it is there.

    Raises:
        TickitError: the schema is missing and cannot be made, a mart cannot be copied, or another publishes.

    """
    schema, version = schema_of(built.schema), new_version()
    built.connection.autocommit = False
    try:
        with built.connection.cursor() as cursor:
            _make_place(cursor, schema)
            catalogue = catalogue.only(_relations(cursor, catalogue.database))
            if not catalogue.models:
                raise TickitError(f"there is no mart in {schema.removesuffix('serving')}...: build them with dbt.")
            copies = tables(catalogue, schema, version)
            for model in catalogue.models.values():
                columns = ", ".join(quoted(column.name) for column in model.columns)
                # The key is the first column: in its order, a row is found without reading the others.
                cursor.execute(
                    f"create table {copies[model.relation]} sortkey ({quoted(model.columns[0].name)}) as "
                    f"select {columns} from {model.relation}"
                )
                cursor.execute(
                    f"create or replace view {quoted(catalogue.database, schema, model.name)} as "
                    f"select {columns} from {copies[model.relation]} with no schema binding"
                )
            text = catalogue.to_json()
            for part, begin in enumerate(range(0, len(text), _PART)):
                cursor.execute(
                    f"insert into {quoted(schema)}.about values (%s, %s, %s)",
                    (version, part, text[begin : begin + _PART]),
                )
            _drop_old(cursor, schema, kept)
        built.connection.commit()
    except BaseException as error:
        with suppress(redshift_connector.Error):
            built.connection.rollback()
        if isinstance(error, redshift_connector.Error):
            raise TickitError(_said(error, schema)) from error
        raise
    finally:
        built.connection.autocommit = True
    return version


def _table(model: Model, version: str) -> str:
    return f"{model.name}{_ending(version)}"


def _ending(version: str) -> str:
    return f"__{version.rpartition('-')[2]}"


def _make_place(cursor: redshift_connector.Cursor, schema: str) -> None:
    """Make the schema and its table of versions, if they are not there: dbt's user may make no schema."""
    cursor.execute("select 1 from pg_namespace where nspname = %s", (schema,))
    if not cursor.fetchall():
        cursor.execute(f"create schema {quoted(schema)}")
    cursor.execute(
        f"create table if not exists {quoted(schema)}.about "
        "(version varchar(40), part integer, catalogue varchar(65535))"
    )


def _relations(cursor: redshift_connector.Cursor, database: str) -> set[str]:
    cursor.execute("select table_schema, table_name from svv_tables where table_catalog = %s", (database,))
    return {quoted(database, *names) for names in cursor.fetchall()}


def _drop_old(cursor: redshift_connector.Cursor, schema: str, kept: timedelta) -> None:
    """Drop the tables of versions that nobody should read any more."""
    cursor.execute(f"select distinct version from {quoted(schema)}.about order by version")
    versions = [row[0] for row in cursor.fetchall()]
    since = published_at(versions[-1]) - kept
    old = [version for version, following in pairwise(versions) if published_at(following) <= since]
    if not old:
        return
    endings = tuple(_ending(version) for version in old)
    cursor.execute("select tablename from pg_tables where schemaname = %s", (schema,))
    for (table,) in cursor.fetchall():
        if table.endswith(endings):
            cursor.execute(f"drop table {quoted(schema, table)}")
    for version in old:
        cursor.execute(f"delete from {quoted(schema)}.about where version = %s", (version,))


def _said(error: redshift_connector.Error, schema: str) -> str:
    code = code_of(error)
    if code == "42501":
        return f"Redshift does not let dbt's user write the schema {schema}: `tickit setup-sql` makes it."
    return f"what is served cannot be copied into {schema}: Redshift answers with error {code}; try again."
