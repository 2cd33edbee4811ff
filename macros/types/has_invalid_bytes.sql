{#
    A condition: had the raw field bytes that are not UTF-8? The reader of the raw tables puts chr(26) in their place, the
    control character "substitute" (replacement_char in _tickit__sources.yml).
#}
{% macro has_invalid_bytes(text) -%}
    (position(chr(26) in {{ text }}) > 0)
{%- endmacro %}
