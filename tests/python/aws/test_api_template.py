"""The template of the REST API: it passes cfn-lint, its policies and doors are as narrow as they say, and it starts."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml
from typer.testing import CliRunner

from scripts import cli
from scripts.api.cache import RedisCache
from tests.python.api.test_cache import free_port, redis_server
from tests.python.aws.template import Loader
from tests.python.aws.test_template import RESOURCES as LAKEHOUSE
from tests.python.aws.test_template import listed
from tests.python.dbt_project import ROOT

FILE = ROOT / "scripts/aws/api.yml"
TEMPLATE: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), Loader)  # noqa: S506 - a loader of ours
RESOURCES = {name: {"Type": each["Type"], **each.get("Properties", {})} for name, each in TEMPLATE["Resources"].items()}
(CONTAINER,) = RESOURCES["Task"]["ContainerDefinitions"]


def statements(role: str) -> list[dict[str, Any]]:
    return [each for policy in RESOURCES[role]["Policies"] for each in policy["PolicyDocument"]["Statement"]]


def test_cfn_lint() -> None:
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--include-checks", "I", "--", str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_server_logs_in_to_redshift_and_may_nothing_else() -> None:
    (statement,) = statements("TaskRole")
    assert statement["Action"] == ["redshift-serverless:GetCredentials"]
    assert statement["Resource"] == {"Ref": "WorkgroupArn"}
    assert "ManagedPolicyArns" not in RESOURCES["TaskRole"]


def test_what_starts_it_reads_its_image_and_its_two_secrets() -> None:
    rights = {action: listed(each["Resource"]) for each in statements("ExecutionRole") for action in each["Action"]}
    assert rights["secretsmanager:GetSecretValue"] == [{"Ref": "KeysSecretArn"}, {"Ref": "CacheAddress"}]
    assert [action for action, where in rights.items() if "*" in where] == ["ecr:GetAuthorizationToken"]
    assert {action.partition(":")[0] for action in rights} == {"ecr", "logs", "secretsmanager"}
    assert not [action for action in rights if "*" in action]


def test_roles_are_for_tasks_of_this_account() -> None:
    for role in ("TaskRole", "ExecutionRole"):
        (statement,) = RESOURCES[role]["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_each_is_reached_by_the_one_before_it_alone() -> None:
    doors = {
        name: [
            (door["FromPort"], door.get("SourceSecurityGroupId", door.get("CidrIp")))
            for door in each["SecurityGroupIngress"]
        ]
        for name, each in RESOURCES.items()
        if each["Type"] == "AWS::EC2::SecurityGroup"
    }
    assert doors == {
        "BalancerSecurityGroup": [(443, {"Ref": "ClientCidr"})],
        "TaskSecurityGroup": [(8000, {"Ref": "BalancerSecurityGroup"})],
        "CacheSecurityGroup": [(6379, {"Ref": "TaskSecurityGroup"})],
    }
    assert RESOURCES["Balancer"]["Scheme"] == "internal"
    assert RESOURCES["Listener"]["Protocol"] == "HTTPS"
    assert RESOURCES["Service"]["NetworkConfiguration"]["AwsvpcConfiguration"]["AssignPublicIp"] == "DISABLED"


def test_no_secret_is_in_the_template_or_in_plain_variables() -> None:
    assert {each["Name"] for each in CONTAINER["Secrets"]} == {"TICKIT_API_KEYS_JSON", "TICKIT_REDIS"}
    assert not [each for each in CONTAINER["Environment"] if "PASSWORD" in each["Name"] or "SECRET" in each["Name"]]
    assert RESOURCES["CachePassword"]["GenerateSecretString"]["PasswordLength"] >= 32
    assert "SecretString" not in RESOURCES["CachePassword"]


def test_the_cache_lets_the_server_do_its_work_and_no_more() -> None:
    """The access string, given to a real server (Redis 6.2, which does not know `client|setinfo` yet)."""
    rights = RESOURCES["CacheUser"]["AccessString"].replace(" +client|setinfo", "").split()
    port = free_port()
    with redis_server(port):
        admin = redis.Redis(port=port)
        admin.execute_command("ACL", "SETUSER", "api", ">secret", *rights)
        address = f"redis://api:secret@127.0.0.1:{port}"

        async def use() -> bytes | None:
            cache = RedisCache(address, patience=30)
            await cache.set("key", b"value", 60)
            found = await cache.get("key")
            await cache.close()
            return found

        assert asyncio.run(use()) == b"value"
        as_server = redis.Redis.from_url(address)
        for refused in (("GET", "other"), ("FLUSHALL",), ("KEYS", "*"), ("CONFIG", "GET", "*")):
            with pytest.raises(redis.exceptions.NoPermissionError):
                as_server.execute_command(*refused)


def test_the_command_and_its_variables_are_those_of_tickit() -> None:
    assert CONTAINER["Command"] == ["serve", "--host", "0.0.0.0"]  # noqa: S104
    said = CliRunner().invoke(cli.app, ["serve", "--help"], env={"COLUMNS": "200"}).output
    assert {"TICKIT_API_LOOK", "TICKIT_REDIS"} <= set(said.replace("]", " ").split())
    profile = (ROOT / "profiles/profiles.yml").read_text(encoding="utf-8")
    names = {each["Name"] for each in CONTAINER["Environment"]} - {"TICKIT_API_LOOK"}
    assert [name for name in names if f"'{name}'" not in profile] == []


def test_what_it_is_given_is_what_the_lakehouse_has() -> None:
    text = (ROOT / "scripts/aws/lakehouse.yml").read_text(encoding="utf-8")
    outputs = yaml.load(text, Loader)["Outputs"]  # noqa: S506 - a loader of ours
    asked = [
        each["Description"].split()[1]
        for each in TEMPLATE["Parameters"].values()
        if each["Description"].startswith("Output ")
    ]
    assert sorted(asked) == ["Database", "Host", "WorkgroupArn"]
    assert set(asked) <= set(outputs)
    assert "Workgroup" in LAKEHOUSE
