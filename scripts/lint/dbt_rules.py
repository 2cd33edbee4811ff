"""Hold the dbt project to the rules of dbt-bouncer.yml."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scripts.build.shown_tests import with_tests_of_columns
from scripts.core.tools import tool


def broken_rules(manifest: dict[str, Any]) -> list[str]:
    """Return a line for each rule that a manifest breaks: the rule and what breaks it; the manifest is changed."""
    with TemporaryDirectory() as folder:
        # dbt-bouncer looks for it there.
        written = Path(folder, "target", "manifest.json")
        written.parent.mkdir()
        written.write_text(json.dumps(with_tests_of_columns(manifest)), encoding="utf-8")
        found = Path(folder, "found.json")
        command = ["run", "--output-file", str(found), "--output-format", "json", "--output-only-failures"]
        done = subprocess.run(
            [tool("dbt-bouncer"), *command],
            env={**os.environ, "DBT_PROJECT_DIR": folder},
            capture_output=True,
            text=True,
            check=False,
        )
        if not found.exists():
            return [f"dbt-bouncer ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-500:]}"]
        failures = json.loads(found.read_text(encoding="utf-8"))
    return sorted(
        f"{re.sub(r':[0-9]+:', ' ', failure['check_run_id'])}: {' '.join(failure['failure_message'].split())}"
        for failure in failures
        if failure["outcome"] == "failed"
    )
