"""The template: it passes cfn-lint, and its policies allow no more than they say."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.aws.upload import ZONES
from scripts.lake.layout import PUBLISHED_ZONE, RAW_ZONE
from tests.python.aws.template import TEMPLATE, template

RESOURCES: dict[str, dict[str, Any]] = template()["Resources"]

# What is uploaded, and the inventory of it.
FOLDERS = [RAW_ZONE, "inventory", *(zone for zone in ZONES if zone != RAW_ZONE)]

# Where `tickit publish` writes; nothing is uploaded there.
OPEN_TABLES = "tables"

# AWS knows no resource for these, so "*" is all that can be written.
WITHOUT_RESOURCE = {
    "redshift-serverless:ListUsageLimits",
    "redshift-serverless:CreateUsageLimit",
    "redshift-serverless:UpdateUsageLimit",
    "redshift-serverless:DeleteUsageLimit",
}


def listed(value: Any) -> list[Any]:  # JSON
    return value if isinstance(value, list) else [value]


def policies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each policy of the template, with the resource that it belongs to."""
    for name, resource in RESOURCES.items():
        for policy in resource["Properties"].get("Policies", []):
            yield name, policy["PolicyDocument"]
        if "PolicyDocument" in resource["Properties"]:
            yield name, resource["Properties"]["PolicyDocument"]


def allowed(of: str) -> list[dict[str, Any]]:
    return [s for name, policy in policies() for s in policy["Statement"] if name == of and s["Effect"] == "Allow"]


def may(of: str) -> dict[str, list[Any]]:
    """Action -> resources, of all statements."""
    rights: dict[str, list[Any]] = {}
    for statement in allowed(of):
        for action in listed(statement["Action"]):
            rights.setdefault(action, []).extend(listed(statement["Resource"]))
    return rights


def test_cfn_lint() -> None:
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--include-checks", "I", "--", str(TEMPLATE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_all_policies_are_looked_at() -> None:
    names = {name for name, _ in policies()}
    assert names == {
        *("BucketPolicy", "AccessLogBucketPolicy", "SpectrumRole", "UsageLimitRole", "RunnerPolicy", "PublisherPolicy")
    }


def test_no_action_is_a_wildcard() -> None:
    actions = [
        a for _, policy in policies() for s in policy["Statement"] if s["Effect"] == "Allow" for a in s["Action"]
    ]
    assert not [action for action in actions if "*" in action]


def test_every_resource_is_named_unless_aws_knows_none() -> None:
    for name, policy in policies():
        for statement in policy["Statement"]:
            if "*" in listed(statement["Resource"]):
                assert set(listed(statement["Action"])) <= WITHOUT_RESOURCE, name


def test_roles_and_the_log_are_for_this_account_alone() -> None:
    ours = {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    for name, resource in RESOURCES.items():
        if resource["Type"] == "AWS::IAM::Role":
            for statement in resource["Properties"]["AssumeRolePolicyDocument"]["Statement"]:
                assert statement["Condition"]["StringEquals"] == ours, name
    (writes,) = allowed("AccessLogBucketPolicy")
    assert writes["Principal"] == {"Service": "logging.s3.amazonaws.com"}
    assert writes["Condition"]["StringEquals"] == ours
    assert writes["Condition"]["ArnLike"] == {"aws:SourceArn": {"Fn::GetAtt": ["Bucket", "Arn"]}}


def test_who_uses_the_lake_is_logged_in_a_private_bucket_that_stays() -> None:
    logging = RESOURCES["Bucket"]["Properties"]["LoggingConfiguration"]
    assert logging == {"DestinationBucketName": {"Ref": "AccessLogBucket"}, "LogFilePrefix": "lake/"}
    bucket = RESOURCES["AccessLogBucket"]
    assert bucket["DeletionPolicy"] == "Retain"
    properties = bucket["Properties"]
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert "ExpirationInDays" in properties["LifecycleConfiguration"]["Rules"][0]


def test_the_bucket_policy_only_denies() -> None:
    assert allowed("BucketPolicy") == []
    conditions = [s["Condition"] for _, policy in policies() for s in policy["Statement"] if s["Effect"] == "Deny"]
    assert {"Bool": {"aws:SecureTransport": "false"}} in conditions


def test_spectrum_reads_the_zones_and_writes_nothing() -> None:
    rights = may("SpectrumRole")
    s3 = {action for action in rights if action.startswith("s3:")}
    assert s3 == {"s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation"}
    zones = [*FOLDERS, OPEN_TABLES]
    assert rights["s3:GetObject"] == [{"Fn::Sub": f"${{Bucket.Arn}}/{zone}/*"} for zone in zones]
    listing = next(s for s in allowed("SpectrumRole") if s["Action"] == "s3:ListBucket")
    assert {prefix.split("/")[0] for prefix in listing["Condition"]["StringLike"]["s3:prefix"]} == set(zones)


def test_spectrum_changes_one_glue_database_and_reads_the_open_tables() -> None:
    rights = may("SpectrumRole")
    glue = {action: listed(resource) for action, resource in rights.items() if action.startswith("glue:")}
    assert {"glue:CreateTable", "glue:BatchCreatePartition", "glue:GetPartitions"} <= glue.keys()
    assert not {"glue:DeleteDatabase", "glue:CreateDatabase", "glue:UpdateDatabase"} & glue.keys()
    ends = {action: {arn["Fn::Sub"].rpartition(":")[2] for arn in resources} for action, resources in glue.items()}
    external = {"catalog", "database/${GlueDatabaseName}", "table/${GlueDatabaseName}/*"}
    opened = {"database/${OpenTablesDatabase}", "table/${OpenTablesDatabase}/*"}
    reads = {"glue:GetDatabase", "glue:GetTable", "glue:GetTables"}
    assert ends == {action: external | opened if action in reads else external for action in ends}


def test_the_runner_writes_the_zones_and_logs_in_and_no_more() -> None:
    rights = may("RunnerPolicy")
    assert set(rights) == {
        "s3:ListBucket",
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "redshift-serverless:GetCredentials",
    }
    assert rights["s3:PutObject"] == [{"Fn::Sub": f"${{Bucket.Arn}}/{zone}/*"} for zone in FOLDERS]


def test_the_publisher_writes_what_is_published_and_nothing_raw() -> None:
    rights = may("PublisherPolicy")
    published, opened = ({"Fn::Sub": f"${{Bucket.Arn}}/{zone}/*"} for zone in (PUBLISHED_ZONE, OPEN_TABLES))
    assert rights["s3:PutObject"] == rights["s3:AbortMultipartUpload"] == [opened, published]
    assert rights["s3:DeleteObject"] == [opened]
    assert set(rights) == {
        *("s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"),
        *("glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:CreateTable", "glue:UpdateTable"),
    }
    ends = {arn["Fn::Sub"].rpartition(":")[2] for arn in rights["glue:UpdateTable"]}
    assert ends == {
        "catalog",
        *("database/${GlueDatabaseName}", "table/${GlueDatabaseName}/rpt_*"),
        *("database/${OpenTablesDatabase}", "table/${OpenTablesDatabase}/*"),
    }


def test_roles_are_assumed_by_the_services_that_need_them() -> None:
    trusted = {
        name: set(listed(resource["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]))
        for name, resource in RESOURCES.items()
        if resource["Type"] == "AWS::IAM::Role"
    }
    assert trusted == {
        "SpectrumRole": {"redshift-serverless.amazonaws.com", "redshift.amazonaws.com"},
        "UsageLimitRole": {"lambda.amazonaws.com"},
    }


def test_the_bucket_is_private_encrypted_and_keeps_versions() -> None:
    bucket = RESOURCES["Bucket"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    rules = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rules == [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert any("NoncurrentVersionExpiration" in rule for rule in bucket["LifecycleConfiguration"]["Rules"])


def test_redshift_is_private_small_and_has_no_password_here() -> None:
    defaults = {name: parameter["Default"] for name, parameter in template()["Parameters"].items()}
    assert defaults["PubliclyAccessible"] == "false"
    assert defaults["BaseCapacity"] == 8
    namespace = RESOURCES["Namespace"]["Properties"]
    assert namespace["ManageAdminPassword"] is True
    assert "AdminUserPassword" not in namespace
    parameters = {
        p["ParameterKey"]: p["ParameterValue"] for p in RESOURCES["Workgroup"]["Properties"]["ConfigParameters"]
    }
    assert parameters["require_ssl"] == "true"


# The budget guard's function, run with botocore's description of the service


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The function, the stubbed service, and what it answers to CloudFormation."""
    import boto3
    from botocore.stub import Stubber

    answers: list[tuple] = []

    def send(_: object, __: object, status: str, ___: object, limit: str, **more: str) -> None:
        answers.append((status, limit, *more.values()))

    monkeypatch.setitem(sys.modules, "cfnresponse", SimpleNamespace(SUCCESS="SUCCESS", FAILED="FAILED", send=send))
    code = RESOURCES["UsageLimitFunction"]["Properties"]["Code"]["ZipFile"]
    assert len(code) <= 4096, "CloudFormation takes no longer function inline"
    module: dict[str, Any] = {}
    monkeypatch.setattr(boto3, "client", lambda service: boto3.Session().client(service, region_name="us-east-1"))
    exec(compile(code, "UsageLimitFunction", "exec"), module)  # noqa: S102 - the template's own code
    with Stubber(module["redshift"]) as service:
        yield SimpleNamespace(handler=module["handler"], service=service, answers=answers)
        service.assert_no_pending_responses()


ARN = "arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/w"
OF = {"resourceArn": ARN, "usageType": "serverless-compute"}
WANTED = {"ResourceProperties": {"WorkgroupArn": ARN, "DailyRpuHours": "8"}}
DAILY = OF | {"usageLimitId": "limit-1", "period": "daily", "amount": 4, "breachAction": "log"}


def test_the_guard_makes_a_daily_limit_that_stops_queries(guard: SimpleNamespace) -> None:
    guard.service.add_response("list_usage_limits", {"usageLimits": [DAILY | {"period": "weekly"}]}, OF)
    wanted = OF | {"period": "daily", "amount": 8, "breachAction": "deactivate"}
    guard.service.add_response("create_usage_limit", {"usageLimit": wanted | {"usageLimitId": "limit-1"}}, wanted)
    guard.handler({"RequestType": "Create"} | WANTED, None)
    assert guard.answers == [("SUCCESS", "limit-1")]


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_the_guard_changes_the_limit_that_is_there(guard: SimpleNamespace, request_type: str) -> None:
    guard.service.add_response("list_usage_limits", {"usageLimits": [DAILY]}, OF)
    wanted = {"usageLimitId": "limit-1", "amount": 8, "breachAction": "deactivate"}
    guard.service.add_response("update_usage_limit", {"usageLimit": DAILY | wanted}, wanted)
    guard.handler({"RequestType": request_type, "PhysicalResourceId": "limit-1"} | WANTED, None)
    assert guard.answers == [("SUCCESS", "limit-1")]


def test_the_guard_goes_with_the_stack(guard: SimpleNamespace) -> None:
    guard.service.add_response("delete_usage_limit", {}, {"usageLimitId": "limit-1"})
    guard.handler({"RequestType": "Delete", "PhysicalResourceId": "limit-1"}, None)
    assert guard.answers == [("SUCCESS", "limit-1")]


def test_a_guard_that_is_gone_or_never_came_is_no_error(guard: SimpleNamespace) -> None:
    guard.service.add_client_error("delete_usage_limit", "ResourceNotFoundException")
    guard.handler({"RequestType": "Delete", "PhysicalResourceId": "limit-1"}, None)
    guard.handler({"RequestType": "Delete", "PhysicalResourceId": "none"}, None)
    assert [status for status, *_ in guard.answers] == ["SUCCESS", "SUCCESS"]


def test_a_stack_without_its_guard_fails_and_says_why(guard: SimpleNamespace) -> None:
    guard.service.add_client_error("list_usage_limits", "AccessDeniedException", "not you")
    guard.handler({"RequestType": "Create"} | WANTED, None)
    [(status, limit, reason)] = guard.answers
    assert (status, limit) == ("FAILED", "none")
    assert "not you" in reason
