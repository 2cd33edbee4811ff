"""The plugin of dbt-duckdb that does what SQL cannot.

It reaches S3, puts a finished file in place and registers it in Glue, and keeps data out of error messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig
from dbt_common.exceptions import DbtRuntimeError
from duckdb import DuckDBPyConnection

from scripts.core.errors import TickitError
from scripts.core.settings import check_memory_limit, check_warehouse, s3_timeout
from scripts.publishing.cursor import install
from scripts.publishing.files import put

if TYPE_CHECKING:
    from dbt.adapters.duckdb.credentials import DuckDBCredentials
    from dbt.adapters.duckdb.utils import TargetLocation

    from scripts.lake.access import Access


class Plugin(BasePlugin):
    """Made by dbt-duckdb for each process.

    Its configuration: ``lake``, a folder or ``s3://bucket/folder``; ``glue_database``, where published tables are
    registered, empty for nowhere; ``timeout``, the seconds after which a silent S3 has failed.
    """

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Keep the configuration; nothing is asked of AWS yet."""
        self.lake = str(plugin_config["lake"])
        self.glue_database = str(plugin_config["glue_database"])
        with _as_dbt_says_it():
            credentials = cast("DuckDBCredentials", self.creds)
            _check_folder(TICKIT_LAKE=self.lake, TICKIT_WAREHOUSE=credentials.path)
            check_warehouse(credentials.path)
            check_memory_limit(str((credentials.config_options or {}).get("memory_limit", "")))
            self.timeout = s3_timeout(str(plugin_config["timeout"]))
        self._access: Access | None = None
        install()

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Give DuckDB access to the lake, if that is in S3."""
        if self.lake.startswith("s3://"):
            # Here, as boto3 takes half a second to import.
            from scripts.lake.access import Access

            with _as_dbt_says_it():
                self._access = Access(self.lake, self.timeout)
                self._access.give(conn)

    def configure_cursor(self, cursor: DuckDBPyConnection) -> None:
        """Renew credentials that have been renewed: those of a role last an hour, a build may take longer."""
        if self._access:
            with _as_dbt_says_it():
                self._access.renew(cursor)

    def store(self, target_config: TargetConfig) -> None:
        """Publish the file that a model has just written; called by the macro `write_to_file`."""
        location = target_config.config["publish_to"]
        with _as_dbt_says_it():
            put(Path(cast("TargetLocation", target_config.location).path), location, self.timeout)
            if self.glue_database and location.startswith("s3://"):
                from scripts.publishing.glue import register

                register(
                    self.glue_database,
                    str(target_config.relation.identifier),
                    target_config.config["columns"],
                    location.rpartition("/")[0] + "/",
                    self.timeout,
                )


def _check_folder(**paths: str) -> None:
    """Raise TickitError if a path begins in the project's folder, and dbt was started in another (--project-dir)."""
    if Path("dbt_project.yml").exists():
        return
    for name, path in paths.items():
        if path != ":memory:" and not path.startswith(("/", "~", "s3://")):
            raise TickitError(
                f"{name} is {path}, a path from the project's folder, and dbt was started in {Path.cwd()}: change to "
                f"the project's folder, or set {name} to a whole path, and start again."
            )


@contextmanager
def _as_dbt_says_it() -> Iterator[None]:
    """Let dbt print our errors as its own, without a traceback."""
    try:
        yield
    except TickitError as error:
        raise DbtRuntimeError(str(error)) from error
