{% macro duckdb__files_not_as_staged(inventory) %}
    {%- set ns = namespace(location="") -%}
    {%- for node in graph.sources.values() if (node.external or {}).inventory_of
        and node.schema == inventory.schema and node.identifier == inventory.identifier -%}
        {%- set ns.location = external_tables.absolute_location(node.external.inventory_of.rstrip("/") ~ "/") -%}
    {%- endfor -%}
    {#- While dbt parses, there is no graph. -#}
    {%- if not ns.location and execute -%}
        {{ exceptions.raise_compiler_error("files_not_as_staged: " ~ inventory ~ " is not a source with inventory_of.") }}
    {%- elif not ns.location -%}
        {%- do return(external_tables.default__files_not_as_staged(inventory)) -%}
    {%- endif -%}
    {%- set parent = ns.location.rstrip("/").rpartition("/")[0] ~ "/" -%}
    {%- set query -%}
select
    coalesce(now.path, staged.path) as path,
    case
        when now.problem is not null then now.problem
        when staged.path is null then 'is new'
        when now.path is null then 'is gone'
        else 'was written again'
    end || ' since stage_external_sources: run it again, then the build' as problem
from {{ inventory }} as staged
full outer join (
    select substr(path, {{ parent | length + 1 }}) as path, cast(size_bytes as varchar) as size_bytes, version, problem
    from ({{ external_tables.duckdb_listing(ns.location) }})
) as now on staged.path = now.path
where
    staged.path is null
    or now.path is null
    or now.problem is not null
    or staged.size_bytes <> now.size_bytes
    -- An object that was just written has the time of its listing behind its own.
    or (staged.version <> now.version and not contains(staged.version, ':'))
    or left(staged.version, 19) <> left(now.version, 19)
    {%- endset -%}
    {%- do return(query) -%}
{% endmacro %}
