"""Compare the tables that DuckDB makes with Redshift's, value by value."""
