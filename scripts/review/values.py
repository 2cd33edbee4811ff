"""SQL that compares a table before and after a change; no value of a row leaves it but those of keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scripts.core.sql import literal, quoted

EXAMPLES = 5
"""The most keys that are shown of each kind."""

_NUMBERS = re.compile(
    r"(tinyint|smallint|integer|int|int2|int4|int8|bigint|hugeint|u\w*int\w*|decimal|numeric|real|float\w*|double.*)(\(.*)?",
    re.IGNORECASE,
)
_FLOATS = re.compile(r"(real|float\w*|double.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Pair:
    """One relation before and after: names as SQL writes them, and types by column, in their order."""

    name: str
    before: str
    after: str
    columns_before: dict[str, str]
    columns_after: dict[str, str]
    key: tuple[str, ...] = ()
    personal: frozenset[str] = frozenset()

    @property
    def common(self) -> list[str]:
        """Columns of both."""
        return [name for name in self.columns_after if name in self.columns_before]

    @property
    def keyed(self) -> tuple[str, ...]:
        """The key, if both have all its columns."""
        return self.key if set(self.key) <= set(self.common) else ()

    @property
    def compared(self) -> list[str]:
        """Columns of both that are not of the key."""
        return [name for name in self.common if name not in self.keyed]

    @property
    def numbers(self) -> list[str]:
        """Columns whose sums mean something: numbers, but no keys and nothing personal."""
        return [
            name
            for name in self.common
            if _NUMBERS.fullmatch(self.columns_after[name])
            and _NUMBERS.fullmatch(self.columns_before[name])
            and not name.endswith(("_id", "_version"))
            and name not in {*self.keyed, *self.personal}
        ]


@dataclass
class Difference:
    """What a comparison found. Without a key, ``changed`` is 0, and rows that differ are in the other two."""

    rows_before: int = 0
    rows_after: int = 0
    added: int = 0
    removed: int = 0
    changed: int = 0
    repeated: int = 0
    """Rows of the new table whose key is on another row too: then nothing is compared by key."""
    columns: dict[str, int] = field(default_factory=dict)
    """Rows with another value, by column, those without any left out."""
    keys: dict[str, list[str]] = field(default_factory=dict)
    """Examples by ``added``, ``removed`` and ``changed``."""
    sums: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Before and after, by column."""

    @property
    def differs(self) -> bool:
        """Whether any row differs."""
        return bool(self.added or self.removed or self.changed or self.rows_before != self.rows_after)


def counting(pair: Pair) -> str:
    """Return the query for rows, repeated keys and sums: a row each for before and after."""
    return " union all ".join(
        f"select {literal(side)}, {_text('count(*)')}, {_repeated(pair, relation)}{_sums(pair)} from {relation}"
        for side, relation in (("before", pair.before), ("after", pair.after))
    )


def differing(pair: Pair) -> str:
    """Return the query for rows added, removed and changed, and for rows changed by column: one row."""
    if not pair.keyed:
        columns = ", ".join(map(quoted, pair.common)) or "1"
        one = "select {columns} from {a} except select {columns} from {b}"
        counts = [
            f"(select count(*) from ({one.format(columns=columns, a=a, b=b)}) as differing)"
            for a, b in ((pair.after, pair.before), (pair.before, pair.after))
        ]
        return f"select {_text(counts[0])}, {_text(counts[1])}, '0'"
    changed = [_count(f"{_both()} and {_other(pair, name)}") for name in pair.compared]
    parts = [_count("b.present is null"), _count("a.present is null"), _count(f"{_both()} and {_any(pair)}"), *changed]
    return f"select {', '.join(map(_text, parts))} from {_joined(pair)}"


def examples(pair: Pair, kind: str) -> str:
    """Return the query for the first keys that are ``added``, ``removed`` or ``changed``."""
    condition = {
        "added": "b.present is null",
        "removed": "a.present is null",
        "changed": f"{_both()} and {_any(pair)}",
    }[kind]
    keys = [f"coalesce(a.{quoted(name)}, b.{quoted(name)})" for name in pair.keyed]
    shown = ", ".join(_text(key) for key in keys)
    return f"select {shown} from {_joined(pair)} where {condition} order by {', '.join(keys)} limit {EXAMPLES}"


def shows_keys(pair: Pair) -> bool:
    """Return whether examples of keys may be shown: no column of the key may hold personal data."""
    return bool(pair.keyed) and pair.personal.isdisjoint(pair.keyed)


def read_counts(pair: Pair, rows: Sequence[Sequence[str | None]]) -> Difference:
    """Return what `counting` found."""
    by_side = {str(row[0]): row for row in rows}
    before, after = by_side["before"], by_side["after"]
    return Difference(
        rows_before=_number(before[1]),
        rows_after=_number(after[1]),
        repeated=max(_number(before[2]), _number(after[2])),
        sums={name: (before[i] or "", after[i] or "") for i, name in enumerate(pair.numbers, start=3)},
    )


def read_differences(pair: Pair, row: Sequence[str | None], into: Difference) -> None:
    """Add what `differing` found."""
    into.added, into.removed, into.changed = map(_number, row[:3])
    if pair.keyed:
        into.columns = {name: n for name, text in zip(pair.compared, row[3:], strict=True) if (n := _number(text))}


def _number(text: str | None) -> int:
    return int(float(text)) if text else 0


def _repeated(pair: Pair, relation: str) -> str:
    if not pair.keyed:
        return "'0'"
    keys = ", ".join(map(quoted, pair.keyed))
    return _text(
        f"(select coalesce(sum(n), 0) from (select count(*) as n from {relation} group by {keys} having count(*) > 1) "
        "as repeated)"
    )


def _sums(pair: Pair) -> str:
    return "".join(f", {_sum(pair, name)}" for name in pair.numbers)


def _sum(pair: Pair, name: str) -> str:
    types = (pair.columns_before[name], pair.columns_after[name])
    if any(map(_FLOATS.fullmatch, types)):
        # Rounded, as the order of the rows decides the last digits.
        return _text(f"round(sum(cast({quoted(name)} as double precision)), 4)")
    return _text(f"sum({quoted(name)})")


def _joined(pair: Pair) -> str:
    sides = [
        f"(select 1 as present, {', '.join(map(quoted, pair.common))} from {relation}) as {alias}"
        for relation, alias in ((pair.before, "b"), (pair.after, "a"))
    ]
    on = " and ".join(f"b.{quoted(name)} = a.{quoted(name)}" for name in pair.keyed)
    return f"{sides[0]} full outer join {sides[1]} on {on}"


def _both() -> str:
    return "a.present = 1 and b.present = 1"


def _any(pair: Pair) -> str:
    return f"({' or '.join(_other(pair, name) for name in pair.compared)})" if pair.compared else "1 = 0"


def _other(pair: Pair, name: str) -> str:
    """Return the condition that a column has another value; Redshift has no `is distinct from`."""
    before, after = f"b.{quoted(name)}", f"a.{quoted(name)}"
    types = (pair.columns_before[name], pair.columns_after[name])
    if types[0] != types[1] and not all(map(_NUMBERS.fullmatch, types)):
        before, after = _text(before), _text(after)
    same = f"{before} = {after} or ({before} is null and {after} is null)"
    return f"case when {same} then 0 else 1 end = 1"


def _count(condition: str) -> str:
    return f"coalesce(sum(case when {condition} then 1 else 0 end), 0)"


def _text(expression: str) -> str:
    return f"cast({expression} as varchar)"


def key_texts(rows: Sequence[Sequence[str | None]]) -> Iterator[str]:
    """Yield each key as text, its columns joined with a comma."""
    for row in rows:
        yield ", ".join(value if value is not None else "NULL" for value in row)
