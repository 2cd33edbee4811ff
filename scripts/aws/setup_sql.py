"""The SQL that sets up Redshift for dbt, filled in."""

from __future__ import annotations

import re
from pathlib import Path

_TEMPLATE = Path(__file__).with_name("setup.sql")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

_MINUTE = 60_000


def setup_sql(
    role_arn: str,
    *,
    glue_database: str = "tickit_lakehouse",
    database: str = "tickit",
    schema: str = "tickit",
    dbt_user: str = "tickit_dbt",
    connections: int = 10,
    statement_timeout: int = 30 * _MINUTE,
) -> str:
    """Return the statements, each ended by a semicolon, to be run outside a transaction.

    The arguments are taken as they are: the command line checks them.

    Args:
        role_arn: the IAM role by which Spectrum reads the lake.
        glue_database: where Glue keeps the external tables.
        database: the database in Redshift that dbt builds in.
        schema: what the names of the layers' schemas begin with, dbt's REDSHIFT_SCHEMA.
        dbt_user: dbt's database user; ``IAMR:<role>`` or ``IAM:<user>`` for one that logs in by IAM.
        connections: at most so many of that user at a time.
        statement_timeout: of that user, in milliseconds.

    """
    values = dict(locals())
    return _PLACEHOLDER.sub(lambda match: str(values[match[1]]), _TEMPLATE.read_text(encoding="utf-8"))
