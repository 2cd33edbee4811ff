"""A new version is served within a second, no request fails meanwhile, and no answer is of two versions."""

from __future__ import annotations

import asyncio
import shutil
import threading
from pathlib import Path

import httpx
import pytest

from scripts.core.errors import TickitError
from scripts.serving.catalogue import Catalogue
from tests.python.api import serving_files
from tests.python.api.server import gateway, running

PATHS = ("/v1/daily-sales?limit=1000", "/v1/listings?limit=1000&fields=revenue", "/v1/sales/1", "/v1/monthly-sales")


@pytest.fixture(scope="module")
def generations(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, str]]:
    """Write small serving files, the revenue in each its number from 1, and return them with their versions."""
    folder = tmp_path_factory.mktemp("generations")
    return [
        (file := folder / f"{generation}.duckdb", serving_files.make(file, generation, rows=60))
        for generation in range(1, 5)
    ]


def _publish(file: Path, to: Path) -> None:
    part = to.with_name(f"{to.name}.part")
    shutil.copy(file, part)
    part.replace(to)


def test_ten_publications_under_load_fail_no_request_and_mix_no_versions(
    generations: list[tuple[Path, str]], tmp_path: Path
) -> None:
    file = tmp_path / "tickit.serving.duckdb"
    _publish(generations[0][0], file)
    number_of = {version: number for number, (_, version) in enumerate(generations, 1)}
    seen: list[tuple[str, int, str, set[float]]] = []
    over = threading.Event()

    async def load(address: str) -> None:
        async with httpx.AsyncClient(base_url=address, timeout=60) as client:

            async def ask(path: str) -> None:
                while not over.is_set():
                    answer = await client.get(path)
                    rows = answer.json().get("data", []) if answer.status_code == 200 else []
                    revenues = {row["revenue"] for row in rows if row.get("revenue")} if "listings" in path else set()
                    seen.append((path, answer.status_code, answer.headers.get("x-data-version", ""), revenues))

            await asyncio.gather(*(ask(path) for path in PATHS * 2))

    with running(gateway(file, look_seconds=0.05)) as address:
        loading = threading.Thread(target=lambda: asyncio.run(load(address)))
        loading.start()
        try:
            for step in range(10):
                wanted = generations[(step + 1) % len(generations)]
                _publish(wanted[0], file)
                _wait_for(address, wanted[1])
        finally:
            over.set()
            loading.join(60)
    assert {status for _, status, _, _ in seen} == {200}
    assert {version for _, _, version, _ in seen} == set(number_of)
    mixed = [each for each in seen if each[3] and each[3] != {float(number_of[each[2]])}]
    assert mixed == []


def _wait_for(address: str, version: str) -> None:
    for _ in range(600):
        if httpx.get(f"{address}/ready", timeout=60).headers["x-data-version"] == version:
            return
        threading.Event().wait(0.02)
    raise AssertionError(f"{version} is not served")


def test_a_damaged_file_is_not_served_and_the_version_before_is(
    generations: list[tuple[Path, str]], tmp_path: Path
) -> None:
    file = tmp_path / "tickit.serving.duckdb"
    _publish(generations[0][0], file)
    with running(gateway(file, look_seconds=0.02)) as address:
        file.with_name("part").write_bytes(b"no database" * 1_000)
        file.with_name("part").replace(file)
        threading.Event().wait(0.3)
        answer = httpx.get(f"{address}/v1/venues", timeout=60)
        assert (answer.status_code, answer.headers["x-data-version"]) == (200, generations[0][1])
        _publish(generations[1][0], file)
        _wait_for(address, generations[1][1])


def test_a_killed_publication_is_made_good_by_the_next(tmp_path: Path) -> None:
    file = tmp_path / "tickit.serving.duckdb"
    first = serving_files.make(file, rows=10)
    file.with_name(f"{file.name}.part").write_bytes(b"half")
    second = serving_files.make(file, rows=10)
    assert first != second
    assert sorted(path.name for path in tmp_path.iterdir()) == [file.name]


def test_without_a_serving_file_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TickitError, match="there is no serving file at .*: build it with `make run`"):
        gateway(tmp_path / "none.duckdb")


def test_a_catalogue_is_the_same_after_it_was_written() -> None:
    of = serving_files.catalogue()
    assert Catalogue.from_json(of.to_json()) == of
