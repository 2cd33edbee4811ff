"""SQLMesh building the same marts, in a virtual environment of its own; its models are the reference's SQL."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.measure import Measured
from benchmarks.yardsticks import BUILD, EXCLUDE, REFERENCE, ROOT, Project, Reference, Yardstick
from scripts.core.errors import TickitError
from scripts.core.sql import quoted

PACKAGES = ("sqlmesh[duckdb]", f"duckdb=={duckdb.__version__}")
_REF = re.compile(r"\{\{ ref\('(\w+)'\) \}\}")
_ENVIRONMENT = re.compile(r"""\{\{ env_var\(["'](\w+)["']\) \}\}""")
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
        self.write_project()

    def write_project(self) -> None:
        """Write the configuration, the models and the audits that SQLMesh reads."""
        shutil.rmtree(self._project, ignore_errors=True)
        for folder in ("models", "audits"):
            (self._project / folder).mkdir(parents=True)
        (self._project / "config.yaml").write_text(_CONFIG.format(database=self.database))
        self._write_models()

    def _write_models(self) -> None:
        for path in REFERENCE.glob("models/*/*.sql"):
            (self._project / "models" / path.name).write_text(self._model(path))

    def run(self, variant: str) -> Measured:
        """Plan and apply from nothing."""
        self._empty_database()
        shutil.rmtree(self._project / ".cache", ignore_errors=True)
        return self._plan()

    def _empty_database(self) -> None:
        for path in self.folder.glob(f"{self.database.name}*"):
            path.unlink()

    def edit(self, model: str, old: str, new: str) -> Measured:
        """Replace a text in a model and apply that; the models are built already.

        The text must be a new one each time: SQLMesh keeps what it has built of an earlier one.
        """
        (path,) = REFERENCE.glob(f"models/*/{model}.sql")
        (self._project / "models" / path.name).write_text(self._model(path).replace(old, new))
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
        variables = {**Reference.environment, "TICKIT_LAKE": str(self.lake)}
        sql = _REF.sub(r"tickit.\1", path.read_text())
        sql = _ENVIRONMENT.sub(lambda found: variables[found[1]], sql).replace("../../seeds", str(ROOT / "seeds"))
        key = _KEYS.get(path.stem)
        audits = f", audits (unique_values(columns := ({key})), not_null(columns := ({key})))" if key else ""
        return f"model (name tickit.{path.stem}, kind full{audits});\n\n{sql}"


class SqlmeshChecked(Sqlmesh):
    """SQLMesh with the project's own SQL: the same rejected rows, the same types, and every data test as an audit.

    What dbt compiles is what SQLMesh gets, so that both do the same work. One check is left out: that the lake's files
    are as they were staged, which needs the project's plugin. What macros ask while they compile (a count, a least
    value) is not measured here.
    """

    name = "sqlmesh_checked"

    def _empty_database(self) -> None:
        """Start from the registered external tables, as the project does."""
        super()._empty_database()
        shutil.copyfile(self._compiled.folder / "staged.duckdb", self.database)

    @property
    def _compiled(self) -> Project:
        return Project(self.lake, self.folder / "compiled")

    def _write_models(self) -> None:
        """Build the project once, so that macros find what they ask about, and write what it compiles to."""
        project = self._compiled
        project.prepare()
        project.empty_database()
        project.dbt(*BUILD)
        project.dbt("compile", "--full-refresh", *EXCLUDE, "path:tests/dbt/macros")
        nodes = project.manifest()["nodes"].values()
        names = {node["relation_name"]: f"tickit.{node['name']}" for node in nodes if node["relation_name"]}
        external = f"{quoted(project.database.stem)}."
        for node in nodes:
            sql = node.get("compiled_code") or ""
            for relation, name in names.items():
                sql = sql.replace(relation, name)
            sql = sql.replace(external, "")
            if node["resource_type"] == "seed":
                (self._project / "models" / f"{node['name']}.sql").write_text(_as_seed(node))
            elif node["resource_type"] == "model" and sql:
                (self._project / "models" / f"{node['name']}.sql").write_text(_as_model(node, sql))
            elif node["resource_type"] == "test" and sql and "external-tables-listing" not in sql:
                (self._project / "audits" / f"{node['name']}.sql").write_text(_as_audit(node, sql))


def _as_seed(node: dict[str, Any]) -> str:
    """Return a seed as a model of SQLMesh, with its declared types."""
    path = str(ROOT / node["original_file_path"])
    return f"model (name tickit.{node['name']}, kind seed (path {path!r}){_columns(node['config']['column_types'])});\n"


def _as_model(node: dict[str, Any], sql: str) -> str:
    """Return a dbt model as one of SQLMesh; a contract's columns are declared."""
    kind = "view" if node["config"]["materialized"] == "view" else "full"
    declared = node["columns"].values() if node["config"]["contract"]["enforced"] else ()
    columns = _columns({column["name"]: column["data_type"] for column in declared})
    return f"model (name tickit.{node['name']}, kind {kind}{columns});\n\n{sql}"


def _columns(types: dict[str, str]) -> str:
    return f", columns ({', '.join(f'{name} {kind}' for name, kind in types.items())})" if types else ""


def _as_audit(node: dict[str, Any], sql: str) -> str:
    """Return a data test as an audit, which fails if its query has a row. One of several models cannot stop a plan."""
    return f"audit (name {node['name']}, standalone true);\n\n{sql}"
