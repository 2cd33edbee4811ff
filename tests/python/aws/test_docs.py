"""docs/redshift.md names what is there: outputs and parameters of the template, options, variables of the profile."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.aws import setup_sql, teardown, upload
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


@pytest.mark.parametrize("program", [setup_sql, teardown, upload])
def test_programs_and_their_options(program: object) -> None:
    name = Path(program.__file__).stem.replace("_", "-")
    commands = re.findall(rf"^tickit {name}((?:.|\\\n)+?)\n```", PAGE, re.MULTILINE)
    assert commands, f"the page does not say how to run {name}"
    known = set(program._parser()._option_string_actions)
    for command in commands:
        assert set(re.findall(r"(?<!\w)--[a-z-]+", command)) <= known


def test_roles_and_users_are_those_of_the_set_up() -> None:
    sql = setup_sql.setup_sql("arn:aws:iam::123456789012:role/x")
    for name in re.findall(r"\| `(tickit_\w+)`", PAGE):
        assert name in sql
