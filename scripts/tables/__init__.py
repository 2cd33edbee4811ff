"""Open tables: marts as Apache Iceberg tables in the lake, which other engines read without the warehouse."""
