"""Reading a lake in S3 and publishing results to it: a plugin of dbt-duckdb (profiles/profiles.yml) and its parts."""
