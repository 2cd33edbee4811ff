{#
    Raw text as a value of the type, or NULL if it is empty or has not exactly the type's shape.

    The shape is checked before the cast because the engines' own casts are lenient, each in its own way: DuckDB reads
    '1.5' as the integer 2 and '1e3' as 1000, Redshift reads '02/18/2008' as a date. It is checked by pattern, not by
    `=`: Redshift compares 'x ' and 'x' as equal, DuckDB does not. For the same reason text loses its trailing blanks;
    it must fit its length in bytes. A boolean is spelled as Redshift's own load, COPY, reads it: AWS's Database Developer
    Guide, "Boolean type".
#}
{% macro try_type(text, type) %}
    {%- set shapes = {
        'integer': '-?[0-9]{1,10}',
        'decimal(8,2)': '-?[0-9]{1,6}([.][0-9]{1,2})?',
        'date': '[0-9]{4}-[0-9]{2}-[0-9]{2}',
        'timestamp': '[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}',
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
        cast(case when {{ length_in_bytes(kept) }} <= {{ type[8:-1] }} then nullif({{ kept }}, '') end as {{ type }})
    {%- else -%}
        {{ exceptions.raise_compiler_error("try_type: no shape for type '" ~ type ~ "'") }}
    {%- endif -%}
{% endmacro %}
