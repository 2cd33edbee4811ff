"""What a person with an AWS account needs beside dbt: the stack, the set-up SQL, the upload of a lake, the teardown."""
