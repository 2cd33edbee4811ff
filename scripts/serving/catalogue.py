"""What is published for the REST API: the public models as their YAML describes them, and the metrics."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Container
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from scripts.core.errors import TickitError
from scripts.core.json_file import read_json

# How the jobs are doing.
_LEFT_OUT = ("operations",)


@dataclass(frozen=True)
class Column:
    """A column as its YAML describes it; ``type`` is SQL's name of its type, as the contract has it."""

    name: str
    type: str
    description: str
    is_personal: bool = False


@dataclass(frozen=True)
class Model:
    """A public model: its table, and its columns in order."""

    name: str
    relation: str
    description: str
    columns: tuple[Column, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """Database, schema and table of its relation, ``"tickit"."tickit_core"."dim_users"``."""
        return tuple(part.strip('"') for part in self.relation.split("."))


@dataclass(frozen=True)
class Catalogue:
    """What can be served: models by name, the database that their relations name, and dbt's semantic manifest."""

    database: str
    models: dict[str, Model]
    semantic_manifest: str

    @property
    def fingerprint(self) -> str:
        """Names this catalogue: the same for the same models and metrics."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def only(self, relations: Container[str]) -> Catalogue:
        """Leave out the models whose relations are not among these."""
        return replace(self, models={name: each for name, each in self.models.items() if each.relation in relations})

    def to_json(self) -> str:
        """Write the catalogue as text."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Catalogue:
        """Read what `to_json` wrote."""
        read = json.loads(text)
        models = {
            name: Model(**{**model, "columns": tuple(Column(**column) for column in model["columns"])})
            for name, model in read["models"].items()
        }
        return cls(read["database"], models, read["semantic_manifest"])

    @classmethod
    def of_target_folder(cls, folder: Path) -> Catalogue:
        """Return the public models and the metrics of the project, as dbt last wrote them into its target folder.

        Raises:
            TickitError: dbt's files are not there.

        """
        manifest, semantic_manifest = read_json(folder / "manifest.json"), folder / "semantic_manifest.json"
        if not manifest or not semantic_manifest.exists():
            raise TickitError(f"{folder} has no manifest of dbt's: run `dbt parse`.")
        nodes = [
            node
            for node in manifest["nodes"].values()
            if node["resource_type"] == "model" and node["access"] == "public" and node["fqn"][1] not in _LEFT_OUT
        ]
        models = {
            node["name"]: Model(
                node["name"],
                node["relation_name"],
                node["description"],
                tuple(
                    Column(
                        column["name"],
                        column["data_type"],
                        column["description"],
                        column["config"]["meta"].get("contains_personal_data") is True,
                    )
                    for column in node["columns"].values()
                ),
            )
            for node in sorted(nodes, key=lambda node: str(node["name"]))
        }
        database = nodes[0]["database"] if nodes else ""
        return cls(database, models, semantic_manifest.read_text(encoding="utf-8"))


_TIME = "%Y%m%dT%H%M%S.%fZ"


def new_version() -> str:
    """Return a name for what is published now: of two, the later one's is greater."""
    return f"{datetime.now(UTC):{_TIME}}-{secrets.token_hex(4)}"


def published_at(version: str) -> datetime:
    """Return the time of a version in UTC."""
    return datetime.strptime(version.partition("-")[0], _TIME).replace(tzinfo=UTC)
