"""Connect to Redshift as dbt does: by an output of profiles/profiles.yml, password or IAM."""

from __future__ import annotations

import os
from argparse import Namespace
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


def connect(target: str = "redshift") -> Built:
    """Connect; raise TickitError if a variable is missing, or if nothing answers there or lets us in."""
    # Imported here: the rehearsal needs none of it, and dbt takes seconds to import.
    from dbt.adapters.exceptions import FailedToConnectError
    from dbt.adapters.redshift.connections import get_connection_method
    from dbt.config.runtime import load_profile
    from dbt.flags import set_from_args
    from dbt_common.context import set_invocation_context
    from dbt_common.exceptions import DbtRuntimeError

    set_invocation_context(os.environ)
    set_from_args(Namespace(PROFILES_DIR=str(profiles_folder())), None)
    try:
        credentials: Any = load_profile(".", {}, target_override=target).credentials
        connection = get_connection_method(credentials)()
    except (DbtRuntimeError, FailedToConnectError, redshift_connector.Error, OSError) as error:
        message = " ".join(str(error).split())
        raise TickitError(f"Redshift cannot be reached: {message}\ndocs/redshift.md says what is needed.") from error
    connection.autocommit = True
    return Built(connection, credentials.schema)
