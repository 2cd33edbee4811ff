"""Where open tables are: a catalog in SQLite for a lake in a folder, the Glue catalog for a lake in S3."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchNamespaceError, NoSuchTableError
from pyiceberg.table import Table
from sqlalchemy import URL
from sqlalchemy.exc import OperationalError

from scripts.core.errors import TickitError, UsageError
from scripts.core.settings import is_in_s3, lake_location, s3_timeout

# How long a publisher waits for another that is writing to the catalog in SQLite.
_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class OpenTables:
    """The catalog, the name of the database in it, and the folder or ``s3://`` address of the files."""

    catalog: Catalog
    database: str
    root: str

    def load(self, name: str) -> Table | None:
        """Return a table as it is now; None if nobody has published it."""
        try:
            return self.catalog.load_table((self.database, name))
        except NoSuchTableError:
            return None

    def existing(self, name: str) -> Table:
        """Return a table; raise UsageError if nobody has published it."""
        table = self.load(name)
        if table is None:
            there = ", ".join(self.names()) or "none"
            raise UsageError(f"there is no open table {name} in {self.root}. Published are: {there}.")
        return table

    def names(self) -> list[str]:
        """Return the names of the published tables; none if the database in Glue is missing."""
        try:
            return sorted(identifier[-1] for identifier in self.catalog.list_tables(self.database))
        except NoSuchNamespaceError:
            return []

    def location(self, name: str) -> str:
        """Return where the files of a table are."""
        return f"{self.root}/{name}"


def tables_location() -> str:
    """Return where open tables are, TICKIT_TABLES: by default the folder ``tables`` of the lake."""
    return (os.environ.get("TICKIT_TABLES") or f"{lake_location()}/tables").rstrip("/")


@contextmanager
def open_tables() -> Iterator[OpenTables]:
    """Open the catalog of the lake; one of a local lake is made if it is missing.

    Raises:
        TickitError: the lake is in S3 and no Glue database is named, or AWS cannot be reached.

    """
    location = tables_location()
    if is_in_s3(location):
        from scripts.core.s3 import explained  # boto3 takes half a second to import

        with explained(f"open tables in {location}"):
            yield _in_glue(location)
        return
    with in_folder(Path(location)) as tables:
        yield tables


@contextmanager
def in_folder(folder: Path) -> Iterator[OpenTables]:
    """Open the catalog of a folder, in SQLite; it is made if it is missing."""
    tables = _in_sqlite(folder.absolute())
    try:
        yield tables
    finally:
        tables.catalog.close()


def _in_sqlite(root: Path) -> OpenTables:
    from pyiceberg.catalog.sql import SqlCatalog

    root.mkdir(parents=True, exist_ok=True)
    url = URL.create("sqlite", database=str(root / "catalog.db"), query={"timeout": str(_PATIENCE_SECONDS)})
    settings = {"uri": url.render_as_string(), "warehouse": str(root)}
    try:
        catalog = SqlCatalog("tickit", **settings)
    except OperationalError:
        # Another process made the catalog between this one's look and its own attempt.
        catalog = SqlCatalog("tickit", **settings)
    catalog.create_namespace_if_not_exists("tickit")
    return OpenTables(catalog, "tickit", str(root))


def _in_glue(location: str) -> OpenTables:
    import boto3
    from pyiceberg.catalog.glue import GlueCatalog

    from scripts.core.s3 import client

    database = os.environ.get("TICKIT_GLUE_DATABASE")
    if not database:
        raise UsageError(
            "open tables in S3 are listed in Glue: name its database in TICKIT_GLUE_DATABASE (the stack's output "
            "GlueDatabase)."
        )
    # Beside the database of the raw and published files, where tables of the same names are. Its name is in the
    # address too, so that two databases on one bucket do not share files.
    name = f"{database}_tables"
    s3 = client("s3", s3_timeout())
    credentials = boto3.Session().get_credentials()
    if credentials is None:
        raise TickitError("there are no AWS credentials: log in (aws sso login, aws configure).")
    found = credentials.get_frozen_credentials()
    settings = {
        "s3.endpoint": s3.meta.endpoint_url,
        "s3.region": s3.meta.region_name,
        "s3.access-key-id": found.access_key,
        "s3.secret-access-key": found.secret_key,
        "s3.session-token": found.token,
        "s3.request-timeout": str(s3_timeout()),
    }
    given = {name: value for name, value in settings.items() if value}
    catalog = GlueCatalog("tickit", client=client("glue", s3_timeout()), warehouse=location, **given)
    return OpenTables(catalog, name, f"{location}/{name}")
