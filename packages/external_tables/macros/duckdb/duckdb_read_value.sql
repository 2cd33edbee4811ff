{% macro duckdb_read_value(name, type, properties) %}
    {#- A field of a text file as a value that is no text: NULL unless it has the shape of one. Dates and timestamps are
        those that "data_type" of CREATE EXTERNAL TABLE lists. A number that its column cannot hold fails the query,
        because the page does not say what Spectrum gives: its data handling example shows the largest number instead. -#}
    {%- set beyond = "error(" ~ external_tables.sql_literal(
        "column " ~ name ~ " has a number that " ~ type.name ~ " does not hold; declare a larger type, or text"
    ) ~ ")" -%}
    {%- set handled = properties.get("data_cleansing_enabled") == "true" -%}
    {%- if handled and properties.get("numeric_overflow_handling") == "SET_TO_NULL" -%}
        {%- set beyond = "null" -%}
    {%- endif -%}
    {%- set scale = type.get("scale", 0) -%}
    {%- set year, year_of_2, day = "[0-9]{4}", "[0-9]{2}", "[0-9]{2}" -%}
    {%- set month, month_name = "[0-9]{2}", "[A-Za-z]{3}" -%}
    {%- set century = "case when right(" ~ name ~ ", 2) < '70' then '20' else '19' end" -%}
    {%- set shapes = {
        "integer": {"[+-]?[0-9]+": "coalesce(try_cast(" ~ name ~ " as " ~ type.name ~ "), " ~ beyond ~ ")"},
        "decimal": {
            "[+-]?([0-9]+([.][0-9]{0," ~ scale ~ "}0*)?|[.]" ~ ("[0-9]{1," ~ scale ~ "}0*" if scale else "0+") ~ ")":
                "coalesce(try_cast(" ~ name ~ " as " ~ type.name ~ "), " ~ beyond ~ ")",
            "[+-]?([0-9]+[.][0-9]*|[.][0-9]+)": beyond,
        },
        "float": {
            "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?":
                "case when isfinite(cast(" ~ name ~ " as " ~ type.name ~ ")) then cast(" ~ name ~ " as " ~ type.name
                ~ ") else " ~ beyond ~ " end",
        },
        "boolean": {"(?i)true|false": "cast(" ~ name ~ " as boolean)"},
        "timestamp": {
            year ~ "-" ~ month ~ "-" ~ day ~ " ([01][0-9]|2[0-3])(:[0-5][0-9]){2}([.][0-9]{1,6})?":
                "try_cast(" ~ name ~ " as timestamp)",
        },
        "date": {
            [year, month, day] | join("-"): "try_strptime(" ~ name ~ ", '%Y-%m-%d')",
            [month, day, year] | join("-"): "try_strptime(" ~ name ~ ", '%m-%d-%Y')",
            [month_name, day, year] | join("-"): "try_strptime(" ~ name ~ ", '%b-%d-%Y')",
            [day, month_name, year] | join("-"): "try_strptime(" ~ name ~ ", '%d-%b-%Y')",
            [year, month_name, day] | join("-"): "try_strptime(" ~ name ~ ", '%Y-%b-%d')",
            [month, day, year_of_2] | join("-"):
                "try_strptime(" ~ name ~ "[:6] || " ~ century ~ " || right(" ~ name ~ ", 2), '%m-%d-%Y')",
            [month_name, day, year_of_2] | join("-"):
                "try_strptime(" ~ name ~ "[:7] || " ~ century ~ " || right(" ~ name ~ ", 2), '%b-%d-%Y')",
        },
    } -%}
    {%- set branches = [] -%}
    {%- for shape, value in shapes[type.kind].items() -%}
        {%- do branches.append("when regexp_full_match(" ~ name ~ ", '" ~ shape ~ "') then " ~ value) -%}
    {%- endfor -%}
    {%- do return("cast(case " ~ branches | join(" ") ~ " end as " ~ type.name ~ ")") -%}
{% endmacro %}
