"""Print the set-up SQL of Redshift, filled in: ``python -m scripts.aws.setup_sql --role-arn arn:aws:iam::...``."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

_TEMPLATE = Path(__file__).with_name("setup.sql")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

# What can be written into SQL without quotes, or between them, and mean nothing but itself.
_NAME = r"[a-z][a-z0-9_]{0,62}"
_ROLE_ARN = r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+"
_USER = rf"{_NAME}|IAMR?:[A-Za-z0-9+=,.@_-]{{1,64}}"

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


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the SQL for the arguments."""
    print(setup_sql(**vars(_parser().parse_args(arguments))), end="")
    return 0


def _parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.aws.setup_sql",
        description="Print the SQL that sets up Redshift for dbt: roles, dbt's user, schemas and grants.",
        epilog="An administrator runs it, in the query editor or with psql; docs/redshift.md says how.",
    )
    parser.add_argument(
        "--role-arn",
        required=True,
        type=_matching(_ROLE_ARN, "the ARN of an IAM role, such as arn:aws:iam::123456789012:role/spectrum"),
        help="the role by which Spectrum reads the lake: output SpectrumRoleArn of the stack",
    )
    name = _matching(_NAME, "a name of small letters, digits and underscores")
    for option, default, meaning in (
        ("--glue-database", "tickit_lakehouse", "database in Glue: output GlueDatabase of the stack"),
        ("--database", "tickit", "database in Redshift"),
        ("--schema", "tickit", "what the schemas' names begin with, as in REDSHIFT_SCHEMA"),
    ):
        parser.add_argument(option, default=default, type=name, help=f"{meaning} (default: %(default)s)")
    parser.add_argument(
        "--dbt-user",
        default="tickit_dbt",
        type=_matching(_USER, "a name such as tickit_dbt, or IAMR:role or IAM:user"),
        help="dbt's database user; IAMR:<role> or IAM:<user> if it logs in by IAM (default: %(default)s)",
    )
    parser.add_argument(
        "--connections", default=10, type=_positive, help="most connections of dbt's user (default: %(default)s)"
    )
    parser.add_argument(
        "--timeout-minutes",
        dest="statement_timeout",
        default=30 * _MINUTE,
        type=lambda text: _positive(text) * _MINUTE,
        help="longest time of a statement of dbt's user, in minutes (default: 30)",
    )
    return parser


def _matching(pattern: str, what: str) -> Callable[[str], str]:
    """Return a check of an argument against ``pattern``, with a message that says what it has to be."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
        return text

    return check


def _positive(text: str) -> int:
    """Read a whole number from 1."""
    if not re.fullmatch("[1-9][0-9]{0,4}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 99999")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
