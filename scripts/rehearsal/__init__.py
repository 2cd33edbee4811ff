"""The rehearsal of this project: a lake, deliveries and two builds by dbt-redshift on the stand-in for Redshift."""
