-- Guards: matches() is true only if the pattern covers the text from its first to its last character.
{% set cases = [
    ['whole', 'boolean', matches("'123'", '[0-9]+'), 'true'],
    ['rest at the end', 'boolean', matches("'123x'", '[0-9]+'), 'false'],
    ['rest at the start', 'boolean', matches("'x123'", '[0-9]+'), 'false'],
    ['blank at the end', 'boolean', matches("'123 '", '[0-9]+'), 'false'],
    ['alternatives are bound together', 'boolean', matches("'ax'", 'a|b'), 'false'],
    ['the second alternative', 'boolean', matches("'b'", 'a|b'), 'true'],
    ['case counts', 'boolean', matches("'A'", '[a-z]'), 'false'],
    ['as often as said', 'boolean', matches("'12345'", '[0-9]{1,4}'), 'false'],
    ['empty text', 'boolean', matches("''", '[0-9]+'), 'false'],
    ['no text', 'boolean', matches('cast(null as varchar(9))', '[0-9]+'), none],
] %}

{{ failing_cases(cases) }}
