"""Write from the YAML of the sources what dbt cannot read there, or check that it is up to date.

dbt gives a macro the sources' ``meta`` by ``graph`` alone, which is empty in a unit test and unknown to
``state:modified``; and a column has a description in one YAML file at a time. So these are written for each raw column:

    macros/staging/raw_tables.sql                    what the macros of staging ask: name, type, is it required
    models/docs/raw_columns.md                       its meaning, as a doc block of its name
    models/staging/tickit/base/base_tickit__*.yml    the columns of the base model; the rest of the file is left alone
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from scripts.core.errors import TickitError
from scripts.lake.layout import SOURCES, Field, Table, read_tables

ROOT = SOURCES.parents[3]
_SOURCES = SOURCES.relative_to(ROOT)
COMMAND = "tickit raw-fields"
_BY = f"by `{COMMAND}` from {SOURCES.name}"

# What the macro typed_lines adds to the columns of a line: name, type.
_ADDED = (
    ("source_file", "varchar(1024)"),
    ("delivery", "varchar(7)"),
    ("delivery_version", "bigint"),
    ("reject_reason", "varchar(200)"),
    ("line", "varchar(8000)"),
)
_COLUMNS = re.compile(r"^    columns:.*\n(?:      .*\n)*", re.MULTILINE)
_REFERENCE = re.compile(r"\{\{\s*doc\(")


def written(root: Path) -> dict[Path, str]:
    """Return the content of each file that is written, by its path, for the project in the folder ``root``.

    Raise TickitError if a base model has no YAML, or a meaning is given twice.
    """
    tables = read_tables(root / _SOURCES)
    files = {
        root / "macros/staging/raw_tables.sql": _macro(tables),
        root / "models/docs/raw_columns.md": _doc_blocks(tables),
    }
    for table in tables.values():
        path = root / f"models/staging/tickit/base/base_tickit__{table.models}.yml"
        files[path] = _with_columns(path, table)
    return files


def write_or_check(root: Path, check: bool) -> int:
    """Write the files that differ; only name them if ``check``, and return 1 if there is one."""
    stale = {
        path: content for path, content in written(root).items() if not path.exists() or path.read_text() != content
    }
    for path, content in stale.items():
        if check:
            print(f"{path.relative_to(root)} is out of date: run {COMMAND}")
        else:
            path.write_text(content, encoding="utf-8")
            print(f"written: {path.relative_to(root)}")
    return 1 if check and stale else 0


def _macro(tables: Mapping[str, Table]) -> str:
    """Return the file of the macro raw_tables."""
    lines = [f"{{# Written {_BY}. #}}", "{% macro raw_tables() %}", "    {{ return({"]
    for name, table in tables.items():
        partition = table.partition
        month = f"{{'column': '{partition.name}', 'time': '{partition.of}'}}" if partition else "none"
        lines += [f"        '{name}': {{", f"            'models': '{table.models}',", f"            'month': {month},"]
        lines += ["            'fields': ["]
        lines += [
            f"                ['{field.column}', '{field.name}', '{field.type}', {str(field.required).lower()}],"
            for field in table.fields
        ]
        lines += ["            ],", "        },"]
    return "\n".join([*lines, "    }) }}", "{% endmacro %}", ""])


def _doc_blocks(tables: Mapping[str, Table]) -> str:
    """Return the doc blocks of all columns whose meaning the sources give."""
    meanings: dict[str, tuple[str, Field]] = {}
    for table in tables.values():
        for field in table.fields:
            if _REFERENCE.match(field.meaning):
                continue
            where = f"{table.name}.{field.column}"
            if not field.meaning:
                raise TickitError(f"{where} has no description: say in {SOURCES.name} what it means.")
            if field.name in meanings:
                raise TickitError(
                    f"{where} and {meanings[field.name][0]} both say what {field.name} means. "
                    f"""Write description: '{{{{ doc("{field.name}") }}}}' at one of them."""
                )
            meanings[field.name] = where, field
    blocks = [
        f"{{% docs {name} %}}\n{field.meaning}\n{{% enddocs %}}\n" for name, (_, field) in sorted(meanings.items())
    ]
    return "\n".join([f"What a raw column means, once for all models that have it. Written {_BY}.\n", *blocks])


def _with_columns(path: Path, table: Table) -> str:
    """Return the YAML of a base model with the columns that it has now."""
    if not path.exists():
        raise TickitError(f"{table.name} has no base model: write {path.name} and its .sql, see CONTRIBUTING.md.")
    text = path.read_text(encoding="utf-8")
    block = "\n".join([f"    columns: # written {_BY}", *_columns(table), ""])
    if not _COLUMNS.search(text):
        raise TickitError(f"{path}: the model has no `columns:`. Write the empty key, and run {COMMAND} again.")
    return _COLUMNS.sub(lambda _: block, text, count=1)


def _columns(table: Table) -> Iterator[str]:
    """Yield the lines of YAML for the columns of a base model."""
    columns = [(field.name, field.type, field.is_personal) for field in table.fields]
    # A rejected line is kept as it was, and of a user that is who it is.
    of_persons = any(field.is_personal for field in table.fields)
    columns += [(name, kind, of_persons and name == "line") for name, kind in _ADDED]
    for name, kind, is_personal in columns:
        yield f"      - name: {name}"
        yield f"        data_type: {kind}"
        yield f"""        description: '{{{{ doc("{name}") }}}}'"""
        if is_personal:
            yield "        config: {meta: {contains_personal_data: true}}"
