"""Read all SQL with sqlfluff: its style as we write it, and what dbt makes of it for Redshift.

What dbt makes for Redshift is also checked against the rules of the rehearsal, which know what Redshift refuses. What
it makes for DuckDB is not read: DuckDB itself runs it in the tests. The manifest of this compilation is held to the
rules of dbt-bouncer.yml.

No warehouse is needed: dbt compiles without a connection.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from redshift_rehearsal import check_files, described

from scripts.core.dbt import PACKAGES, in_a_process
from scripts.core.profiles import profiles_folder
from scripts.core.tools import tool
from scripts.lint.dbt_rules import broken_rules

WRITTEN = ("models", "analyses", "tests/dbt")
# In there, but left out by .sqlfluffignore, which says why.
IGNORED = (Path("tests/dbt/generic"), Path("tests/dbt/macros"))

# A file that is one call of a macro, below its comment: it has no style, and what it makes is long to read.
ONE_CALL = re.compile(r"(--.*\n)*\{\{ \w+\(.*\) \}\}\n")

# How compiled SQL looks is the style check's matter, done on what we write; here what counts is that the grammar can
# read it and that every name in it comes from somewhere.
MEANING = "references.from,ambiguous.column_count,ambiguous.set_columns,ambiguous.distinct"


def lint_sql(files: Sequence[str] = (), *, fix: bool = False) -> int:
    """Lint these files, or all; return 0 if nothing was found, else 1. With ``fix`` the style is put right instead."""
    environment = {
        **os.environ,
        "DBT_PROFILES_DIR": str(profiles_folder()),
        # An empty database in memory: nobody's warehouse is locked.
        "TICKIT_WAREHOUSE": ":memory:",
        # Compiling needs a name to fill in, not a warehouse.
        "REDSHIFT_HOST": "not.connected.example.com",
        "REDSHIFT_USER": "nobody",
        "DBT_ENV_SECRET_REDSHIFT_PASSWORD": "not-connected",
    }
    if not PACKAGES.is_dir():
        failed, told = _dbt(["--quiet", "deps"], environment)
        if failed:
            print(told, end="")
            return 1
    written = files or _written()
    if fix or files:
        failed, told = _run(["sqlfluff", "fix" if fix else "lint", *written], environment)
    else:
        # Side by side, as each keeps one core busy.
        with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor() as pool:
            style = pool.submit(_run, ["sqlfluff", "lint", "--processes", "0", *written], environment)
            compiled_failed, compiled_told = _lint_compiled(Path(folder), environment)
            failed, told = style.result()
        failed |= compiled_failed
        told += f"SQL compiled for Redshift:\n{compiled_told}"
    print(told, end="")
    return int(failed)


def _written() -> list[str]:
    """Return the paths of the SQL files that have a style."""
    files = sorted(path for folder in WRITTEN for path in Path(folder).rglob("*.sql"))
    return [
        str(path)
        for path in files
        if not any(path.is_relative_to(folder) for folder in IGNORED)
        and not ONE_CALL.fullmatch(path.read_text(encoding="utf-8"))
    ]


def _lint_compiled(folder: Path, environment: dict[str, str]) -> tuple[bool, str]:
    """Compile for Redshift without a connection and read the result in its dialect; return as _run() does."""
    offline = ["--no-introspect", "--no-populate-cache", "--target", "redshift", "--target-path", str(folder)]
    # Python models are no SQL, and dbt-duckdb asks for a connection to compile them.
    offline += ["--exclude", "path:models/predictions"]
    failed, told = _dbt(["--quiet", "compile", *offline], environment)
    if failed:
        return failed, told
    rules = broken_rules(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    reading = ["--templater", "raw", "--dialect", "redshift", "--rules", MEANING]
    # Left out, as reading them takes a minute: the generic tests, made by a few macros and all alike (dbt writes them
    # below a folder named after their .yml), and the tests of macros, thousands of literals that run anyway.
    compiled = sorted((folder / "compiled" / "tickit_lakehouse").rglob("*.sql"))
    ours = [str(path) for path in compiled if not any(part.endswith(".yml") or part == "macros" for part in path.parts)]
    failed, told = _run(["sqlfluff", "lint", *reading, *ours], environment)
    refused = check_files(compiled)
    checked = f"{len(compiled)} compiled files checked against what Redshift refuses.\n"
    told += "".join(f"{described(each)}\n" for each in refused) + checked
    told += "".join(f"dbt-bouncer: {each}\n" for each in rules)
    return failed or bool(refused or rules), told


def _dbt(command: list[str], environment: dict[str, str]) -> tuple[bool, str]:
    """Run a dbt command; return as _run() does."""
    done = in_a_process(command, environment)
    return done.returncode > 0, done.stdout


def _run(command: list[str], environment: dict[str, str]) -> tuple[bool, str]:
    """Run a command of the virtual environment; return whether it found something or failed, and what it printed."""
    done = subprocess.run(
        [tool(command[0]), *command[1:]],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode > 0, done.stdout
