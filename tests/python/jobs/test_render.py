"""What schedulers read is as jobs/jobs.yml says, and allows no more than it needs."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scripts.core.errors import TickitError
from scripts.jobs.declaration import DECLARATION, load
from scripts.jobs.render import ROOT, aws_cron, outdated, rendered, write
from scripts.lint.workflows import check_workflows
from tests.python.aws.template import Loader

JOBS = list(load(ROOT / DECLARATION).values())
FILES = {path.as_posix(): text for path, text in rendered(JOBS).items()}
AWS: dict[str, Any] = yaml.load(FILES["jobs/aws.yml"], Loader)  # noqa: S506 - a loader of ours, on a file of ours
RESOURCES = AWS["Resources"]
WORKFLOWS = {path: yaml.safe_load(text) for path, text in FILES.items() if path.startswith(".github/")}
SCHEDULED = [job for job in JOBS if job.cron]


def test_the_files_are_as_the_declaration_says() -> None:
    assert outdated(JOBS) == []


def test_a_change_is_written_and_a_job_that_is_gone_goes(tmp_path: Path) -> None:
    assert len(write(JOBS, tmp_path)) == len(FILES)
    assert write(JOBS, tmp_path) == []
    kept = [replace(job, timeout_minutes=job.timeout_minutes + 1) for job in JOBS if job.name != "weekly"]
    changed = {path.as_posix() for path in outdated(kept, tmp_path)}
    assert changed == set(FILES)
    write(kept, tmp_path)
    assert outdated(kept, tmp_path) == []
    assert not (tmp_path / ".github/workflows/job_weekly.yml").exists()


def _days(text: str, of: range) -> set[int]:
    """Return what a field of a cron means, spelled out."""
    days: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        low, high = (of[0], of[-1]) if span == "*" else (int(first), int(last or first))
        days |= set(range(low, high + 1, int(step or 1)))
    return days


WEEKDAY = st.one_of(
    st.just("*"),
    st.integers(0, 7).map(str),
    st.tuples(st.integers(0, 7), st.integers(0, 7)).map(lambda pair: f"{min(pair)}-{max(pair)}"),
    st.tuples(st.integers(0, 3), st.integers(4, 7), st.integers(1, 3)).map(lambda t: f"{t[0]}-{t[1]}/{t[2]}"),
)


@given(st.lists(WEEKDAY, min_size=1, max_size=3).map(",".join))
def test_aws_runs_on_the_same_days_of_the_week(weekday: str) -> None:
    if "*" in weekday and weekday != "*":
        return
    fields = aws_cron(f"5 4 * * {weekday}").removeprefix("cron(").removesuffix(")").split(" ")
    assert [fields[i] for i in (0, 1, 3, 5)] == ["5", "4", "*", "*"]
    if weekday == "*":
        assert (fields[2], fields[4]) == ("*", "?")
        return
    ours = {day % 7 for day in _days(weekday, range(7))}
    assert fields[2] == "?"
    assert {day - 1 for day in _days(fields[4], range(1, 8))} == ours


def test_what_aws_cannot_say_is_refused() -> None:
    with pytest.raises(TickitError, match="make two jobs of it"):
        aws_cron("0 3 1 * 1")


@pytest.mark.parametrize("path", WORKFLOWS)
def test_a_workflow_has_few_rights_and_others_code_by_commit(path: str) -> None:
    workflow = WORKFLOWS[path]
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        wanted = {"id-token": "write"} | ({"pages": "write"} if name == "pages" else {"contents": "read"})
        allowed = wanted | ({"pull-requests": "write"} if name == "review" else {})
        assert job["permissions"] == allowed, name
        assert 0 < job["timeout-minutes"] <= 360, "GitHub's own machines end a job after six hours"
        for step in job["steps"]:
            if "uses" in step:
                assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"]), step
            assert "${{" not in step.get("run", ""), "a value from outside in a shell line"
    assert not re.search(r"AKIA|aws_secret|aws-secret", FILES[path], re.IGNORECASE)


def test_a_fork_gets_neither_role_nor_secret() -> None:
    review = WORKFLOWS[".github/workflows/job_review.yml"]
    assert "github.event.pull_request.head.repo.full_name == github.repository" in review["jobs"]["review"]["if"]
    assert "pull_request_target" not in FILES[".github/workflows/job_review.yml"]


def test_jobs_of_one_target_wait_for_each_other() -> None:
    for job in SCHEDULED:
        workflow = WORKFLOWS[f".github/workflows/job_{job.name}.yml"]
        assert workflow["concurrency"] == {"group": f"tickit-{job.target}", "cancel-in-progress": False}
        # YAML 1.1 reads the key `on` as true.
        assert workflow[True]["schedule"] == [{"cron": job.cron}]


@pytest.mark.parametrize("path", WORKFLOWS)
def test_nothing_with_personal_data_is_uploaded_or_cached(path: str) -> None:
    for job in WORKFLOWS[path]["jobs"].values():
        for step in job["steps"]:
            kept = step.get("with", {}).get("path", "")
            assert not re.search(r"warehouse|lake|logs|target", kept), step


def _statements() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for name, resource in RESOURCES.items():
        documents = [policy["PolicyDocument"] for policy in resource["Properties"].get("Policies", [])]
        if "PolicyDocument" in resource["Properties"]:
            documents.append(resource["Properties"]["PolicyDocument"])
        for document in documents:
            for statement in document["Statement"]:
                found.append((name, statement["Fn::If"][1] if "Fn::If" in statement else statement))
    return found


def test_every_right_is_named_and_for_named_resources() -> None:
    assert {name for name, _ in _statements()} == {"ExecutionRole", "SchedulerRole", "FailuresPolicy"}
    for name, statement in _statements():
        assert not [action for action in statement["Action"] if "*" in action], name
        if statement["Resource"] == "*":
            assert statement["Action"] == ["ecr:GetAuthorizationToken"], name


def test_the_scheduler_starts_these_tasks_on_this_cluster_with_these_roles() -> None:
    rights = {s["Sid"]: s for name, s in _statements() if name == "SchedulerRole"}
    assert rights["RunTheJobs"]["Resource"] == [{"Ref": f"{job.name.capitalize()}Task"} for job in SCHEDULED]
    assert rights["RunTheJobs"]["Condition"] == {"ArnEquals": {"ecs:cluster": {"Fn::GetAtt": ["Cluster", "Arn"]}}}
    passed = rights["GiveThemTheirRoles"]
    assert passed["Resource"] == [{"Fn::GetAtt": [role, "Arn"]} for role in ("ExecutionRole", "TaskRole")]
    assert passed["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}


def test_roles_are_for_this_account_alone() -> None:
    for name, resource in RESOURCES.items():
        if resource["Type"] == "AWS::IAM::Role":
            for statement in resource["Properties"]["AssumeRolePolicyDocument"]["Statement"]:
                ours = {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
                assert statement["Condition"]["StringEquals"] == ours, name


def test_the_job_itself_may_what_the_lakehouses_stack_allows() -> None:
    task = RESOURCES["TaskRole"]["Properties"]
    assert "Policies" not in task
    assert task["ManagedPolicyArns"] == [{"Ref": "RunnerPolicyArn"}, {"Ref": "PublisherPolicyArn"}]


@pytest.mark.parametrize("job", SCHEDULED, ids=lambda job: job.name)
def test_a_task_is_private_and_its_secret_is_no_plain_variable(job: Any) -> None:
    (container,) = RESOURCES[f"{job.name.capitalize()}Task"]["Properties"]["ContainerDefinitions"]
    assert container["Command"] == ["job", job.name]
    assert "@${ImageDigest}" in container["Image"]["Fn::Sub"]
    assert {item["Name"] for item in container["Environment"]} == {
        *("DBT_TARGET", "TICKIT_LAKE", "TICKIT_GLUE_DATABASE"),
        *("REDSHIFT_METHOD", "REDSHIFT_HOST", "REDSHIFT_DATABASE", "TICKIT_PAGES_URL"),
    }
    assert container["StopTimeout"] >= 10
    network = RESOURCES[f"{job.name.capitalize()}Schedule"]["Properties"]["Target"]["EcsParameters"]
    assert network["NetworkConfiguration"]["AwsvpcConfiguration"]["AssignPublicIp"] == "DISABLED"
    assert "SecurityGroupIngress" not in RESOURCES["SecurityGroup"]["Properties"]


def test_a_failed_task_and_one_that_never_started_are_told() -> None:
    detail = RESOURCES["Failed"]["Properties"]["EventPattern"]["detail"]
    assert {"stopCode": ["TaskFailedToStart"]} in detail["$or"]
    assert {"containers": {"exitCode": [{"anything-but": 0}]}} in detail["$or"]
    assert detail["clusterArn"] == [{"Fn::GetAtt": ["Cluster", "Arn"]}]


def test_dbt_cloud_gets_the_steps_of_dbt_and_is_told_of_the_others() -> None:
    text = FILES["jobs/dbt_cloud.yml"]
    # dbt-jobs-as-code fills in the numbers of an account.
    cloud = yaml.safe_load(re.sub(r"\{\{ \w+ \}\}", "1", text))["jobs"]
    assert list(cloud) == [job.name for job in SCHEDULED]
    for job in SCHEDULED:
        steps = [step.command for step in job.steps_on(job.target)]
        of_dbt = [command for command in steps if command.startswith("dbt ") and command != "dbt deps"]
        assert cloud[job.name]["execute_steps"] == of_dbt
        assert all(f"Left out: `{command}`" in text for command in steps if not command.startswith("dbt "))


@pytest.mark.soak
def test_dbt_jobs_as_code_reads_the_jobs_of_dbt_cloud(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    programs = tmp_path / "venv/bin"
    subprocess.run([programs / "pip", "install", "--quiet", "dbt-jobs-as-code"], check=True, timeout=300)
    account = tmp_path / "account.yml"
    account.write_text("account_id: 1\nproject_id: 2\nenvironment_id: 3\n", encoding="utf-8")
    text = FILES["jobs/dbt_cloud.yml"]
    for content, wanted in ((text, 0), (text.replace("execute_steps:", "execute_step:"), 1)):
        file = tmp_path / "dbt_cloud.yml"
        file.write_text(content, encoding="utf-8")
        command = [programs / "dbt-jobs-as-code", "validate", file, "--vars-yml", account]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == wanted, done.stdout + done.stderr


def test_a_mistake_in_a_workflow_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = FILES[".github/workflows/job_daily.yml"].replace("needs: daily", "needs: nothing")
    (tmp_path / "wrong.yml").write_text(wrong, encoding="utf-8")
    code = check_workflows(tmp_path)
    said = capsys.readouterr().out
    # Where Node.js is not there, the command says that nothing was checked.
    assert (code == 1 and "nothing" in said) or "workflows are not checked" in said
