{% macro duckdb_plan_files(plan) %}
    {#- Which declared partition each file belongs to; a table without partitions is one partition with the path "". -#}
    {%- set table, location = plan.table, plan.location -%}
    {%- set declared = {} -%}
    {%- for partition in table.partitions or [{"values": [], "path": ""}] -%}
        {%- do declared.update({partition.path: partition}) -%}
    {%- endfor -%}
    {%- set depths = [] -%}
    {%- for path in declared -%}
        {%- do depths.append(path.split("/") | length if path else 0) -%}
    {%- endfor -%}
    {%- set depths = depths | unique | sort | list -%}

    {%- set query -%}
        select path, size_bytes
        from external_tables_listing
        where
            problem is null
            and (path = {{ external_tables.sql_literal(location) }}
                or starts_with(path, {{ external_tables.sql_literal(location) }}))
        order by path
    {%- endset -%}
    {%- set partition_of, used, sizes, strays = {}, {}, {}, {} -%}
    {%- for file in run_query(query).rows -%}
        {%- set folders = file["path"][location | length:].split("/")[:-1] -%}
        {%- set ns = namespace(path=none) -%}
        {%- for depth in depths if depth <= folders | length and folders[:depth] | join("/") in declared -%}
            {%- set ns.path = folders[:depth] | join("/") -%}
        {%- endfor -%}
        {%- if ns.path is none -%}
            {%- do strays.update({folders | join("/") ~ "/" if folders else file["path"][location | length:]: 1}) -%}
        {%- else -%}
            {%- do partition_of.update({file["path"]: ns.path}) -%}
            {%- do sizes.update({file["path"]: file["size_bytes"] | int}) -%}
            {%- do used.update({ns.path: 1}) -%}
        {%- endif -%}
    {%- endfor -%}

    {#- In the order of the declaration, not of the files. -#}
    {%- for path in declared if path in used -%}
        {%- do plan.partitions.append(declared[path]) -%}
    {%- endfor -%}
    {%- set without_files = declared | length - plan.partitions | length -%}
    {%- if table.partitions and without_files -%}
        {%- do plan.notes.append(without_files ~ " without files") -%}
    {%- endif -%}

    {#- Such a folder has files of older versions, and a log that says which of them count. -#}
    {%- for filename in partition_of if not plan.errors -%}
        {%- set name = "/" ~ filename[location | length:] -%}
        {%- set log = "Delta Lake" if "/_delta_log/" in name else ("Hudi" if "/.hoodie/" in name else (
            "Iceberg" if name.endswith(".metadata.json") and "/metadata/" in name else "")) -%}
        {%- if log -%}
            {%- do plan.errors.append(
                location ~ " is a table of " ~ log ~ " (it has " ~ external_tables.some([name[1:]])
                ~ "), which is not supported: its files together are no table. Export it to Parquet."
            ) -%}
        {%- endif -%}
    {%- endfor -%}

    {%- if not plan.file_count and not table.allow_empty -%}
        {%- do plan.errors.append(
            "no files under " ~ location ~ ". Make or copy them there, or correct `location` in the YAML. If that is as "
            ~ "it should be, write `allow_empty: true` under `external`, or --vars 'ext_allow_empty: true' for all."
        ) -%}
    {%- elif not plan.partitions and not table.allow_empty -%}
        {%- do plan.errors.append(
            "none of the " ~ declared | length ~ " declared partitions has a file under " ~ location
            ~ "; the first is expected in " ~ (declared | list)[0] ~ "/, and there are files in "
            ~ external_tables.some(strays) ~ ". Correct `partitions` or `location` in the YAML."
        ) -%}
    {%- elif strays -%}
        {%- do plan.warnings.append(
            "no declared partition covers " ~ external_tables.some(strays) ~ " under " ~ location
            ~ ": this data is not read. Add it to `vals` of the partition in the YAML, or move it away."
        ) -%}
    {%- endif -%}
    {%- do plan.update({
        "partition_of": partition_of,
        "sizes": sizes,
        "strays": strays | list,
        "named_by_folders": external_tables.duckdb_is_named_by_folders(plan, partition_of, strays),
    }) -%}
    {%- for path in partition_of if path.rpartition("/")[2] | length == 1 -%}
        {%- do plan.update({"one_character_names": true}) -%}
    {%- endfor -%}
{% endmacro %}
