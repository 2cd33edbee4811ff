-- One row is the result of a test of dbt in one attempt of a step.
{{ no_rows_yet() }}
