-- Guards: without_trailing_blanks() takes the same characters on both engines. U+00A0 looks like a blank and is none.
{% set cases = [
    ['blanks at the end', 'varchar(9)', without_trailing_blanks("'a b  '"), 'a b'],
    ['blanks at the start', 'varchar(9)', without_trailing_blanks("'  a'"), '  a'],
    ['blanks alone', 'varchar(9)', without_trailing_blanks("'  '"), ''],
    ['a no-break space', 'varchar(9)', without_trailing_blanks("'a\u00a0'"), 'a\u00a0'],
    ['an ideographic space', 'varchar(9)', without_trailing_blanks("'a\u3000'"), 'a\u3000'],
    ['a tabulator', 'integer', length_in_bytes(without_trailing_blanks("'a' || chr(9)")), '2'],
] %}

{{ failing_cases(cases) }}
