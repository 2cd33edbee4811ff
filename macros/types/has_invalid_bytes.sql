{#
    The reader of the raw tables replaces such bytes by chr(26), the control character "substitute" (replacement_char in
    _tickit__sources.yml).
#}
{% macro has_invalid_bytes(text) -%}
    (position(chr(26) in {{ text }}) > 0)
{%- endmacro %}
