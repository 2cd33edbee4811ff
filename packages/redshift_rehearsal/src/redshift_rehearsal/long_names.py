"""Names of 64 to 127 bytes, which Redshift keeps and PostgreSQL cuts: PostgreSQL is given a short name for each.

The short name begins as the long one does and ends with a digest, so it is the same in all statements. The long one
is put back wherever a client sees it: in the names of a result's columns, in what catalogs hold, and in messages.
"""

from __future__ import annotations

import hashlib
import re
import struct

# r_names.html; PostgreSQL's NAMEDATALEN less the byte that ends a name.
LIMIT, _OF_POSTGRESQL = 127, 63

_MARK = "_rs_"
_DIGITS = 13
_TAIL = re.compile(rb"_rs_([0-9a-f]{%d})" % _DIGITS)
_KEPT = _OF_POSTGRESQL - len(_MARK) - _DIGITS

# Digest -> (short, long) as it was written, and in lower case. What is not here was never in a statement.
_known: dict[bytes, set[tuple[bytes, bytes]]] = {}


def is_long(name: str) -> bool:
    """Say whether PostgreSQL would cut a name that Redshift keeps."""
    # Most names are shorter in any encoding.
    return len(name) > _OF_POSTGRESQL // 4 and _OF_POSTGRESQL < len(name.encode()) <= LIMIT


def shortened(name: str) -> str:
    """Return the name that PostgreSQL is given: the same one if it would keep it."""
    if not is_long(name):
        return name
    # Of the name in lower case, so that the short name may be folded as the long one.
    digest = hashlib.sha256(name.lower().encode()).hexdigest()[:_DIGITS]
    start = name.encode()[:_KEPT].decode(errors="ignore")
    short = f"{start}{_MARK}{digest}"
    pairs = _known.setdefault(digest.encode(), set())
    pairs.update((one.encode(), other.encode()) for one, other in ((short, name), (short.lower(), name.lower())))
    return short


def are_known() -> bool:
    """Say whether any statement had a long name."""
    return bool(_known)


def in_full(data: bytes) -> bytes:
    """Return what PostgreSQL says with the names as they were given to us."""
    for digest in set(_TAIL.findall(data)) if _MARK.encode() in data else ():
        for short, name in _known.get(digest, ()):
            data = data.replace(short, name)
    return data


def in_row(body: bytes) -> bytes:
    """Return a DataRow with the names in its values as they were given to us."""
    if _MARK.encode() not in body:
        return body
    made, place = [body[:2]], 2
    for _ in range(struct.unpack_from("!H", body)[0]):
        (length,) = struct.unpack_from("!i", body, place)
        value = body[place + 4 : place + 4 + max(length, 0)]
        place += 4 + len(value)
        # Lengths within a value in binary form would no longer be right; a text has no zero byte.
        full = value if b"\0" in value else in_full(value)
        made += [struct.pack("!i", len(full) if length >= 0 else length), full]
    return b"".join(made)


def name_in_full(name: str) -> str:
    """Return a name, or a text with names in it, as it was given to us."""
    return in_full(name.encode()).decode()
