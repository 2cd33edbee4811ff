"""The warehouse cannot be used: said at once, and the file is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from tests.python.faults.checkout import TICKIT, Checkout, ended, read_until

# Root may write anywhere; without this capability it is a user like others.
AS_A_USER = ("setpriv", "--bounding-set=-dac_override") if os.geteuid() == 0 else ()


@pytest.fixture
def unparsed(lake: Path, project: Path, tmp_path: Path) -> Checkout:
    """A checkout for what is found before dbt is asked."""
    checkout = Checkout.make(tmp_path / "checkout", project, lake)
    checkout.warehouse.parent.mkdir()
    return checkout


def test_an_unknown_target_is_answered_with_the_known_ones(unparsed: Checkout) -> None:
    output = unparsed.run("--target", "prod").must_end(1)
    assert "Error: target prod is not in profiles/profiles.yml: choose dev, ci, lake, redshift, rehearsal." in output


@pytest.mark.parametrize(("arguments", "settings"), [(("--target", "redshift"), {}), ((), {"DBT_TARGET": "redshift"})])
def test_a_target_that_is_not_duckdb_is_refused(
    arguments: tuple[str, ...], settings: dict[str, str], unparsed: Checkout
) -> None:
    output = unparsed.run(*arguments, **settings).must_end(1)
    assert "Error: target redshift is not DuckDB: call dbt itself. This command works on DuckDB: dev, ci" in output


def test_a_file_that_is_no_warehouse_is_left_alone(unparsed: Checkout) -> None:
    unparsed.warehouse.write_text("saleid,price\n" * 1000)
    output = unparsed.run().must_end(1)
    assert "warehouse/tickit.duckdb is damaged, or no DuckDB file. Move it away and start again" in output
    assert unparsed.warehouse.read_text() == "saleid,price\n" * 1000


@pytest.mark.parametrize("job", ["run", "docs", "query"])
def test_a_damaged_warehouse_is_not_called_locked(job: str, unparsed: Checkout) -> None:
    """DuckDB's message of a bad checksum says "block", which holds the word lock."""
    with duckdb.connect(str(unparsed.warehouse)) as connection:
        connection.execute("create table t as select range as i from range(100000)")
    content = bytearray(unparsed.warehouse.read_bytes())
    content[4096:12288] = b"\x55" * 8192
    unparsed.warehouse.write_bytes(content)
    output = unparsed.execute(*TICKIT, job).must_end(1)
    assert "warehouse/tickit.duckdb is damaged, or no DuckDB file. Move it away and start again" in output
    assert "in use" not in output


@pytest.mark.parametrize("job", ["run", "docs", "query"])
def test_a_warehouse_in_use_is_explained(job: str, unparsed: Checkout) -> None:
    with duckdb.connect(str(unparsed.warehouse)):
        output = unparsed.execute(*TICKIT, job).must_end(1)
    assert (
        f"warehouse/tickit.duckdb is in use by process {os.getpid()}. DuckDB lets one process write at a time" in output
    )


def test_a_warehouse_that_comes_into_use_later_is_explained(checkout: Checkout) -> None:
    """Two runs that start in the same second both find the file free."""
    checkout.warehouse.parent.mkdir()
    run = checkout.start_run()
    read_until(run, "Parsing the project")
    with duckdb.connect(str(checkout.warehouse)):
        output = ended(run).must_end(1)
    assert f"the warehouse is in use by process {os.getpid()}. DuckDB lets one process write at a time" in output


@pytest.mark.parametrize("made", [True, False], ids=["the folder", "the folder above"])
def test_a_folder_that_cannot_be_written_is_named(made: bool, unparsed: Checkout) -> None:
    folder = unparsed.warehouse.parent
    folder.chmod(0o555)
    warehouse = folder / "tickit.duckdb" if made else folder / "mine" / "tickit.duckdb"
    command = (*AS_A_USER, *TICKIT, "run")
    output = unparsed.execute(*command, TICKIT_WAREHOUSE=str(warehouse)).must_end(1)
    folder.chmod(0o755)
    assert f"Error: cannot {'write to' if made else 'make'} {warehouse.parent}" in output
    assert "TICKIT_WAREHOUSE" in output
    assert list(folder.iterdir()) == []


def test_a_warehouse_that_cannot_be_written_is_named(unparsed: Checkout) -> None:
    with duckdb.connect(str(unparsed.warehouse)):
        pass
    unparsed.warehouse.chmod(0o444)
    output = unparsed.execute(*AS_A_USER, *TICKIT, "run").must_end(1)
    assert "Error: cannot write to warehouse/tickit.duckdb: it is read-only." in output
