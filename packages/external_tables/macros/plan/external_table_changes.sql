{% macro external_table_changes(existing, declared) %}
    {#- Both are definitions of one table: the same keys on every engine, and partitions as {name: location}. -#}
    {%- set reasons = [] -%}
    {%- for part, word in {"columns": "column", "partition_columns": "partition column"}.items()
        if existing[part] != declared[part] -%}
        {%- set old = dict(existing[part]) -%}
        {%- set new = dict(declared[part]) -%}
        {%- set details = [] -%}
        {%- for name, data_type in new.items() -%}
            {%- if name not in old -%}
                {%- do details.append(word ~ " " ~ name ~ " added") -%}
            {%- elif old[name] != data_type -%}
                {%- do details.append(word ~ " " ~ name ~ ": " ~ old[name] ~ " -> " ~ data_type) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for name in old if name not in new -%}
            {%- do details.append(word ~ " " ~ name ~ " removed") -%}
        {%- endfor -%}
        {%- do reasons.extend(details or ["order of " ~ word ~ "s"]) -%}
    {%- endfor -%}
    {%- for part in ("location", "file_format", "row_format", "table_properties")
        if existing[part] != declared[part] -%}
        {%- do reasons.append(part) -%}
    {%- endfor -%}

    {%- set added = [] -%}
    {%- set moved = [] -%}
    {%- set removed = [] -%}
    {%- for name, location in declared.partitions.items() -%}
        {%- if name not in existing.partitions -%}
            {%- do added.append(name) -%}
        {%- elif existing.partitions[name] != location -%}
            {%- do moved.append(name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in existing.partitions if name not in declared.partitions -%}
        {%- do removed.append(name) -%}
    {%- endfor -%}
    {%- do return({"reasons": reasons, "added": added, "moved": moved, "removed": removed}) -%}
{% endmacro %}
