"""What a stand-in for Redshift is started with: its database, its users, its files and how it is reached."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redshift_rehearsal.errors import RehearsalError

_LONGEST_MS = 60_000


@dataclass(frozen=True)
class User:
    """A user of the database.

    password  what the user logs in with; None: any password will do
    is_admin  may create users, roles and databases, as the first user of a Redshift warehouse may
    """

    name: str
    password: str | None = None
    is_admin: bool = False


@dataclass(frozen=True)
class Settings:
    """The settings of a stand-in; raises RehearsalError for values that it cannot use.

    database  name of the database; any other is refused
    users     who may log in; the first owns the database
    folders   prefix of addresses in S3 -> the local folder that holds these files
    port      where to listen on 127.0.0.1; 0: a free port
    tls       take encrypted connections only, with a certificate made for this run
    latency, commit_latency  milliseconds that each statement waits, and each COMMIT beyond that: a cluster's round trip
                             and its queue of commits, which this machine has not
    case_sensitive  names in quotes keep their case: enable_case_sensitive_identifier in the cluster's parameter group
    """

    database: str = "dev"
    users: tuple[User, ...] = (User("awsuser", is_admin=True),)
    folders: Mapping[str, Path] = field(default_factory=dict)
    port: int = 0
    tls: bool = False
    latency: float = 0
    commit_latency: float = 0
    case_sensitive: bool = False

    def __post_init__(self) -> None:
        names = [user.name for user in self.users]
        if not names:
            raise RehearsalError("a stand-in needs at least one user.")
        for name in (self.database, *names):
            _check_name(name)
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise RehearsalError(f"there are two users named {twice[0]}: give each user once.")
        if not 0 <= self.port <= 65535:
            raise RehearsalError(f"{self.port} is no port: give a number from 1 to 65535, or 0 for a free port.")
        for name, milliseconds in (("latency", self.latency), ("commit latency", self.commit_latency)):
            if not 0 <= milliseconds <= _LONGEST_MS:
                raise RehearsalError(f"{milliseconds} is no {name}: give milliseconds from 0 to {_LONGEST_MS:,}.")
        for prefix, folder in self.folders.items():
            if not prefix.startswith("s3://") or not prefix.removeprefix("s3://").strip("/"):
                raise RehearsalError(f"{prefix} is no address in S3: write s3://bucket or s3://bucket/prefix.")
            if not folder.is_dir():
                raise RehearsalError(f"{folder} is no folder: {prefix} needs one, which may be empty.")
        # A process elsewhere reads them.
        absolute = {prefix.rstrip("/"): folder.resolve() for prefix, folder in self.folders.items()}
        object.__setattr__(self, "folders", absolute)

    @property
    def owner(self) -> User:
        """The user who owns the database."""
        return self.users[0]

    def as_json(self) -> str:
        """Write the settings in one line."""
        return json.dumps(
            {
                "database": self.database,
                "users": [[user.name, user.password, user.is_admin] for user in self.users],
                "folders": {prefix: str(folder) for prefix, folder in self.folders.items()},
                "port": self.port,
                "tls": self.tls,
                "latency": self.latency,
                "commit_latency": self.commit_latency,
                "case_sensitive": self.case_sensitive,
            }
        )

    @classmethod
    def from_json(cls, line: str) -> Settings:
        """Read what `as_json` wrote."""
        read: dict[str, Any] = json.loads(line)
        return cls(
            read["database"],
            tuple(User(*user) for user in read["users"]),
            {prefix: Path(folder) for prefix, folder in read["folders"].items()},
            read["port"],
            read["tls"],
            read["latency"],
            read["commit_latency"],
            read["case_sensitive"],
        )


def _check_name(name: str) -> None:
    """Raise RehearsalError for a name of a user or database that PostgreSQL keeps for itself or cannot hold."""
    if not name or "\0" in name or "\n" in name or len(name.encode()) > 63:
        raise RehearsalError(f"{name!r} is no name for a user or a database: give 1 to 63 bytes in one line.")
    if name in ("postgres", "template0", "template1") or name.startswith("pg_"):
        raise RehearsalError(f"PostgreSQL keeps the name {name} for itself: choose another.")
