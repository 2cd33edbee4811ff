{% macro duckdb_judge_parquet(plan, schemas) %}
    {%- set problems = {} -%}
    {%- set time_types = {} -%}
    {%- for schema in schemas -%}
        {%- set filenames = schema.file_names | select("in", plan.partition_of) | list -%}
        {%- for column in (plan.table.columns if filenames else []) -%}
            {%- set found = schema.columns.get(column.name | lower, []) -%}
            {%- set type = external_tables.spectrum_type(column.data_type) -%}
            {%- set fitting = [type.name, "TIMESTAMP WITH TIME ZONE"] if type.kind == "timestamp" else [type.name] -%}
            {%- if not found -%}
                {%- set problem = "has no column " ~ column.name ~ ". Write it, or take it out of the YAML." -%}
                {%- do problems.setdefault(problem, []).extend(filenames) -%}
            {%- elif found | length > 1 -%}
                {%- set problem = "has several columns called " ~ column.name ~ ", which differ by case alone." -%}
                {%- do problems.setdefault(problem, []).extend(filenames) -%}
            {%- elif found[0] not in fitting -%}
                {%- set problem = "its column " ~ column.name ~ " is " ~ found[0] ~ ", and the YAML says "
                    ~ column.data_type ~ ". Spectrum refuses that: declare the file's type, or write the declared one." -%}
                {%- do problems.setdefault(problem, []).extend(filenames) -%}
            {%- elif type.kind == "timestamp" -%}
                {%- do time_types.setdefault(column.name, {}).setdefault(found[0], []).extend(filenames) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for column in plan.table.partition_columns if filenames and column.name | lower in schema.columns -%}
            {%- set problem = "has the column " ~ column.name ~ ", and so is a partition called. Rename one of the two." -%}
            {%- do problems.setdefault(problem, []).extend(filenames) -%}
        {%- endfor -%}
    {%- endfor -%}
    {#- DuckDB casts the column of all files to the type of the first, by the time zone of the session. -#}
    {%- for name, filenames in time_types.items() if filenames | length > 1 -%}
        {%- set problem = "times of column " ~ name ~ " are adjusted to UTC here and not in other files, which DuckDB "
            ~ "cannot read together. Write all files alike." -%}
        {%- do problems.update({problem: filenames["TIMESTAMP WITH TIME ZONE"]}) -%}
    {%- endfor -%}
    {%- for problem, filenames in problems.items() -%}
        {%- do plan.errors.append(external_tables.some(filenames) ~ ": " ~ problem) -%}
    {%- endfor -%}
{% endmacro %}
