-- Guards: the words in which a rejected line says what is wrong.
{% set cases = [
    ['integer', 'varchar(60)', "'" ~ misfit('integer') ~ "'", 'not an integer'],
    ['decimal', 'varchar(60)', "'" ~ misfit('decimal(8,2)') ~ "'", 'not a decimal(8,2)'],
    ['text', 'varchar(60)', "'" ~ misfit('varchar(30)') ~ "'", 'longer than 30 bytes'],
] %}

{{ failing_cases(cases) }}
