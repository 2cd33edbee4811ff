"""The client that docs/api.md generates: its commands and its code, as printed, against a running server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.python.api.server import gateway, running
from tests.python.dbt_project import ROOT


def _printed(language: str) -> str:
    """Return the first block of code in this language below the heading."""
    section = (ROOT / "docs/api.md").read_text(encoding="utf-8").partition("\n## A client of your own\n")[2]
    block = re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)
    assert block
    return block[1]


@pytest.mark.soak
def test_the_client_is_generated_and_its_rows_are_the_servers(file: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    own["PATH"] = f"{tmp_path / 'venv/bin'}{os.pathsep}{own['PATH']}"
    with running(gateway(file)) as address:
        some = httpx.get(f"{address}/v1/sales?limit=200").json()["data"]
        names = sorted({row["category_name"] for row in some} - {None})[:2]
        code = _printed("python").replace('["Opera", "Jazz"]', str(names)).replace("tickit_...", "none")
        said = ""
        for command in (["sh", "-ec", _printed("sh")], ["python", "-c", code]):
            here = [part.replace("http://127.0.0.1:8000", address) for part in command]
            done = subprocess.run(here, cwd=tmp_path, env=own, capture_output=True, text=True, timeout=400)
            assert done.returncode == 0, done.stdout + done.stderr
            said = done.stdout
        rows = httpx.get(f"{address}/v1/sales", params={"category_name": names, "limit": 3}).json()["data"]
        sale = httpx.get(f"{address}/v1/sales/17").json()
    assert len(rows) == 3
    first, event, *_ = said.splitlines()
    assert first == str([(row["sale_id"], row["price_paid"]) for row in rows])
    assert event == sale["event_name"]
