"""SQLMesh building the same marts, in a virtual environment of its own; its models are the reference's SQL."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

from benchmarks.measure import Measured
from benchmarks.yardsticks import REFERENCE, ROOT, Yardstick
from scripts.core.errors import TickitError

PACKAGES = ("sqlmesh[duckdb]", f"duckdb=={duckdb.__version__}")
_REF = re.compile(r"\{\{ ref\('(\w+)'\) \}\}")
_KEYS = {
    "dim_dates": "date_id", "dim_events": "event_id", "dim_users": "user_id", "dim_venues": "venue_id",
    "dim_non_buyers": "user_id", "fct_listings": "listing_id", "fct_sales": "sale_id",
}  # fmt: skip

_CONFIG = """\
gateways:
  local:
    connection:
      type: duckdb
      database: {database}
      connector_config: {{preserve_insertion_order: false}}
default_gateway: local
model_defaults:
  dialect: duckdb
  start: 2008-01-01
disable_anonymized_analytics: true
"""


class Sqlmesh(Yardstick):
    """SQLMesh, each run a new process, a new state and a new database."""

    name = "sqlmesh"

    variants = {"build": "sqlmesh plan --auto-apply: all models and their audits"}

    @property
    def database(self) -> Path:
        """The DuckDB file; SQLMesh keeps its state in a schema `sqlmesh`, which must not be the file's name too."""
        return self.folder / "marts_of_sqlmesh.duckdb"

    @property
    def _environment(self) -> Path:
        return self.folder.parents[1] / "sqlmesh_environment"

    @property
    def _project(self) -> Path:
        return self.folder / "project"

    def prepare(self) -> None:
        """Install SQLMesh once, and write its project; raise TickitError if it can't be installed."""
        super().prepare()
        self._install()
        shutil.rmtree(self._project, ignore_errors=True)
        (self._project / "models").mkdir(parents=True)
        (self._project / "config.yaml").write_text(_CONFIG.format(database=self.database))
        for path in REFERENCE.glob("models/*/*.sql"):
            (self._project / "models" / path.name).write_text(self._model(path))

    def run(self, variant: str) -> Measured:
        """Plan and apply from nothing."""
        for path in self.folder.glob(f"{self.database.name}*"):
            path.unlink()
        shutil.rmtree(self._project / ".cache", ignore_errors=True)
        return self._plan()

    def edit(self, model: str) -> Measured:
        """Edit a model and apply that; the models are built already."""
        path = self._project / "models" / f"{model}.sql"
        path.write_text(path.read_text().replace("count(*)::integer as sale_count", "count(1)::integer as sale_count"))
        return self._plan()

    def _plan(self) -> Measured:
        command = [str(self._environment / "bin" / "sqlmesh"), "plan", "--auto-apply", "--no-prompts"]
        env = {**os.environ, "TICKIT_LAKE": str(self.lake), "SQLMESH__DISABLE_ANONYMIZED_ANALYTICS": "true"}
        return self._measure(command, env, self._project)

    def _install(self) -> None:
        if (self._environment / "bin" / "sqlmesh").exists():
            return
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(self._environment)], check=True)
        pip = [str(self._environment / "bin" / "python"), "-m", "pip", "install", "--quiet", *PACKAGES]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.rmtree(self._environment)
            raise TickitError(f"SQLMesh cannot be installed here: {done.stderr.strip().splitlines()[-1]}")

    def _model(self, path: Path) -> str:
        """Return a model of the reference as one of SQLMesh; what reads files is a table, so they are read once."""
        sql = _REF.sub(r"tickit.\1", path.read_text())
        sql = sql.replace('{{ env_var("TICKIT_LAKE") }}', str(self.lake)).replace("../../seeds", str(ROOT / "seeds"))
        key = _KEYS.get(path.stem)
        audits = f", audits (unique_values(columns := ({key})), not_null(columns := ({key})))" if key else ""
        return f"model (name tickit.{path.stem}, kind full{audits});\n\n{sql}"
