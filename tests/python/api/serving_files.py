"""Serving files by hand: every public model as its YAML describes it, with a few hundred rows, without dbt."""

from __future__ import annotations

from pathlib import Path

import duckdb
import yaml

from scripts.api.resources import RESOURCES
from scripts.serving.catalogue import Catalogue, Column, Model
from scripts.serving.duckdb_file import write
from tests.python.dbt_project import ROOT

ROWS = 300


def catalogue() -> Catalogue:
    """Read the models of the resources from the project's YAML."""
    models = {}
    for name in sorted({model for resource in RESOURCES for model in resource.models}):
        (file,) = [path for path in (ROOT / "models").rglob(f"{name}.yml") if path.parent.name != "published"]
        about = yaml.safe_load(file.read_text(encoding="utf-8"))["models"][0]
        columns = tuple(
            Column(
                column["name"],
                column["data_type"],
                f"The {column['name']}.",
                column.get("config", {}).get("meta", {}).get("contains_personal_data", False),
            )
            for column in about["columns"]
        )
        models[name] = Model(name, f'"tickit"."tickit_{file.parent.name}"."{name}"', "", columns)
    return Catalogue("tickit", models, "")


def make(to: Path, generation: int = 1, rows: int = ROWS, of: Catalogue | None = None) -> str:
    """Write a serving file of a catalogue; every `revenue` in it is its generation. Return its version."""
    of = of or catalogue()
    with duckdb.connect(":memory:") as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach ':memory:' as \"{of.database}\"")
        for model in of.models.values():
            schema = model.relation.rpartition(".")[0]
            connection.execute(f"create schema if not exists {schema}")
            keys = (each.key for each in RESOURCES if each.model == model.name and not each.by_month)
            key = next(keys, (model.columns[0].name,))
            values = ", ".join(f"{_value(column, key, generation)} as {column.name}" for column in model.columns)
            connection.execute(f"create table {model.relation} as select {values} from range(1, {rows + 1}) as _(i)")
        return write(connection, to, of)


def _value(column: Column, key: tuple[str, ...], generation: int) -> str:
    """Return SQL of a value of row `i`: unique for a key of one column, missing here and there in other columns."""
    # Of a key of several columns, the last counts to ten and the others by tens.
    number = "i" if column.name not in key or len(key) == 1 else "i % 10" if column.name == key[-1] else "i // 10"
    if column.name == "revenue":
        return f"cast({generation} as {column.type})"
    if column.name == "email":
        return "'person' || i || '@example.com'"
    known = column.name in key or column.name.endswith(("_id", "_count"))
    value = {
        "date": f"date '2008-01-01' + cast({number} as integer)",
        "timestamp": f"timestamp '2008-01-01 20:15:00' + {number} * interval 1 hour",
        "boolean": f"{number} % 2 = 0",
    }.get(column.type)
    if column.type.startswith("varchar"):
        # In ten bytes, or what the column holds.
        text = "Jürgen, " if int(column.type[8:-1]) >= 10 else "J"
        value = f"'n' || ({number})" if column.name in key else f"'{text}' || ({number} % 7)"
    if column.type.startswith("decimal"):
        value = f"({number} % 200) * 1.25"
    value = f"cast({value or number} as {column.type})"
    return value if known else f"case when i % 11 <> 0 then {value} end"
