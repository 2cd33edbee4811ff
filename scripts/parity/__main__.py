"""Compare every staging model and mart of DuckDB with Redshift's: columns, types, row counts, and every value.

What `make parity` calls. Both sides are built from the same small lake: DuckDB's in a file of its own, the other's in
the rehearsal, which is started and stopped. With `--against redshift` a real warehouse is read instead, as
profiles/profiles.yml describes it; it must have been built from the lake that `--lake` names.
"""

from __future__ import annotations

import sys

from scripts.parity.job import main

if __name__ == "__main__":
    sys.exit(main())
