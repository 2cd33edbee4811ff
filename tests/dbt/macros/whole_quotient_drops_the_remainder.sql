-- Guards: whole_quotient() stays whole, and is one operand when something multiplies it.
{% set cases = [
    ['exact', 'integer', whole_quotient('cast(6 as bigint)', 'cast(3 as bigint)'), '2'],
    ['remainder dropped', 'integer', whole_quotient('cast(11 as bigint)', 'cast(3 as bigint)'), '3'],
    ['multiplied after the remainder is gone', 'integer',
        '2 * ' ~ whole_quotient('cast(11 as bigint)', 'cast(3 as bigint)'), '6'],
] %}

{{ failing_cases(cases) }}
