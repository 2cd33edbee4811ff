"""`tickit watch`: each save is parsed, built and tested at once, by a dbt that stays in the process."""
