{% macro report_problems(plans) %}
    {%- set errors = [] -%}
    {%- for plan in plans -%}
        {%- for warning in plan.warnings -%}
            {%- do exceptions.warn("Warning: " ~ plan.table.name ~ ": " ~ warning) -%}
        {%- endfor -%}
        {%- for error in plan.errors -%}
            {%- do errors.append("- " ~ plan.table.name ~ " (" ~ plan.table.declared_in ~ "): " ~ error) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if errors -%}
        {{ exceptions.raise_compiler_error(
            "External tables: " ~ errors | length ~ " problem" ~ ("s" if errors | length > 1)
            ~ "; nothing was changed.\n" ~ errors | join("\n")
        ) }}
    {%- endif -%}
{% endmacro %}
