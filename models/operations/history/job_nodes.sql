-- One row is what happened to a node of dbt, other than a test, in one attempt of a step.
{{ no_rows_yet() }}
