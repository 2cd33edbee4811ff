-- One row is a run of a job that has ended. `tickit job` inserts it, after the rows of its steps.
{{ no_rows_yet() }}
