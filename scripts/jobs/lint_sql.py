"""Read all SQL with sqlfluff: its style as we write it, and what dbt makes of it in the dialect of each engine.

What dbt makes for Redshift is also checked against the rules of the rehearsal, which know what Redshift refuses.

What `make lint` calls. No warehouse is needed: dbt compiles without a connection.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.jobs.tools import tool
from scripts.rehearsal.errors import Refused
from scripts.rehearsal.refusals import check

WRITTEN = ("models", "analyses", "tests/dbt")

# Target of profiles/profiles.yml -> dialect of sqlfluff.
DIALECTS = {"ci": "duckdb", "redshift": "redshift"}

# How compiled SQL looks is the style check's matter, done on what we write; here what counts is that each engine's
# grammar can read it and that every name in it comes from somewhere.
MEANING = "references.from,ambiguous.column_count,ambiguous.set_columns,ambiguous.distinct"


def main() -> int:
    """Lint; return 0 if nothing was found, else 1."""
    parser = argparse.ArgumentParser(prog="python -m scripts.jobs.lint_sql", description=__doc__)
    parser.add_argument("--fix", action="store_true", help="put the style right instead of checking")
    parser.add_argument("files", nargs="*", help="check the style of these files only")
    options = parser.parse_args()
    environment = {
        **os.environ,
        "DBT_PROFILES_DIR": "profiles",
        # An empty database in memory: nobody's warehouse is locked.
        "TICKIT_WAREHOUSE": ":memory:",
        # Compiling needs a name to fill in, not a warehouse.
        "REDSHIFT_HOST": "not.connected.example.com",
        "REDSHIFT_USER": "nobody",
        "DBT_ENV_SECRET_REDSHIFT_PASSWORD": "not-connected",
    }
    if not Path("dbt_packages").is_dir():
        _run(["dbt", "--quiet", "deps"], environment)
    mode = "fix" if options.fix else "lint"
    found = _run(["sqlfluff", mode, *(options.files or WRITTEN)], environment)
    if options.files or options.fix:
        return found
    with tempfile.TemporaryDirectory() as folder:
        for target, dialect in DIALECTS.items():
            found |= _lint_compiled(target, dialect, Path(folder) / target, environment)
    return found


def _lint_compiled(target: str, dialect: str, folder: Path, environment: dict[str, str]) -> int:
    """Compile for a target without a connection and read the result in its dialect."""
    print(f"SQL compiled for {target}, read as {dialect}:", flush=True)
    offline = ["--no-introspect", "--no-populate-cache", "--target", target, "--target-path", str(folder)]
    # Python models are no SQL, and dbt-duckdb asks for a connection to compile them.
    offline += ["--exclude", "path:models/predictions"]
    if failed := _run(["dbt", "--quiet", "compile", *offline], environment):
        return failed
    reading = ["--templater", "raw", "--dialect", dialect, "--rules", MEANING, "--processes", "0"]
    # Left out, as reading them takes a minute: the generic tests, made by a few macros and all alike (dbt writes them
    # below a folder named after their .yml), and the tests of macros, thousands of literals that run anyway.
    compiled = sorted((folder / "compiled" / "tickit_lakehouse").rglob("*.sql"))
    ours = [str(path) for path in compiled if not any(part.endswith(".yml") or part == "macros" for part in path.parts)]
    found = _run(["sqlfluff", "lint", *reading, *ours], environment)
    return found | _refused(compiled, folder) if dialect == "redshift" else found


def _refused(compiled: list[Path], folder: Path) -> int:
    """Print what the rehearsal's rules refuse in compiled SQL; return 1 if there is something."""
    found = 0
    for path in compiled:
        try:
            check(path.read_text(encoding="utf-8"))
        except Refused as refused:
            found = 1
            print(f"{path.relative_to(folder)}: Redshift refuses: {refused}")
    print(f"{len(compiled)} compiled files checked against what Redshift refuses.")
    return found


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Run a command of the virtual environment; return 1 if it found something or failed."""
    return int(subprocess.run([tool(command[0]), *command[1:]], env=environment, check=False).returncode > 0)


if __name__ == "__main__":
    sys.exit(main())
