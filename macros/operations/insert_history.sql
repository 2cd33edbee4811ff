{# Text that is longer than its column is cut: Redshift would refuse the whole statement. #}
{% macro insert_history(table, rows) %}
    {% set columns = graph.nodes['model.tickit_lakehouse.' ~ table].columns %}
    {% set lines = [] %}
    {% for row in rows %}
        {% set values = [] %}
        {% for name, column in columns.items() %}
            {% set value = row[name] %}
            {% set size = modules.re.findall('^varchar.([0-9]+)', column.data_type) %}
            {% if value is none %}
                {% do values.append('null') %}
            {% elif value is boolean %}
                {% do values.append('true' if value else 'false') %}
            {% elif value is number %}
                {% do values.append(value | string) %}
            {% elif size %}
                {% set cut = value.replace('\0', '').encode('utf-8')[:size[0] | int].decode('utf-8', 'ignore') %}
                {% do values.append(external_tables.sql_literal(cut)) %}
            {% else %}
                {% do values.append(external_tables.sql_literal(value)) %}
            {% endif %}
        {% endfor %}
        {% do lines.append('(' ~ values | join(', ') ~ ')') %}
    {% endfor %}
    {{ return(
        'insert into ' ~ history_table(table) ~ ' (' ~ columns | join(', ') ~ ') values\n' ~ lines | join(',\n')
    ) }}
{% endmacro %}
