"""Addresses of the pages that jobs write, for messages: known where somebody publishes reports/."""

from __future__ import annotations

import os
import re

from scripts.build.dashboard import BOARDS
from scripts.build.docs import OUTPUT
from scripts.core.errors import UsageError

VARIABLE = "TICKIT_PAGES_URL"
_PAGES = {"Health": BOARDS["health"].name, "Dashboard": BOARDS["sales"].name, "Docs": OUTPUT.name}
# Nothing that a service could read as markup, no query to which a page's name cannot be added, no user and password.
_ADDRESS = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~%-]+)*/?")
_LONGEST = 500


def page_links() -> list[str]:
    """Return a line for each page with its address; none if TICKIT_PAGES_URL is not set.

    Raises:
        UsageError: the variable holds something else than an address; the message does not quote it.

    """
    url = os.environ.get(VARIABLE, "").strip()
    if not url:
        return []
    if len(url) > _LONGEST or not _ADDRESS.fullmatch(url):
        raise UsageError(
            f"{VARIABLE} is no address of a folder such as https://example.com/tickit, without user, query and "
            "blanks: messages have no links to the pages."
        )
    return [f"{name}: {url.rstrip('/')}/{page}" for name, page in _PAGES.items()]
