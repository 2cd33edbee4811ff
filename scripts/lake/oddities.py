"""What is odd in AWS's originals, with how often: lines that can be read, and say what the rest contradicts.

Nothing is corrected. Each oddity is a count that `make lake SOURCE=...` prints, and docs/original_files.md explains.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from scripts.lake.tickit import PUBLISHED, fields_of_original

# Wider than the lake's: what is odd may be too large. All other types stay text.
_TYPES = {"integer": "bigint", "decimal(8,2)": "decimal(18, 2)", "date": "date", "timestamp": "timestamp"}

KEPT: dict[str, dict[str, str]] = {
    table: {
        field.column: f"try_cast(nullif(\"lake_{field.column}\", '') as {_TYPES.get(field.type, 'varchar')})"
        for field in fields_of_original(table)
    }
    for table in PUBLISHED
}
"""What is kept of each table to count its oddities: a column, and its SQL from the fields of a line."""
# The lake has the day of the month in its place.
KEPT["date"]["weekday"] = 'upper(trim("day"))'

_KEYS = (
    ("event", "venueid", "venue", "venueid"),
    ("event", "catid", "category", "catid"),
    ("event", "dateid", "date", "dateid"),
    ("listing", "sellerid", "user", "userid"),
    ("listing", "eventid", "event", "eventid"),
    ("listing", "dateid", "date", "dateid"),
    ("sale", "listid", "listing", "listid"),
    ("sale", "sellerid", "user", "userid"),
    ("sale", "buyerid", "user", "userid"),
    ("sale", "eventid", "event", "eventid"),
    ("sale", "dateid", "date", "dateid"),
)
_LIKES = tuple(field.column for field in fields_of_original("user") if field.type == "boolean")
_OF_A_LISTING = "from sale inner join listing using (listid) where"

_ODDITIES: tuple[tuple[str, str, str], ...] = (
    # The table whose rows are counted, what is odd, and SQL that counts it.
    (
        "date",
        "the day of the week is not caldate's",
        "select count(*) from date where weekday <> ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'][isodow(caldate)]",
    ),
    (
        "date",
        "days between the first and the last that no row has",
        "select date_diff('day', min(caldate), max(caldate)) + 1 - count(distinct caldate) from date",
    ),
    *(
        (
            name,
            f"{(key := fields_of_original(name)[0].column)} is another row's too",
            f'select count({key}) - count(distinct {key}) from "{name}"',
        )
        for name in PUBLISHED
    ),
    *(
        (
            child,
            f"{column} is in no {parent}",
            f'select count(*) from "{child}" where {column} is not null '
            f'and {column} not in (select {key} from "{parent}" where {key} is not null)',
        )
        for child, column, parent, key in _KEYS
    ),
    *(
        (
            table,
            f"dateid is another day than {time}",
            f"select count(*) from {table} inner join (select distinct dateid, caldate from date) using (dateid) "
            f"where caldate <> {time}::date",
        )
        for table, time in (("event", "starttime"), ("listing", "listtime"), ("sale", "saletime"))
    ),
    ("event", "no eventname", "select count(*) from event where eventname is null"),
    ("venue", "no venuename", "select count(*) from venue where venuename is null"),
    ("venue", "no venueseats", "select count(*) from venue where venueseats is null"),
    ("venue", "0 venueseats", "select count(*) from venue where venueseats = 0"),
    (
        "user",
        "no firstname or no lastname",
        'select count(*) from "user" where firstname is null or lastname is null',
    ),
    (
        "user",
        "a like is empty",
        f'select count(*) from "user" where {" or ".join(f"{like} is null" for like in _LIKES)}',
    ),
    (
        "listing",
        "totalprice is not numtickets x priceperticket",
        "select count(*) from listing where totalprice <> numtickets * priceperticket",
    ),
    (
        "listing",
        "more tickets are sold than it has",
        "select count(*) from (select listid, sum(qtysold) as sold from sale group by listid) "
        "inner join listing using (listid) where sold > numtickets",
    ),
    ("sale", "sellerid is not the listing's", f"select count(*) {_OF_A_LISTING} sale.sellerid <> listing.sellerid"),
    ("sale", "eventid is not the listing's", f"select count(*) {_OF_A_LISTING} sale.eventid <> listing.eventid"),
    ("sale", "buyerid is sellerid", "select count(*) from sale where buyerid = sellerid"),
    ("sale", "saletime is before the listing's listtime", f"select count(*) {_OF_A_LISTING} saletime < listtime"),
    (
        "sale",
        "saletime is after the event's starttime",
        "select count(*) from sale inner join event using (eventid) where saletime > starttime",
    ),
    (
        "sale",
        "pricepaid is not qtysold x the listing's priceperticket",
        f"select count(*) {_OF_A_LISTING} pricepaid <> qtysold * priceperticket",
    ),
    (
        "sale",
        "commission is not 15 % of pricepaid",
        "select count(*) from sale where abs(commission - 0.15 * pricepaid) > 0.005",
    ),
)


def oddities(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Yield a line for each oddity that there is, from tables with the columns of KEPT."""
    for table, what, sql in _ODDITIES:
        (count,) = connection.execute(sql).fetchall()[0]
        if count:
            yield f"{count:,} in {table}: {what}"
