"""The rehearsal: the dbt project run by the real dbt-redshift against a stand-in that refuses what Redshift refuses."""
