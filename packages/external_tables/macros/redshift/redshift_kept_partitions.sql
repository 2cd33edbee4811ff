{% macro redshift_kept_partitions(table, existing, changes, warnings, errors) %}
    {#- A partition that is registered and not declared may be that of a crawler, or of a colleague. It stays unless the
        YAML says drop, also where the table is dropped and created. -#}
    {%- set kept = [] -%}
    {%- if table.undeclared_partitions == "drop" or not changes.removed -%}
        {%- do return(kept) -%}
    {%- endif -%}
    {%- set names = [] -%}
    {%- set cut = [] -%}
    {%- for name in changes.removed -%}
        {%- set location = existing.partitions[name] -%}
        {%- do names.append(fromjson(name) | join("/")) -%}
        {%- do kept.append({"values": fromjson(name), "location": location ~ "/"}) -%}
        {#- svv_external_partitions shows no more of a location. -#}
        {%- if location | length >= 127 -%}
            {%- do cut.append(names[-1]) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do changes.update({"removed": []}) -%}

    {%- set columns = table.partition_columns | map(attribute="name") | map("lower") | list -%}
    {%- set lost = cut if columns == existing.partition_columns | map("first") | list else names -%}
    {%- if changes.reasons and lost -%}
        {%- do errors.append(
            "it must be dropped and created (" ~ changes.reasons | join("; ") ~ "), and would lose the partitions "
            ~ external_tables.some(lost) ~ ", which are registered and not declared. Declare them, or set "
            ~ "external.undeclared_partitions: drop."
        ) -%}
    {%- else -%}
        {%- do warnings.append(
            "the partitions " ~ external_tables.some(names) ~ " are registered and not declared. They stay, and are "
            ~ "read on Redshift. Declare them, or set external.undeclared_partitions: drop."
        ) -%}
    {%- endif -%}
    {%- do return(kept) -%}
{% endmacro %}
