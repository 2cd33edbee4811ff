"""docs/redshift.md names what is there: outputs and parameters of the template, options, variables of the profile."""

from __future__ import annotations

import re

import pytest
from typer.main import get_command

from scripts.aws import setup_sql
from scripts.cli import app
from tests.python.aws.template import TEMPLATE, template

PAGE = (TEMPLATE.parents[2] / "docs" / "redshift.md").read_text()


def test_outputs() -> None:
    named = set(re.findall(r"\$\(output (\w+)\)", PAGE)) | {"RunnerPolicyArn"}
    assert named <= template()["Outputs"].keys()
    assert {"Lake", "Host", "Database", "SpectrumRoleArn"} <= named


def test_parameters() -> None:
    overridden = re.findall(r"--parameter-overrides ([^`\n]+)", PAGE)
    named = {word.partition("=")[0] for words in overridden for word in words.split()}
    assert named
    assert named <= template()["Parameters"].keys()


@pytest.mark.parametrize("name", ["setup-sql", "teardown", "upload"])
def test_programs_and_their_options(name: str) -> None:
    commands = re.findall(rf"\btickit {name}((?:.|\\\n)+?)\n```", PAGE)
    assert commands, f"the page does not say how to run {name}"
    known = {
        option
        for parameter in get_command(app).commands[name].params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    for command in commands:
        assert set(re.findall(r"(?<!\w)--[a-z-]+", command)) <= known


def test_roles_and_users_are_those_of_the_set_up() -> None:
    sql = setup_sql.setup_sql("arn:aws:iam::123456789012:role/x")
    for name in re.findall(r"\| `(tickit_\w+)`", PAGE):
        assert name in sql
