"""A handful of lines in exactly the form of AWS's seven files, and what the lake makes of them."""

from __future__ import annotations

from pathlib import Path

from scripts.lake.layout import RAW_ZONE, TABLES
from scripts.lake.tickit import PUBLISHED

USER = "JSG99FHE|Rafael|Taylor|Kent|WA|Etiam.laoreet.libero@sodalesMaurisblandit.edu|(664) 602-4412"

# Every spelling of a boolean that COPY reads, blanks for a number,
# CRLF and LF, a last line without an end, blank lines, empty and \N for unknown, one-digit months and days, money with
# two, one and no decimals, quotes, and bytes that are UTF-8, Latin-1 and neither.
FILES: dict[str, bytes] = {
    "category_pipe.txt": b"1|Sports|MLB|Major League Baseball\r\n2|Sports|NHL|National Hockey League\r\n",
    "venue_pipe.txt": (
        b'1|Toyota Park|Bridgeview|IL|0\n2|Caf\xc3\xa9 "Zo\xeb\x85\xff"|Chicago|IL|\n3|RFK Stadium||\\N|41222\n'
        b"4|NULL|Troy|NY|  \n"
    ),
    "date2008_pipe.txt": (
        b"1827|2008-01-01|WE|1|JAN|1|2008|1\n1952|2008-05-06|TU  |19|MAY  |2    |2008|FALSE\n"
        b"2192|2009-01-01|TH|1|JAN|1|2009|t\n2193|2009-01-02|fr|1|Jan|1|2009|f"
    ),
    "allevents_pipe.txt": (
        b"1|305|8|1851|Gotterdammerung|2008-01-25 14:30:00\n\n2|305|8|2193|Gotterdammerung|2009-01-02 19:00:00\n"
    ),
    "allusers_pipe.txt": (
        f"1|{USER}|TRUE|TRUE||FALSE|TRUE||TRUE|FALSE|TRUE|TRUE\n"
        f"2|{USER}|true|t|T|yes|YES|Yes|y|Y|1|True\n"
        f"3|{USER}|false|f|F|no|NO|No|n|N|0|\\N\n"
    ).encode(),
    "listings_pipe.txt": (
        b"1|36861|7872|1850|10|182.00|1820.00|2008-02-24 06:43:29\n"
        b"4|8117|4337|1970|8|38|304.5|2008-01-06 02:00:00\n"
        b"5|1616|8647|1963|4|175.00|700.00|2008-02-06 02:11:52\n"
    ),
    "sales_tab.txt": (
        b"1\t1\t36861\t21191\t7872\t1875\t4\t728\t109.2\t2/18/2008 02:36:48\n"
        b"2\t4\t8117\t11498\t4337\t1983\t2\t76.00\t11.40\t6/6/2008 05:00:16\n"
        b"3\t5\t1616\t17433\t8647\t1983\t2\t350.00\t52.50\t12/06/2008 8:26:17\n"
    ),
}

# What the lake has of them, below the headers.
_LINES: dict[str, bytes] = {
    "category/category.txt": (b"1|Sports|MLB|Major League Baseball\n2|Sports|NHL|National Hockey League\n"),
    "date/date.txt": (
        b"1827|2008-01-01|1|1|1|1|2008|true\n1952|2008-05-06|6|19|5|2|2008|false\n"
        b"2192|2009-01-01|1|1|1|1|2009|true\n2193|2009-01-02|2|1|1|1|2009|false\n"
    ),
    "event/event.txt": (
        b"1|305|8|1851|Gotterdammerung|2008-01-25 14:30:00\n2|305|8|2193|Gotterdammerung|2009-01-02 19:00:00\n"
    ),
    "listing/listing_month=2008-01/listing.txt": (b"4|8117|4337|1970|8|38.00|304.50|2008-01-06 02:00:00\n"),
    "listing/listing_month=2008-02/listing.txt": (
        b"1|36861|7872|1850|10|182.00|1820.00|2008-02-24 06:43:29\n"
        b"5|1616|8647|1963|4|175.00|700.00|2008-02-06 02:11:52\n"
    ),
    "sale/sale_month=2008-02/sale.txt": (b"1|1|36861|21191|7872|1875|4|728.00|109.20|2008-02-18 02:36:48\n"),
    "sale/sale_month=2008-06/sale.txt": (b"2|4|8117|11498|4337|1983|2|76.00|11.40|2008-06-06 05:00:16\n"),
    "sale/sale_month=2008-12/sale.txt": (b"3|5|1616|17433|8647|1983|2|350.00|52.50|2008-12-06 08:26:17\n"),
    "user/user.txt": (
        f"1|{USER}|true|true||false|true||true|false|true|true\n"
        f"2|{USER}|{'|'.join(['true'] * 10)}\n3|{USER}|{'false|' * 9}\n"
    ).encode(),
    "venue/venue.txt": (
        b'1|Toyota Park|Bridgeview|IL|0\n2|Caf\xc3\xa9 "Zo\xeb\x85\xff"|Chicago|IL|\n3|RFK Stadium|||41222\n'
        b"4|NULL|Troy|NY|\n"
    ),
}


def _lake() -> dict[str, bytes]:
    """Return each file of the lake: the header, and lines that are empty in what AWS's tables do not have."""
    others = [TABLES[name] for name in TABLES.keys() - PUBLISHED.keys()]
    lake = {path.relative_to(RAW_ZONE).as_posix(): b"" for table in others for path in table.paths(Path())}
    for path, lines in (lake | _LINES).items():
        table = TABLES[path.split("/")[0]]
        added = b"|" * (len(table.columns) - PUBLISHED[table.name].columns) if lines else b""
        lake[path] = f"{table.header}\n".encode() + lines.replace(b"\n", added + b"\n")
    return lake


LAKE = _lake()

ROWS = dict.fromkeys(TABLES, 0) | {"category": 2, "date": 4, "event": 2, "listing": 3, "sale": 3, "user": 3, "venue": 4}


def write_originals(folder: Path, **changed: bytes | None) -> Path:
    """Write the seven files; ``sales_tab=b"..."`` says another content, None leaves the file out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in FILES.items():
        content = changed.get(name.removesuffix(".txt"), content)
        if content is not None:
            (folder / name).write_bytes(content)
    return folder


def read_lake(folder: Path) -> dict[str, bytes]:
    """Read every file of the raw zone in ``folder``, by its path in there."""
    zone = folder / "raw_tickit_data"
    return {path.relative_to(zone).as_posix(): path.read_bytes() for path in zone.rglob("*") if path.is_file()}
