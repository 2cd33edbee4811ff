"""The teardown, on the part of the template that moto knows: the buckets. Redshift Serverless it silently skips."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unittest.mock import ANY

import boto3
import pytest
import yaml
from botocore.client import BaseClient
from botocore.stub import Stubber

from scripts.aws import teardown
from tests.python.aws.template import template
from tests.python.tickit import teardown as main

NAME = "tickit-lakehouse"


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teardown, "_PAUSE_SECONDS", 0)


@pytest.fixture
def cloudformation(aws: str) -> BaseClient:
    return boto3.client("cloudformation")


@pytest.fixture
def bucket(cloudformation: BaseClient) -> str:
    """The bucket of a deployed stack, with three versions of one file and the mark of a deleted one."""
    part = template()
    part["Resources"] = {name: part["Resources"][name] for name in ("Bucket", "AccessLogBucket")}
    for rest in ("Outputs", "Conditions"):
        del part[rest]
    cloudformation.create_stack(StackName=NAME, TemplateBody=yaml.safe_dump(part))
    bucket = cloudformation.describe_stack_resource(StackName=NAME, LogicalResourceId="Bucket")
    bucket = bucket["StackResourceDetail"]["PhysicalResourceId"]
    s3 = boto3.client("s3")
    # moto leaves out of the template that the bucket keeps versions.
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"1", b"2", b"3"):
        s3.put_object(Bucket=bucket, Key="raw_tickit_data/category/category.txt", Body=body)
    s3.put_object(Bucket=bucket, Key="raw_tickit_data/date/date.txt", Body=b"1")
    s3.delete_object(Bucket=bucket, Key="raw_tickit_data/date/date.txt")
    return bucket


def exists(cloudformation: BaseClient) -> bool:
    return any(s["StackStatus"] != "DELETE_COMPLETE" for s in cloudformation.describe_stacks()["Stacks"])


def test_all_versions_and_the_stack_go(
    cloudformation: BaseClient, bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--stack", NAME, "--yes", NAME]) == 0
    printed = capsys.readouterr().out
    assert f"The stack {NAME} will be removed, for good, with all data in it:" in printed
    assert f"AWS::S3::Bucket                        {bucket}  (5 versions of files)" in printed
    assert f"{NAME} is removed, with 5 versions of files." in printed
    assert not exists(cloudformation)
    # moto deletes what CloudFormation would retain; what is emptied, and said, is ours.
    assert "The log of who used the lake stays in s3://" in printed


def test_the_log_is_not_emptied(cloudformation: BaseClient, bucket: str) -> None:
    stack = teardown.find_stack(cloudformation, NAME)
    assert stack.buckets == [bucket]
    assert stack.log_bucket not in (None, bucket)


def test_a_stack_that_is_gone_is_no_error(
    cloudformation: BaseClient, bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--stack", NAME, "--yes", NAME])
    capsys.readouterr()
    assert main(["--stack", NAME, "--yes", NAME]) == 0
    assert capsys.readouterr().out == f"There is no stack {NAME} in us-east-1: nothing to remove.\n"


def test_a_run_that_ended_in_the_middle_goes_on(cloudformation: BaseClient, bucket: str) -> None:
    teardown.empty(boto3.client("s3"), bucket, lambda _: None)
    assert main(["--stack", NAME, "--yes", NAME]) == 0
    assert not exists(cloudformation)


def test_a_bucket_that_is_gone_is_empty(s3: BaseClient) -> None:
    assert list(teardown.versions(s3, "gone")) == []


def test_without_confirmation_nothing_goes(
    cloudformation: BaseClient, bucket: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--stack", NAME]) == 1
    assert f"nobody is there to confirm: add --yes {NAME}" in capsys.readouterr().err
    assert main(["--stack", NAME, "--yes", "tickit"]) == 1
    assert "'tickit' is not tickit-lakehouse: nothing was removed." in capsys.readouterr().err
    assert exists(cloudformation)
    assert len(boto3.client("s3").list_object_versions(Bucket=bucket)["Versions"]) == 4


@pytest.mark.parametrize(("typed", "code"), [(NAME, 0), ("yes", 1), ("", 1)])
def test_the_name_has_to_be_typed(
    cloudformation: BaseClient, bucket: str, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda *_: typed)
    assert main(["--stack", NAME]) == code
    assert exists(cloudformation) == bool(code)


def test_another_stack_is_left_alone(cloudformation: BaseClient, capsys: pytest.CaptureFixture[str]) -> None:
    other = {"Description": "accounts", "Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}}
    cloudformation.create_stack(StackName="accounts", TemplateBody=yaml.safe_dump(other))
    assert main(["--stack", "accounts", "--yes", "accounts"]) == 1
    assert "was not made from scripts/aws/lakehouse.yml: it is left alone" in capsys.readouterr().err
    assert exists(cloudformation)


# What moto never does: deleting takes time, and may fail


class Deleting:
    """A CloudFormation whose stack goes through the given states."""

    def __init__(self, *states: dict[str, str]) -> None:
        self.states = list(states)

    def delete_stack(self, **_: str) -> None:
        pass

    def describe_stacks(self, **_: str) -> dict:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return {"Stacks": [{"StackId": "arn", "Description": "tickit_lakehouse: x"} | state]}

    def get_paginator(self, _: str) -> Deleting:
        return self

    def paginate(self, **_: str) -> list[dict]:
        summary = {
            "LogicalResourceId": "Bucket",
            "ResourceType": "AWS::S3::Bucket",
            "PhysicalResourceId": "b",
            "ResourceStatus": "DELETE_COMPLETE",
        }
        return [{"StackResourceSummaries": [summary]}]


STACK = teardown.Stack(NAME, "arn", [("AWS::S3::Bucket", "b"), ("AWS::Glue::Database", "g")])


def test_it_waits_until_the_stack_is_gone() -> None:
    going, gone = {"StackStatus": "DELETE_IN_PROGRESS"}, {"StackStatus": "DELETE_COMPLETE"}
    steps: list[int] = []
    teardown.delete_stack(Deleting(going, going, going, gone), STACK, steps.append)
    assert sum(steps) == 2


def test_a_failed_deletion_says_why() -> None:
    failed = {"StackStatus": "DELETE_FAILED", "StackStatusReason": "The following resource(s) failed: [Bucket]."}
    with pytest.raises(
        teardown.TickitError, match=r"could not delete tickit-lakehouse: .*\[Bucket\].*run the same command"
    ):
        teardown.delete_stack(Deleting(failed), STACK, lambda _: None)


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teardown, "_PATIENCE_SECONDS", -60)
    with pytest.raises(teardown.TickitError, match="is still DELETE_IN_PROGRESS after"):
        teardown.delete_stack(Deleting({"StackStatus": "DELETE_IN_PROGRESS"}), STACK, lambda _: None)


def test_the_description_is_the_one_that_the_teardown_knows() -> None:
    assert template()["Description"].startswith(teardown._OURS)


# The last snapshot, with botocore's description of the service: moto has none


@pytest.fixture
def redshift(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[BaseClient, Stubber]]:
    client = boto3.client("redshift-serverless")
    with Stubber(client) as service:
        yield client, service
        service.assert_no_pending_responses()


def _snapshot(status: str) -> dict:
    return {"snapshot": {"snapshotName": "x", "status": status}}


def test_a_snapshot_is_waited_for(redshift: tuple[BaseClient, Stubber]) -> None:
    client, service = redshift
    service.add_response("create_snapshot", _snapshot("CREATING"), {"namespaceName": NAME, "snapshotName": ANY})
    service.add_response("get_snapshot", _snapshot("CREATING"), {"snapshotName": ANY})
    service.add_response("get_snapshot", _snapshot("AVAILABLE"), {"snapshotName": ANY})
    assert re.fullmatch(rf"{NAME}-before-teardown-\d{{8}}-\d{{6}}", teardown.take_snapshot(client, NAME))


def test_without_its_snapshot_nothing_is_removed(redshift: tuple[BaseClient, Stubber]) -> None:
    client, service = redshift
    service.add_response("create_snapshot", _snapshot("CREATING"))
    service.add_response("get_snapshot", _snapshot("FAILED"))
    with pytest.raises(teardown.TickitError, match=r"is FAILED\. Nothing was removed\. .* add --no-snapshot"):
        teardown.take_snapshot(client, NAME)
    service.add_client_error("create_snapshot", "ConflictException", "busy")
    with pytest.raises(teardown.TickitError, match=r"busy.* Nothing was removed"):
        teardown.take_snapshot(client, NAME)


@pytest.mark.parametrize(("options", "snapshots"), [([], ["ours"]), (["--no-snapshot"], [])])
def test_the_snapshot_comes_before_anything_goes(
    cloudformation: BaseClient,
    bucket: str,
    options: list[str],
    snapshots: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    taken: list[str] = []

    def take_snapshot(_: BaseClient, namespace: str) -> str:
        assert list(teardown.versions(boto3.client("s3"), bucket)) != [[]]
        assert exists(cloudformation)
        taken.append(namespace)
        return "the-snapshot"

    monkeypatch.setattr(teardown, "take_snapshot", take_snapshot)
    monkeypatch.setattr(teardown.Stack, "namespaces", ["ours"])
    assert main(["--stack", NAME, "--yes", NAME, *options]) == 0
    assert taken == snapshots
    printed = capsys.readouterr().out
    assert ("The snapshot the-snapshot stays" in printed) == bool(snapshots)
    assert ("cannot be built again" in printed) == (not snapshots)
