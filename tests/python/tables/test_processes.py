"""Two processes publish the same table at once, and some are killed: readers see one state, never parts of two."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import threading
import time
from pathlib import Path

import duckdb
import pytest

from tests.python.dbt_project import ROOT
from tests.python.tables.conftest import Shop
from tests.python.tickit import TICKIT

ROUNDS = 12


def _price(file: Path, price: int) -> None:
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"update marts.fct_sales set price = {price}")


def _start(file: Path) -> subprocess.Popen[str]:
    own = os.environ | {"TICKIT_WAREHOUSE": str(file)}
    return subprocess.Popen(
        [*TICKIT, "publish"], cwd=ROOT, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@pytest.mark.soak
def test_two_publishers_and_kills_leave_one_state(project: Shop) -> None:
    chance = random.Random(42)  # noqa: S311 - when to kill, the same in each run
    first = project.folder / "shop.duckdb"
    files = [first, Path(shutil.copy(first, project.folder / "other.duckdb"))]
    _price(first, 0)
    publisher = _start(first)
    assert publisher.communicate(timeout=120)[0]
    seen: list[set[object]] = []
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            seen.append({row[-1] for row in project.published()})

    reader = threading.Thread(target=read)
    reader.start()
    killed = 0
    try:
        for number in range(1, ROUNDS + 1):
            for file, price in zip(files, (number, 100 + number), strict=True):
                _price(file, price)
            publishers = [_start(file) for file in files]
            if number % 2:
                time.sleep(chance.uniform(0.5, 2.5))
                publishers[number // 2 % 2].kill()
            said = [process.communicate(timeout=120)[0] for process in publishers]
            killed += sum(process.returncode == -9 for process in publishers)
            assert {process.returncode for process in publishers} <= {0, -9}, said
            # Whoever was not killed has published; the other's state may have come after it.
            prices = {row[-1] for row in project.published()}
            published = {price for price, process in zip((number, 100 + number), publishers, strict=True)
                         if process.returncode == 0}  # fmt: skip
            assert len(prices) == 1
            assert prices <= {number, 100 + number}
            assert published
    finally:
        is_over.set()
        reader.join()
    assert killed > 1
    assert len(seen) > ROUNDS
    assert {len(prices) for prices in seen} == {1}
    assert len(project.published()) == 300
