"""Which failures pass by themselves, so that the same command may succeed a minute later.

Data that is wrong, code that is wrong and a permission that is missing do not: they are never retried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_DUCKDB = "https://duckdb.org/docs/stable/connect/concurrency"
_HTTPFS = "https://duckdb.org/docs/stable/core_extensions/httpfs/https"
_S3 = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
_REDSHIFT = "https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html"
_POSTGRES = "https://www.postgresql.org/docs/current/errcodes-appendix.html"
_ERRNO = "https://man7.org/linux/man-pages/man3/errno.3.html"


@dataclass(frozen=True)
class Transient:
    """A kind of failure that passes: what an error's text has, what that means, and where its texts are documented."""

    pattern: str
    reason: str
    source: str


TRANSIENT = (
    Transient(r"\bHTTP (?:code )?(?:408|429|5\d\d)\b|: (?:408|429|5\d\d) \(", "S3 or a web server was busy", _HTTPFS),
    Transient(
        r"\b(?:SlowDown|ServiceUnavailable|InternalError|RequestTimeout|Throttling(?:Exception)?|TooManyRequests"
        r"(?:Exception)?|RequestLimitExceeded)\b",
        "AWS was busy",
        _S3,
    ),
    # What this project makes of the two above (scripts/core/causes.py).
    Transient(r"AWS is busy, or fails for the moment|S3 failed, or said nothing for", "S3 was busy", _S3),
    Transient(
        r"Could not establish connection|Connection error for HTTP|Timeout was reached|Read timed out|ReadTimeout"
        r"|ConnectTimeout|EndpointConnectionError|ConnectionClosedError|Temporary failure in name resolution",
        "the network failed",
        _HTTPFS,
    ),
    Transient(
        r"(?i)connection (?:refused|reset|aborted|timed out)|broken pipe|BrokenPipeError|communication error",
        "the network failed",
        _ERRNO,
    ),
    Transient(
        r"(?i)connection (?:is |was |already |has been )*closed|server closed the connection|SSL SYSCALL error"
        r"|terminating connection due to administrator command|the database system is (?:starting up|shutting down)",
        "the warehouse closed the connection",
        _POSTGRES,
    ),
    Transient(
        r"Serializable isolation violation|conflict with concurrent transaction|dropped by concurrent transaction"
        r"|could not open relation with OID",
        "another transaction wrote to the same tables (1023)",
        _REDSHIFT,
    ),
    # The second is what this project makes of it (scripts/warehouse.py).
    Transient(
        r"Could not set lock on file|is in use by (?:process \d+|another process)\. DuckDB",
        "another process had the DuckDB file open",
        _DUCKDB,
    ),
)

# Beside one of these, an error of the network is what came of it, or somebody else's.
_NEVER = re.compile(
    r"Compilation Error|Parsing Error|Dependency Error|Failure in (?:test|unit_test)|results?, configured to fail if"
    r"|No such (?:command|option)|is not in profiles/"
)


def reason_in(said: str) -> str | None:
    """Return why a failure with this text is transient; None if it is not, or not known to be."""
    if _NEVER.search(said):
        return None
    return next((kind.reason for kind in TRANSIENT if re.search(kind.pattern, said)), None)


def reason_of_all(messages: Iterable[str]) -> str | None:
    """Return why failures are transient; None if there is none, or one of them is not."""
    reasons = [reason_in(said) for said in messages]
    return reasons[0] if reasons and all(reasons) else None
