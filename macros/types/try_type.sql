{#
    The shape is checked before the cast because the engines' own casts are lenient, each in its own way: DuckDB reads
    '1.5' as the integer 2 and '1e3' as 1000, Redshift reads '02/18/2008' as a date. It is checked by pattern, not by
    `=`: Redshift compares 'x ' and 'x' as equal, DuckDB does not. For the same reason text loses its trailing blanks.
    A shape has only what exists, hour 23 but not 24 and no year 0, because the engines make another time of the rest:
    DuckDB takes 24:00:00 for the next day. A boolean is spelled as Redshift's COPY reads it: AWS's Database Developer
    Guide, "Boolean type".
#}
{% macro try_type(text, type) %}
    {%- set year = '([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])' -%}
    {%- set date = year ~ '-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' -%}
    {%- set shapes = {
        'integer': '-?[0-9]{1,10}',
        'decimal(8,2)': '-?[0-9]{1,6}([.][0-9]{1,2})?',
        'date': date,
        'timestamp': date ~ ' ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]',
    } -%}
    {%- if type in shapes -%}
        case when {{ has_shape(text, type, shapes[type]) }} then try_cast({{ text }} as {{ type }}) end
    {%- elif type == 'boolean' -%}
        case
            when {{ matches('lower(' ~ text ~ ')', 'true|t|yes|y|1') }} then true
            when {{ matches('lower(' ~ text ~ ')', 'false|f|no|n|0') }} then false
        end
    {%- elif type.startswith('varchar(') -%}
        {%- set kept = without_trailing_blanks(text) -%}
        cast(case
            when {{ length_in_bytes(kept) }} <= {{ type[8:-1] }} and not {{ has_invalid_bytes(kept) }}
                then nullif(nullif({{ kept }}, ''), {{ null_marker() }})
        end as {{ type }})
    {%- else -%}
        {{ exceptions.raise_compiler_error("try_type: no shape for type '" ~ type ~ "'") }}
    {%- endif -%}
{% endmacro %}
