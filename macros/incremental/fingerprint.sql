{#
    A sum of hashes, because listagg is limited: on Redshift to 65,535 bytes.
#}
{% macro fingerprint(text) -%}
    {{ hash_number("cast(sum(cast(" ~ hash_number(text) ~ " as decimal(38, 0))) as varchar(40))") }}
{%- endmacro %}
