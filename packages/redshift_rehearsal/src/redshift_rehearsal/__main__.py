"""``python -m redshift_rehearsal``: the command line."""

from redshift_rehearsal.cli import main

main()
