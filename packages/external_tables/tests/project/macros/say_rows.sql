{% macro say_rows(table) %}
    {%- for row in run_query("select * from " ~ table ~ " order by all") -%}
        {%- do log(row.values() | join(" "), info=true) -%}
    {%- endfor -%}
{% endmacro %}
