{# Lengths are compared too, because Redshift's `=` takes 'x ' and 'x' for equal. #}
{% macro is_empty(text, type) -%}
    {%- set kept = without_trailing_blanks(text) if type.startswith('varchar(') else text -%}
    ({{ length_in_bytes(kept) }} = 0 or {{ length_in_bytes(kept) }} = 2 and {{ kept }} = {{ null_marker() }})
{%- endmacro %}
