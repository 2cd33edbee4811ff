"""What all programs share: settings, errors, dbt, S3, progress. It imports nothing else of the project."""
