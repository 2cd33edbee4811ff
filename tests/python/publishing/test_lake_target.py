"""The target `lake` against an S3 on this machine: a whole build, a second one, and all that can go wrong between."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import time
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.python.dbt_project import ROOT, dbt_env
from tests.python.publishing.conftest import BUCKET, SECRET, Server, fails, stalls
from tests.python.tickit import TICKIT

MODEL = "rpt_seller_scorecard"
KEY = f"published/{MODEL}/{MODEL}.parquet"
GLUE = "tickit_lakehouse"
# Beside the warehouse after a run: itself, what it remembers, and what the API serves.
LEFT = {"", ".last_run.json", "warehouse.serving.duckdb"}
AGAIN = "What was done before is still there, and whole: run the same command again."


@pytest.fixture(scope="module")
def env(
    running: Server,
    settings: dict[str, str],
    lake_in_s3: str,
    tmp_path_factory: pytest.TempPathFactory,
    installed_packages: None,
) -> dict[str, str]:
    """The environment in which the target is the default one; tables are registered in Glue."""
    running.client("glue").create_database(DatabaseInput={"Name": GLUE})
    env = dbt_env(tmp_path_factory.mktemp("lake_target"), "lake", lake_in_s3)
    del env["DBT_TARGET"]
    own = {name: value for name, value in env.items() if not name.startswith("AWS_")}
    return {**own, **settings, "TICKIT_GLUE_DATABASE": GLUE, "TICKIT_S3_TIMEOUT": "2"}


def _run(env: dict[str, str], *selected: str) -> subprocess.CompletedProcess[str]:
    command = [*TICKIT, "run", "--select", *selected]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def _must_run(env: dict[str, str], *selected: str) -> None:
    done = _run(env, *selected)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def built(running: Server, env: dict[str, str]) -> bytes:
    """Build a Python model and all that it reads; return what was published."""
    for key in running.published():
        running.client("s3").delete_object(Bucket=BUCKET, Key=key)
    _must_run(env, f"+{MODEL}")
    return running.published()[KEY]


def _left_beside_the_warehouse(env: dict[str, str]) -> set[str]:
    warehouse = Path(env["TICKIT_WAREHOUSE"])
    return {path.name.removeprefix(warehouse.name) for path in warehouse.parent.iterdir() if path.is_file()}


def test_what_is_published_is_whole_and_typed_as_declared(aws: Server, built: bytes) -> None:
    assert list(aws.published()) == [KEY]
    table = pq.read_table(io.BytesIO(built))
    assert table.num_rows > 0
    types = {field.name: str(field.type) for field in table.schema}
    assert types["seller_id"] == "int32"
    assert types["revenue"] == "decimal128(18, 2)"
    assert types["grade"] == "string"


def test_it_is_registered_in_glue_with_the_declared_types(aws: Server, built: bytes) -> None:
    table = aws.client("glue").get_table(DatabaseName=GLUE, Name=MODEL)["Table"]
    types = {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}
    assert list(types) == pq.read_schema(io.BytesIO(built)).names
    assert types["seller_id"] == "int"
    assert types["revenue"] == "decimal(18,2)"
    assert types["grade"] == "varchar(20)"
    assert table["StorageDescriptor"]["Location"] == f"s3://{BUCKET}/published/{MODEL}/"


def test_no_secret_is_in_logs_or_in_the_warehouse(built: bytes, env: dict[str, str]) -> None:
    folder = Path(env["TICKIT_WAREHOUSE"]).parent
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {"dbt.log", "warehouse.duckdb", "manifest.json"} <= {path.name for path in files}
    assert [path.name for path in files if SECRET.encode() in path.read_bytes()] == []


@pytest.mark.soak
def test_a_second_build_replaces_it_with_the_same(aws: Server, built: bytes, env: dict[str, str]) -> None:
    s3 = aws.client("s3")
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"an older result")
    _must_run(env, f"+{MODEL}")
    assert aws.published() == {KEY: built}
    assert s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []) == []
    assert _left_beside_the_warehouse(env) == LEFT
    versions = aws.client("glue").get_table_versions(DatabaseName=GLUE, TableName=MODEL)["TableVersions"]
    assert len(versions) == 1


@pytest.mark.soak
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"AWS_ACCESS_KEY_ID": "wrong"}, "Error: dbt run-operation failed.\n    AWS does not know the credentials"),
        ({"TICKIT_LAKE": "s3://no-such-bucket"}, "there is no bucket of the name in s3://no-such-bucket"),
    ],
    ids=["credentials", "bucket"],
)
def test_what_is_wrong_is_said_before_anything_is_built(
    built: bytes, env: dict[str, str], wrong: dict[str, str], says: str
) -> None:
    done = _run({**env, **wrong}, MODEL)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Building and testing" not in done.stdout


@pytest.mark.soak
def test_s3_that_fails_while_files_are_registered(aws: Server, built: bytes, env: dict[str, str]) -> None:
    # A file that is new is looked into.
    s3, key = aws.client("s3"), "raw_tickit_data/venue/venue.txt"
    s3.put_object(Bucket=BUCKET, Key=key, Body=s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() + b"\n")
    aws.trouble = fails("GET", key)
    done = _run(env, MODEL)
    assert done.returncode == 1
    assert "dbt run-operation failed.\n  HTTP Error" in done.stderr
    assert AGAIN in done.stderr


@pytest.mark.soak
def test_s3_that_fails_and_stalls_while_models_read_it(aws: Server, built: bytes, env: dict[str, str]) -> None:
    models = ["base_tickit__categories", "base_tickit__users"]
    before = _rows(env, models)
    # Nothing has changed since the last build: the files are read only by one from nothing.
    Path(f"{env['TICKIT_WAREHOUSE']}.last_run.json").unlink()
    failing, stalling = fails("GET", "user.txt"), stalls("GET", "category.txt")
    aws.trouble = lambda method, path: failing(method, path) or stalling(method, path)
    done = _run(env, *models)
    assert done.returncode == 1
    for model in models:
        assert f"model {model} could not be run" in done.stdout
    assert "HTTP 500" in done.stdout
    assert "Timeout was reached" in done.stdout
    assert done.stdout.count(AGAIN) == 2
    assert _rows(env, models) == before

    aws.trouble = lambda _method, _path: None
    _must_run(env, *models)
    assert _rows(env, models) == before


def _rows(env: dict[str, str], models: list[str]) -> list[tuple]:
    counts = " union all ".join(f"select '{model}', count(*) from tickit_staging.{model}" for model in models)
    with duckdb.connect(env["TICKIT_WAREHOUSE"], read_only=True) as connection:
        return connection.execute(f"{counts} order by 1").fetchall()


@pytest.mark.soak
def test_s3_that_fails_while_a_result_is_published(aws: Server, built: bytes, env: dict[str, str]) -> None:
    aws.trouble = fails("PUT", KEY)
    done = _run(env, MODEL)
    assert done.returncode == 1
    assert f"model {MODEL} could not be run" in done.stdout
    assert f"fails for the moment (InternalError, each of four times): s3://{BUCKET}/{KEY}" in done.stdout
    assert aws.published() == {KEY: built}
    assert _left_beside_the_warehouse(env) == LEFT


@pytest.mark.soak
def test_a_run_that_is_killed_while_it_publishes_is_made_good_by_the_next(
    aws: Server, built: bytes, env: dict[str, str]
) -> None:
    aws.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=b"an older result")
    aws.seen.clear()
    aws.trouble = stalls("PUT", KEY, seconds=1.5)
    command = [*TICKIT, "run", "--select", MODEL]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        until = time.monotonic() + 120
        while f"PUT /{BUCKET}/{KEY}" not in aws.seen:
            assert run.poll() is None and time.monotonic() < until, "nothing was published"
            time.sleep(0.05)
        os.kill(run.pid, signal.SIGKILL)
    assert aws.published() == {KEY: b"an older result"}

    aws.trouble = lambda _method, _path: None
    _must_run(env, MODEL)
    assert aws.published() == {KEY: built}
    assert _left_beside_the_warehouse(env) == LEFT
