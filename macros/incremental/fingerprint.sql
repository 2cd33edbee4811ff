{#
    An aggregate: 32 hexadecimal digits that change when one of the texts does, whatever their order. A sum of their
    hashes, because listagg has an end: on Redshift at 65,535 bytes.
#}
{% macro fingerprint(text) -%}
    cast(md5(cast(sum(cast({{ hash_number(text) }} as decimal(38, 0))) as varchar(40))) as varchar(32))
{%- endmacro %}
