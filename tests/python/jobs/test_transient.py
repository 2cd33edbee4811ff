"""Which messages are of failures that pass by themselves."""

from __future__ import annotations

import pytest

from scripts.jobs.transient import TRANSIENT, reason_in, reason_of_all

PASSING = [
    "HTTP Error: HTTP GET error on 'https://b.s3.amazonaws.com/k' (HTTP 503)",
    "An error occurred (SlowDown) when calling the PutObject operation (reached max retries: 4)",
    "S3 failed, or said nothing for 30 seconds",
    "EndpointConnectionError: Could not connect to the endpoint URL",
    "ConnectionResetError: [Errno 104] Connection reset by peer",
    "server closed the connection unexpectedly",
    "ERROR: 1023 DETAIL: Serializable isolation violation on table - 123",
    "IO Error: Could not set lock on file: Conflicting lock is held",
]
STAYING = [
    "HTTP Error: HTTP GET error on 'https://b.s3.amazonaws.com/k' (HTTP 403)",
    "Runtime Error: could not convert string 'x503' to INT32, row 503",
    "Failure in test unique_fct_sales (models/x.yml)\n  Got 503 results, configured to fail if != 0\n  Broken pipe",
    'Database Error: column "sold" does not exist',
    "",
]


@pytest.mark.parametrize("said", PASSING)
def test_a_failure_that_passes_has_a_reason(said: str) -> None:
    assert reason_in(said)


def test_every_kind_has_an_example() -> None:
    assert {reason_in(said) for said in PASSING} == {kind.reason for kind in TRANSIENT}


@pytest.mark.parametrize("said", STAYING)
def test_a_failure_of_data_code_or_rights_has_none(said: str) -> None:
    assert reason_in(said) is None


def test_one_failure_that_stays_is_enough() -> None:
    assert reason_of_all(PASSING[:2])
    assert reason_of_all([PASSING[0], STAYING[0]]) is None
    assert reason_of_all([]) is None
