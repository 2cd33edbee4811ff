"""Remove all that the stack made.

Redshift's histories cannot be built again from the lake, so a snapshot is taken first. CloudFormation deletes no bucket
with files in it, so the lake's is emptied then, all versions; then the stack goes. May be run again at any time: it
goes on where it ended, and a stack that is gone is no error.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from botocore import exceptions
from rich.console import Console

from scripts.core.errors import TickitError
from scripts.core.progress import Advance, bar
from scripts.core.s3 import client, code, explained

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef
    from mypy_boto3_redshift_serverless import RedshiftServerlessClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

# What the description of our stack begins with (lakehouse.yml): no other stack is touched.
_OURS = "tickit_lakehouse:"

# The log of who used the lake stays: its last lines come hours after the lake is gone.
_LOG_BUCKET = "AccessLogBucket"

_PAUSE_SECONDS = 5.0
_PATIENCE_SECONDS = 1800


@dataclass(frozen=True)
class Stack:
    """A stack: its name, its ID, which stays valid when it is gone, and its resources as (type, name).

    ``log_bucket`` is the bucket that stays, None if there is none.
    """

    name: str
    id: str
    resources: list[tuple[str, str]]
    log_bucket: str | None = None

    @property
    def buckets(self) -> list[str]:
        """The buckets that go with it."""
        return self._named("AWS::S3::Bucket")

    @property
    def namespaces(self) -> list[str]:
        """The namespaces of Redshift Serverless that go with it."""
        return self._named("AWS::RedshiftServerless::Namespace")

    def _named(self, wanted: str) -> list[str]:
        return [name for kind, name in self.resources if kind == wanted]


def find_stack(cloudformation: CloudFormationClient, name: str) -> Stack | None:
    """Return the stack, or None if there is none.

    Raises:
        TickitError: it is not one of ours.

    """
    found = _described(cloudformation, name)
    if found is None or found["StackStatus"] == "DELETE_COMPLETE":
        return None
    if not found.get("Description", "").startswith(_OURS):
        raise TickitError(f"the stack {name} was not made from scripts/aws/lakehouse.yml: it is left alone.")
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=found["StackId"])
    resources = {
        resource["LogicalResourceId"]: (resource["ResourceType"], resource["PhysicalResourceId"])
        for page in pages
        for resource in page["StackResourceSummaries"]
        if resource["ResourceStatus"] not in ("DELETE_COMPLETE", "DELETE_SKIPPED")
        and resource.get("PhysicalResourceId")
    }
    _, log_bucket = resources.pop(_LOG_BUCKET, (None, None))
    resources.pop(f"{_LOG_BUCKET}Policy", None)
    return Stack(name, found["StackId"], list(resources.values()), log_bucket)


def take_snapshot(redshift: RedshiftServerlessClient, namespace: str) -> str:
    """Take a snapshot of a namespace, wait until it is there, and return its name.

    Raises:
        TickitError: Redshift cannot take one, or takes longer than half an hour.

    """
    name = f"{namespace}-before-teardown-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    instead = "Nothing was removed. To remove all without one, add --no-snapshot."
    try:
        taken = redshift.create_snapshot(namespaceName=namespace, snapshotName=name)["snapshot"]
    except exceptions.ClientError as error:
        if code(error) not in ("ConflictException", "ResourceNotFoundException", "ServiceQuotaExceededException"):
            raise
        raise TickitError(f"Redshift takes no snapshot of {namespace}: {error}. {instead}") from error
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (status := taken["status"]) != "AVAILABLE":
        if status not in ("CREATING", "COPYING") or time.monotonic() > deadline:
            raise TickitError(f"the snapshot {name} of {namespace} is {status}. {instead}")
        time.sleep(_PAUSE_SECONDS)
        taken = redshift.get_snapshot(snapshotName=name)["snapshot"]
    return name


def versions(s3: S3Client, bucket: str) -> Iterator[list[ObjectIdentifierTypeDef]]:
    """Yield the versions of all files in a bucket, and the marks of deleted ones, at most 1,000 at a time."""
    try:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            yield [
                {"Key": version["Key"], "VersionId": version["VersionId"]}
                for kind in ("Versions", "DeleteMarkers")
                for version in cast("Any", page).get(kind, [])
            ]
    except exceptions.ClientError as error:
        if code(error) != "NoSuchBucket":  # it went in an earlier run
            raise


def empty(s3: S3Client, bucket: str, advance: Advance) -> None:
    """Delete all versions of all files in a bucket; ``advance`` is called with numbers of versions.

    Raises:
        TickitError: S3 refuses one.

    """
    for some in versions(s3, bucket):
        if some:
            refused = s3.delete_objects(Bucket=bucket, Delete={"Objects": some, "Quiet": True}).get("Errors", [])
            if refused:
                raise TickitError(f"S3 does not delete {refused[0]['Key']} in {bucket}: {refused[0]['Code']}.")
        advance(len(some))


def delete_stack(cloudformation: CloudFormationClient, stack: Stack, advance: Advance) -> None:
    """Delete the stack and wait until it is gone; ``advance`` is called with numbers of resources.

    Raises:
        TickitError: CloudFormation cannot delete something, or takes longer than half an hour.

    """
    cloudformation.delete_stack(StackName=stack.id)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    gone = 0
    while (found := _described(cloudformation, stack.id)) is not None:
        status = found["StackStatus"]
        if status == "DELETE_COMPLETE":
            break
        if status == "DELETE_FAILED":
            raise TickitError(
                f"CloudFormation could not delete {stack.name}: {found.get('StackStatusReason', 'no reason given')} "
                "Put that right and run the same command again."
            )
        if time.monotonic() > deadline:
            raise TickitError(
                f"{stack.name} is still {status} after {_PATIENCE_SECONDS // 60} minutes. Run the same command again "
                "to go on waiting."
            )
        left = find_stack(cloudformation, stack.id)
        now_gone = len(stack.resources) - len(left.resources if left else [])
        advance(max(now_gone - gone, 0))
        gone = max(now_gone, gone)
        time.sleep(_PAUSE_SECONDS)
    advance(len(stack.resources) - gone)


def _described(cloudformation: CloudFormationClient, name: str) -> StackTypeDef | None:
    """Return what CloudFormation says of a stack, None if it knows none of that name."""
    try:
        return cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except exceptions.ClientError as error:
        if code(error) == "ValidationError" and "does not exist" in str(error):
            return None
        raise


def tear_down(name: str, *, confirmed: str | None = None, with_snapshot: bool = True) -> None:
    """Say what will be removed, ask, take a snapshot, remove.

    Args:
        name: of the stack.
        confirmed: the same name, to remove it without being asked.
        with_snapshot: take a last snapshot of Redshift.

    Raises:
        TickitError: the stack is not one of ours, nobody confirms, or AWS refuses something.

    """
    console = Console(soft_wrap=True, highlight=False)
    with explained(f"the stack {name}"):
        cloudformation, s3 = client("cloudformation"), client("s3")
        stack = find_stack(cloudformation, name)
        if stack is None:
            region = cloudformation.meta.region_name
            console.print(f"There is no stack {name} in {region}: nothing to remove.", markup=False)
            return
        counts = {bucket: sum(map(len, versions(s3, bucket))) for bucket in stack.buckets}
        _say_what(console, stack, counts, with_snapshot)
        _confirm(console, name, confirmed)
        if with_snapshot:
            for namespace in stack.namespaces:
                console.print(f"Taking a snapshot of {namespace} ...", markup=False)
                kept = take_snapshot(client("redshift-serverless"), namespace)
                console.print(f"The snapshot {kept} stays, and costs storage until you delete it.", markup=False)
        for bucket, count in counts.items():
            with bar(console, f"empty {bucket}", count, unit="versions") as shown:
                empty(s3, bucket, shown.advance)
        with bar(console, f"delete {name}", len(stack.resources), unit="resources") as shown:
            delete_stack(cloudformation, stack, shown.advance)
    console.print(f"{name} is removed, with {sum(counts.values()):,} versions of files.", markup=False)
    if stack.log_bucket:
        console.print(
            f"The log of who used the lake stays in s3://{stack.log_bucket} until its lines have expired; then remove "
            "the bucket (aws s3 rb).",
            markup=False,
        )


def _say_what(console: Console, stack: Stack, counts: dict[str, int], with_snapshot: bool) -> None:
    """List what will be removed, and what stays."""
    console.print(f"The stack {stack.name} will be removed, for good, with all data in it:", markup=False)
    for kind, name in stack.resources:
        note = f"  ({counts[name]:,} versions of files)" if name in counts else ""
        console.print(f"  {kind:<38} {name}{note}", markup=False)
    if stack.namespaces and with_snapshot:
        console.print("A snapshot of Redshift is taken first, and stays (--no-snapshot: none).", markup=False)
    elif stack.namespaces:
        console.print(
            "No snapshot of Redshift is taken: the histories in its snapshot tables cannot be built again.",
            markup=False,
        )


def _confirm(console: Console, name: str, confirmed: str | None) -> None:
    """Have the name typed, unless it was given with --yes."""
    if confirmed is None:
        if not sys.stdin.isatty():
            raise TickitError(f"nobody is there to confirm: add --yes {name} to remove it.")
        confirmed = console.input("Type the stack's name to remove it: ").strip()
    if confirmed != name:
        raise TickitError(f"{confirmed!r} is not {name}: nothing was removed.")
