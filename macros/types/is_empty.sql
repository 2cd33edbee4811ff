{#
    Is the raw field empty, or the NULL marker? Blanks alone are an empty text, but not an empty number. Compares lengths
    too, since Redshift takes 'x ' and 'x' for equal.
#}
{% macro is_empty(text, type) -%}
    {%- set kept = without_trailing_blanks(text) if type.startswith('varchar(') else text -%}
    ({{ length_in_bytes(kept) }} = 0 or {{ length_in_bytes(kept) }} = 2 and {{ kept }} = {{ null_marker() }})
{%- endmacro %}
