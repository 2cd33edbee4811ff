"""Types that a client knows by other numbers and bytes than PostgreSQL's: intervals and SUPER.

An interval is 8 bytes of microseconds, in which a day is 24 hours, and 4 of months; INTERVAL YEAR TO MONTH is the
months alone, INTERVAL DAY TO SECOND the microseconds (r_interval_data_types.html). PostgreSQL counts days apart.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from redshift_rehearsal.long_names import is_long, shortened

# As the messages hold them: the types' numbers in PostgreSQL's catalog, and in Redshift's.
_INTERVAL, _YEAR_TO_MONTH, _DAY_TO_SECOND = 1186, 1188, 1190
_INTERVAL_BYTES = struct.pack("!I", _INTERVAL)
# SUPER is kept as jsonb.
_JSONB, _SUPER = 3802, 4000
_JSONB_BYTES = struct.pack("!I", _JSONB)
# The fields of an interval in the upper half of a column's type modifier: bits of YEAR and MONTH; all of them.
_YEARS_AND_MONTHS, _ALL = 0b110, 0x7FFF
_DAY = 86_400_000_000
_BINARY = 1
_LENGTHS = {_INTERVAL: 12, _YEAR_TO_MONTH: 4, _DAY_TO_SECOND: 8}


class _Column(NamedTuple):
    """A column of a result that is an interval: its place, its type on Redshift, the form that was announced."""

    place: int
    kind: int
    form: int


class WireTypes:
    """The types of one connection's results and parameters, and the bytes of its intervals."""

    def __init__(self) -> None:
        self._described = b""
        self._columns: dict[bytes, list[_Column]] = {}
        self._parameters: dict[bytes, frozenset[int]] = {}
        self._comparing: set[bytes] = set()
        # What the rows that come have in binary form.
        self.in_rows: list[_Column] = []

    def parsed(self, name: bytes, parameter_types: bytes, *, compares_names: bool) -> None:
        """Note a statement's parameters: their number and their types, as Parse has them.

        compares_names  whether the statement compares them with names
        """
        self._columns.pop(name, None)
        self._parameters.pop(name, None)
        (self._comparing.add if compares_names else self._comparing.discard)(name)
        if _INTERVAL_BYTES in parameter_types:
            kinds = struct.unpack(f"!{(len(parameter_types) - 2) // 4}I", parameter_types[2:])
            self._parameters[name] = frozenset(place for place, kind in enumerate(kinds) if kind == _INTERVAL)

    def asked(self, body: bytes) -> None:
        """Note whose columns a Describe asks for."""
        self._described = body[1:-1] if body[:1] == b"S" else b""

    def bound(self, body: bytes) -> bytes:
        """Return a Bind with its intervals in PostgreSQL's layout; note in which form the result is wanted."""
        if not self._columns and not self._parameters and not self._comparing:
            return body
        place = body.index(b"\0") + 1
        name_end = body.index(b"\0", place)
        name, place = body[place:name_end], name_end + 1
        forms, place = _forms(body, place)
        of_intervals = self._parameters.get(name, frozenset())
        (number,) = struct.unpack_from("!H", body, place)
        changed = [body[: place + 2]]
        place += 2
        for parameter in range(number):
            (length,) = struct.unpack_from("!i", body, place)
            value = body[place : place + 4 + max(length, 0)]
            place += len(value)
            if parameter in of_intervals and length == _LENGTHS[_INTERVAL] and _form(forms, parameter) == _BINARY:
                microseconds, months = struct.unpack_from("!qi", value, 4)
                value = struct.pack("!iqii", 16, microseconds, 0, months)
            elif name in self._comparing and length > 0 and (short := _shortened(value[4:])):
                value = struct.pack("!i", len(short)) + short
            changed.append(value)
        changed.append(body[place:])
        wanted, _ = _forms(body, place)
        columns = self._columns.get(name, [])
        self.in_rows = [column for column in columns if _form(wanted, column.place) == _BINARY]
        return b"".join(changed)

    def described(self, body: bytes) -> bytes:
        """Return a RowDescription with Redshift's types; note which columns are intervals."""
        self.in_rows = []
        if _INTERVAL_BYTES not in body and _JSONB_BYTES not in body:
            return body
        changed = bytearray(body)
        columns = []
        place = 2
        for number in range(struct.unpack_from("!H", body)[0]):
            place = body.index(b"\0", place) + 1
            kind, _, modifier, form = struct.unpack_from("!IhiH", body, place + 6)
            if kind == _INTERVAL:
                kind = _of_modifier(modifier)
                struct.pack_into("!IhiH", changed, place + 6, kind, _LENGTHS[kind], -1, form)
                columns.append(_Column(number, kind, form))
            elif kind == _JSONB:
                struct.pack_into("!I", changed, place + 6, _SUPER)
            place += 18
        self._columns[self._described] = columns
        self.in_rows = [column for column in columns if column.form == _BINARY]
        return bytes(changed)

    def row(self, body: bytes) -> bytes:
        """Return a DataRow with its intervals in Redshift's layout."""
        kinds = {column.place: column.kind for column in self.in_rows}
        changed = [body[:2]]
        place = 2
        for number in range(struct.unpack_from("!H", body)[0]):
            (length,) = struct.unpack_from("!i", body, place)
            value = body[place : place + 4 + max(length, 0)]
            place += len(value)
            changed.append(_in_redshifts_layout(value, kinds[number]) if number in kinds and length > 0 else value)
        return b"".join(changed)


def _shortened(value: bytes) -> bytes:
    """Return a name as PostgreSQL has it, b"" if it is the same or no name."""
    try:
        name = value.decode()
    except UnicodeDecodeError:
        return b""
    return shortened(name).encode() if is_long(name) else b""


def _forms(body: bytes, place: int) -> tuple[tuple[int, ...], int]:
    """Read a list of forms: none is text for all, one is for all; return it and where it ends."""
    (number,) = struct.unpack_from("!H", body, place)
    return struct.unpack_from(f"!{number}H", body, place + 2), place + 2 + 2 * number


def _form(forms: tuple[int, ...], place: int) -> int:
    return (forms[0] if len(forms) == 1 else forms[place]) if forms else 0


def _of_modifier(modifier: int) -> int:
    """Return Redshift's type of an interval: one that names its fields is of two types of its own."""
    fields = (modifier >> 16) & _ALL
    if modifier < 0 or fields == _ALL:
        return _INTERVAL
    return _DAY_TO_SECOND if fields & ~_YEARS_AND_MONTHS else _YEAR_TO_MONTH


def _in_redshifts_layout(value: bytes, kind: int) -> bytes:
    """Return the length and the bytes of an interval that PostgreSQL has sent, as Redshift sends them."""
    microseconds, days, months = struct.unpack_from("!qii", value, 4)
    microseconds += days * _DAY
    if kind == _YEAR_TO_MONTH:
        return struct.pack("!ii", 4, months)
    if kind == _DAY_TO_SECOND:
        return struct.pack("!iq", 8, microseconds)
    return struct.pack("!iqi", 12, microseconds, months)
