-- Guards: as_text() writes a value as the raw zone would, the same on both engines.
{% set cases = [
    ['true', 'varchar(9)', as_text('true', 'boolean'), 'true'],
    ['false', 'varchar(9)', as_text('false', 'boolean'), 'false'],
    ['no boolean', 'varchar(9)', as_text('cast(null as boolean)', 'boolean'), none],
    ['integer', 'varchar(9)', as_text('cast(-7 as integer)', 'integer'), '-7'],
    ['no integer', 'varchar(9)', as_text('cast(null as integer)', 'integer'), none],
    ['decimal', 'varchar(9)', as_text('cast(50 as decimal(8, 2))', 'decimal(8,2)'), '50.00'],
    ['decimal below one', 'varchar(9)', as_text('cast(0.05 as decimal(8, 2))', 'decimal(8,2)'), '0.05'],
    ['date', 'varchar(9)', as_text("cast('2008-01-09' as date)", 'date'), '2008-01-09'],
    ['timestamp', 'varchar(9)', as_text("cast('2008-01-09 07:05:00' as timestamp)", 'timestamp'),
        '2008-01-09 07:05:00'],
    ['text', 'varchar(9)', as_text("'a b '", 'varchar(9)'), 'a b '],
] %}

{{ failing_cases(cases) }}
