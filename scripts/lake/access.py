"""DuckDB's access to a lake in S3: the extension from its wheel, credentials and endpoint as boto3 finds them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import boto3
import duckdb
import duckdb_extension_httpfs

from scripts.core.errors import TickitError
from scripts.core.s3 import client, explained, place
from scripts.core.sql import literal
from scripts.lake.layout import RAW_ZONE

if TYPE_CHECKING:
    from botocore.credentials import Credentials, ReadOnlyCredentials

# After a failed request DuckDB waits 0.1 s, then four times as long each time.
_RETRIES = 3


class Access:
    """The lake at ``url`` (``s3://bucket/folder``), for any number of connections to one DuckDB."""

    def __init__(self, url: str, timeout: int) -> None:
        self._place = place(url)
        self._timeout = timeout
        self._client = client("s3", timeout)
        self._credentials = boto3.Session().get_credentials()
        self._given: ReadOnlyCredentials | None = None
        self._lock = threading.Lock()

    def give(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Load httpfs, try the lake and hand over the credentials.

        Raises:
            TickitError: there are no credentials or wrong ones, no such bucket, no raw zone in it, or no S3 at all.

        """
        # What is not in a wheel is not there: DuckDB would download it from its own site.
        connection.execute("set global autoinstall_known_extensions = false")
        connection.execute(f"load {literal(_extension())}")
        connection.execute(f"set global http_timeout = {self._timeout}")
        connection.execute(f"set global http_retries = {_RETRIES}")
        self._try()
        self.renew(connection)

    def renew(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Hand over the credentials, if they are others than last time: boto3 renews those that expire."""
        with self._lock:
            current = cast("Credentials", self._credentials).get_frozen_credentials()
            if current != self._given:
                connection.execute(self._secret(current))
                self._given = current

    def _try(self) -> None:
        """Ask S3 for a file of the raw zone. DuckDB's own errors name a URL and a number, and come late."""
        prefix = f"{self._place.prefix}{RAW_ZONE}/"
        with explained(str(self._place)):
            found = self._client.list_objects_v2(Bucket=self._place.bucket, Prefix=prefix, MaxKeys=1)
        if not found["KeyCount"]:
            raise TickitError(
                f"there is no lake at {self._place} (TICKIT_LAKE): nothing is under {RAW_ZONE}/. Upload one: "
                f"tickit upload --lake lake --to {self._place}"
            )

    def _secret(self, credentials: ReadOnlyCredentials) -> str:
        endpoint = urlsplit(self._client.meta.endpoint_url)
        is_aws = ".amazonaws." in f"{endpoint.hostname}."
        settings = {
            "key_id": credentials.access_key,
            "secret": credentials.secret_key,
            "session_token": credentials.token,
            "region": self._client.meta.region_name,
            "endpoint": endpoint.netloc,
            # A store that only speaks as S3 has seldom a name for each bucket.
            "url_style": "vhost" if is_aws else "path",
            "use_ssl": str(endpoint.scheme == "https").lower(),
        }
        given = ", ".join(f"{name} {literal(value)}" for name, value in settings.items() if value)
        return f"create or replace secret tickit_lake (type s3, provider config, {given})"


def _extension() -> Path:
    """Return the file of httpfs, from its wheel: it is loaded where it lies, nothing is downloaded."""
    folder = Path(duckdb_extension_httpfs.__file__).parent / "extensions"
    return folder / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
