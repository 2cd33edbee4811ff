"""Whole builds under load: no request fails, and each version has one answer to a question."""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
import threading
from collections import defaultdict
from pathlib import Path

import httpx
import pytest

from scripts.serving.duckdb_file import serving_file
from tests.python.api.server import gateway, running
from tests.python.dbt_project import ROOT, dbt_env
from tests.python.tickit import TICKIT

PATHS = (
    "/v1/daily-sales?limit=1000",
    "/v1/sales?sort=-sold_at&limit=500",
    "/v1/buyers?sort=-amount_spent",
    "/v1/monthly-sales-by-category?limit=1000",
    "/v1/metrics/revenue?by=month,category_name",
)
# A month, then a day at a time: each build has other sales.
DELIVERIES = [["--month", "2008-11"], *(["--day", f"2008-12-{day:02}"] for day in range(1, 10))]


@pytest.mark.soak
def test_ten_builds_under_load_fail_no_request_and_mix_no_versions(installed_packages: None, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    env = dbt_env(tmp_path / "made", "dev", lake)

    def tickit(*arguments: str) -> None:
        command = [*TICKIT, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{arguments}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"

    tickit("lake", "--scale", "0.01", "--dest", str(lake), "--until", "2008-10")
    tickit("run")
    statuses: set[int] = set()
    answers: dict[tuple[str, str], set[str]] = defaultdict(set)
    over = threading.Event()

    async def load(address: str) -> None:
        async with httpx.AsyncClient(base_url=address, timeout=120) as client:

            async def ask(path: str, number: int) -> None:
                asked = 0
                while not over.is_set():
                    # Every second question is one that the cache cannot know.
                    asked += 1
                    accept = f"application/json, text/x{number}.{asked};q=0.1" if asked % 2 else "application/json"
                    answer = await client.get(path, headers={"accept": accept})
                    statuses.add(answer.status_code)
                    version = answer.headers.get("x-data-version", "")
                    answers[path, version].add(hashlib.sha256(answer.content).hexdigest())
                    # The builds need the cores too.
                    await asyncio.sleep(0.05)

            await asyncio.gather(*(ask(path, number) for number, path in enumerate(PATHS * 2)))

    with running(gateway(serving_file(Path(env["TICKIT_WAREHOUSE"])))) as address:
        loading = threading.Thread(target=lambda: asyncio.run(load(address)))
        loading.start()
        try:
            for delivery in DELIVERIES:
                tickit("land", "--lake", str(lake), *delivery)
                tickit("run")
                threading.Event().wait(2)
        finally:
            over.set()
            loading.join(120)
    assert statuses == {200}
    assert len({version for _, version in answers}) == len(DELIVERIES) + 1
    assert {question: said for question, said in answers.items() if len(said) > 1} == {}
    for path in PATHS:
        different = {next(iter(said)) for (asked, _), said in answers.items() if asked == path}
        assert len(different) == len(DELIVERIES) + 1, path
