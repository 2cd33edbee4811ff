-- Guards: length_in_bytes() counts bytes of UTF-8, not characters, and blanks at the end too.
{% set cases = [
    ['ASCII', 'integer', length_in_bytes("'abc'"), '3'],
    ['nothing', 'integer', length_in_bytes("''"), '0'],
    ['blanks at the end', 'integer', length_in_bytes("'a  '"), '3'],
    ['two bytes', 'integer', length_in_bytes("'é'"), '2'],
    ['three bytes', 'integer', length_in_bytes("'日本'"), '6'],
    ['four bytes', 'integer', length_in_bytes("'🎫'"), '4'],
    ['no text', 'integer', length_in_bytes('cast(null as varchar(9))'), none],
] %}

{{ failing_cases(cases) }}
