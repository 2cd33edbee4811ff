"""Open DuckDB's own shell on the warehouse, read-only, with the marts in reach by their bare names.

Other programs open the same file: warehouse/tickit.duckdb, one writer at a time.
"""

from __future__ import annotations

import os
import sys

from scripts.core.profiles import duckdb_file
from scripts.core.sql import literal
from scripts.core.tools import tool
from scripts.warehouse import check_built, query


def open_shell(target: str) -> None:
    """Replace this process by the shell; raise TickitError if the warehouse is missing or in use."""
    warehouse = duckdb_file(target)
    check_built(warehouse)
    schemas = [schema for (schema,) in query(warehouse, _SCHEMAS)]
    shell = tool("duckdb")
    print(f"{warehouse}, read-only. Marts: from fct_sales limit 5;   all tables: show all tables;   leave: .exit")
    sys.stdout.flush()
    os.execv(shell, [shell, "-readonly", str(warehouse), "-cmd", f"set search_path = {literal(','.join(schemas))};"])


# Marts first, so that a name that occurs twice means the mart.
_SCHEMAS = """
select distinct table_schema
from information_schema.tables
where table_schema like 'tickit%'
order by table_schema not in ('tickit_core', 'tickit_marketing', 'tickit_sales'), table_schema
"""
