"""Open DuckDB's own shell on the warehouse, read-only, with the marts in reach by their bare names.

What `make query` calls. Other programs open the same file: warehouse/tickit.duckdb, one writer at a time.
"""

from __future__ import annotations

import argparse
import os
import sys

from scripts.jobs.errors import exit_code
from scripts.jobs.settings import default_target
from scripts.jobs.sql import literal
from scripts.jobs.tools import tool
from scripts.jobs.warehouse import check_built, query, warehouse_path


def main() -> int:
    """Become DuckDB's shell; return 1 if there is no warehouse to open."""
    parser = argparse.ArgumentParser(prog="python -m scripts.jobs.query", description=__doc__)
    parser.add_argument(
        "--target", default=default_target(), help="a DuckDB target of profiles/profiles.yml (%(default)s)"
    )
    return exit_code(open_shell, parser.parse_args().target)


def open_shell(target: str) -> None:
    """Replace this process by the shell; raise JobError if the warehouse is missing or in use."""
    warehouse = warehouse_path(target)
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

if __name__ == "__main__":
    sys.exit(main())
