{% macro parse_properties(text) %}
    {#- "('a'='1', 'b'='2')" -> {"a": "1", "b": "2"} -#}
    {%- set properties = {} -%}
    {%- for name, value in modules.re.findall("'((?:[^']|'')*)'\\s*=\\s*'((?:[^']|'')*)'", text) -%}
        {%- do properties.update({name.replace("''", "'"): value.replace("''", "'")}) -%}
    {%- endfor -%}
    {%- do return(properties) -%}
{% endmacro %}
