"""What git knows of the project's folder."""

from __future__ import annotations

import subprocess


def head_commit() -> str | None:
    """Return the commit that is checked out in the current folder; None without git, or outside of a repository."""
    try:
        done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
