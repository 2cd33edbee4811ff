"""Lines that no source should deliver: what staging rejects must be the same on both engines too."""

from __future__ import annotations

from pathlib import Path

from scripts.lake.layout import TABLES
from scripts.lake.tickit import with_added_columns

# The synthetic lake is clean and plain ASCII; here is what is not.
SALES = (
    b"900001|1|1|2|1|1827|1|10.00",  # too few fields
    b"900002|1|1|2|1|1827|1|10.00|1.50|2008-01-05 10:00:00|more|and more",  # too many
    b"|1|1|2|1|1827|1|10.00|1.50|2008-01-05 10:00:00",  # no key
    b"900003|one|1|2|1|1827|1|10.00|1.50|2008-01-05 10:00:00",  # no number
    b"900004|1.5|1|2|1|1827|1|10.00|1.50|2008-01-05 10:00:00",  # no whole number
    b"900005|1|1|2|1|1827|1|10.005|1.50|2008-01-05 10:00:00",  # a tenth of a cent
    b"900006|1|1|2|1|1827|1|10.00|1.50|2008-02-30 10:00:00",  # no such day
    b"900007|1|1|2|1|1827|1|10.00|1.50|01/05/2008 10:00:00",  # the originals' format
    b"900008| 1|1|2|1|1827|1|10.00|1.50|2008-01-05 10:00:00",  # a blank before a number
    b"900009|1|1|2|1|1827|3|0.10|0.02|2008-01-05 10:00:00",  # good: quotients that must be rounded
    b"900010|1|1|2|1|1827|8|0.01|0.00|2008-01-05 10:00:00",  # good
    b"900011|999999999|1|999999999|999999999|1827|1|10.00|1.50|2008-01-05 10:00:00",  # good: unknown keys
    b"900012|1|1|2|1|1827|1|10.00|1.50|2008-01-05 10:00:00",  # a key that repeats, in another form:
    b"900012|1|1|2|1|1827|1|20.00|3.00|2008-01-06 10:00:00",
    b"900013|1|1|2|1|1827|1|10.00|1.50|2008-01-05 10:00:00",  # a line that repeats as it is
    b"900013|1|1|2|1|1827|1|10.00|1.50|2008-01-05 10:00:00",
    b"900014|1|1|2|1|1827|1|10.00|1.50|2008-02-05 10:00:00",  # of another month than its folder
    b"900015|1|1|2|1|1827|1|10.00|1.50|\\N",  # the NULL marker, in the last column
    b"900016|1|1|2|1|1827|1|10.00|1.50|2008-01-05 10:00:00|\\N",  # the NULL marker as a field too many
    b"900017|1|1|2|1|1827|1|10.00|1.50|2008-01-31 24:00:00",  # the next month, for who reads the value alone
)
USERS = (
    "900001|UTF8USER|Zo\u00eb|\u0141uk|S\u00e3o Paulo  |WA|z@example.com|(555) 555-0100|TRUE|false|||||||| ".encode(),
    "900002|ACCENTS1|a|b|{}|WA|a@example.com|(555) 555-0101||||||||||".format("\u00e9" * 16).encode(),  # 32 bytes
    b"900003|BADBYTES|Jos\xe9|b|Kent|WA|b@example.com|(555) 555-0102||||||||||",
    b"900004|BLANKS  |  |b|Kent|W |c@example.com|(555) 555-0103|yes|||||||||",
    b"900005|TRAILING|x  |b\t|Kent|WA|d@example.com|(555) 555-0104||||||||||",
    b"900007|MARKERS1|\\N|\\N  |Kent|WA" + b"|\\N" * 12,  # good: the NULL marker wherever a field may be empty
    b"900006|LONGLONG|" + b"x" * 300 + b"|b|Kent|WA|e@example.com|(555) 555-0105||||||||||",
)
VENUES = (
    b"900001|Null \\N Hall|Kent|WA|",
    b"900002|\\N|Kent|WA|0",
    b"900003|\"Quoted\" 'Hall' \\ Hall|Kent|XX|-1",
)


def add_bad_lines(lake: Path) -> None:
    """Append the lines to the files of a lake."""
    for table, month, lines in (("sale", "2008-01", SALES), ("user", None, USERS), ("venue", None, VENUES)):
        with TABLES[table].path(lake, month).open("ab") as end:
            end.write(b"".join(with_added_columns(table, line) + b"\n" for line in lines))
