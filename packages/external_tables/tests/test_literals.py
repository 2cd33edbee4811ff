"""Any text is one literal, and the engine reads from it the very text."""

from __future__ import annotations

import json
import random
import re
from typing import TYPE_CHECKING

import sqlparse

if TYPE_CHECKING:
    from conftest import Weather

NASTY = [
    "", "'", "''", "\\", "\\\\", "\\'", "'\\", "o'clock", "a\\nb", "a\nb\r\n\tc", "\\134", "C:\\new\\table\\", '"', ";",
    "x') or 'a' in ('a", "-- no comment", "/* nor this", "$$", "{{ 1 }} {% if %}", "é € 😀", "\x01\x7f", "E'", "\\;",
    "%s %(a)s %%",
]  # fmt: skip
# Escapes of a Redshift literal: `\\`, `\134` (octal) and `''`; AWS documents the first two.
ESCAPE = re.compile(r"\\(\\|[0-7]{3})|''")


def read_by_redshift(literal: str) -> str:
    """Read a literal as Redshift does; fail if it would end early, or holds an escape that we did not mean."""
    assert re.fullmatch(r"'(?:[^'\\]|''|\\\\|\\[0-7]{3})*'", literal, re.DOTALL), literal
    return ESCAPE.sub(
        lambda found: "'" if found[1] is None else "\\" if found[1] == "\\" else chr(int(found[1], 8)), literal[1:-1]
    )


def random_texts(number: int) -> list[str]:
    """Texts of the characters that mean something in a literal, and of any others."""
    seed = random.randrange(2**32)  # noqa: S311 - no secret
    print(f"seed {seed}")
    chosen = random.Random(seed)  # noqa: S311
    pieces = ["'", "''", "\\", "\\\\", "\n", ";", "--", "n", "0", "134", " ", "é", "%", "$$"]
    texts = ["".join(chosen.choices(pieces, k=chosen.randrange(1, 9))) for _ in range(number)]
    others = (chr(chosen.choice((chosen.randrange(1, 0xD800), chosen.randrange(0xE000, 0x110000)))) for _ in texts)
    return [text + other for text, other in zip(texts, others, strict=True)] + texts


def literals(weather: Weather, texts: list[str]) -> list[dict[str, str]]:
    said = weather.dbt("run-operation", "say_literals", "--args", json.dumps({"texts": json.dumps(texts)}))
    assert said.success, said.error[:500]
    return [json.loads(line) for line in said.lines]


def test_every_text_is_read_back_from_its_literal(weather: Weather) -> None:
    weather.declare()
    texts = NASTY + random_texts(100)
    said = literals(weather, texts)
    assert [row["read"] for row in said] == texts
    assert [read_by_redshift(row["redshift"]) for row in said] == texts


def test_dbt_redshift_sends_a_statement_with_any_text_as_one(weather: Weather) -> None:
    weather.declare()
    texts = NASTY + random_texts(100)
    for row in literals(weather, texts):
        statement = f"select {row['redshift']}, '; select 2', {row['redshift']}"
        assert sqlparse.split(statement) == [statement]


def test_the_character_0_is_refused(weather: Weather) -> None:
    weather.declare()
    said = weather.dbt("run-operation", "say_literals", "--args", json.dumps({"texts": json.dumps(["a\0b"])}))
    assert "A text with the character 0 cannot be written into SQL" in said.error
