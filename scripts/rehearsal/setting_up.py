"""What has to be there before dbt runs on the rehearsal: a lake, the external schema, dbt's environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from redshift_rehearsal import Rehearsal, RehearsalError, Settings, User

from scripts.core.errors import TickitError
from scripts.lake.inventory import write_to_folder
from scripts.lake.landing import land_day, land_month

LAKE_URL = "s3://rehearsal/lake"
EXTERNAL_SCHEMA = "tickit_external"
# As the output `rehearsal` of profiles/profiles.yml; `admin` takes the part of Redshift's first user.
DATABASE = "tickit"
USERS = (User("dbt"), User("admin", is_admin=True))

# A first build has the months until this one; then more is delivered, and a second build takes it in.
FIRST_MONTHS_UNTIL = "2008-10"


def make_lake(folder: Path, scale: float) -> Path:
    """Make a synthetic lake whose last months are still to come, and return it; raise RehearsalError if that fails."""
    command = [sys.executable, "-m", "scripts.cli", "lake", "--scale", str(scale), "--dest", str(folder)]
    command += ["--until", FIRST_MONTHS_UNTIL]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RehearsalError(f"the lake could not be made:\n{done.stderr or done.stdout}")
    return folder


def publish(lake: Path, folder: Path) -> None:
    """Let DuckDB run the Python models, which publishes their results in the lake; Redshift only reads them.

    All else that this makes goes to ``folder``. Raises RehearsalError if it fails.
    """
    made = {
        "DBT_TARGET": "ci",
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "TICKIT_LAKE": str(lake),
        "TICKIT_WAREHOUSE": str(folder / "duckdb.duckdb"),
    }
    command = [sys.executable, "-m", "scripts.cli", "run", "--select", "+tag:python"]
    done = subprocess.run(command, env={**os.environ, **made}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RehearsalError(f"DuckDB could not publish the Python models:\n{done.stdout}{done.stderr}")


def write_inventory(lake: Path) -> None:
    """List the files of the lake, as before each build on Redshift; raise RehearsalError if that is not possible."""
    try:
        write_to_folder(lake)
    except (TickitError, OSError) as error:
        raise RehearsalError(f"the inventory of {lake} could not be written: {error}") from error


def deliver_more(lake: Path) -> None:
    """Land what a later build has to load: a corrected month with late lines of the one before, and days of another.

    `write_inventory` has to follow, as on Redshift.
    """
    land_month(lake, "2008-11", ["late", "corrected"])
    land_day(lake, "2008-12-01")
    land_day(lake, "2008-12-02")


def settings(lake: Path, port: int = 0, latency: float = 0, commit_latency: float = 0) -> Settings:
    """Return what the stand-in is started with: its files are those of a lake; milliseconds of latency."""
    return Settings(DATABASE, USERS, {LAKE_URL: lake}, port, latency=latency, commit_latency=commit_latency)


def create_external_schema(rehearsal: Rehearsal) -> None:
    """Do what a person does once on Redshift, by docs/redshift.md."""
    rehearsal.run(
        f"create external schema if not exists {EXTERNAL_SCHEMA} from data catalog database 'tickit' "
        "iam_role default create external database if not exists"
    )


def environment(rehearsal: Rehearsal) -> dict[str, str]:
    """Return the variables that lead dbt to the stand-in and its lake."""
    return {"REHEARSAL_PORT": str(rehearsal.port), "TICKIT_LAKE": LAKE_URL}
