"""The plugin of dbt-duckdb that lists files for the dbt package external_tables.

DuckDB's own ``**`` silently leaves out a folder that it may not open and what is behind a link to a folder. Here
each of them is a row with a problem. In the profile::

    module_paths: [dbt_packages/external_tables/python]
    plugins:
      - module: external_tables_plugin
"""

from __future__ import annotations

import io
import itertools
import json
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from fsspec import AbstractFileSystem

GRANT = "Give the user who runs dbt the right to read and enter it."
LISTING = "external-tables-listing"

# A file (path, size_bytes, modified_at, version) or a problem (path, problem, remedy).
Row = dict[str, Any]


class Plugin(BasePlugin):
    """Gives DuckDB the file ``external-tables-listing://location``: a list of all files under a folder or a URL."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Give the list to all cursors of this connection."""
        give_listing(conn)


def give_listing(conn: duckdb.DuckDBPyConnection) -> None:
    """Give a connection the list, for programs that run compiled SQL beside dbt."""
    conn.register_filesystem(_Listings(conn))


class _Listings(AbstractFileSystem):  # type: ignore[misc] # fsspec has no types.
    """A file for each listing, in JSON: an array of rows. Its name is the location, in hexadecimal digits.

    Not a Python function of DuckDB, which imports numpy, pandas and pyarrow for the first value that one returns.
    """

    protocol = LISTING
    cachable = False

    def __init__(self, conn: duckdb.DuckDBPyConnection) -> None:
        super().__init__()
        self._conn = conn
        self._count = itertools.count()
        self._texts: dict[str, bytes] = {}

    def glob(self, path: str, **_: object) -> list[str]:
        """List a location. Each list has another name, because DuckDB may keep what it has read by name."""
        name = self._strip_protocol(path)
        location = bytes.fromhex(name).decode()
        rows = _objects(self._conn, location) if "://" in location else _files(location)
        number = next(self._count)
        self._texts[f"{name}-{number}"] = json.dumps(list(rows)).encode()
        return [f"{path}-{number}"]

    def info(self, path: str, **_: object) -> dict[str, object]:
        """Say what DuckDB asks of a file."""
        return {"name": path, "size": len(self._texts[self._strip_protocol(path)]), "type": "file"}

    def _open(self, path: str, *_: object, **__: object) -> io.BytesIO:
        texts, name = self._texts, self._strip_protocol(path)

        class List(io.BytesIO):
            def close(self) -> None:
                texts.pop(name, None)
                super().close()

        return List(texts[name])


def _files(location: str) -> Iterator[Row]:
    """List a folder of this machine, whose location ends with a slash, or one file. A link to a folder is a problem."""
    if not location.endswith("/"):
        yield from _file(location)
        return
    folders = [location]
    while folders:
        folder = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except FileNotFoundError:
            continue
        except PermissionError:
            yield _problem(folder, "may not be opened, so its files would be missing", GRANT)
            continue
        except OSError as error:
            yield _problem(folder, f"cannot be opened as a folder ({error.strerror})", "Correct it, or take it away.")
            continue
        if entries and not os.access(folder, os.X_OK):
            yield _problem(folder, "may not be entered, so its files would be missing", GRANT)
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if _is_utf8(entry.name):
                    folders.append(entry.path + "/")
                else:
                    yield _problem(entry.path, "has a name that is not UTF-8", "Rename it.")
            elif entry.is_symlink() and Path(entry.path).is_dir():
                yield _problem(
                    entry.path, "is a link to a folder, which is not followed", "Put the folder itself there."
                )
            elif _is_read(entry.name):
                yield from _file(entry.path)


def _file(path: str) -> Iterator[Row]:
    """List one file, without opening it."""
    try:
        about = os.stat(path)  # noqa: PTH116 - twice as quick, and there may be many files
    except FileNotFoundError:
        # Else it was taken away since its folder was listed.
        if Path(path).is_symlink():
            yield _problem(path, "is a link to nothing", "Put the file itself there, or take the link away.")
        return
    except OSError as error:
        yield _problem(path, f"cannot be read ({error.strerror})", "Put the file itself there.")
        return
    if not stat.S_ISREG(about.st_mode):
        yield _problem(path, "is neither a file nor a folder", "Take it away.")
    elif not _is_utf8(path):
        yield _problem(path, "has a name that is not UTF-8", "Rename it.")
    elif not os.access(path, os.R_OK):
        yield _problem(path, "may not be read", "Give the user who runs dbt the right to read it.")
    else:
        version = f"{about.st_mtime_ns}-{about.st_ctime_ns}-{about.st_ino}"
        yield _listed(path, about.st_size, about.st_mtime_ns // 10**9, version)


def _objects(conn: duckdb.DuckDBPyConnection, location: str) -> Iterator[Row]:
    """List all objects under a URL, as DuckDB does."""
    now = datetime.now(UTC)
    pattern = "".join(f"[{character}]" if character in "*?[" else character for character in location)
    pattern += "**" if location.endswith("/") else ""
    cursor = conn.cursor()
    try:
        # A ? begins the options of a URL for DuckDB, which then fails for all keys.
        keys = cursor.execute("select file from glob(?) where contains(file, '?') order by file", [pattern]).fetchall()
        found = (
            cursor.execute(
                "select filename, size, epoch(last_modified) from read_blob(?) order by filename", [pattern]
            ).fetchall()
            if not keys
            else []
        )
    except duckdb.Error as error:
        yield _problem(location, *_cause(location, str(error)))
        return
    for (key,) in keys:
        yield _problem(key, "has a ? in its key, which DuckDB does not read", "Rename the object.")
    for path, size, seconds in found:
        if not _is_read(path.rpartition("/")[2]):
            continue
        modified_at = datetime.fromtimestamp(seconds, UTC)
        version = f"{modified_at:%Y-%m-%dT%H:%M:%S}"
        # It may be written once more with the same time: what git calls racily clean.
        if now - modified_at < timedelta(seconds=2):
            version += f"-{now:%Y-%m-%dT%H:%M:%S.%f}"
        yield _listed(path, size, seconds, version)


def _cause(location: str, text: str) -> tuple[str, str]:
    """Say why there is no list, and what to do, without the words of a server."""
    bucket = location.split("/")[2]
    causes = {
        ("404", "NoSuchBucket"): (f"there is no bucket {bucket}", "Correct `location` in the YAML."),
        ("ExpiredToken", "expired"): ("the credentials have expired", "Log in again."),
        ("403", "AccessDenied", "Forbidden"): (
            "access is denied",
            f"Log in as somebody who may list the bucket {bucket}, and name its region.",
        ),
        ("httpfs",): ("DuckDB has no httpfs", "Name this extension under `extensions` in the profile."),
    }
    for words, cause in causes.items():
        if any(word in text for word in words):
            return cause
    status = next((word for word in text.replace(")", " ").split() if word.isdigit() and len(word) == 3), "no answer")
    return f"it cannot be listed ({status})", "Check the network, then stage again."


def _is_read(name: str) -> bool:
    """Spectrum ignores names that begin with a period, an underscore or a hash mark, or end with a tilde."""
    return bool(name) and name[0] not in "._#" and name[-1] != "~"


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _listed(path: str, size: int, seconds: float, version: str) -> Row:
    modified_at = f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}.000000"
    return {
        "path": path,
        "size_bytes": size,
        "modified_at": modified_at,
        "version": version,
        "problem": None,
        "remedy": None,
    }


def _problem(path: str, problem: str, remedy: str) -> Row:
    """Return what cannot be listed, its name readable: bytes that are not UTF-8 or move a cursor are codes."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    name = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return {
        "path": name,
        "size_bytes": None,
        "modified_at": None,
        "version": None,
        "problem": problem,
        "remedy": remedy,
    }
