{# Such a key would have two current rows in the history. #}
{% macro refuse_repeated_keys(staged, key) %}
    {% set repeated = run_query(
        'select ' ~ key ~ ' from ' ~ staged ~ ' group by ' ~ key ~ ' having count(*) > 1'
    ).rows | length %}
    {% if repeated %}
        {{ exceptions.raise_compiler_error(
            staged.identifier ~ " has " ~ repeated ~ (" key" if repeated == 1 else " keys") ~ " on more than one row, as base_tickit__repeated_keys is older "
            ~ "than what it was made of: dbt build --select +" ~ this.identifier
        ) }}
    {% endif %}
{% endmacro %}
