-- One row is a step of a run of a job.
{{ no_rows_yet() }}
