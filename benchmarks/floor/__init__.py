"""The floor: the same marts and the same checks by hand-written SQL in one DuckDB process."""
