{#
    An aggregate: a number that changes when one of the texts does, whatever their order. Made of a sum of their hashes,
    because listagg has an end: on Redshift at 65,535 bytes.
#}
{% macro fingerprint(text) -%}
    {{ hash_number("cast(sum(cast(" ~ hash_number(text) ~ " as decimal(38, 0))) as varchar(40))") }}
{%- endmacro %}
