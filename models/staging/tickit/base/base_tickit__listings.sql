-- One row is one line of the raw listing files: typed, or with the reason why it cannot be used.
{{ typed_lines(source('tickit_external', 'listing'), 'listing') }}
