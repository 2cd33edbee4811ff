"""Connect to Redshift as dbt does: by an output of profiles/profiles.yml, password or IAM."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import redshift_connector

from scripts.core.errors import TickitError
from scripts.core.profiles import profiles_folder


@dataclass(frozen=True)
class Built:
    """A warehouse that was built there: an open connection, and what the names of its schemas begin with."""

    connection: redshift_connector.Connection
    schema: str


@dataclass(frozen=True)
class Connector:
    """How to connect to a target: ``open`` makes a connection, ``schema`` is what its schemas begin with."""

    open: Callable[[], redshift_connector.Connection]
    schema: str


def connector(target: str) -> Connector:
    """Read how to connect; raise TickitError if a variable is missing. So does ``open`` if nothing lets us in."""
    # Imported here: the rehearsal needs none of it, and dbt takes seconds to import.
    from dbt.adapters.exceptions import FailedToConnectError
    from dbt.adapters.redshift.connections import get_connection_method
    from dbt.config.runtime import load_profile
    from dbt.flags import set_from_args
    from dbt_common.context import set_invocation_context
    from dbt_common.exceptions import DbtRuntimeError

    def unreachable(error: Exception) -> TickitError:
        message = " ".join(str(error).split())
        return TickitError(f"Redshift cannot be reached: {message}\ndocs/redshift.md says what is needed.")

    set_invocation_context(os.environ)
    set_from_args(Namespace(PROFILES_DIR=str(profiles_folder())), None)
    try:
        credentials: Any = load_profile(".", {}, target_override=target).credentials
    except DbtRuntimeError as error:
        raise unreachable(error) from error

    def connect_now() -> redshift_connector.Connection:
        # Of the thread that calls.
        set_invocation_context(os.environ)
        try:
            connection = get_connection_method(credentials)()
        except (DbtRuntimeError, FailedToConnectError, redshift_connector.Error, OSError) as error:
            raise unreachable(error) from error
        connection.autocommit = True
        return connection

    return Connector(connect_now, credentials.schema)


def connect(target: str = "redshift") -> Built:
    """Connect; raise TickitError if a variable is missing, or if nothing answers there or lets us in."""
    found = connector(target)
    return Built(found.open(), found.schema)


def code_of(error: Exception) -> str:
    """Return the code of an error of Redshift's (SQLSTATE), or its kind if it has none."""
    about = error.args[0] if error.args else None
    return str(about["C"]) if isinstance(about, Mapping) and "C" in about else type(error).__name__
