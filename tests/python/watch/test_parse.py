"""After any sequence of edits and errors, the parse and the tables are those of a new dbt on the same files.

Edits are drawn by a seed, which a failure names; `make soak` makes more than 200.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from scripts.core.dbt import in_process
from scripts.core.errors import TickitError
from tests.python.watch.tiny import FILES, Watched, build, write

# Every name that is a node's or a macro's, and what edits do to it.
SQL = ("models/sales.sql", "models/kept.sql", "models/totals.sql", "models/people.sql")
OF_ONE_PARSE = {"created_at", "metadata", "generated_at", "invocation_id"}


def _text(name: str) -> str:
    return Path(name).read_text(encoding="utf-8") if Path(name).exists() else FILES[name]


def _swap(name: str, *pairs: tuple[str, str]) -> Callable[[random.Random], None]:
    """Put one of two texts for the other, whichever is there."""

    def edit(draw: random.Random) -> None:
        old, new = draw.choice(pairs)
        text = _text(name)
        write(name, text.replace(old, new) if old in text else text.replace(new, old))

    return edit


def _spoil(*lines: str) -> Callable[[random.Random], None]:
    """Add a line to a model that dbt cannot read, that DuckDB cannot, or that refers to nothing."""

    def edit(draw: random.Random) -> None:
        name = draw.choice(SQL)
        write(name, f"{_text(name)}\n{draw.choice(lines)}\n")

    return edit


def _put_back(draw: random.Random) -> None:
    name = draw.choice(list(FILES))
    write(name, FILES[name])


def _remove_or_add(draw: random.Random) -> None:
    name = draw.choice(["models/added.sql", "tests/no_debts.sql", "analyses/best.sql", "models/people.sql"])
    if Path(name).exists():
        Path(name).unlink()
    else:
        write(name, FILES.get(name, "select half + {{ doubled('1') }} as h from {{ ref('totals') }}\n"))


def _rename(draw: random.Random) -> None:
    old, new = draw.sample(["models/people.sql", "models/folks.sql"], 2)
    if Path(old).exists():
        Path(old).rename(new)


_YAML = "models/_models.yml"
EDITS: tuple[Callable[[random.Random], None], ...] = (
    _swap("models/sales.sql", ("range(6)", "range(8)"), ("range * ", "1 + range * ")),
    _swap("models/kept.sql", ("doubled('price')", "doubled('price + 1')"), ("'incremental'", "'table'")),
    _swap("models/totals.sql", ("% 2", "% 3"), ("::int", "::bigint")),
    _swap("macros/doubled.sql", ("* 2", "* 3"), ("{{ column }}", "({{ column }})"), ("endmacro", "endmacr")),
    _swap("macros/is_small.sql", (" > ", " >= "), ("endtest", "endtes")),
    _swap("seeds/cities.csv", ("Oakland", "Reno"), ("Boston\n", "Boston\nMiami\n")),
    _swap(_YAML, ("unique, not_null", "unique"), ("at_most: 1000", "at_most: 900"), ("Of all sales.", "Sum.")),
    _swap(_YAML, ("enforced: true", "enforced: false"), ("revenue: 7", "revenue: 8"), ("data_type: int, data", "dat")),
    _swap(_YAML, ("doc('a_sale')", "doc('no_sale')"), ("models:", "models: ["), ("ref('totals')]", "ref('sales')]")),
    _swap("models/docs.md", ("One row", "A row"), ("enddocs", "enddoc")),
    _swap("dbt_project.yml", ("price: 10", "price: 20"), ("+materialized: table", "+materialized: view")),
    _swap("tests/no_debts.sql", ("< 0", "< -1")),
    _swap("analyses/best.sql", ("2 desc", "1")),
    _spoil("{{ 1 +/ 2 }}", "{% if %}", "-- {{ ref('nowhere') }}", "selec", "{{ config(materialized='view') }}"),
    _remove_or_add,
    _rename,
    _put_back,
    _put_back,
)


def _comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _comparable(item) for key, item in value.items() if key not in OF_ONE_PARSE}
    return [_comparable(item) for item in value] if isinstance(value, list) else value


def _parsed(parse: Callable[[], Any]) -> dict[str, Any] | None:
    """Return all that a parse found; None if dbt cannot read the project."""
    try:
        manifest = parse()
    except TickitError:
        return None
    return _comparable(manifest.writable_manifest().to_dict(omit_none=False))


def _new_parse() -> Any:
    arguments = ["parse", "--no-partial-parse", "--no-write-json", "--target-path", "target/new"]
    return in_process(arguments, target="dev", log_level="none").result


def _builds() -> bool:
    try:
        return build()
    except TickitError:
        return False


def _tables(path: str) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(path, read_only=True) as connection:
        names = [name for (name,) in connection.sql("select table_name from duckdb_tables()").fetchall()]
        names += [
            name for (name,) in connection.sql("select view_name from duckdb_views() where not internal").fetchall()
        ]
        return {name: sorted(connection.sql(f"select * from {name}").fetchall(), key=repr) for name in names}


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(1, 25))])
def test_the_parse_and_the_tables_are_a_new_dbts(seed: int, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(seed)  # noqa: S311
    watched = Watched()
    done = []
    for _ in range(9 if seed else 4):
        edit = draw.choice(EDITS)
        edit(draw)
        done.append({name: _text(name) for name in FILES if _text(name) != FILES[name]})
        said = watched.save()
        ours, new = _parsed(watched.watch._session.parse), _parsed(_new_parse)
        assert ours == new, f"seed {seed}, after {done}\n{said}"
    # At last a project that builds: as it was edited, if it does, else as it was.
    monkeypatch.setenv("TICKIT_WAREHOUSE", "new/tiny.duckdb")
    Path("new").mkdir()
    if not _builds():
        for name, text in FILES.items():
            write(name, text)
        for name in ("models/added.sql", "models/folks.sql"):
            Path(name).unlink(missing_ok=True)
        Path("new/tiny.duckdb").unlink(missing_ok=True)
        assert _builds()
    monkeypatch.delenv("TICKIT_WAREHOUSE")
    said = watched.save()
    ours, new = _tables("tiny.duckdb"), _tables("new/tiny.duckdb")
    assert {name: ours.get(name) for name in new} == new, f"seed {seed}, after {done}\n{said}"
