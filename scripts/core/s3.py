"""What the programs here share of AWS: addresses in S3, clients, and what AWS refuses in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, overload

import boto3
from botocore import exceptions
from botocore.config import Config

from scripts.core.causes import cause
from scripts.core.errors import TickitError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_redshift_serverless import RedshiftServerlessClient
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Place:
    """A folder in S3; ``prefix`` is empty for the whole bucket, else it ends with a slash."""

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")


def place(url: str) -> Place:
    """Read ``s3://bucket`` or ``s3://bucket/some/folder``.

    Raises:
        TickitError: it is neither.

    """
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    if not url.startswith("s3://") or not bucket:
        raise TickitError(f"{url} is not an S3 address: write s3://bucket or s3://bucket/folder.")
    prefix = prefix.strip("/")
    return Place(bucket, f"{prefix}/" if prefix else "")


@overload
def client(service: Literal["cloudformation"], timeout: int = 60) -> CloudFormationClient: ...
@overload
def client(service: Literal["glue"], timeout: int = 60) -> GlueClient: ...
@overload
def client(service: Literal["redshift-serverless"], timeout: int = 60) -> RedshiftServerlessClient: ...
@overload
def client(service: Literal["s3"], timeout: int = 60) -> S3Client: ...
def client(service: Any, timeout: int = 60) -> Any:
    """Return a client by boto3's usual chain of credentials, profiles and regions; AWS_ENDPOINT_URL is followed.

    A server that says nothing for ``timeout`` seconds has failed; four attempts are made.

    Raises:
        TickitError: AWS_ENDPOINT_URL is no address.

    """
    config = Config(retries={"mode": "standard", "max_attempts": 4}, connect_timeout=10, read_timeout=timeout)
    try:
        return boto3.Session().client(service, config=config)
    except ValueError as error:
        raise TickitError(f"{error}: AWS_ENDPOINT_URL must look like http://127.0.0.1:9000.") from error


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turn what boto3 raises into a TickitError that says what to do; ``what`` is an address or the name of a stack."""
    try:
        yield
    except exceptions.ClientError as error:
        raise TickitError(_refusal(error, what)) from error
    except (exceptions.NoCredentialsError, exceptions.PartialCredentialsError) as error:
        raise TickitError(
            "there are no AWS credentials. Log in (aws sso login, aws configure), name a profile in AWS_PROFILE, or "
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        ) from error
    except exceptions.NoRegionError as error:
        raise TickitError("no AWS region is set: set AWS_DEFAULT_REGION, for example to us-east-1.") from error
    except (exceptions.ReadTimeoutError, exceptions.ConnectTimeoutError) as error:
        raise TickitError(
            f"cannot reach AWS for {what}: {error}. Each of four times: run the same command again, or wait longer "
            "(TICKIT_S3_TIMEOUT)."
        ) from error
    except (
        exceptions.UnauthorizedSSOTokenError,
        exceptions.SSOTokenLoadError,
        exceptions.TokenRetrievalError,
    ) as error:
        raise TickitError(cause("ExpiredToken", what)) from error
    except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
        raise TickitError(f"cannot reach AWS for {what}: {error}. Check the network and AWS_ENDPOINT_URL.") from error
    except exceptions.ProfileNotFound as error:
        raise TickitError(f"{error}: correct AWS_PROFILE, or make the profile (aws configure).") from error
    except exceptions.BotoCoreError as error:
        raise TickitError(f"AWS cannot be asked for {what}: {' '.join(str(error).split())}") from error


def code(error: exceptions.ClientError) -> str:
    """Return the name that AWS gives to what went wrong, or an HTTP status."""
    return error.response["Error"]["Code"]


def _refusal(error: exceptions.ClientError, what: str) -> str:
    """Say in a line what AWS refuses, and what to do."""
    known = cause(code(error), what, error.operation_name)
    return known or f"AWS refuses {what}: {' '.join(str(error).split())}"
