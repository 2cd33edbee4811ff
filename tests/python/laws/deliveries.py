"""What a careless source system may send: lines spoilt in all the ways that are known, files with odd names."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

DELIMITER = b"|"

# Texts that stand where a value is expected: nothing, what other systems write for nothing, and near misses of each
# type. Those that are values of no type set their line aside; which do, `reader` decides.
VALUES = [
    *(b"", rb"\N", b" ", b"NULL", b"null", b"0", b"-0", b"+5", b" 5", b"5 ", b"007", b"1.5", b"1e3", b"99999999999"),
    *(b"2147483648", b"12.345", b"1,5", b"$5", b"nan", b"inf", b"0x10", b"\xd9\xa3"),
    *(b"2008-01-31 24:00:00", b"2008-12-31 24:00:00", b"2008-02-30 00:00:00", b"2008-01-31 23:59:60", b"epoch"),
    *(b"2008-01-31", b"2008-1-31 00:00:00", b"0000-00-00 00:00:00", b"2008-01-31T00:00:00", b"2008-01-31 00:00:00.5"),
    *(b"2008-01-31 00:00:00+02", b"99999-01-01 00:00:00", b"infinity", b"t", b"Yes", b"N", b"TRUE", b"TRUE ", b"on"),
    *(b"'", b'"', b'"x', b"\\", b"\\\\N", b"a'b", b"x\r", b"\x1a", b"\x00", b"\xc2\xa0"),
    *(b"\xff", b"\xc3(", b"\xff" * 300, b"y" * 257, b"\xc3\xa9" * 129, b"\xed\xa0\x80"),
]
if "TICKIT_SOAK_STORIES" in os.environ:
    # A line of two megabytes takes a slower reader, and seconds.
    VALUES += [b"x" + b" " * 260 + b"y", rb"\N ", rb" \N", b"z" * 2_100_000]


@dataclass(frozen=True)
class Spoilt:
    """A change of one line: ``at`` is its place among the lines, ``of`` what is done."""

    at: int
    what: str
    value: bytes
    field: int

    def lines(self, line: bytes) -> list[bytes]:
        """Return the lines that come in place of a good one."""
        return HOW[self.what](line, self.field, self.value)


def _set(line: bytes, field: int, value: bytes) -> list[bytes]:
    fields = line.split(DELIMITER)
    fields[field % len(fields)] = value
    return [DELIMITER.join(fields)]


HOW: dict[str, Callable[[bytes, int, bytes], list[bytes]]] = {
    "set": _set,
    "last": lambda line, _, value: _set(line, -1, value),
    "surplus": lambda line, _, value: [line + DELIMITER + value],
    "two surplus": lambda line, _, value: [line + DELIMITER + value + DELIMITER + value],
    "short": lambda line, field, _: [DELIMITER.join(line.split(DELIMITER)[: 1 + field % 7])],
    "gone": lambda *_: [],
    "twice": lambda line, *_: [line, line],
    "other key": lambda line, field, _: [*_set(line, 0, str(field + 1).encode())],
    "blank line": lambda line, *_: [line, b""],
    "value alone": lambda line, _, value: [line, value],
}

spoilt = st.builds(
    Spoilt,
    at=st.integers(0, 200),
    what=st.sampled_from(sorted(HOW)),
    value=st.sampled_from(VALUES),
    field=st.integers(0, 17),
)

# Names of further files. The engines do not read the first ones.
HIDDEN = ["_x.txt", ".x.txt", "#x.txt", "x.txt~", "~"]
NAMES = st.sampled_from(
    [
        *HIDDEN,
        *("x", "x.csv", "it's.txt", "a b.txt", "é.txt", "100%.txt", "%41.txt", "a#b.txt", "a+b.txt", "a=b.txt"),
        *('"x".txt', "x;y.txt", "{{ x }}.txt", "$x.txt", "x--y.txt", "A.TXT", "a.txt", "🎫.txt"),
    ]
)
# Folders below the raw zone that no source reads.
UNREAD = st.sampled_from(
    [
        *("refund", "sale/sale_month=2009-01", "sale/sale_month=2008-01'", "sale/other=1", "Sale"),
        "sale/sale_month=x') or 'a' in ('a",
    ]
)
# Folders below a full-snapshot table: its files are read, whatever their folder is called.
FOLDERS = st.sampled_from(["", "user_month=2008-03", "part=1", "it's", "a b"])
