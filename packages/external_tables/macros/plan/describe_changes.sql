{% macro describe_changes(changes) %}
    {%- if changes.reasons -%}
        {%- do return("recreated (" ~ changes.reasons | join("; ") ~ ")") -%}
    {%- endif -%}
    {%- set counts = [] -%}
    {%- for word in ("added", "moved", "removed") if changes[word] -%}
        {%- do counts.append(word ~ " " ~ changes[word] | length) -%}
    {%- endfor -%}
    {%- do return("partitions " ~ counts | join(", ") if counts else "unchanged") -%}
{% endmacro %}
