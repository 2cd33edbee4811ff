{#
    Is the raw field empty? Blanks alone are an empty text, but not an empty number. Asks for the length, since
    `= ''` is true for blanks on Redshift.
#}
{% macro is_empty(text, type) -%}
    {{ length_in_bytes(without_trailing_blanks(text) if type.startswith('varchar(') else text) }} = 0
{%- endmacro %}
