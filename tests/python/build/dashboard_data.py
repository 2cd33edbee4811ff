"""Small marts for the dashboard's tests, with the columns that the models' YAML declares, and what is in a page."""

from __future__ import annotations

import base64
import gzip
import json
import re
import struct
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from scripts.build import dashboard
from scripts.build.dashboard import QUERIES, queries
from tests.python.dbt_project import ROOT

ALL_QUERIES = queries((ROOT / QUERIES).read_text(encoding="utf-8"))
_READ = {name for query in ALL_QUERIES.values() for name in query.refs}
_FOLDERS = {
    "core": "marts/core",
    "sales": "marts/sales",
    "marketing": "marts/marketing",
    "operations": "operations",
    "predictions": "predictions",
}
_FILES = {
    path.stem: (schema, path)
    for schema, folder in _FOLDERS.items()
    for path in (ROOT / "models" / folder).glob("*.yml")
    if path.stem in _READ
}
COLUMNS = {
    name: {
        column["name"]: column["data_type"]
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
        for column in model["columns"]
    }
    for name, (_, path) in _FILES.items()
}
RELATIONS = {name: f"tickit_{schema}.{name}" for name, (schema, _) in _FILES.items()}
BASIC = ("fct_sales", "fct_listings", "dim_events", "dim_venues")
"""The models without which there is no sales board."""

HOSTILE = "</script><img src=x onerror=alert(1)>=1+1"

# Revenue 1,234,000.00, commission 185,100.00, 5 tickets sold in 3 sales; 30 offered, 12 of them sold: 40 %. Event 9 is
# not known; venues 1 and 2 have the same name, city and state.
ROWS: dict[str, list[dict[str, Any]]] = {
    "dim_venues": [
        {"venue_id": 1, "venue_name": "Globe", "city": "Las Vegas", "state_code": "NV"},
        {"venue_id": 2, "venue_name": "Globe", "city": "Las Vegas", "state_code": "NV"},
        {"venue_id": 3, "venue_name": None, "city": "Miami", "state_code": "FL"},
    ],
    "dim_events": [
        {"event_id": 1, "event_name": "Macbeth", "event_date": "2008-11-20", "category_name": "Plays", "venue_id": 1},
        {"event_id": 2, "event_name": HOSTILE, "event_date": "2008-12-01", "category_name": "Pop", "venue_id": 2},
        {"event_id": 3, "event_name": None, "event_date": "2008-12-24", "category_name": "Pop", "venue_id": 3},
    ],
    "fct_sales": [
        {"sale_id": 1, "event_id": 1, "seller_id": 11, "sold_date": "2008-10-31", "quantity_sold": 2,
         "price_paid": "600000.00", "commission": "90000.00"},
        {"sale_id": 2, "event_id": 2, "seller_id": 11, "sold_date": "2008-11-15", "quantity_sold": 2,
         "price_paid": "600000.00", "commission": "90000.00"},
        {"sale_id": 3, "event_id": 9, "seller_id": 12, "sold_date": "2008-11-30", "quantity_sold": 1,
         "price_paid": "34000.00", "commission": "5100.00"},
    ],
    "fct_listings": [
        {"listing_id": 1, "event_id": 1, "seller_id": 11, "listed_date": "2008-10-01", "ticket_count": 2,
         "price_per_ticket": "300000.00", "quantity_sold": 2, "is_sold_out": True, "revenue": "600000.00"},
        {"listing_id": 2, "event_id": 2, "seller_id": 11, "listed_date": "2008-11-01", "ticket_count": 8,
         "price_per_ticket": "300000.00", "quantity_sold": 2, "is_sold_out": False, "revenue": "600000.00"},
        {"listing_id": 3, "event_id": 9, "seller_id": 12, "listed_date": "2008-11-02", "ticket_count": 20,
         "price_per_ticket": "34000.00", "quantity_sold": 8, "is_sold_out": False, "revenue": "34000.00"},
    ],
    "rpt_sales_forecast": [
        {"category_name": "Pop", "measure": measure, "forecast_date": f"2008-12-0{day}", "method": "AutoETS",
         "forecast": 10.5, "lower_80": 5.25, "upper_80": 20.0}
        for measure in ("revenue", "tickets")
        for day in (1, 2)
    ],
    "rpt_sales_forecast_backtest": [
        {"category_name": "Pop", "measure": measure, "method": method, "is_chosen": method == "AutoETS"}
        for measure in ("revenue", "tickets")
        for method in ("AutoETS", "SeasonalNaive")
    ],
    # Of the last two days 8 and 12 were forecast, and 10 and 10 sold: off by 20 %.
    "rpt_sales_forecast_errors": [
        {"category_name": "Pop", "measure": measure, "method": method, "last_known_date": known, "forecast_date": day,
         "actual": 10, "forecast": forecast, "lower_80": 5, "upper_80": 15}
        for measure in ("revenue", "tickets")
        for method, known, day, forecast in (
            ("AutoETS", "2008-10-31", "2008-11-01", 1),
            ("AutoETS", "2008-11-28", "2008-11-29", 8),
            ("AutoETS", "2008-11-28", "2008-11-30", 12),
            ("SeasonalNaive", "2008-11-28", "2008-11-29", 3),
        )
    ],
    "rpt_sales_anomalies": [
        {"series": "all", "sold_date": "2008-11-15", "actual": 1, "expected": 0.5, "z": 4.0, "is_holiday": False},
    ],
    "rpt_buyer_segments": [
        {"user_id": user, "recency_days": 3, "purchase_count": 2, "amount_spent": "10.50", "segment_rank": 1,
         "segment_name": "recent, frequent"}
        for user in (1, 2)
    ],
    "rpt_seller_scorecard": [
        {"seller_id": 11, "grade": "above the market"},
        {"seller_id": 12, "grade": "too few listings"},
    ],
    "rpt_recommended_events": [
        {"event_id": 2, "segment_name": segment, "event_name": HOSTILE, "category_name": "Pop", "user_count": users,
         "event_date": "2008-12-01", "venue_city": "Las Vegas", "first_choice_user_count": 1, "amount_spent": "99.00",
         "as_of_date": "2008-11-01"}
        for segment, users in (("recent, frequent", 5), ("lapsed, rare", 4))
    ],
    "rpt_price_effect": [
        {"category_name": "Pop", "term": "price", "reading": "10 % dearer, 5 % fewer orders"},
        {"category_name": "Pop", "term": "lead_time", "reading": "not shown"},
    ],
    "rpt_run_health": [
        {"run_id": "a", "job_name": "daily", "target_name": "dev", "started_at": "2026-11-27 03:00:00",
         "status": "timeout", "seconds": "7321.00", "usual_seconds": "1234.00", "failed_node_count": 4,
         "failed_test_count": 5, "warning_count": 6},
    ],
    "rpt_unreliable_tests": [
        {"test_name": "checks_fct_sales", "target_name": "dev", "is_failing": True, "is_flaky": True, "run_count": 29,
         "failed_run_count": 17, "last_failure_count": 3, "last_failed_at": "2026-11-27 03:00:00"},
    ],
    "rpt_slowest_nodes": [
        {"node_name": "fct_listings", "target_name": "dev", "slowness_rank": 1, "recent_seconds": "12.50",
         "earlier_seconds": "10.00", "change_percent": "25.0", "last_rows_affected": None},
        {"node_name": "not_among_the_ten", "target_name": "dev", "slowness_rank": 11},
    ],
    "rpt_source_freshness": [{"table_name": "venue", "target_name": "dev", "status": "warn", "age_days": 41}],
    "rpt_rejected_rows_by_day": [
        {"file_date": "2026-11-26", "table_name": "user", "reject_reason": "userid is not an integer",
         "row_count": 8421},
        {"file_date": None, "table_name": "sale", "reject_reason": "too many fields", "row_count": 1},
    ],
}  # fmt: skip


def statements(*names: str, rows: dict[str, list[dict[str, Any]]] | None = None) -> list[str]:
    """Return the SQL, of both engines, that makes the marts; all of them if none is named."""
    made = names or tuple(COLUMNS)
    found = [f"create schema if not exists {schema}" for schema in sorted({RELATIONS[n].split(".")[0] for n in made})]
    for name in made:
        columns = ", ".join(f"{column} {kind}" for column, kind in COLUMNS[name].items())
        found.append(f"create table {RELATIONS[name]} ({columns})")
        for row in (ROWS if rows is None else rows).get(name, []):
            values = ", ".join(
                "null" if value is None else "'" + str(value).replace("'", "''") + "'" for value in row.values()
            )
            found.append(f"insert into {RELATIONS[name]} ({', '.join(row)}) values ({values})")
    return found


def data_of(page: str) -> dict[str, Any]:
    """Return the head of a page's data, with each table as a list of rows."""
    (packed,) = re.findall(r'<script type="text/plain" id="data">([A-Za-z0-9+/=]+)</script>', page)
    return unpack(base64.b64decode(packed))


def unpack(packed: bytes) -> dict[str, Any]:
    """Return what scripts/build/cube.py packed: read by another program than the one that wrote it, like the page."""
    blob = gzip.decompress(packed)
    length = int.from_bytes(blob[:4], "little")
    head = json.loads(blob[4 : 4 + length])
    codes = {"u1": "B", "u2": "H", "u4": "I", "i4": "i", "f8": "d"}
    for name, table in head["tables"].items():
        columns = {}
        for column, about in table["columns"].items():
            code, rows, start = codes[about["type"]], table["rows"], 4 + length + about["at"]
            size = struct.calcsize(f"<{code}")
            planes = [blob[start + byte * rows : start + (byte + 1) * rows] for byte in range(size)]
            joined = bytes(plane[row] for row in range(rows) for plane in planes)
            numbers: list[Any] = [
                number * about.get("times", 1) for (number,) in struct.iter_unpack(f"<{code}", joined)
            ]
            numbers = [None if number != number else number for number in numbers]
            if "values" in about:
                numbers = [about["values"][number] for number in numbers]
            elif "is_date" in about:
                epoch = date(1970, 1, 1).toordinal()
                numbers = [None if number is None else date.fromordinal(epoch + int(number)) for number in numbers]
            columns[column] = numbers
        head["tables"][name] = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return head


def make_project(folder: Path) -> None:
    """Make a dbt project with the names that the pages read and nothing else: parsed in a second, not in ten."""
    files = {
        "dbt_project.yml": "{name: small, profile: small, flags: {send_anonymous_usage_stats: false}}",
        "profiles/profiles.yml": "small: {target: dev, outputs: {dev: {type: duckdb, schema: tickit, "
        "path: \"{{ env_var('TICKIT_WAREHOUSE', 'small.duckdb') }}\"}}}",
        **{
            f"models/{name}.sql": f"{{{{ config(schema='{schema}') }}}} select 1"
            for name, (schema, _) in _FILES.items()
        },
        "dashboards/queries.sql": (ROOT / "dashboards/queries.sql").read_text(encoding="utf-8"),
        "dashboards/page.html": (ROOT / "dashboards/page.html").read_text(encoding="utf-8"),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def write_board(folder: Path, made: list[str] | None = None, board: str = "sales") -> Path:
    """Write a board of a warehouse that these statements make, without dbt; return the file."""
    warehouse = folder / "small.duckdb"
    with duckdb.connect(warehouse) as connection:
        for statement in statements() if made is None else made:
            connection.execute(statement)
    return write_board_of(warehouse, folder, RELATIONS, board)


def write_board_of(
    warehouse: Path, folder: Path, relations: dict[str, str], board: str = "sales", lake: Path | None = None
) -> Path:
    """Write a board of a warehouse, whose models' names are known without dbt; return the file."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DBT_TARGET", "DBT_PROFILES_DIR", "TICKIT_LAKE"):
            patch.delenv(name, raising=False)
        patch.setenv("TICKIT_WAREHOUSE", str(warehouse))
        if lake:
            patch.setenv("TICKIT_LAKE", str(lake))
        patch.chdir(ROOT)
        patch.setattr(dashboard, "_relations", lambda _: relations)
        dashboard.draw("dev", board, folder / f"{board}.html")
    return folder / f"{board}.html"
