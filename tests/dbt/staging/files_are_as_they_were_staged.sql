-- Guards: what was read is what the inventory lists. Fails for a file that came, changed or went
-- after the staging: run stage_external_sources again, then the build.
{%- set inventory = source('tickit_external', 'file') %}
{%- for base in base_models().values() %}
-- Asked after the files were read. depends_on: {{ base }}
{%- endfor %}
{#- While dbt parses, there are no sources to look the folder up in. -#}
{%- set changed = external_tables.files_not_as_staged(inventory) if execute else '' %}

select *
from ({{ changed }}) as files
