"""What git knows of a change: the commit that it is compared with, and the files that differ from it."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

from scripts.core.errors import TickitError, UsageError


def base_commit(base: str) -> str:
    """Return the hash of the commit where the change began: the last one that HEAD has in common with ``base``.

    Raises:
        TickitError: this is no repository, ``base`` is no commit of it, or the two have no commit in common.

    """
    if base.startswith("-"):
        raise UsageError(f"--base is {base}: give a branch or commit, such as origin/main.")
    if _git("rev-parse", "--verify", "--quiet", f"{base}^{{commit}}", may_fail=True) is None:
        raise UsageError(
            f"there is no commit {base} here: fetch it (git fetch origin main; in GitHub's checkout fetch-depth: 0), "
            "or name another with --base."
        )
    found = _git("merge-base", base, "HEAD", may_fail=True)
    if found is None:
        raise TickitError(f"HEAD and {base} have no commit in common: fetch the whole history (git fetch --unshallow).")
    return found.strip()


def changed_files(commit: str) -> list[str]:
    """Return the files of this folder that differ from a commit, not committed ones among them, in order."""
    # -z: a name with a quote or an umlaut comes as it is. Without renames, both names of a moved file are listed.
    differ = _git("diff", "--name-only", "--no-renames", "--relative", "-z", commit, "--") or ""
    new = _git("ls-files", "--others", "--exclude-standard", "-z") or ""
    return sorted({name for name in (differ + new).split("\0") if name})


def file_at(commit: str, path: str) -> str | None:
    """Return the text of a file of this folder at a commit; None if it had none of this name."""
    return _git("show", f"{commit}:./{path}", may_fail=True)


def extract(commit: str, folder: Path) -> None:
    """Write the files of a commit into a folder that is there; git keeps no record of it, so a kill leaves none."""
    done = subprocess.run(["git", "archive", "--format=tar", commit], capture_output=True, check=False)
    if done.returncode:
        raise TickitError(f"git archive {commit} failed: {done.stderr.decode(errors='replace').strip()}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        # What Python 3.12 and 3.11.4 do if asked: 3.11.0 knows no filters.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(folder)  # noqa: S202 - git's own archive of this project


def _git(*arguments: str, may_fail: bool = False) -> str | None:
    """Return what git prints; None if it fails and may."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise TickitError("git is not installed: a review compares commits.") from error
    if done.returncode == 0:
        return done.stdout
    if may_fail and "not a git repository" not in done.stderr:
        return None
    raise TickitError(f"git {arguments[0]} failed: {done.stderr.strip()}")
