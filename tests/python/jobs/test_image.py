"""The image of the jobs: what a Dockerfile must hold to run as jobs/aws.yml starts it. It is not built here."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import yaml

from scripts.jobs.render import ROOT
from tests.python.aws.template import Loader

LINES = [
    line
    for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    if line and not line.startswith("#")
]
LAST = LINES[max(i for i, line in enumerate(LINES) if line.startswith("FROM ")) :]


def test_the_builder_stays_behind_and_nobody_is_root() -> None:
    assert [line.split()[-1] for line in LINES if line.startswith("FROM ")] == ["builder", "python:3.11-slim-bookworm"]
    users = [line.split()[1] for line in LAST if line.startswith("USER ")]
    assert users == ["10001"]
    after = LAST[LAST.index("USER 10001") + 1 :]
    assert not [line for line in after if line.startswith(("RUN", "COPY", "USER"))]


def test_nothing_comes_from_elsewhere_than_debian_and_the_locked_packages() -> None:
    assert not [line for line in LINES if re.search(r"^ADD|curl|wget|pip install", line)]
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    names = re.findall(r"^[a-z0-9][^\s=]*==", locked, re.MULTILINE)
    assert len(names) > 100
    assert locked.count("--hash=sha256:") > len(names)


def test_it_starts_as_the_template_starts_it() -> None:
    (entry,) = (json.loads(line.partition(" ")[2]) for line in LAST if line.startswith("ENTRYPOINT "))
    assert entry == [".venv/bin/tickit"]
    template = yaml.load((ROOT / "jobs/aws.yml").read_text(encoding="utf-8"), Loader)  # noqa: S506 - a loader of ours
    (container,) = template["Resources"]["DailyTask"]["Properties"]["ContainerDefinitions"]
    assert container["Command"] == ["job", "daily"]
    assert container["LinuxParameters"] == {"InitProcessEnabled": True}
    assert any(line.startswith("HEALTHCHECK ") for line in LAST)


def test_what_git_ignores_is_not_in_the_image() -> None:
    ignored = set((ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines())
    assert {".git/config", "lake", "warehouse/*.duckdb*", "reports", "target", "logs", "**/.env*"} <= ignored
    # The weekly job's tests read the history.
    assert not {".git", "**/.git"} & ignored


def test_what_is_copied_first_is_enough_for_the_packages() -> None:
    """`make .venv/.installed` needs no other file than those that the Dockerfile copies before it."""
    done = subprocess.run(
        ["make", "--dry-run", "--always-make", "-C", str(ROOT), ".venv/.installed"],
        capture_output=True,
        text=True,
        check=True,
    )
    first = next(line for line in LINES if line.startswith("COPY Makefile")).split()[1:-1]
    read = set(re.findall(r"--requirement (\S+)", done.stdout))
    assert read <= set(first)
    assert all(Path(ROOT, name).is_file() for name in first)
